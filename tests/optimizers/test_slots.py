"""What optimizers declare, and that it is the graph which keeps it."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import estimator as est
from estimator.core.dtypes import float32
from estimator.graph import build as b
from estimator.graph.function import trace
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.tensor import Tensor
from estimator.optimizers.adadelta import AdadeltaOptimizer
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.optimizers.adam import AdamOptimizer
from estimator.optimizers.ftrl import FtrlOptimizer
from estimator.optimizers.momentum import MomentumOptimizer
from estimator.optimizers.optimizer import Optimizer
from estimator.optimizers.proximal_adagrad import ProximalAdagradOptimizer
from estimator.optimizers.rmsprop import RMSPropOptimizer
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from estimator.variables.variable import Variable, global_variables, global_variables_initializer

OPTIMIZERS: dict[str, Any] = {
    "Adam": lambda: AdamOptimizer(0.01),
    "Adagrad": lambda: AdagradOptimizer(0.01),
    "Ftrl": lambda: FtrlOptimizer(0.01, beta=0.1),
    "RMSProp": lambda: RMSPropOptimizer(0.01),
}


def minimized(optimizer: Optimizer) -> Variable:
    """A variable that the optimizer changes."""
    w = get_variable("w", initializer=[1.0, 2.0])
    optimizer.minimize(b.Sum(b.Square(w), [0]))
    return w


# -- nothing keeps a graph alive ---------------------------------------------------------------------


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_keeps_no_graph_alive(name: str) -> None:
    optimizer = OPTIMIZERS[name]()
    graphs = []
    for _ in range(3):
        with Graph().as_default() as graph:
            minimized(optimizer)
            assert optimizer.variables()
            graphs.append(weakref.ref(graph))
    del graph
    gc.collect()
    assert [graph() for graph in graphs] == [None] * 3


@pytest.mark.slow
def test_twenty_trainings_with_one_optimizer_leave_as_many_graphs_as_ten(tmp_path: Path) -> None:
    features = {"x": np.linspace(-1, 1, 8, dtype=np.float32).reshape(8, 1)}
    classifier = est.DNNClassifier(
        [2],
        [est.feature_column.numeric_column("x")],
        model_dir=str(tmp_path),
        optimizer=AdamOptimizer(0.01),
        config=est.RunConfig(save_summary_steps=None, log_step_count_steps=None),
    )
    counts = []
    for call in range(20):
        classifier.train(lambda: (features, np.arange(8) % 2), steps=1)
        if call in (9, 19):
            gc.collect()
            counts.append(sum(isinstance(thing, Graph) for thing in gc.get_objects()))
    assert counts[1] <= counts[0]


def test_a_graph_keeps_for_each_optimizer_what_is_its_own() -> None:
    first, second = AdamOptimizer(0.1), AdamOptimizer(0.2)
    with Graph().as_default():
        w = minimized(first)
        assert second.get_slot(w, "m") is None and second.variables() == []
        assert second._lr_t is None and first._lr_t is not None
    with Graph().as_default():
        assert first._lr_t is None and first.variables() == []
    assert first.get_slot(w, "m") is not None  # a variable knows its graph
    assert first.get_slot_names() == ["m", "v"]


# -- hyper-parameters ----------------------------------------------------------------------------------


def test_hyper_parameters_have_tensorflows_attributes() -> None:
    # read off tf.train's classes, TensorFlow 2.15: the value given, and the tensor that _prepare makes of it
    attributes = {
        AdamOptimizer(): ["_lr", "_beta1", "_beta2", "_epsilon", "_lr_t", "_beta1_t", "_beta2_t", "_epsilon_t"],
        AdadeltaOptimizer(): ["_lr", "_rho", "_epsilon", "_lr_t", "_rho_t", "_epsilon_t"],
        MomentumOptimizer(0.1, 0.9): [
            "_learning_rate", "_momentum", "_use_nesterov", "_learning_rate_tensor", "_momentum_tensor",
        ],
        RMSPropOptimizer(0.1): [
            "_learning_rate", "_decay", "_momentum", "_epsilon", "_centered", "_learning_rate_tensor", "_decay_tensor",
            "_momentum_tensor", "_epsilon_tensor",
        ],
        FtrlOptimizer(0.1): [
            "_learning_rate", "_learning_rate_power", "_initial_accumulator_value", "_l1_regularization_strength",
            "_l2_regularization_strength", "_l2_shrinkage_regularization_strength", "_beta", "_learning_rate_tensor",
            "_learning_rate_power_tensor", "_l1_regularization_strength_tensor",
            "_adjusted_l2_regularization_strength_tensor", "_l2_shrinkage_regularization_strength_tensor",
        ],
        ProximalAdagradOptimizer(0.1): [
            "_learning_rate", "_initial_accumulator_value", "_l1_regularization_strength", "_learning_rate_tensor",
            "_l1_regularization_strength_tensor", "_l2_regularization_strength_tensor",
        ],
    }  # fmt: skip
    for optimizer, names in attributes.items():
        with Graph().as_default():
            optimizer._prepare()
            assert all(getattr(optimizer, name) is not None for name in [*names, "_name"]), names


def test_a_subclass_may_change_what_was_given_between_two_steps() -> None:
    optimizer = AdamOptimizer(0.5)
    with Graph().as_default(), Session() as session:
        optimizer._prepare()
        before = optimizer._lr_t
        optimizer._lr = lambda: 0.25
        optimizer._prepare()
        assert session.run([before, optimizer._lr_t]) == [0.5, 0.25]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_update_inside_of_a_body_takes_the_tensors_of_the_graph_around_it(name: str) -> None:
    optimizer = OPTIMIZERS[name]()
    with Graph().as_default():
        w = get_variable("w", initializer=[1.0, 2.0])
        optimizer._create_slots([w])
        optimizer._prepare()  # as apply_gradients does, before a subclass puts the update into a tf.cond

        def update(gradient: Tensor) -> Tensor:
            with get_default_graph().control_dependencies([optimizer._resource_apply_dense(gradient, w)]):
                return b.Identity(gradient)

        body = trace(update, [(float32, (2,))], (0,), "body", capture_by_value=False)
        (applied,) = [op for op in body.get_operations() if op.definition.apply]
        captured = {source.op.name for source in body.captures}
    assert {tensor.op.type for tensor in applied.inputs} <= {
        "Placeholder",
        "ReadVariableOp",
    }  # Adam's powers are read
    assert {"w", "learning_rate"} <= captured


# -- slots ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("optimizer", "keys"),
    [  # keys below training/ of checkpoints that tf.estimator of TensorFlow 2.15 wrote with tf.keras' optimizers
        (lambda: AdagradOptimizer(0.1), ["Adagrad/accumulator"]),
        (lambda: AdamOptimizer(amsgrad=True), ["Adam/m", "Adam/v", "Adam/vhat"]),
        (lambda: AdadeltaOptimizer(), ["Adadelta/accum_grad", "Adadelta/accum_var"]),
        (lambda: FtrlOptimizer(0.1), ["Ftrl/accumulator", "Ftrl/linear"]),
        (lambda: MomentumOptimizer(0.1, 0.9, keras_form=True), ["SGD/momentum"]),
        (
            lambda: RMSPropOptimizer(0.1, momentum=0.5, centered=True, keras_form=True),
            ["RMSprop/mg", "RMSprop/momentum", "RMSprop/rms"],
        ),
        (lambda: MomentumOptimizer(0.1, 0.9), []),  # keeps something else than Keras' SGD does
        (lambda: RMSPropOptimizer(0.1), []),
        (lambda: ProximalAdagradOptimizer(0.1), []),
    ],
)
def test_slots_are_declared_with_their_names_in_keras_checkpoints(optimizer: Any, keys: list[str]) -> None:
    with Graph().as_default():
        minimized(optimizer())
        roles = [variable.slot_role for variable in global_variables()]
    assert sorted("/".join(role.keras) for role in roles if role and role.keras) == keys


def test_a_slot_may_have_another_shape_and_type_than_the_variable() -> None:
    optimizer = Optimizer(False, "Mine")
    with Graph().as_default(), Session() as session:
        w = get_variable("w", initializer=[[1.0, 2.0], [3.0, 4.0]])
        rows = optimizer._get_or_make_slot(w, np.array([7, 8]), "rows", "Mine")
        again = optimizer._get_or_make_slot(w, np.array([0, 0]), "rows", "Other")
        start = optimizer._get_or_make_slot_with_initializer(
            w, lambda shape, dtype: b.Fill(shape, np.float64(3)), [3], "float64", "start", "Start"
        )
        session.run(global_variables_initializer())
        assert rows is again
        assert session.run([rows, start])[0].tolist() == [7, 8]
        assert (start.dtype.name, session.run(start).tolist()) == ("float64", [3, 3, 3])
        assert [rows.op.name, start.op.name] == ["w/Mine", "w/Start"]


def test_a_variable_of_no_other_one_is_made_once_in_each_graph() -> None:
    optimizer = Optimizer(False, "Mine")
    for _ in range(2):
        with Graph().as_default() as graph:
            w = get_variable("w", initializer=[1.0])
            steps = optimizer._create_non_slot_variable(1, "steps", w)
            assert optimizer._create_non_slot_variable(5, "steps", w) is steps
            assert optimizer._get_non_slot_variable("steps", graph) is steps
            assert optimizer._get_non_slot_variable("other") is None
            assert (steps.op.name, steps.dtype.name, steps.trainable) == ("steps", "int32", False)


@pytest.mark.parametrize("rate", ["0.1", None, [[0.1], [0.1, 0.2]]])
def test_a_learning_rate_that_is_no_number_is_named(rate: Any) -> None:
    weight = Variable(np.float32(1.0), name="w")
    with pytest.raises(
        (TypeError, ValueError), match="AdamOptimizer: learning_rate must be a number"
    ) as caught:
        AdamOptimizer(rate).minimize(weight * 2.0)
    assert caught.value.__cause__ is None, "one traceback tells it"
