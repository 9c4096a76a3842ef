"""tf.TensorArray; values, static shapes and kinds of error are those of TensorFlow 2.15 under control flow v2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from tests.functions.control_flow.running import run

ROWS = np.float32([[1, 2], [3, 4], [5, 6]])


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def array(size: Any = 3, **keywords: Any) -> Any:
    return tf.TensorArray(tf.float32, size, **keywords)


def test_what_is_written_is_read_and_stacked() -> None:
    written = array(2).write(0, [1.0, 2.0]).write(1, tf.constant([3.0, 4.0]))
    assert run([written.read(1), written.read(1), written.stack()])[2].tolist() == [[1, 2], [3, 4]]
    assert (written.read(0).shape, written.stack().shape) == ([2], [2, 2])


def test_writing_leaves_the_array_as_it_was() -> None:
    before = array(1).write(0, 1.0)
    assert run([before.write(0, 2.0).read(0), before.read(0)]) == [2.0, 1.0]


def test_what_was_never_written_is_zero_where_the_shape_is_known() -> None:
    assert run(array(2).write(0, [1.0, 2.0]).stack()).tolist() == [[1, 2], [0, 0]]
    assert run([array(element_shape=[2]).read(1), array(0, element_shape=[2]).stack()])[1].shape == (0, 2)


def test_a_dynamic_array_grows() -> None:
    grown = array(1, dynamic_size=True).write(3, 1.0)
    assert run([grown.size(), grown.stack()])[0] == 4
    assert (grown.stack().shape.as_list(), array().stack().shape.rank) == ([None], None)
    assert run(array(tf.placeholder_with_default(4, [])).size()) == 4


def test_rows_are_unstacked_gathered_and_scattered() -> None:
    rows = array().unstack(ROWS)
    assert run([rows.read(2), rows.gather([2, 0]), rows.stack()])[1].tolist() == [[5, 6], [1, 2]]
    assert run(array().scatter([2, 0, 1], ROWS).stack()).tolist() == [[3, 4], [5, 6], [1, 2]]
    assert (rows.gather([1, 1]).shape, rows.read(0).shape, rows.element_shape) == ([2, 2], [2], [2])
    assert array().unstack(tf.placeholder(tf.float32, [None, None])).stack().shape.as_list() == [3, None]


def test_a_tensor_is_split_and_joined_again() -> None:
    parts = array(2, infer_shape=False).split(ROWS, [1, 2])
    assert run([parts.read(1), parts.concat()])[0].tolist() == [[3, 4], [5, 6]]
    assert run(parts.concat()).tolist() == ROWS.tolist()
    even = array().split(ROWS, [1, 1, 1])
    assert (even.read(0).shape.as_list(), even.concat().shape.as_list()) == ([1, 2], [None, 2])


def test_a_loop_writes_and_reads_arrays() -> None:
    rows = array().unstack(ROWS)
    _, sums = tf.while_loop(
        lambda i, sums: i < 3,
        lambda i, sums: (i + 1, sums.write(i, tf.reduce_sum(rows.read(i)))),
        [0, array()],
    )
    assert isinstance(sums, tf.TensorArray)
    assert (run(sums.stack()).tolist(), sums.element_shape.as_list()) == ([3, 7, 11], [])


def test_a_branch_gives_an_array_that_knows_its_size_outside() -> None:
    pred = tf.placeholder(tf.bool, [])
    chosen = tf.cond(pred, lambda: array(tf.identity(2)).unstack(ROWS[:2]), lambda: array(3).unstack(ROWS))
    for holds, rows in ((True, 2), (False, 3)):
        assert run([chosen.size(), chosen.stack()], {pred: holds})[0] == rows


def test_an_array_of_texts_and_one_of_another_flow() -> None:
    texts = tf.TensorArray(tf.string, 1).write(0, "a")
    assert run([texts.stack(), texts.read(0)])[0].tolist() == [b"a"]
    same = tf.TensorArray(tf.string, flow=texts.flow)
    assert (run(same.size()), run(texts.identity().stack()).tolist()) == (1, [b"a"])


def test_what_it_is_called_and_says_of_itself() -> None:
    made = array(name="mine", element_shape=[None, 2])
    assert (made.flow.name, made.dtype, made.dynamic_size, made.handle) == ("mine:0", tf.float32, False, None)
    assert repr(made) == "<tf.TensorArray 'mine:0' element_shape=(?, 2) dtype=float32>"
    written = array().write(0, 1.0)
    assert (array().flow.name, written.flow.name) == (
        "TensorArrayV2_1:0",
        "TensorArrayV2Write/TensorListSetItem:0",
    )
    assert written.close().type == "NoOp"


def test_gradients_flow_through_an_array() -> None:
    x = tf.constant([1.0, 2.0, 3.0])
    rows = array().unstack(x)
    y = rows.read(0) * rows.read(1) + tf.reduce_sum(array(2).write(0, x).write(1, x * x).stack())
    y += tf.reduce_sum(array(1).write(0, x).concat() * [1.0, 2.0, 3.0])
    assert run(tf.gradients(y, x)[0]).tolist() == [6.0, 8.0, 10.0]


@pytest.mark.parametrize(
    ("made", "kind", "message"),
    [
        (lambda: tf.TensorArray(tf.float32), ValueError, "needs a size, or the flow of another one"),
        (lambda: tf.TensorArray(tf.float32, "a"), TypeError, "'a' .text. cannot be made int32"),
        (lambda: array().write(0, tf.constant(1)), TypeError, "is int32, but float32 is wanted"),
        (lambda: array().write(0.5, 1.0), TypeError, "0.5 .float32. cannot be made int32"),
        (lambda: array().write(0, [1.0, 2.0]).write(1, [1.0]), ValueError, r"element_shape=\(2,\).*\(1,\); infer_shape=False"),
        (lambda: array(element_shape=[3]).unstack(ROWS), ValueError, r"inconsistent shapes.*\(3,\).*\(2,\)"),
        (lambda: array().unstack(1.0), ValueError, "is a scalar and has no rows"),
        (lambda: array().grad("x"), NotImplementedError, "use tf.gradients"),
        (lambda: run(array()), TypeError, "is a list of tensors, which has no value outside of a run"),
        (lambda: run(array().write(3, 1.0).read(3)), tf.errors.InvalidArgumentError, "no element 3 in a list of 3"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(made: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        made()
