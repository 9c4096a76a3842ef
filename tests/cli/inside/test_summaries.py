"""Tags of summaries (2.15.1 gave the values)."""

from __future__ import annotations

import pytest

from estimator.cli.inside.summaries import collect, skip_summary, summary_scope
from estimator.graph.graph import Graph


@pytest.mark.parametrize(
    ("name", "family", "default", "tag", "scope"),
    [
        ("loss", None, None, "layer/loss", "layer/loss/"),
        ("loss", "train", None, "train/layer/train/loss", "layer/train/loss/"),
        (None, None, "total", "layer/total", "layer/total/"),
        ("a loss", None, None, "layer/a_loss", "layer/a_loss/"),
    ],
)
def test_a_tag_is_the_name_in_its_scope(
    name: str | None, family: str | None, default: str | None, tag: str, scope: str
) -> None:
    with (
        Graph().as_default() as graph,
        graph.name_scope("layer"),
        summary_scope(name, family, default) as found,
    ):
        assert found == (tag, scope)


def test_a_summary_is_listed_where_said_or_in_the_default() -> None:
    with Graph().as_default() as graph:
        collect(1, None, ["summaries"])
        collect(2, ["mine"], ["summaries"])
        assert (graph.get_collection("summaries"), graph.get_collection("mine")) == ([1], [2])
    assert skip_summary() is False
