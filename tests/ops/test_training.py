"""The updates of optimizers: what interpreter and plan compute agrees bit for bit, alone, in arenas and in blocks.

That the values are right is shown by the formulas in tests/optimizers and by TensorFlow's model directories.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32
from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.op import OPS
from estimator.runtime.session import Session
from estimator.variables.variable import Variable, global_variables_initializer
from tests.ops.examples_training import UPDATES, Update

Array = np.ndarray[Any, Any]
SHAPES = {"one": [(3, 4)], "scalar": [()], "arena": [(2, 3), (4,), (1, 5)], "blocks": [(400, 401)]}


def train(row: Update, shapes: list[tuple[int, ...]], executor: str, steps: int = 3) -> list[Array]:
    """The variables and slots after some steps whose gradients pull every variable to 1."""
    graph = Graph()
    with graph.as_default():
        hyper = {name: graph.constant(value) for name, value in row.numbers.items()}
        kept, updates = [], []
        for number, shape in enumerate(shapes):
            start = np.random.default_rng(number).standard_normal(shape).astype(np.float32)
            var = Variable(start, name=f"v{number}")
            slots = [
                Variable(np.full(shape, value, np.float32), trainable=False, name=f"v{number}/{name}")
                for name, value in row.slots.items()
            ]
            gradient = b.Mul(b.Sub(var.as_tensor(), 1.0), 2.0)
            with graph.control_dependencies([gradient]):
                updates.append(row.apply(var, slots, gradient, hyper))
            kept += [var, *slots]
        with Session(graph=graph, executor=executor) as session:
            session.run(global_variables_initializer())
            for _ in range(steps):
                session.run(updates)
            return [session.run(each) for each in kept]


every_update = pytest.mark.parametrize("row", UPDATES, ids=[row.id for row in UPDATES])


def test_every_update_has_a_row() -> None:
    declared = {name for name in OPS if OPS.get(name).apply}
    assert declared == {row.op for row in UPDATES}


@every_update
@pytest.mark.parametrize("shapes", SHAPES.values(), ids=SHAPES)
def test_interpreter_and_plan_leave_the_same_bits(row: Update, shapes: list[tuple[int, ...]]) -> None:
    wanted = train(row, shapes, "interpreter")
    for found, expected in zip(train(row, shapes, "numpy"), wanted, strict=True):
        assert found.tobytes() == expected.tobytes()


@every_update
def test_hyper_parameters_may_be_known_by_the_run_alone(row: Update) -> None:
    left = {}
    for executor in ("interpreter", "numpy"):
        graph = Graph()
        with graph.as_default(), Session(graph=graph, executor=executor) as session:
            hyper = {name: Variable(value, name=name).as_tensor() for name, value in row.numbers.items()}
            var = Variable(np.linspace(-1, 1, 6, dtype=np.float32), name="v")
            slots = [Variable(np.full(6, value, np.float32), name=name) for name, value in row.slots.items()]
            update = row.apply(var, slots, graph.constant(np.ones(6, np.float32)), hyper)
            session.run(global_variables_initializer())
            for _ in range(3):
                session.run(update)
            left[executor] = session.run(var).tobytes()
    assert left["numpy"] == left["interpreter"]


@every_update
def test_every_update_comes_nearer_to_the_minimum(row: Update) -> None:
    before, after = (train(row, [(3, 4)], "interpreter", steps)[0] for steps in (0, 5))
    assert np.abs(after - 1).sum() < np.abs(before - 1).sum()


@every_update
def test_a_gradient_of_another_shape_is_refused(row: Update) -> None:
    graph = Graph()
    with graph.as_default():
        var = Variable(np.zeros(3, np.float32), name="v")
        slots = [Variable(np.zeros(3, np.float32), name=name) for name in row.slots]
        hyper = {name: graph.constant(value) for name, value in row.numbers.items()}
        with pytest.raises((ValueError, InvalidArgumentError), match="not compatible"):
            row.apply(var, slots, graph.constant(np.zeros(4, np.float32)), hyper)


@every_update
@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
@pytest.mark.parametrize("shape", [(4,), (1, 4), (3, 1), (1,), ()])
def test_a_gradient_whose_shape_only_the_run_tells_is_never_repeated(
    row: Update, executor: str, shape: tuple[int, ...]
) -> None:
    """As TensorFlow's kernels: "var and grad do not have the same shape[3,4] [4]"."""
    graph = Graph()
    with graph.as_default():
        var = Variable(np.zeros((3, 4), np.float32), name="v")
        slots = [Variable(np.ones((3, 4), np.float32), name=name) for name in row.slots]
        hyper = {name: graph.constant(value) for name, value in row.numbers.items()}
        gradient = b.Placeholder(dtype=float32, shape=None)
        update = row.apply(var, slots, gradient, hyper)
        with Session(graph=graph, executor=executor) as session:
            session.run(global_variables_initializer())
            for _ in range(2):
                with pytest.raises(InvalidArgumentError, match="not compatible"):
                    session.run(update, {gradient: np.ones(shape, np.float32)})
            assert not session.run(var).any()


@every_update
@pytest.mark.parametrize("static", [True, False])
def test_hyper_parameters_are_scalars(row: Update, static: bool) -> None:
    graph = Graph()
    with graph.as_default():
        var = Variable(np.zeros(3, np.float32), name="v")
        slots = [Variable(np.ones(3, np.float32), name=name) for name in row.slots]
        for wrong, number in row.numbers.items():
            given = b.Placeholder(dtype=number.dtype, shape=(3,) if static else None)
            hyper = row.numbers | {wrong: given}
            with pytest.raises(
                (ValueError, InvalidArgumentError), match=r"a scalar, given for input \d: the shape"
            ):
                update = row.apply(var, slots, b.OnesLike(var.as_tensor()), hyper)
                with Session(graph=graph) as session:
                    session.run(global_variables_initializer())
                    session.run(update, {given: np.ones(3, number.dtype)})


def shrink(x: Array, limit: float) -> Array:
    return np.sign(x) * np.maximum(np.abs(x) - limit, 0)


@pytest.mark.parametrize("l1", [0.0, 0.5])
def test_weights_within_the_l1_limit_become_exactly_zero(l1: float) -> None:
    start, gradient = np.array([0.3, -0.3, 2.0], np.float32), np.zeros(3, np.float32)
    graph = Graph()
    with graph.as_default():
        var = Variable(start, name="v")
        update = b.ResourceApplyProximalGradientDescent(var.handle, 1.0, l1, 0.0, gradient)
        with Session(graph=graph) as session:
            session.run(global_variables_initializer())
            session.run(update)
            np.testing.assert_allclose(session.run(var), shrink(start, l1), rtol=1e-6)


def ftrl(w: Array, n: Array, z: Array, g: Array, lr: float, l1: float, l2: float) -> Array:
    """One step with learning rate power -0.5; McMahan and others 2013, algorithm 1, with l2 / 2 of ours."""
    new_n = n + g * g
    new_z = z + g - (np.sqrt(new_n) - np.sqrt(n)) / lr * w
    return np.where(np.abs(new_z) > l1, (np.sign(new_z) * l1 - new_z) / (np.sqrt(new_n) / lr + 2 * l2), 0)


@pytest.mark.parametrize("by_lr", [False, True])
def test_ftrl_gives_the_same_weights_however_its_linear_term_is_scaled(by_lr: bool) -> None:
    w, g = np.array([0.5, -1.0, 0.01], np.float32), np.array([1.0, 0.5, 0.001], np.float32)
    n, z = np.full(3, 0.1, np.float32), np.array([0.2, -0.3, 0.0], np.float32)
    lr, l1, l2 = 0.2, 0.05, 0.1
    graph = Graph()
    with graph.as_default():
        var, accum = Variable(w, name="w"), Variable(n, name="n")
        linear = Variable(z * np.float32(lr) if by_lr else z, name="z")
        update = b.ResourceApplyFtrl(
            var.handle, accum.handle, linear.handle, g, lr, l1, l2, -0.5, multiply_linear_by_lr=by_lr
        )
        with Session(graph=graph) as session:
            session.run(global_variables_initializer())
            session.run(update)
            np.testing.assert_allclose(session.run(var), ftrl(w, n, z, g, lr, l1, l2), rtol=1e-5, atol=1e-7)
