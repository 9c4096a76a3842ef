"""Summary ops: what they refuse. Their values are tested with the format."""

from __future__ import annotations

from typing import Any

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


def test_a_histogram_of_nan_has_what_is_finite_and_tells_the_rest() -> None:
    with Graph().as_default():
        data = Session().run(ops.histogram("n", b.Identity([1.0, float("nan")])))
    count, value = messages.Summary.FromString(data).value
    assert (count.tag, count.simple_value, value.tag, value.histo.num) == ("n/not_finite", 1, "n", 1)


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


def sounds_of(summary: Any) -> list[Any]:
    found = messages.get("Summary").FromString(Session().run(summary))
    return [
        (
            value.tag,
            value.audio.sample_rate,
            value.audio.num_channels,
            value.audio.length_frames,
            value.audio.content_type,
            value.audio.encoded_audio_string[-8:],
        )
        for value in found.value
    ]


def test_sounds_are_written_as_tensorflow_writes_them() -> None:
    sounds = np.array([[[-1.0, 0.5], [0.25, 2.0]], [[0.0, 0.0], [1.0, 1.0]]], np.float32)
    with Graph().as_default():
        both = sounds_of(ops.audio("a", sounds, 8000))
        one = sounds_of(ops.audio("mono", sounds[..., 0], 44100.0, max_outputs=1))
        in_family = sounds_of(ops.audio("b c", sounds[:1], 8000, family="fam"))
        short = sounds_of(ops.audio("short", np.zeros([1, 0, 1], np.float32), 8))
        nothing = sounds_of(ops.audio("nothing", np.zeros([0, 3, 1], np.float32), 8))
    # what tf.summary.audio of TensorFlow 2.15.1 makes of the same arrays: the samples stand at the end of a file
    assert both == [
        ("a/audio/0", 8000.0, 2, 2, "audio/wav", b"\x00\x80\x00@\x00 \xff\x7f"),
        ("a/audio/1", 8000.0, 2, 2, "audio/wav", b"\x00\x00\x00\x00\xff\x7f\xff\x7f"),
    ]
    assert one == [("mono/audio", 44100.0, 1, 2, "audio/wav", b"\x04\x00\x00\x00\x00\x80\x00 ")]
    assert in_family[0][0] == "fam/fam/b_c/audio/0"
    assert short == [("short/audio/0", 8.0, 1, 0, "audio/wav", b"data\x00\x00\x00\x00")]
    assert nothing == []


@pytest.mark.parametrize(
    ("shape", "rate", "message"),
    [
        ([2], 8000.0, r"'s' has the shape \[2\]"),
        ([1, 2, 1, 1], 8000.0, "batch of sounds"),
        ([1, 3, 0], 8000.0, "must have a channel"),
        ([1, 3, 1], 0.0, "sample_rate of 's' must be > 0, given: 0.0"),
        ([1, 3, 1], float("nan"), "sample_rate of 's' must be > 0, given: nan"),
        ([1, 3, 1], 0.25, "sample_rate must be above 0"),
    ],
)
def test_what_is_no_sound_is_refused(shape: list[int], rate: float, message: str) -> None:
    with Graph().as_default(), pytest.raises(InvalidArgumentError, match=message):
        Session().run(ops.audio("s", np.zeros(shape, np.float32), rate))


def test_no_sounds_at_all_are_refused() -> None:
    with Graph().as_default(), pytest.raises(ValueError, match="max_outputs must be at least 1, given: 0"):
        ops.audio("s", np.zeros([1, 3, 1], np.float32), 8, max_outputs=0)
