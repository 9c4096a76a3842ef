"""Names and tags of summaries.

Origin of the expected names, tags and messages: TensorFlow 2.15.1, tf.compat.v1.summary, the same calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.formats import messages
from estimator.formats.tensors import array_from_proto
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.runtime.session import Session
from estimator.summaries import ops


@pytest.fixture
def graph() -> Iterator[Graph]:
    """A new default graph."""
    with Graph().as_default() as made:
        yield made


def run(summary: Any) -> dict[str, Any]:
    """Tag to value."""
    message = messages.get("Summary").FromString(Session(graph=summary.graph).run(summary))
    return {value.tag: value for value in message.value}


def test_operations_are_named_as_tensorflow_names_them(graph: Graph) -> None:
    with graph.name_scope("dnn"):
        ops.scalar("my loss/x", 3.0)
        ops.scalar("my loss/x", graph.constant(2, "int64"), family="fam")
        ops.histogram("hist", graph.constant([1.0]))
    ops.scalar("loss", graph.constant(5.0))
    ops.merge_all()
    assert [op.name for op in graph.get_operations()] == [
        *("dnn/my_loss/x/tags", "dnn/my_loss/x/values", "dnn/my_loss/x"),
        *("dnn/Const", "dnn/fam/my_loss/x/tags", "dnn/fam/my_loss/x"),
        *("dnn/Const_1", "dnn/hist/tag", "dnn/hist"),
        *("Const", "loss/tags", "loss"),
        "Merge/MergeSummary",
    ]


def test_the_tag_is_the_name_and_the_family_comes_before_it(graph: Graph) -> None:
    with graph.name_scope("dnn"):
        ops.scalar("my loss/x", 3.0)
        ops.scalar("my loss/x", 2.0, family="fam")
    values = run(ops.merge_all())
    assert {tag: value.simple_value for tag, value in values.items()} == {
        "dnn/my_loss/x": 3.0,
        "fam/dnn/fam/my_loss/x": 2.0,
    }


def test_a_name_used_twice_gets_a_number(graph: Graph) -> None:
    ops.scalar("loss", 1.0)
    assert ops.scalar("loss", 2.0).op.name == "loss_1"


def test_an_illegal_name_is_cleaned_with_a_line(graph: Graph, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "estimator"):
        assert ops.scalar("/läss:0", 1.0).op.name == "l_ss_0"
    assert "Summary name /läss:0 is illegal; using l_ss_0 instead." in caplog.messages


def test_summaries_are_listed_where_the_estimator_looks(graph: Graph) -> None:
    loss = ops.scalar("loss", 1.0)
    other = ops.scalar("other", 1.0, collections=["mine"])
    merged = ops.merge([loss, other])
    assert graph.get_collection(GraphKeys.SUMMARIES) == [loss]
    assert graph.get_collection("mine") == [other]
    assert sorted(run(merged)) == ["loss", "other"]


def test_merging_nothing_gives_nothing(graph: Graph) -> None:
    assert ops.merge_all() is None
    with pytest.raises(ValueError, match="at least one summary"):
        ops.merge([])


# -- images, texts, tensors --------------------------------------------------------------------------------------------


def test_images_are_tagged_by_their_number_unless_one_is_shown(graph: Graph) -> None:
    batch = np.zeros((2, 3, 4, 1), np.uint8)
    with graph.name_scope("eval"):
        several, one = ops.image("seen", batch), ops.image("seen", batch, max_outputs=1, family="fam")
    assert list(run(several)) == ["eval/seen/image/0", "eval/seen/image/1"]
    assert list(run(one)) == ["fam/eval/fam/seen/image"]
    shown = run(one)["fam/eval/fam/seen/image"].image
    assert (shown.height, shown.width, shown.colorspace) == (3, 4, 1)
    assert shown.encoded_image_string.startswith(b"\x89PNG")


def test_an_image_summary_shows_at_least_one(graph: Graph) -> None:
    with pytest.raises(ValueError, match="max_outputs must be at least 1, given: 0"):
        ops.image("seen", np.zeros((1, 1, 1, 1)), max_outputs=0)


def test_texts_are_shown_by_the_plugin_for_text(graph: Graph) -> None:
    with graph.name_scope("eval"):
        made = ops.text("words", ["a", "b\0"])
    value = run(made)["eval/words"]
    assert value.metadata.plugin_data.plugin_name == "text"
    assert list(value.tensor.string_val) == [b"a", b"b\0"]
    assert [size.size for size in value.tensor.tensor_shape.dim] == [2]
    assert graph.get_collection(GraphKeys.SUMMARIES) == [made]


def test_a_text_summary_of_numbers_is_refused(graph: Graph) -> None:
    with pytest.raises(ValueError, match="needs a tensor of string, given: float32"):
        ops.text("words", [1.0])


def test_a_tensor_is_stored_whole_with_what_is_said_of_it(graph: Graph) -> None:
    given = messages.SummaryMetadata(summary_description="old")
    given.plugin_data.plugin_name = "mine"
    made = ops.tensor_summary(
        "whole", np.array([[1.0, 2.0]], np.float32), "new", summary_metadata=given, display_name="shown"
    )
    value = run(made)["whole"]
    assert array_from_proto(value.tensor).tolist() == [[1.0, 2.0]]
    metadata = value.metadata
    assert (metadata.plugin_data.plugin_name, metadata.summary_description, metadata.display_name) == (
        *("mine", "new"),
        "shown",
    )
    assert given.summary_description == "old"


def test_merge_all_takes_those_below_a_scope(graph: Graph) -> None:
    with graph.name_scope("train"):
        ops.scalar("loss", 1.0)
    with graph.name_scope("eval"):
        ops.image("seen", np.zeros((1, 1, 1, 1), np.uint8), max_outputs=1)
        ops.text("words", "a")
    assert list(run(ops.merge_all(scope="eval/"))) == ["eval/seen/image", "eval/words"]
    assert len(run(ops.merge_all())) == 3
