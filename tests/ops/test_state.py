"""Handles, reads and writes of variables, under both executors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int64, string
from estimator.core.errors import FailedPreconditionError, InvalidArgumentError, OutOfRangeError
from estimator.graph import build
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session
from tests.ops.example import f32


@pytest.fixture(params=["interpreter", "numpy"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    with Session(graph=Graph(), executor=request.param) as session:
        yield session


def handle(dims: Any = (2,), dtype: Any = float32, name: str = "v") -> Tensor:
    result: Tensor = build.VarHandleOp(dtype=dtype, shape=dims, shared_name=name, name=name)
    return result


def read(variable: Tensor, dtype: Any = float32) -> Tensor:
    result: Tensor = build.ReadVariableOp(variable, dtype=dtype)
    return result


def test_a_read_gives_what_was_assigned(session: Session) -> None:
    variable = handle()
    session.run(build.AssignVariableOp(variable, f32(1, 2)))
    value = read(variable)
    for _ in range(3):
        assert session.run(value).tolist() == [1, 2]


def test_the_shape_of_a_read_is_that_of_the_handle(session: Session) -> None:
    assert read(handle((3, None))).dims == (3, None)
    assert read(handle(None)).dims is None


def test_the_shape_of_a_variable_is_told(session: Session) -> None:
    variable = handle((None, 2))
    session.run(build.AssignVariableOp(variable, f32([1, 2], [3, 4], [5, 6])))
    shape = build.VariableShape(variable, out_type=int64)
    assert (shape.dims, [session.run(shape).tolist() for _ in range(3)]) == ((2,), [[3, 2]] * 3)


def test_adding_and_subtracting_change_the_value(session: Session) -> None:
    variable = handle()
    session.run(build.AssignVariableOp(variable, f32(1, 2)))
    add = build.AssignAddVariableOp(variable, f32(10, 20))
    subtract = build.AssignSubVariableOp(variable, f32(1, 1))
    for _ in range(3):
        session.run(add)
        session.run(subtract)
    assert session.store.read("v").tolist() == [28, 59]


@pytest.mark.parametrize("write", ["AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp"])
def test_a_value_of_another_shape_is_refused_in_the_graph(session: Session, write: str) -> None:
    with pytest.raises(ValueError, match=r"shapes \(2,\) and \(3,\) are not compatible.*Inputs: v:0"):
        getattr(build, write)(handle(), f32(1, 2, 3))


def test_a_value_of_another_type_is_refused_in_the_graph(session: Session) -> None:
    value = session.graph.constant([1.0, 2.0], "float64")
    with pytest.raises(TypeError, match="float64"):
        build.AssignAddVariableOp(handle(), value, dtype="float32")


def test_a_shape_that_shows_only_in_the_run_is_refused_by_the_run(session: Session) -> None:
    variable, x = handle(), build.Placeholder(dtype=float32, shape=None)
    write = build.AssignVariableOp(variable, x)
    for _ in range(3):
        with pytest.raises(InvalidArgumentError, match=r"\(2,\)"):
            session.run(write, {x: f32(1, 2, 3)})
    assert not session.store.is_initialized("v")


def test_a_variable_of_open_shape_takes_any_value_and_reads_after_writes_see_it(session: Session) -> None:
    variable, x = handle(None), build.Placeholder(dtype=float32, shape=None)
    before = build.AssignVariableOp(variable, x)
    with session.graph.control_dependencies([before]):
        after = build.Mul(read(variable), 2.0)
    for size in (1, 2, 1, 2, 1, 2):
        assert session.run(after, {x: np.ones(size, np.float32)}).tolist() == [2.0] * size


def test_reading_what_has_no_value_names_the_variable_and_what_to_run(session: Session) -> None:
    value = read(handle(name="dense/kernel"))
    with pytest.raises(FailedPreconditionError, match="'dense/kernel' has no value yet.*initializer"):
        session.run(value)


def test_it_is_known_whether_a_variable_has_a_value(session: Session) -> None:
    variable = handle()
    known = build.VarIsInitializedOp(variable)
    assert session.run(known) == np.False_
    session.run(build.AssignVariableOp(variable, f32(1, 2)))
    for _ in range(3):
        assert session.run(known) == np.True_


def test_variables_of_integers_and_text_keep_their_type(session: Session) -> None:
    count, words = handle((), int64, "count"), handle((2,), string, "words")
    session.run([build.AssignVariableOp(count, np.int64(2**40)), build.AssignVariableOp(words, ["a", "b\0"])])
    value, text = session.run([read(count, int64), read(words, string)])
    assert (value, value.dtype) == (2**40, np.int64)
    assert text.tolist() == [b"a", b"b\0"]


def test_two_handles_of_one_shared_name_are_one_variable(session: Session) -> None:
    first, second = (build.VarHandleOp(dtype=float32, shape=(), shared_name="v", name=name) for name in "ab")
    session.run(build.AssignVariableOp(first, 3.0))
    assert session.run(read(second)) == 3.0


def test_gradients_of_all_reads_meet_at_the_handle(session: Session) -> None:
    variable = handle()
    session.run(build.AssignVariableOp(variable, f32(3, 5)))
    product = build.Mul(read(variable), read(variable))  # d/dv of v * v = 2 v
    (gradient,) = gradients(product, variable)
    assert session.run(gradient).tolist() == [6, 10]


def test_a_count_gives_what_was_before_and_ends_at_the_limit(session: Session) -> None:
    variable = handle((), int64)
    count = build.ResourceCountUpTo(variable, limit=3, T=int64)
    session.run(build.AssignVariableOp(variable, np.int64(0)))
    assert [int(session.run(count)) for _ in range(3)] == [0, 1, 2]
    for _ in range(2):
        with pytest.raises(OutOfRangeError, match="Reached limit of 3"):
            session.run(count)
    assert session.store.read("v") == 3 and not session.store.torn
