"""Serialised summaries and TensorFlow's histogram buckets.

Origin of the expected limits and counts: tf.compat.v1.summary.histogram of the same values under TensorFlow 2.15.1.
"""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.formats import messages, summary

LARGEST = 1.7976931348623157e308


@pytest.mark.parametrize(
    ("values", "limits", "counts"),
    [
        (
            [0.1, 1, 2, 2, 7.5],
            [
                *(0.09312398815580714, 0.10243638697138786, 0.917246389039776, 1.0089710279437536),
                *(1.9661990955585713, 2.1628190051144287, 7.466637793298873, 8.213301572628762, LARGEST),
            ],
            [0, 1, 0, 1, 0, 2, 0, 1, 0],
        ),
        (
            [-3.0, -0.2],
            [-3.1665833053880363, -2.8787120958073054, -0.2195814928486969, -0.19961953895336082, LARGEST],
            [0, 1, 0, 1, 0],
        ),
        (
            [-1.0, 0.0, 1.0],
            [
                -1.0089710279437536,
                -0.917246389039776,
                0.0,
                1e-12,
                0.917246389039776,
                1.0089710279437536,
                LARGEST,
            ],
            [0, 1, 0, 1, 0, 1, 0],
        ),
        ([0.0, 0.0], [0.0, 1e-12, LARGEST], [0, 2, 0]),
        (
            [1e30, -1e30, 1.7e308],
            [-LARGEST, -9.920775621859783e19, 9.920775621859783e19, LARGEST],
            [0, 1, 0, 2],
        ),
        (
            [1e-12, 1.1e-12, 1.2e-12, -1e-12],
            [-1e-12, 0.0, 1e-12, 1.1000000000000002e-12, 1.2100000000000003e-12, LARGEST],
            [0, 1, 0, 2, 1, 0],
        ),
        ([5.0], [4.636194617418625, 5.099814079160488, LARGEST], [0, 1, 0]),
        ([], [LARGEST], [0]),
    ],
)
def test_buckets_are_tensorflows(values: list[float], limits: list[float], counts: list[float]) -> None:
    assert summary.buckets(np.array(values, np.float64)) == (limits, counts)


def test_a_histogram_has_the_moments_of_its_values() -> None:
    data = summary.histogram("h", np.array([[1, 2], [3, -4]], np.int32))
    (value,) = messages.get("Summary").FromString(data).value
    histo = value.histo
    assert (value.tag, histo.num, histo.min, histo.max, histo.sum, histo.sum_squares) == (
        "h",
        4,
        -4,
        3,
        2,
        30,
    )


def test_an_empty_histogram_has_the_limits_the_wrong_way_round() -> None:
    (value,) = messages.get("Summary").FromString(summary.histogram("h", np.array([]))).value
    assert (value.histo.min, value.histo.max) == (LARGEST, -LARGEST)


def test_infinity_is_refused_with_the_tag() -> None:
    with pytest.raises(InvalidArgumentError, match="Infinity in summary histogram for: h"):
        summary.histogram("h", np.array([np.inf]))


def test_a_scalar_of_zero_is_written() -> None:
    # field 1 (value): field 1 tag "a", field 2 float 0.0: by the protobuf wire format
    assert summary.scalar("a", 0.0) == bytes.fromhex("0a080a0161150000 0000".replace(" ", ""))


def test_a_tag_in_two_summaries_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="Duplicate tag a"):
        summary.merge([summary.scalar("a", 1.0), summary.scalar("a", 2.0)])
