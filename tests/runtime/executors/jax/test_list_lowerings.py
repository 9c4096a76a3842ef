from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph import build as b
from tests.runtime.executors.jax.comparing import compared

pytestmark = pytest.mark.jax
UNKNOWN = np.array(-1, np.int32)


def rows() -> Any:
    return tf.get_variable("rows", initializer=np.arange(12, dtype=np.float32).reshape(4, 3) / 10)


def sum_of(values: Any, x: Any) -> Any:
    return [values, tf.gradients(values, x)]


def stacked(values: Any, *sizes: int) -> Any:
    shape = np.array(sizes, np.int32) if sizes else UNKNOWN
    return b.TensorListStack(values, shape, element_dtype=tf.float32)


def taken_apart_and_joined() -> Any:
    x = rows()
    values = b.TensorListFromTensor(tf.sin(x), [3])
    return sum_of([stacked(values, 3), b.TensorListGetItem(values, 2, [3], element_dtype=tf.float32)], x)


def pushed_and_popped() -> Any:
    x = rows()
    values = b.EmptyTensorList(UNKNOWN, -1, element_dtype=tf.float32)
    for row in tf.unstack(x * x):
        values = b.TensorListPushBack(values, row)
    values, last = b.TensorListPopBack(values, UNKNOWN, element_dtype=tf.float32)
    values = b.TensorListPushBack(values, last * 2.0)
    return sum_of([stacked(values), last], x)


def set_and_not_set() -> Any:
    """An element that was never set is zeros."""
    x = rows()
    values = b.TensorListReserve([3], 4, element_dtype=tf.float32)
    values = b.TensorListSetItem(values, 2, x[0] * x[1])
    values = b.TensorListSetItem(values, 5, x[3] * 2.0, resize_if_index_out_of_bounds=True)
    return sum_of(
        [
            stacked(values, 3),
            b.TensorListLength(values),
            b.TensorListElementShape(values, shape_type="int32"),
        ],
        x,
    )


def resized() -> Any:
    """What was dropped does not come back."""
    x = rows()
    values = b.TensorListFromTensor(x * x, [3])
    return sum_of(stacked(b.TensorListResize(b.TensorListResize(values, 2), 5), 3), x)


def scattered_and_gathered() -> Any:
    x = rows()
    values = b.TensorListScatterV2(tf.exp(x), [5, 0, 3, 1], [3], 7)
    values = b.TensorListScatterIntoExistingList(values, x[:2], [2, 1])
    return sum_of(b.TensorListGather(values, [1, 2, 6, 1], [3], element_dtype=tf.float32), x)


def split_and_joined() -> Any:
    x = rows()
    values = b.TensorListSplit(x * x, [-1, 3], np.array([2, 2], np.int64))
    joined, lengths = b.TensorListConcatV2(values, [-1, 3], np.zeros(0, np.int64), element_dtype=tf.float32)
    return [*sum_of(joined, x), lengths]


def added() -> Any:
    x = rows()
    one, two = (b.TensorListFromTensor(x * factor, [3]) for factor in (2.0, x))
    empty = b.TensorListReserve([3], 4, element_dtype=tf.float32)
    return sum_of([stacked(b.AddN([one, two, empty]), 3), stacked(b.ZerosLike(one), 3)], x)


def of_lists() -> Any:
    x = rows()
    outer = b.EmptyTensorList(np.zeros(0, np.int32), -1, element_dtype=tf.variant)
    for factor in (1.0, 2.0):
        outer = b.TensorListPushBack(outer, b.TensorListFromTensor(x * factor, [3]))
    inner = b.TensorListGetItem(outer, 1, np.zeros(0, np.int32), element_dtype=tf.variant)
    return stacked(inner, 3)


def read_at_a_place_that_the_run_tells() -> Any:
    x = rows()
    place = tf.get_variable("place", initializer=2, trainable=False)
    values = b.TensorListSetItem(b.TensorListFromTensor(x * x, [3]), place - 1, x[0])
    return sum_of(
        b.TensorListGetItem(values, place, [3], element_dtype=tf.float32) + stacked(values, 3)[1], x
    )


LISTS = [
    taken_apart_and_joined, pushed_and_popped, set_and_not_set, resized, scattered_and_gathered, split_and_joined, added,
    of_lists, read_at_a_place_that_the_run_tells,
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("make", LISTS, ids=lambda make: make.__name__)
def test_lists_on_the_device_give_the_interpreters_numbers(make: Callable[[], Any]) -> None:
    left = compared(make)
    assert not any("List" in op_type for op_type in left), left


def test_a_place_behind_the_end_is_an_error_that_the_interpreter_tells() -> None:
    x, place = rows(), tf.placeholder(tf.int32, [])
    values = b.TensorListFromTensor(x * x, [3])
    item = b.TensorListGetItem(values, place, [3], element_dtype=tf.float32)
    with tf.Session(executor="jax") as session:
        session.run(x.initializer)
        np.testing.assert_allclose(session.run(item, {place: 3}), np.square([0.9, 1.0, 1.1]), rtol=1e-6)
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"no element 4 in a list of 4"):
            session.run(item, {place: 4})
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"no element -1 in a list of 4"):
            session.run(item, {place: -1})


def test_elements_of_several_shapes_are_kept_by_the_host() -> None:
    def make() -> Any:
        x = rows()
        values = b.EmptyTensorList(UNKNOWN, -1, element_dtype=tf.float32)
        for size in (1, 2):
            values = b.TensorListPushBack(values, x[:size] * 2.0)
        return [b.TensorListGetItem(values, 1, UNKNOWN, element_dtype=tf.float32), x * 2.0]

    assert "differ in shape" in compared(make)["TensorListPushBack"]


def test_a_list_that_is_made_on_the_device_is_read_by_the_host() -> None:
    def make() -> Any:
        x = rows()
        values = b.TensorListFromTensor(x * x, [3])
        count = b.TensorListLength(values)
        stacks = tf.py_func(lambda rows: rows[::2], [stacked(values, 3)], tf.float32)
        sizes = b.TensorListConcatV2(
            b.TensorListFromTensor(x[:, :, None], [3, 1]),
            [-1, 1],
            np.zeros(0, np.int64),
            element_dtype=tf.float32,
        )[1]
        return [stacks, count, tf.as_string(sizes)]

    compared(make)
