"""Summary ops: what they refuse. Their values are tested with the format."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.formats import messages
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.graphdef import to_graph_def
from estimator.graph.importer import from_graph_def
from estimator.runtime.session import Session
from estimator.summaries import ops


def test_a_scalar_summary_of_a_vector_names_both_shapes_and_the_tag() -> None:
    with (
        Graph().as_default(),
        pytest.raises(
            InvalidArgumentError, match=r"tags and values are not the same shape: \[\] != \[2\] \(tag 'v'\)"
        ),
    ):
        Session().run(ops.scalar("v", b.Identity([1.0, 2.0])))


def test_a_histogram_of_nan_names_the_tag() -> None:
    with (
        Graph().as_default(),
        pytest.raises(InvalidArgumentError, match=r"NaN in summary histogram for: n \(1 of 2"),
    ):
        Session().run(ops.histogram("n", b.Identity([1.0, float("nan")])))


def test_a_tag_in_two_merged_summaries_is_refused() -> None:
    with Graph().as_default(), pytest.raises(InvalidArgumentError, match="Duplicate tag loss found"):
        loss = ops.scalar("loss", 1.0)
        Session().run(ops.merge([loss, loss]))


def test_a_scalar_summary_of_several_tags_has_a_value_for_each() -> None:
    with Graph().as_default():
        data = Session().run(b.ScalarSummary(["a", "b"], [1.0, 2.0]))
    found = messages.get("Summary").FromString(data)
    assert [(value.tag, value.simple_value) for value in found.value] == [("a", 1.0), ("b", 2.0)]


def test_the_colour_of_bad_pixels_goes_through_a_file_with_its_type() -> None:
    with Graph().as_default() as graph:
        blue = np.array([0, 0, 255], np.uint8)
        b.ImageSummary("im", np.zeros((1, 1, 1, 3), np.float32), max_images=2, bad_color=blue, name="im")
        b.ImageSummary("im", np.zeros((1, 1, 1, 3), np.float32), name="default")
    written = to_graph_def(graph)
    assert {node.attr["bad_color"].tensor.dtype for node in written.node if node.op == "ImageSummary"} == {4}
    copy = Graph()
    from_graph_def(written, copy)
    attrs = [copy.get_operation_by_name(name).attrs for name in ("im", "default")]
    assert [(item["max_images"], item["bad_color"].tolist()) for item in attrs] == [
        (2, [0, 0, 255]),
        (3, [255, 0, 0, 255]),
    ]
