"""ops/convolution.py: what makes no sense is refused, by one error that says the shapes; large images come in parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core import crew
from estimator.formats.messages import ConfigProto
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.ops import _convolutions
from estimator.ops._convolutions import Convolution
from estimator.ops._scratch import allocated
from estimator.ops._windows import Form
from estimator.runtime.session import Session
from tests.ops.examples_convolution import Case


def convolve(x: Any, kernel: Any, **attrs: Any) -> Any:
    with Graph().as_default():
        inputs = [build.Placeholder(dtype="float32", shape=shape) for shape in (x, kernel)]
        return build.Conv2D(*inputs, **{"strides": [1, 1, 1, 1], "padding": "SAME"} | attrs)


@pytest.mark.parametrize(
    ("x", "kernel", "attrs", "said"),
    [
        ((1, 4, 4), (3, 3, 1, 1), {}, r"the input \(NHWC\) must have 4 dimensions, given: \(1, 4, 4\)"),
        ((1, 4, 4, 1), (3, 3, 1), {}, r"the filter .* must have 4 dimensions, given: \(3, 3, 1\)"),
        ((1, 4, 4, 3), (3, 3, 2, 4), {}, r"has 3 channels, and the filter \(3, 3, 2, 4\) is for 2"),
        ((1, 4, 4, 4), (3, 3, 2, 3), {}, r"2 groups; its 3 outputs are not a multiple"),
        ((1, 4, 4, 0), (3, 3, 2, 3), {}, r"has 0 channels"),
        ((1, 4, 4, 1), (0, 3, 1, 3), {}, r"the filter must have elements, given the shape \(0, 3, 1, 3\)"),
        ((1, 2, 9, 1), (3, 3, 1, 1), {"padding": "VALID"}, r"3 taps, 1 apart, does not fit into 2 elements \(axis 1\)"),
        ((1, 9, 4, 1), (3, 3, 1, 1), {"padding": "VALID", "dilations": [1, 1, 2, 1]}, r"2 apart, .* 4 elements \(axis 2\)"),
        ((1, 4, 4, 1), (3, 3, 1, 1), {"strides": [1, 0, 1, 1]}, r"strides must be 4 numbers of at least 1, .*0"),
        ((1, 4, 4, 1), (3, 3, 1, 1), {"strides": [2, 2]}, r"strides must be 4 numbers of at least 1, given: \[2, 2\]"),
        ((1, 4, 4, 1), (3, 3, 1, 1), {"strides": [2, 1, 1, 1]}, r"neither along the batch nor along the channels"),
        ((1, 4, 4, 1), (3, 3, 1, 1), {"padding": "same"}, r"padding must be SAME, VALID or EXPLICIT, given: 'same'"),
        ((1, 4, 4, 1), (3, 3, 1, 1), {"padding": "EXPLICIT"}, r"explicit_paddings must be 8 numbers"),
        ((1, 4, 4, 1), (3, 3, 1, 1), {"data_format": "NCWH"}, r"data_format must be NHWC or NCHW, given: 'NCWH'"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(x: Any, kernel: Any, attrs: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        convolve(x, kernel, **attrs)


def test_all_that_is_wrong_with_the_attributes_is_said_at_once() -> None:
    with pytest.raises(ValueError, match="data_format.*padding.*strides"):
        convolve((1, 4, 4, 1), (3, 3, 1, 1), strides=[1], padding="no", data_format="HW")


@pytest.mark.parametrize(
    ("x", "kernel", "attrs", "wanted"),
    [
        ((None, 28, 28, 1), (5, 5, 1, 32), {}, (None, 28, 28, 32)),
        ((None, None, 9, 1), (5, 5, 1, 2), {"strides": [1, 2, 2, 1]}, (None, None, 5, 2)),
        ((2, 7, None, 1), (5, None, 1, 2), {"padding": "VALID"}, (2, 3, None, 2)),
        ((2, 7, 7, 1), (None, None, 1, 2), {}, (2, 7, 7, 2)),
        (None, (3, 3, 1, 2), {}, (None, None, None, 2)),
        ((2, 5, 7, 1), None, {"data_format": "NCHW"}, (2, None, 7, 1)),
        ((2, 0, 3, 1), (3, 3, 1, 2), {}, (2, 0, 3, 2)),
    ],
)
def test_what_is_known_of_the_shapes_flows_through(x: Any, kernel: Any, attrs: Any, wanted: Any) -> None:
    assert convolve(x, kernel, **attrs).dims == wanted


CASES = [
    Case("rows", (5, 6, 5, 4), (3, 3, 4, 3), (1, 1)),
    Case("taps", (5, 6, 9, 1), (3, 2, 1, 3), (1, 2)),
    Case("channels first", (5, 4, 4, 3), (2, 2, 3, 2), (1, 1), is_first=True),
]


@pytest.mark.parametrize("case", CASES, ids=[case.note for case in CASES])
def test_images_that_come_in_parts_make_the_same(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two images fit at once; the fifth comes alone."""
    width = case.kernel[0] * case.kernel[1] * case.kernel[2]
    places = case.y[1] * case.y[2]
    monkeypatch.setattr(_convolutions, "_COLUMNS_LIMIT", 2 * places * max(width, case.kernel[3]))
    names = ("Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter")
    for row in case.examples(*names):
        with Graph().as_default() as graph:
            result = getattr(build, row.op)(*row.inputs, **row.attrs)
            with Session(graph=graph, executor="interpreter") as session:
                assert row.formula is not None
                np.testing.assert_allclose(
                    session.run(result), row.formula(*row.inputs), rtol=1e-5, atol=1e-5
                )


@pytest.mark.parametrize("case", CASES, ids=[case.note for case in CASES])
@pytest.mark.parametrize("place", range(3), ids=["forward", "into input", "into kernel"])
def test_the_bits_do_not_go_by_the_number_of_threads(
    case: Case, place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each image is a part of its own, and there are more of them than lanes."""
    monkeypatch.setattr(_convolutions, "_COLUMNS_LIMIT", 1)
    shares: list[int] = []

    def counted(pieces: Any) -> None:
        shares.append(len(pieces))
        crew.share(pieces)

    monkeypatch.setattr(_convolutions, "share", counted)
    row = case.examples("Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter")[place]
    found = []
    for threads in (1, 2, 5):
        config = ConfigProto(intra_op_parallelism_threads=threads)
        for executor in ("interpreter", "numpy"):
            with Graph().as_default() as graph:
                result = getattr(build, row.op)(*row.inputs, **row.attrs)
                with Session(graph=graph, config=config, executor=executor) as session:
                    found += [session.run(result).tobytes() for _ in range(2)]
    assert len(set(found)) == 1
    assert max(shares) == (1 if place == 2 else 4)  # a sum is not cut that is larger than the columns


def test_each_lane_adds_up_images_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    form = Form.of({"strides": [1, 1, 1, 1], "dilations": [1, 1, 1, 1], "padding": "SAME"})
    monkeypatch.setattr(_convolutions, "_COLUMNS_LIMIT", 100)
    convolution = Convolution.of(form, (7, 6, 6, 1), (3, 3, 1, 2), np.dtype(np.float32))
    x, dy = (rng.standard_normal(shape).astype(np.float32) for shape in ((7, 6, 6, 1), (7, 6, 6, 2)))
    assert (len(convolution._parts), convolution._kernel_lanes) == (7, 4)
    found = []
    for size in (1, 3):
        crew.set_crew_size(size)
        out = np.empty((3, 3, 1, 2), np.float32)
        rooms = allocated(np, convolution.rooms + convolution.kernel_rooms)
        convolution.into_kernel(np, x, out, dy, *rooms)
        found.append(out)
    crew.set_crew_size(1)
    assert found[0].tobytes() == found[1].tobytes()
    padded = np.pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)]).astype(np.float64)
    for row, column in np.ndindex(3, 3):
        wanted = np.einsum("byxc,byxo->co", padded[:, row : row + 6, column : column + 6], dy)
        np.testing.assert_allclose(found[0][row, column], wanted, rtol=1e-4, atol=1e-5)


ADJOINT = {
    "as many outputs as channels": ((3, 6, 7, 4), (3, 2, 4, 4), {"padding": "SAME"}, True),
    "fewer outputs": ((2, 5, 5, 6), (3, 3, 6, 1), {"padding": "VALID"}, True),
    "more outputs": ((2, 5, 5, 2), (3, 3, 2, 5), {"padding": "SAME"}, False),
    "strides": ((2, 7, 7, 4), (3, 3, 4, 4), {"padding": "SAME", "strides": [1, 1, 2, 1]}, False),
    "dilations": ((2, 9, 9, 4), (3, 2, 4, 3), {"padding": "SAME", "dilations": [1, 2, 3, 1]}, True),
    "groups": ((2, 5, 6, 6), (2, 3, 3, 6), {"padding": "SAME"}, True),
    "channels first": ((2, 4, 5, 6), (3, 3, 4, 2), {"padding": "SAME", "data_format": "NCHW"}, True),
    "padding by hand": ((2, 5, 5, 3), (3, 3, 3, 3), {"padding": "EXPLICIT", "explicit_paddings": [0, 0, 2, 1, 0, 2, 0, 0]}, True),
    "padding beyond a window": ((2, 5, 5, 3), (2, 2, 3, 3), {"padding": "EXPLICIT", "explicit_paddings": [0, 0, 2, 1, 0, 0, 0, 0]}, False),
    "one by one": ((2, 5, 5, 4), (1, 1, 4, 3), {"padding": "SAME"}, False),
}  # fmt: skip


@pytest.mark.parametrize("name", ADJOINT)
def test_what_flows_into_the_input_is_the_adjoint_of_the_convolution(name: str) -> None:
    """The sum of conv(x) * dy is that of x * dx for any x and dy, in whichever of its two ways dx is computed."""
    shape, taps, attrs, is_turned = ADJOINT[name]
    form = Form.of({"strides": [1, 1, 1, 1], "dilations": [1, 1, 1, 1]} | attrs)
    convolution = Convolution.of(form, shape, taps, np.float64)
    assert (convolution._turned is not None) == is_turned
    rng = np.random.default_rng(2)
    x, kernel, dy = (rng.standard_normal(sizes) for sizes in (shape, taps, convolution.result_shape))
    y, dx = np.empty_like(dy), np.empty_like(x)
    convolution.forward(np, x, kernel, y, *allocated(np, convolution.rooms))
    convolution.into_input(np, dx, kernel, dy, *allocated(np, convolution.rooms))
    np.testing.assert_allclose(np.sum(y * dy), np.sum(x * dx), rtol=1e-9)
