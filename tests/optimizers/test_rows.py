"""Gradients of some rows: optimizers whose means decay everywhere do what they do with a gradient of zeros elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph
from estimator.graph.slices import IndexedSlices
from estimator.optimizers.adam import AdamOptimizer
from estimator.optimizers.lazy_adam import LazyAdamOptimizer
from estimator.optimizers.momentum import MomentumOptimizer
from estimator.optimizers.nadam import NadamOptimizer
from estimator.optimizers.rmsprop import RMSPropOptimizer
from estimator.optimizers.weight_decay import AdamWOptimizer
from estimator.runtime.session import Session
from estimator.variables.variable import Variable, global_variables_initializer

BATCHES = [[3, 0, 3], [1], [0, 2, 1], [3, 3, 3]]

EVERYWHERE: dict[str, Any] = {
    "Adam": lambda: AdamOptimizer(0.1),
    "AMSGrad": lambda: AdamOptimizer(0.1, amsgrad=True),
    "KerasRMSProp": lambda: RMSPropOptimizer(0.1, epsilon=1e-7, keras_form=True),
    "KerasRMSProp, centered": lambda: RMSPropOptimizer(0.1, epsilon=1e-7, keras_form=True, centered=True),
}


def trained(optimizer: Any, by_rows: bool, batches: list[list[int]] = BATCHES) -> dict[str, Any]:
    """All variables after a step for each batch of ids, whose rows have random gradients."""
    with Graph().as_default(), Session() as session:
        table = Variable(np.linspace(-1, 1, 8, dtype=np.float32).reshape(4, 2), name="table")
        ids, values = placeholder("int32", [None]), placeholder("float32", [None, 2])
        rows = IndexedSlices(values, ids, table.graph.constant([4, 2]))
        step = optimizer.apply_gradients([(rows if by_rows else rows.as_tensor(), table)])
        session.run(global_variables_initializer())
        rng = np.random.default_rng(1)
        for batch in batches:
            session.run(step, {ids: batch, values: rng.standard_normal((len(batch), 2))})
        return {storage.name: storage.value.copy() for storage in session.store}


@pytest.mark.parametrize("name", EVERYWHERE)
def test_rows_move_as_with_a_dense_gradient_that_is_zero_elsewhere(name: str) -> None:
    found, expected = trained(EVERYWHERE[name](), by_rows=True), trained(EVERYWHERE[name](), by_rows=False)
    assert found.keys() == expected.keys() and len(found) > 1
    for variable, value in expected.items():
        np.testing.assert_allclose(found[variable], value, rtol=1e-5, atol=1e-6, err_msg=variable)


def test_adam_moves_rows_that_have_no_gradient_any_more() -> None:
    with Graph().as_default(), Session() as session:
        table = Variable(np.zeros((3, 1), np.float32), name="table")
        ids, values = placeholder("int32", [None]), placeholder("float32", [None, 1])
        step = AdamOptimizer(0.1).apply_gradients([(IndexedSlices(values, ids), table)])
        session.run(global_variables_initializer())
        session.run(step, {ids: [0, 0], values: [[1], [1]]})
        session.run(step, {ids: [1], values: [[1]]})
        # TensorFlow 2.15.1 with the same calls
        np.testing.assert_allclose(session.run(table).ravel(), [-0.1670, -0.0744, 0], atol=5e-5)


@pytest.mark.parametrize("nesterov", [False, True])
def test_keras_momentum_moves_the_rows_alone(nesterov: bool) -> None:
    def make() -> Any:
        return MomentumOptimizer(0.1, 0.9, use_nesterov=nesterov, keras_form=True)

    always = [[2, 1]] * 4  # rows that come in every batch move as with a dense gradient
    found, expected = trained(make(), by_rows=True, batches=always), trained(make(), False, always)
    for variable, value in expected.items():
        np.testing.assert_allclose(found[variable], value, rtol=1e-5, err_msg=variable)
    rarely = trained(make(), by_rows=True, batches=[[2], [1], [1]])
    once = trained(make(), by_rows=True, batches=[[2]])
    for variable, value in once.items():  # row 2 has stood still since
        assert rarely[variable][2].tolist() == value[2].tolist()


@pytest.mark.parametrize(
    "make", [lambda: LazyAdamOptimizer(0.1), lambda: NadamOptimizer(0.1)], ids=["lazy", "nadam"]
)
def test_adams_kin_move_the_rows_alone(make: Any) -> None:
    always = [[2, 1]] * 4
    found, expected = trained(make(), by_rows=True, batches=always), trained(make(), False, always)
    for variable in ("table", "beta1_power"):
        np.testing.assert_allclose(found[variable], expected[variable], rtol=1e-5, atol=1e-6)
    rarely = trained(make(), by_rows=True, batches=[[2], [1], [1]])
    once = trained(make(), by_rows=True, batches=[[2]])
    assert rarely["table"][2].tolist() == once["table"][2].tolist()


def test_lazy_means_of_other_rows_stay() -> None:
    def make() -> Any:
        return LazyAdamOptimizer(0.1)

    rarely, once = (trained(make(), True, batches) for batches in ([[2], [1, 1], [1]], [[2]]))
    for slot in ("table/Adam", "table/Adam_1"):
        assert rarely[slot][2].tolist() == once[slot][2].tolist() != [0.0, 0.0]


def test_rows_that_are_looked_up_decay() -> None:
    plain = trained(AdamOptimizer(0.1), True, [[1, 3, 1]])["table"]
    decayed = trained(AdamWOptimizer(0.5, 0.1), True, [[1, 3, 1]])["table"]
    start = np.linspace(-1, 1, 8, dtype=np.float32).reshape(4, 2)
    lost = np.zeros((4, 2), np.float32)
    lost[[1, 3]] = 0.5 * start[[1, 3]]
    np.testing.assert_allclose(decayed, plain - lost, rtol=1e-5, atol=1e-6)
