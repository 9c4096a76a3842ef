"""Lists of tensors; values and errors are those of TensorFlow 2.15's kernels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int32, string, variant
from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from tests.ops.example import f32
from tests.runtime.programs import bits

ROWS = f32([1, 2], [3, 4], [5, 6])


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def run(fetches: Any, feed: Any = None) -> Any:
    """What is fetched in the last of several runs, which interpreter and plan agree on."""
    found = [
        [Session(executor=executor).run(fetches, feed) for _ in range(3)]
        for executor in ("interpreter", "numpy")
    ]
    session = Session()
    assert bits(found[0]) == bits(found[1]) == bits([session.run(fetches, feed) for _ in range(3)])
    return found[1][-1]


def empty(shape: Any = (-1,), limit: int = -1, dtype: Any = float32) -> Any:
    return b.EmptyTensorList(np.array(shape, np.int32), limit, element_dtype=dtype)


def reserved(count: int, shape: Any = (2,), dtype: Any = float32) -> Any:
    return b.TensorListReserve(np.array(shape, np.int32), count, element_dtype=dtype)


def of_rows(rows: Any = ROWS) -> Any:
    return b.TensorListFromTensor(rows, np.array(np.shape(rows)[1:], np.int32))


def stacked(values: Any, shape: Any = -1, count: int = -1, dtype: Any = float32) -> Any:
    return b.TensorListStack(values, np.array(shape, np.int32), element_dtype=dtype, num_elements=count)


def item(values: Any, index: int, shape: Any = -1, dtype: Any = float32) -> Any:
    return b.TensorListGetItem(values, index, np.array(shape, np.int32), element_dtype=dtype)


def joined(values: Any, shape: Any, leading: Any = ()) -> Any:
    return b.TensorListConcatV2(
        values, np.array(shape, np.int32), np.array(leading, np.int64), element_dtype=float32
    )


# -- values ------------------------------------------------------------------------------------------


def test_what_is_pushed_is_stacked_and_popped() -> None:
    pushed = b.TensorListPushBack(b.TensorListPushBack(empty(), f32(1, 2)), f32(3, 4))
    rest, last = b.TensorListPopBack(pushed, np.int32([2]), element_dtype=float32)
    results = run(
        [stacked(pushed), last, stacked(rest), b.TensorListLength(rest), b.TensorListLength(pushed)]
    )
    assert [np.asarray(result).tolist() for result in results] == [[[1, 2], [3, 4]], [3, 4], [[1, 2]], 1, 2]


def test_an_operation_leaves_the_list_that_it_is_given_as_it_was() -> None:
    start = of_rows()
    changed = b.TensorListSetItem(start, 1, f32(8, 9))
    shorter, _ = b.TensorListPopBack(start, -1, element_dtype=float32)
    others = [b.TensorListPushBack(shorter, f32(value, value)) for value in (10, 11)]
    results = run([stacked(value) for value in (start, changed, shorter, *others)])
    assert [result.tolist() for result in results] == [
        [[1, 2], [3, 4], [5, 6]],
        [[1, 2], [8, 9], [5, 6]],
        [[1, 2], [3, 4]],
        [[1, 2], [3, 4], [10, 10]],
        [[1, 2], [3, 4], [11, 11]],
    ]


def test_an_element_keeps_its_value_when_the_buffer_it_came_from_is_used_again() -> None:
    x = b.Placeholder(dtype=float32, shape=(2,))
    pushed = b.TensorListPushBack(empty(), b.Neg(x))
    with pushed.graph.control_dependencies([pushed]):
        later = b.Exp(b.Square(x))
    assert [result.tolist() for result in run([stacked(pushed), later], {x: [0.0, 1.0]})] == [
        [[-0.0, -1.0]], [1.0, float(np.exp(np.float32(1)))],
    ]  # fmt: skip


def test_elements_that_were_never_set_are_zeros_of_the_shape_that_is_known() -> None:
    set_one = b.TensorListSetItem(reserved(3, [-1]), 1, f32(1, 2))
    assert run(stacked(reserved(2))).tolist() == [[0, 0], [0, 0]]
    assert run(stacked(set_one)).tolist() == [[0, 0], [1, 2], [0, 0]]
    assert [value.tolist() for value in run([item(reserved(3, -1), 0, [2]), item(set_one, 0)])] == [
        [0, 0],
        [0, 0],
    ]
    assert run(stacked(reserved(2, [], string), dtype=string)).tolist() == [b"", b""]


def test_an_empty_list_is_stacked_if_the_shape_is_known() -> None:
    assert run(stacked(empty([2]), -1)).shape == run(stacked(empty(-1), [2])).shape == (0, 2)


def test_a_list_is_of_rows_or_of_parts_or_scattered() -> None:
    parts = b.TensorListSplit(ROWS, np.int32([-1, 2]), np.int64([2, 1]))
    assert [value.tolist() for value in run([item(parts, 0), item(parts, 1)])] == [[[1, 2], [3, 4]], [[5, 6]]]
    two = ROWS[:2]
    assert run(stacked(b.TensorListScatter(two, [3, 1], [2]))).tolist() == [[0, 0], [3, 4], [0, 0], [1, 2]]
    assert run(stacked(b.TensorListScatterV2(two, [1, 0], [2], 3))).tolist() == [[3, 4], [1, 2], [0, 0]]
    into = b.TensorListScatterIntoExistingList(of_rows(), two, [1, 4])
    assert run(stacked(into)).tolist() == [[1, 2], [1, 2], [5, 6], [0, 0], [3, 4]]


def test_elements_are_gathered_and_joined() -> None:
    gathered = b.TensorListGather(of_rows(), [2, 0, 2], [2], element_dtype=float32)
    nothing = b.TensorListGather(of_rows(), np.zeros(0, np.int32), [2], element_dtype=float32)
    assert (run(gathered).tolist(), run(nothing).shape) == ([[5, 6], [1, 2], [5, 6]], (0, 2))
    parts = b.TensorListPushBack(b.TensorListPushBack(empty([-1, 2]), ROWS[:1]), ROWS[1:])
    tensor, lengths = run(joined(parts, [-1, 2]))
    assert (tensor.tolist(), lengths.tolist()) == (ROWS.tolist(), [1, 2])
    tensor, lengths = run(joined(reserved(2, [-1, 2]), [-1, 2], [3, 1]))
    assert (tensor.tolist(), lengths.tolist()) == ([[0, 0]] * 4, [3, 1])
    assert [value.shape for value in run(joined(empty([-1, 2]), -1))] == [(0, 2), (0,)]


def test_a_list_grows_when_it_is_resized_or_set_behind_its_end() -> None:
    longer, shorter = b.TensorListResize(of_rows(), 4), b.TensorListResize(of_rows(), 1)
    behind = b.TensorListSetItem(of_rows(), 4, f32(9, 9), resize_if_index_out_of_bounds=True)
    assert [value.tolist() for value in run([stacked(longer), stacked(shorter), stacked(behind)])] == [
        [*ROWS.tolist(), [0, 0]], [[1, 2]], [*ROWS.tolist(), [0, 0], [9, 9]],
    ]  # fmt: skip


def test_a_list_tells_what_it_knows_of_the_shape_of_its_elements() -> None:
    shapes = [b.TensorListElementShape(empty(shape), shape_type=int32) for shape in ([2, -1], -1, [])]
    assert [np.asarray(shape).tolist() for shape in run(shapes)] == [[2, -1], -1, []]


def test_lists_add_up_element_by_element() -> None:
    one, other = (b.TensorListSetItem(reserved(3, [-1]), index, f32(1, 2)) for index in (1, 0))
    sums = [b.AddN([one, other]), b.AddN([of_rows(), of_rows(), one])]
    assert [value.tolist() for value in run([stacked(total) for total in sums])] == [
        [[1, 2], [1, 2], [0, 0]], [[2, 4], [7, 10], [10, 12]],
    ]  # fmt: skip
    zeros = b.ZerosLike(b.TensorListSetItem(reserved(2, [-1]), 1, f32(1, 2)))
    assert run(stacked(b.AddN([zeros, b.TensorListSetItem(zeros, 0, f32(3, 4))]))).tolist() == [
        [3, 4],
        [0, 0],
    ]


def test_lists_hold_texts_and_lists() -> None:
    texts = b.TensorListPushBack(empty([], dtype=string), np.array(b"a\0", object))
    assert run([stacked(texts, dtype=string), item(texts, 0, dtype=string)])[0].tolist() == [b"a\0"]
    nested = b.TensorListPushBack(empty([], dtype=variant), of_rows())
    assert run(stacked(item(nested, 0, [], variant))).tolist() == ROWS.tolist()


def test_each_run_begins_with_lists_of_its_own() -> None:
    start, index = empty([]), b.Placeholder(dtype=float32, shape=())
    pushed = stacked(b.TensorListPushBack(start, index))
    session = Session()
    assert [session.run(pushed, {index: value}).tolist() for value in range(5)] == [
        [value] for value in range(5)
    ]


def test_a_list_is_no_value_outside_of_a_run() -> None:
    with pytest.raises(TypeError, match="is a list of tensors, which has no value outside of a run"):
        Session().run(empty())


# -- static shapes -----------------------------------------------------------------------------------


def test_static_shapes_are_what_element_shape_says() -> None:
    values, unknown = of_rows(), b.Placeholder(dtype=int32, shape=None)
    assert item(values, 0, [2, -1]).dims == (2, None)
    assert item(values, 0).dims is None
    assert b.TensorListGetItem(values, 0, unknown, element_dtype=float32).dims is None
    assert (stacked(values, [2]).dims, stacked(values, [2], 3).dims) == ((None, 2), (3, 2))
    assert b.TensorListGather(values, [0, 1], [2], element_dtype=float32).dims == (2, 2)
    assert [tensor.dims for tensor in joined(values, [5, 2])] == [(None, 2), (None,)]
    assert [tensor.dims for tensor in b.TensorListPopBack(values, [2], element_dtype=float32)] == [(), (2,)]


# -- errors ------------------------------------------------------------------------------------------

FAULTS = {
    "element of shape .2,. in a list of elements .3,.": lambda: b.TensorListPushBack(empty([3]), f32(1, 2)),
    "element of shape .1,. in a list of elements .2,.": lambda: b.TensorListSetItem(reserved(3), 1, f32([1])),
    "the list is full: it has 1 elements": lambda: b.TensorListPushBack(
        b.TensorListPushBack(empty([2], 1), f32(1, 2)), f32(1, 2)
    ),
    "nothing to be taken from an empty list": lambda: b.TensorListPopBack(empty(), -1, element_dtype=float32)[
        0
    ],
    "no element 3 in a list of 3": lambda: item(of_rows(), 3),
    "no element -1 in a list of 3": lambda: item(of_rows(), -1),
    "no element 5 in a list of 3": lambda: b.TensorListSetItem(of_rows(), 5, f32(1, 2)),
    "no element 7 in a list of 3": lambda: b.TensorListGather(of_rows(), [7], -1, element_dtype=float32),
    "no element 3 in a list of 2": lambda: b.TensorListScatterV2(ROWS[:2], [3, 1], [2], 2),
    "never set is asked for, and nothing says of which shape": lambda: item(reserved(1, [-1]), 0),
    "no element of the list was set, and its element_shape .*unknown": lambda: stacked(empty(-1)),
    "shapes .2,. and .1,. are not compatible": lambda: stacked(
        b.TensorListPushBack(b.TensorListPushBack(empty(), f32(1, 2)), f32([1]))
    ),
    "the list has 3 elements, but num_elements=4 is wanted": lambda: stacked(of_rows(), count=4),
    "a list cannot have -1 elements": lambda: b.TensorListResize(of_rows(), -1),
    "a list cannot have -2 elements": lambda: reserved(-2),
    "there are 1 positions for 3 rows": lambda: b.TensorListScatter(ROWS, [1], [2]),
    r"lengths \[2, 2\] do not divide the 3 rows": lambda: b.TensorListSplit(ROWS, [-1, 2], np.int64([2, 2])),
    "element 0 of the list was never set, and leading_dims": lambda: joined(reserved(2, [-1, 2]), [-1, 2])[0],
    "scalars cannot be joined": lambda: joined(b.TensorListPushBack(empty([]), 1.0), -1)[0],
    "lists of 3 and of 2 elements cannot be added": lambda: b.AddN([of_rows(), reserved(2)]),
}


@pytest.mark.parametrize("message", FAULTS)
@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_what_does_not_fit_fails_in_the_run(message: str, executor: str) -> None:
    made = FAULTS[message]()
    session = Session(executor=executor)
    for _ in range(3):
        with pytest.raises(InvalidArgumentError, match=f"test_lists.py.*{message}"):
            session.run(made.op)


def test_rows_of_another_static_shape_are_refused_at_once() -> None:
    with pytest.raises(ValueError, match=r"shapes \(2,\) and \(3,\) are not compatible"):
        b.TensorListFromTensor(ROWS, [3])
    with pytest.raises(ValueError, match="a scalar has no rows"):
        b.TensorListFromTensor(1.0, np.zeros(0, np.int32))


# -- gradients ---------------------------------------------------------------------------------------


def weighted(tensor: Any) -> Any:
    """A sum in which each entry has a factor of its own."""
    factors = b.Cast(b.Range(1, b.Add(b.Size(tensor), 1), 1), DstT=float32)
    return b.Sum(b.Mul(b.Reshape(tensor, [-1]), factors), [0])


def push_and_pop(x: Any) -> Any:
    rest, last = b.TensorListPopBack(
        b.TensorListPushBack(b.TensorListFromTensor(x, [2]), b.Sum(x, [0])), [2], element_dtype=float32
    )
    return b.Add(weighted(b.Square(stacked(rest, [2]))), weighted(last))


THROUGH = {
    "stack": lambda x: weighted(stacked(b.TensorListFromTensor(x, [2]), [2])),
    "push and pop": push_and_pop,
    "pop the last alone": lambda x: weighted(
        b.TensorListPopBack(b.TensorListFromTensor(x, [2]), [2], element_dtype=float32)[1]
    ),
    "pop the rest alone": lambda x: weighted(
        stacked(b.TensorListPopBack(b.TensorListFromTensor(x, [2]), [2], element_dtype=float32)[0], [2])
    ),
    "get": lambda x: b.Add(weighted(item(b.TensorListFromTensor(x, [2]), 1, [2])), weighted(x)),
    "get twice": lambda x: (lambda values: weighted(b.Mul(item(values, 1, [2]), item(values, 0, [2]))))(
        b.TensorListFromTensor(x, [2])
    ),
    "set": lambda x: weighted(
        stacked(b.TensorListSetItem(b.TensorListFromTensor(x, [2]), 1, b.Sum(b.Square(x), [0])), [2])
    ),
    "set behind the end": lambda x: weighted(
        stacked(b.TensorListSetItem(b.TensorListFromTensor(x, [2]), 4, b.Sum(x, [0]), resize_if_index_out_of_bounds=True), [2])
    ),
    "gather": lambda x: weighted(b.TensorListGather(b.TensorListFromTensor(x, [2]), [2, 0], [2], element_dtype=float32)),
    "scatter": lambda x: weighted(stacked(b.TensorListScatterV2(x, [3, 1, 0], [2], 5), [2])),
    "scatter, old": lambda x: weighted(stacked(b.TensorListScatter(x, [3, 1, 0], [2]), [2])),
    "scatter into": lambda x: weighted(
        stacked(b.TensorListScatterIntoExistingList(b.TensorListFromTensor(x, [2]), b.Square(x), [3, 1, 0]), [2])
    ),
    "split and join": lambda x: weighted(
        joined(b.TensorListSplit(x, [-1, 2], np.int64([1, 2])), [-1, 2])[0]
    ),
    "resize": lambda x: weighted(stacked(b.TensorListResize(b.TensorListFromTensor(x, [2]), 2), [2])),
    "add": lambda x: weighted(
        b.Square(stacked(b.AddN([b.TensorListFromTensor(x, [2]), b.TensorListFromTensor(b.Exp(x), [2])]), [2]))
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", [(3, 2), (None, None), None])
@pytest.mark.parametrize("through", THROUGH)
def test_gradients_are_central_differences(through: str, shape: Any) -> None:
    x = b.Placeholder(dtype=float32, shape=shape)
    y = THROUGH[through](x)
    (dx,) = gradients(y, x)
    value, step = np.float32(ROWS) / 4, 1e-2
    session = Session()
    found = run(dx, {x: value})
    for index in np.ndindex(3, 2):
        moved = [value.copy(), value.copy()]
        for place, sign in enumerate((1, -1)):
            moved[place][index] += sign * step
        up, down = (session.run(y, {x: array}) for array in moved)
        np.testing.assert_allclose(found[index], (up - down) / (2 * step), rtol=2e-2, atol=2e-2)


def test_a_list_may_be_made_for_a_shape_and_a_length_that_are_fed() -> None:
    shape, most = (b.Placeholder(dtype=int32, shape=dims) for dims in ((1,), ()))
    made = b.TensorListPushBack(b.EmptyTensorList(shape, most, element_dtype=float32), ROWS[0])
    assert run(stacked(made), {shape: [2], most: 1}).tolist() == [[1, 2]]
    with pytest.raises(InvalidArgumentError, match="the list is full"):
        run(stacked(made), {shape: [2], most: 0})
