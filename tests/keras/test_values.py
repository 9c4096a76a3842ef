"""Functions of tensors that give values of arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator import tf
from estimator.graph.graph import Graph, get_default_graph
from estimator.keras.values import Valued, valued


@valued
def gap(y_true: Any, y_pred: Any, scale: float = 1.0) -> Any:
    """The scaled difference."""
    return scale * (tf.convert_to_tensor(y_pred) - y_true)


def test_arrays_lists_and_numbers_have_a_value() -> None:
    assert gap(np.float32(1.0), 3.0).numpy() == 2.0
    assert gap([1.0, 2.0], [[2.0, 3.0], [4.0, 5.0]], 2.0).numpy().tolist() == [[2.0, 2.0], [6.0, 6.0]]
    assert gap(np.zeros(2, np.float32), np.ones(2, np.float32), scale=3.0).numpy().tolist() == [3.0, 3.0]


def test_tensors_give_a_tensor() -> None:
    with Graph().as_default(), tf.Session() as session:
        assert session.run(gap(tf.constant(1.0), tf.constant(2.0), scale=0.5)) == 0.5
        assert session.run(gap(1.0, 2.0)) == 1.0  # inside of a graph numbers are constants


def test_a_function_that_writes_a_variable_is_prepared_once() -> None:
    tf.reset_default_graph()
    total = tf.Variable(0.0)
    traced = []

    def add(x: Any) -> Any:
        traced.append(x)
        return total.assign_add(x)

    adding = Valued(add, "adding", lambda: [total])
    assert [float(adding({"x": number})) for number in (1.0, 2.0, 3.0)] == [1.0, 3.0, 6.0]
    assert len(traced) == 1
    size = len(get_default_graph().get_operations())
    adding({"x": 4.0})
    assert len(get_default_graph().get_operations()) == size
