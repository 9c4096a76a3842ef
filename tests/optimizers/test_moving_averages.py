"""Moving averages, with the numbers and names of TensorFlow 2.15's tf.train.ExponentialMovingAverage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.saver import Saver
from estimator.functions.arrays import identity, placeholder
from estimator.functions.scoping import control_dependencies
from estimator.graph.graph import Graph
from estimator.graph.tensor import Operation
from estimator.optimizers.moving_averages import ExponentialMovingAverage, assign_moving_average
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.initializers import Constant
from estimator.variables.partitioners import fixed_size_partitioner
from estimator.variables.scopes import variable_scope
from estimator.variables.variable import (
    Variable,
    global_variables,
    global_variables_initializer,
    moving_average_variables,
    trainable_variables,
)


@pytest.fixture(autouse=True)
def session() -> Iterator[Session]:
    with Graph().as_default(), Session() as session:
        yield session


def variable() -> Variable:
    made: Variable = get_variable("w", [2], initializer=Constant([1.0, 2.0]))
    return made


def after(session: Session, step: Any, value: Any, count: int = 3) -> list[float]:
    """The value after so many steps."""
    session.run(global_variables_initializer())
    for _ in range(count):
        session.run(step)
    found: list[float] = np.round(session.run(value), 5).tolist()
    return found


def moved(averages: ExponentialMovingAverage, w: Variable) -> Operation:
    """What adds 1 to the variable, and then averages and counts."""
    with control_dependencies([w.assign_add([1.0, 1.0])]):
        step = averages.apply([w])
    with control_dependencies([step]):
        counted: Operation = get_or_create_global_step().assign_add(1).op
    return counted


def test_the_average_follows_the_variable(session: Session) -> None:
    w, averages = variable(), ExponentialMovingAverage(0.9)
    step = moved(averages, w)
    average = averages.average(w)
    assert average is not None
    np.testing.assert_allclose(after(session, step, average), [1.561, 2.561], rtol=1e-6)


def test_it_follows_faster_while_there_are_few_updates(session: Session) -> None:
    w, averages = variable(), ExponentialMovingAverage(0.9, num_updates=get_or_create_global_step())
    step = moved(averages, w)
    np.testing.assert_allclose(after(session, step, averages.average(w)), [3.7, 4.7], rtol=1e-6)


@pytest.mark.parametrize(("zero_debias", "values"), [(False, [0.0, 1.5, 2.25]), (True, [0.0, 3.0, 3.0])])
def test_the_average_of_a_tensor_begins_with_0(
    session: Session, zero_debias: bool, values: list[float]
) -> None:
    x = identity(variable() * 3.0, name="x")
    averages = ExponentialMovingAverage(0.5, zero_debias=zero_debias)
    step = averages.apply([x])
    found = [after(session, step, averages.average(x), count) for count in range(3)]
    np.testing.assert_allclose(found, [[value, 2 * value] for value in values], rtol=1e-6)
    beside = {"x/ExponentialMovingAverage/biased", "x/ExponentialMovingAverage/local_step"}
    names = {made.op.name for made in global_variables()}
    assert names == {"w", "x/ExponentialMovingAverage", *(beside if zero_debias else ())}


@pytest.mark.parametrize(
    ("zero_debias", "first", "second", "names"),
    [
        (False, [0.2, 1.0], [0.38, 1.4], []),
        (True, [2.0, 1.0], [2.0, 3.105262], ["m/v/biased:0", "m/v/local_step:0"]),
    ],
)
def test_a_variable_may_be_moved_by_itself(
    session: Session, zero_debias: bool, first: list[float], second: list[float], names: list[str]
) -> None:
    """TensorFlow 2.15.1 gave the values."""
    with variable_scope("m"):
        average = get_variable("v", initializer=np.array([0.0, 1.0], np.float32))
    value = placeholder("float32", [2])
    move = assign_moving_average(average, value, 0.9, zero_debias=zero_debias, name="move")
    assert [variable.name for variable in global_variables()] == ["m/v:0", *names]
    session.run(global_variables_initializer())
    np.testing.assert_allclose(session.run(move, {value: [2.0, 1.0]}), first, rtol=1e-6)
    np.testing.assert_allclose(session.run(move, {value: [2.0, 5.0]}), second, rtol=1e-6)


def test_names_and_collections_are_tensorflows() -> None:
    w = variable()
    get_variable("fixed", [], trainable=False)
    averages = ExponentialMovingAverage(0.9)
    assert averages.average(w) is None and averages.average_name(w) == "w/ExponentialMovingAverage"
    step = averages.apply()
    assert (step.name, step.type, averages.name) == (
        "ExponentialMovingAverage",
        "NoOp",
        "ExponentialMovingAverage",
    )
    average = averages.average(w)
    assert average is not None and average.name == "w/ExponentialMovingAverage:0"
    assert [made.op.name for made in trainable_variables()] == ["w"]
    assert [made.op.name for made in moving_average_variables()] == ["w"]
    again = ExponentialMovingAverage(0.9)
    again.apply([w])
    assert again.average_name(w) == "w/ExponentialMovingAverage_1"
    assert averages.apply([w]).name == "ExponentialMovingAverage_2"
    assert averages.average(w) is average


def test_a_variable_scope_is_put_before_the_name() -> None:
    with variable_scope("s"):
        v, averages = get_variable("v", []), ExponentialMovingAverage(0.5)
        averages.apply([v])
    assert averages.average_name(v) == "s/s/v/ExponentialMovingAverage"


def test_the_variables_are_restored_with_their_averages(session: Session, tmp_path: Any) -> None:
    w, fixed = variable(), get_variable("fixed", [], trainable=False)
    averages = ExponentialMovingAverage(0.9)
    step = moved(averages, w)
    average = after(session, step, averages.average(w))
    prefix = Saver().save(session, tmp_path / "m")
    takers = averages.variables_to_restore()
    assert {name: taker for name, taker in takers.items() if name != "global_step"} == {
        "w/ExponentialMovingAverage": w, "fixed": fixed,
    }  # fmt: skip
    Saver(takers).restore(session, prefix)
    np.testing.assert_allclose(session.run(w), average, rtol=1e-5)
    assert averages.variables_to_restore([w, fixed]).keys() == {
        "w/ExponentialMovingAverage", "fixed/ExponentialMovingAverage", "global_step",
    }  # fmt: skip


def test_the_parts_of_a_variable_have_parts_of_its_average(session: Session) -> None:
    parts = get_variable("p", [4], partitioner=fixed_size_partitioner(2))
    averages = ExponentialMovingAverage(0.5)
    averages.apply(list(parts))
    assert [averages.average_name(part) for part in parts] == [
        "p/part_0/ExponentialMovingAverage", "p/part_1/ExponentialMovingAverage",
    ]  # fmt: skip
    assert "p/ExponentialMovingAverage" in Saver().keys()


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (lambda: Variable(1, name="i"), TypeError, "must be half, float, or double: i:0 is int32"),
        (lambda: 3.0, TypeError, r"averages variables and tensors, given: 3\.0 \(float\)"),
        (
            lambda: placeholder("float32", [None], "x"),
            ValueError,
            r"'x:0' has the shape \(\?,\), which is not known",
        ),
    ],
)
def test_what_cannot_be_averaged_is_named(value: Any, error: type[Exception], message: str) -> None:
    averages, w = ExponentialMovingAverage(0.5), variable()
    with pytest.raises(error, match=message):
        averages.apply([w, value()])
    assert averages.average(w) is None and moving_average_variables() == []
