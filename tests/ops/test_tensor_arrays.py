"""TensorArrays of TensorFlow 1. What they refuse, and the words, are TensorFlow 2.15.1's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int32, string
from estimator.core.errors import InvalidArgumentError, UnimplementedError
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session
from tests.ops.example import f32


@pytest.fixture(autouse=True)
def session() -> Iterator[Session]:
    with Graph().as_default(), Session() as session:
        yield session


class Array:
    """A TensorArray in the graph, which goes on from flow to flow."""

    def __init__(self, size: Any = 2, handle: Any = None, flow: Any = None, **attrs: Any) -> None:
        if handle is None:
            handle, flow = build.TensorArrayV3(size, dtype=float32, **attrs)
        self.handle, self.flow = handle, flow

    def write(self, index: int, value: Any) -> Array:
        """The array when that is written."""
        return self._then(build.TensorArrayWriteV3(self.handle, index, f32(*np.atleast_1d(value)), self.flow))

    def read(self, index: int) -> Tensor:
        """An element."""
        return build.TensorArrayReadV3(self.handle, index, self.flow, dtype=float32)  # type: ignore[no-any-return]

    def gather(self, *indices: int, **attrs: Any) -> Tensor:
        """Several elements."""
        places = np.array(indices, np.int32)
        return build.TensorArrayGatherV3(self.handle, places, self.flow, dtype=float32, **attrs)  # type: ignore[no-any-return]

    def scatter(self, indices: Any, rows: Any) -> Array:
        """The array when rows are written."""
        places = np.array(indices, np.int32)
        return self._then(build.TensorArrayScatterV3(self.handle, places, f32(rows), self.flow))

    def split(self, value: Any, *lengths: int) -> Array:
        """The array when parts are written."""
        sizes = np.array(lengths, np.int64)
        return self._then(
            build.TensorArraySplitV3(self.handle, np.asarray(value, np.float32), sizes, self.flow)
        )

    def concat(self, **attrs: Any) -> tuple[Tensor, Tensor]:
        """All elements, joined, and their lengths."""
        return build.TensorArrayConcatV3(self.handle, self.flow, dtype=float32, **attrs)  # type: ignore[no-any-return]

    def gradient(self, source: str = "gradients") -> Array:
        """The array of the gradients."""
        return Array(0, *build.TensorArrayGradV3(self.handle, self.flow, source=source))

    def after(self, tensor: Tensor) -> Array:
        """The array when that has run."""
        with self.flow.graph.control_dependencies([tensor]):
            return self._then(build.Identity(self.flow))

    def _then(self, flow: Tensor) -> Array:
        return Array(0, self.handle, flow)


def filled(**attrs: Any) -> Array:
    return Array(**attrs).write(0, [1, 2]).write(1, [3, 4])


def test_what_is_written_is_read(session: Session) -> None:
    array = filled()
    assert session.run([array.read(1), array.read(0)])[0].tolist() == [3, 4]


def test_each_run_has_an_array_of_its_own(session: Session) -> None:
    value = filled().read(0)
    for _ in range(3):
        assert session.run(value).tolist() == [1, 2]


def test_elements_are_stacked_in_the_order_asked_for(session: Session) -> None:
    assert session.run(filled().gather(1, 0)).tolist() == [[3, 4], [1, 2]]


def test_rows_are_scattered(session: Session) -> None:
    assert session.run(Array().scatter([1, 0], [[1, 2], [3, 4]]).gather(0, 1)).tolist() == [[3, 4], [1, 2]]


def test_a_row_may_be_a_text(session: Session) -> None:
    """As those of a map over encoded images."""
    handle, flow = build.TensorArrayV3(2, dtype=string)
    texts = np.array([b"ab", b"\xff"], object)
    places = np.array([0, 1], np.int32)
    flow = build.TensorArrayScatterV3(handle, places, texts, flow)
    assert session.run(build.TensorArrayReadV3(handle, 1, flow, dtype=string)) == b"\xff"
    gathered = session.run(build.TensorArrayGatherV3(handle, places, flow, dtype=string))
    assert gathered.dtype == object and gathered.tolist() == [b"ab", b"\xff"]


def test_parts_are_split_and_joined(session: Session) -> None:
    array = Array(3).split([1, 2, 3], 1, 0, 2)
    value, lengths = session.run(list(array.concat()))
    assert value.tolist() == [1, 2, 3]
    assert lengths.tolist() == [1, 0, 2]
    assert lengths.dtype == np.int64


def test_a_dynamic_array_grows(session: Session) -> None:
    array = Array(0, dynamic_size=True).write(5, 1.0)
    assert session.run(build.TensorArraySizeV3(array.handle, array.flow)) == 6


def test_what_nobody_wrote_is_zeros_where_the_shape_is_known(session: Session) -> None:
    assert session.run(Array(element_shape=(2,)).read(0)).tolist() == [0, 0]
    uniform = Array(identical_element_shapes=True).write(0, [1, 2, 3])
    assert session.run(uniform.gather(0, 1)).tolist() == [[1, 2, 3], [0, 0, 0]]


def test_an_element_may_be_read_again_if_it_is_not_cleared(session: Session) -> None:
    array = filled(clear_after_read=False)
    assert session.run(array.after(array.read(0)).read(0)).tolist() == [1, 2]


def test_nothing_is_stacked_or_joined_where_the_shape_is_known(session: Session) -> None:
    assert session.run(Array(0).gather(element_shape=(2,))).shape == (0, 2)
    value, lengths = session.run(list(Array(0).concat(element_shape_except0=(3,))))
    assert (value.shape, lengths.shape) == ((0, 3), (0,))


# -- gradients ---------------------------------------------------------------------------------------------------------


def test_what_is_written_to_a_gradient_adds_up_and_begins_with_zeros(session: Session) -> None:
    gradient = filled().gradient().write(0, [1, 1]).write(0, [2, 1])
    assert session.run(gradient.gather(0, 1)).tolist() == [[3, 2], [0, 0]]


def test_the_gradient_of_an_element_that_was_read_has_its_shape(session: Session) -> None:
    array = filled()
    assert session.run(array.after(array.read(0)).gradient().read(0)).tolist() == [0, 0]


def test_one_source_has_one_gradient_and_others_have_others(session: Session) -> None:
    array = filled()
    first = array.gradient()
    written = Array(0, array.handle, first.flow).gradient().write(0, [5, 5])
    assert session.run(Array(0, first.handle, written.flow).read(0)).tolist() == [5, 5]
    other = Array(0, array.handle, first.flow).gradient("gradients_1").write(0, [5, 5])
    assert session.run(Array(0, first.handle, other.flow).read(0)).tolist() == [0, 0]


def test_a_gradient_may_have_more_axes_than_its_element(session: Session) -> None:
    array = Array(element_shape=(1,))
    made = build.TensorArrayGradWithShape(array.handle, array.flow, np.array([3], np.int32), source="g")
    assert session.run(Array(0, *made).read(1)).tolist() == [[0], [0], [0]]


def test_an_array_that_has_a_gradient_grows_no_more(session: Session) -> None:
    array = filled(dynamic_size=True)
    later = Array(0, array.handle, array.gradient().flow).write(5, [1, 1])
    with pytest.raises(
        InvalidArgumentError, match="Tried to write to index 5 but array is not resizeable and size is: 2"
    ):
        session.run(later.flow)


# -- what is refused ---------------------------------------------------------------------------------------------------

_REFUSED = {
    "behind the end": (lambda: Array().write(5, 1.0).flow, "index 5 but array is not resizeable and size is: 2"),
    "before the beginning": (lambda: Array(dynamic_size=True).write(-1, 1.0).flow, "index -1 but array is not"),
    "written twice": (lambda: filled().write(0, [1, 2]).flow, "index 0 because it has already been written to"),
    "never written": (lambda: Array().read(0), "Could not read from TensorArray index 0"),
    "read behind the end": (lambda: Array(element_shape=(2,)).read(2), "Tried to read from index 2 but array size is: 2"),
    "another shape": (lambda: Array(element_shape=(2,)).write(0, [1, 2, 3]).flow, r"value shape is \[3\]"),
    "not uniform": (
        lambda: Array(identical_element_shapes=True).write(0, [1, 2, 3]).write(1, [1, 2]).flow,
        r"index 1 because the value shape is \[2\] which is incompatible",
    ),
    "stacked unequal": (
        lambda: Array().write(0, [1, 2, 3]).write(1, [1, 2]).gather(0, 1),
        r"inconsistent shapes. Index 0 has shape: \[3\] but index 1 has shape: \[2\]",
    ),
    "read twice": (lambda: (a := filled()).after(a.read(0)).read(0), "Could not read index 0 twice because it was cleared"),
    "written when read": (
        lambda: (a := filled()).after(a.read(0)).write(0, [1, 2]).flow,
        "index 0 because it has already been read",
    ),
    "scattered behind the end": (
        lambda: Array().scatter([1, 5], [[1, 2], [3, 4]]).flow,
        r"Max scatter index must be < array size \(5 vs. 2\)",
    ),
    "too many parts": (lambda: Array(2).split([1, 2, 3], 1, 0, 2).flow, r"size of lengths \(2 vs. 3\)"),
    "too short parts": (lambda: Array(2).split([1, 2, 3], 1, 1).flow, r"sum of lengths is 2 and value's shape is: \[3\]"),
    "a scalar in parts": (lambda: Array(2).split(1.0, 1, 1).flow, "at least a vector"),
    "joined unequal": (
        lambda: Array().scatter([0], [[[1, 2, 3]]]).write(1, [1, 2]).concat()[0],
        r"Index 0 has \(excepting dimension 0\) shape: \[3\] but index 1",
    ),
    "joined scalars": (lambda: Array(2).scatter([0, 1], [1, 2]).concat()[0], "saw a scalar shape at index 0"),
    "a gradient of another shape": (
        lambda: filled().gradient().write(0, [1, 1]).write(0, [1, 1, 3]).flow,
        r"existing shape is \[2\] but the new input shape is \[3\]",
    ),
    "no size": (lambda: Array(-1).flow, "Size should be >= 0, given: -1"),
    "another type": (
        lambda: build.TensorArrayReadV3((a := filled()).handle, 0, a.flow, dtype=int32),
        "elements of float32, not of int32",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", _REFUSED)
def test_what_an_array_cannot_do_is_refused(session: Session, kind: str) -> None:
    make, words = _REFUSED[kind]
    with pytest.raises(InvalidArgumentError, match=words):
        session.run(make())


def test_a_closed_array_is_refused(session: Session) -> None:
    array = filled()
    with array.flow.graph.control_dependencies([array.flow]):
        close = build.TensorArrayCloseV3(array.handle)
    with array.flow.graph.control_dependencies([close]):
        late = build.TensorArrayReadV3(array.handle, 0, array.flow, dtype=float32)
    with pytest.raises(InvalidArgumentError, match="has already been closed"):
        session.run(late)


def test_nothing_of_unknown_shape_is_refused(session: Session) -> None:
    for value in (Array(0).gather(), Array(0).concat()[0]):
        with pytest.raises(UnimplementedError, match="TensorArray has size zero, but"):
            session.run(value)


def test_what_does_not_fit_is_refused_when_the_graph_is_built() -> None:
    with pytest.raises(ValueError, match=r"size must be a scalar, given the shape \(2,\)"):
        Array([2, 3])
    with pytest.raises(ValueError, match="the rows of value and the indices differ: 2 and 1"):
        Array().scatter([1], [[1, 2], [3, 4]])
