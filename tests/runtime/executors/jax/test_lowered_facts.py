from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph import build as b

pytestmark = pytest.mark.jax


def facts_of(fetches: Any, fed: dict[Any, Any], learned: dict[int, Any]) -> tuple[Any, Any]:
    from estimator.runtime.executors.jax.lowered_facts import LoweredFacts

    with tf.Session() as session:
        program = session.prepare(fetches, list(fed)).program
    return LoweredFacts(program, [value.shape for value in fed.values()], {}, learned), program


def test_the_shapes_behind_a_loop_are_those_of_what_it_is_given() -> None:
    x = tf.placeholder(tf.float32, [None, 3])
    i, y = tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, tf.concat([y[1:], y[:1]], 0)), [0, x])
    total = tf.reduce_sum(y, 1)
    learned: dict[int, Any] = {}
    facts, program = facts_of([y, total], {x: np.zeros((5, 3), np.float32)}, learned)
    [loop] = [op for op in program.order if op.type == "StatelessWhile"]
    assert (facts.dims_of(loop.outputs[3]), facts.dims_of(total), loop in facts.lowered) == (
        (5, 3),
        (5,),
        True,
    )
    again, _ = facts_of([y, total], {x: np.zeros((5, 3), np.float32)}, learned)
    assert again.learned is learned and again.dims_of(total) == (5,)


def test_how_long_a_list_is_that_a_loop_pushes_to_is_known() -> None:
    x = tf.placeholder(tf.float32, [2])
    [values] = (b.EmptyTensorList([2], -1, element_dtype=tf.float32),)
    loop = tf.while_loop(
        lambda i, values: i < 4,
        lambda i, values: (i + 1, b.TensorListPushBack(values, x * tf.cast(i, tf.float32))),
        [0, values],
    )[1]
    rows = b.TensorListStack(loop, [2], element_dtype=tf.float32)
    facts, _ = facts_of(rows, {x: np.zeros(2, np.float32)}, {})
    assert facts.dims_of(rows) == (4, 2)


def test_what_cannot_be_lowered_is_told_with_the_reason() -> None:
    x = tf.placeholder(tf.float32, [None])
    y = tf.while_loop(
        lambda i, y: i < 3,
        lambda i, y: (i + 1, tf.concat([y, y], 0)),
        [0, x],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])],
    )[1]
    facts, program = facts_of(y, {x: np.zeros(2, np.float32)}, {})
    [reason] = facts.refusals.values()
    assert "changes from round to round: float32[2] becomes float32[4]" in reason
    assert "StatelessWhile" not in [op.type for op in facts.lowered]
