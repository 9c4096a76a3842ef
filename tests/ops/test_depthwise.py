"""ops/depthwise.py: images that come in parts, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.ops import _depthwise
from estimator.runtime.session import Session
from tests.ops.examples_convolution import Case
from tests.ops.examples_depthwise import examples_of

CASES = [
    (Case("last", (5, 4, 5, 3), (3, 2), (1, 1)), 2),
    (Case("first", (5, 4, 5, 3), (2, 2), (1, 1), is_first=True), 1),
]


@pytest.mark.parametrize(("case", "multiplier"), CASES, ids=[case.note for case, _ in CASES])
def test_images_that_come_in_parts_make_the_same(
    case: Case, multiplier: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two images fit at once; the fifth comes alone."""
    monkeypatch.setattr(_depthwise, "_SUMS_LIMIT", 2 * 4 * 5 * 3 * multiplier)
    for row in examples_of(case, multiplier):
        with Graph().as_default() as graph:
            result = getattr(build, row.op)(*row.inputs, **row.attrs)
            with Session(graph=graph, executor="interpreter") as session:
                assert row.formula is not None
                np.testing.assert_allclose(
                    session.run(result), row.formula(*row.inputs), rtol=1e-5, atol=1e-5
                )


@pytest.mark.parametrize(
    ("x", "kernel", "attrs", "said"),
    [
        ((1, 4, 4, 3), (3, 3, 2, 1), {}, "channels of the input and of the filter .* differ: 3 and 2"),
        ((1, 4, 4, 3), (3, 3, 3), {}, r"the filter .* must have 4 dimensions, given: \(3, 3, 3\)"),
        ((1, 2, 4, 3), (3, 3, 3, 1), {"padding": "VALID"}, r"does not fit into 2 elements \(axis 1\)"),
        (
            (1, 4, 4, 3),
            (3, 3, 3, 1),
            {"strides": [1, 1, 1, 2]},
            "neither along the batch nor along the channels",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(x: Any, kernel: Any, attrs: Any, said: str) -> None:
    with Graph().as_default(), pytest.raises(ValueError, match=said):
        inputs = [build.Placeholder(dtype="float32", shape=shape) for shape in (x, kernel)]
        build.DepthwiseConv2dNative(*inputs, **{"strides": [1, 1, 1, 1], "padding": "SAME"} | attrs)
