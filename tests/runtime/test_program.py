"""Runs that fail: what the error says, and whether the variables are still of one piece."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from estimator.core.dtypes import float32, int32
from estimator.core.errors import (
    FailedPreconditionError,
    InvalidArgumentError,
    OutOfRangeError,
    ResourceExhaustedError,
    UnimplementedError,
)
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.op import OPS
from estimator.graph.tensor import Tensor
from estimator.runtime.executors import numpy as numpy_executor
from estimator.runtime.recent import Recent
from estimator.runtime.session import Session
from estimator.variables.variable import Variable
from tests.runtime.programs import calling


@pytest.fixture(params=["interpreter", "numpy"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session in a graph of its own; tests run thrice what shall meet a plan."""
    with Session(graph=Graph(), executor=request.param) as session:
        yield session


def placeholder(dims: Any = None, dtype: Any = float32, name: str = "x") -> Tensor:
    result: Tensor = build.Placeholder(dtype=dtype, shape=dims, name=name)
    return result


def test_a_failing_kernel_names_the_op_its_shapes_and_the_users_line(session: Session) -> None:
    x, index = placeholder((None,)), placeholder((), int32, "index")
    row = build.GatherV2(x, index, 0, name="row")
    for _ in range(3):
        with pytest.raises(
            InvalidArgumentError,
            match=r"^.*test_program\.py:\d+ in test_a_failing.*: GatherV2 'row' failed: .*Inputs: x:0 \(2,\) float32, "
            r"index:0 \(\) int32",
        ) as caught:
            session.run(row, {x: [1.0, 2.0], index: 7})
        assert caught.value.op is row.op
        assert caught.value.__suppress_context__  # the kernel's own error says nothing that this one does not


def test_a_variable_without_a_value_is_named(session: Session) -> None:
    v = Variable(1.0, name="scale")
    for fetch in (v, build.Neg(v)):
        with pytest.raises(
            FailedPreconditionError, match="variable 'scale' has no value yet: run tf.global_var"
        ):
            session.run(fetch)


def failing_after_a_write(session: Session) -> tuple[Variable, Tensor, Any]:
    v, x = Variable(0.0, name="v"), placeholder((), int32)
    session.run(v.initializer)
    with session.graph.control_dependencies([v.assign_add(1.0, read_value=False)]):
        return v, x, build.FloorDiv(10, x)


def test_a_failure_behind_a_write_marks_the_store_as_torn(session: Session) -> None:
    v, x, quotient = failing_after_a_write(session)
    for _ in range(2):
        session.run(quotient, {x: 5})
    assert not session.store.torn
    with pytest.raises(InvalidArgumentError, match="division by zero"):
        session.run(quotient, {x: 0})
    assert session.run(v) == 3.0  # the failure came behind the write
    assert session.store.torn


def test_a_failure_before_any_write_does_not(session: Session) -> None:
    v, x = Variable(0.0, name="v"), placeholder((), int32)
    session.run(v.initializer)
    fetches = [v.assign_add(1.0), build.FloorDiv(10, x)]
    for _ in range(3):
        with pytest.raises(InvalidArgumentError, match="division by zero"):
            session.run(fetches, {x: 0})
    assert session.run(v) == 0.0
    assert not session.store.torn


def test_ctrl_c_behind_a_write_marks_the_store_as_torn_and_goes_on_as_it_is(session: Session) -> None:
    presses = [False, False, True]

    def interrupt() -> None:
        if presses.pop(0):
            raise KeyboardInterrupt

    v = Variable(0.0, name="v")
    session.run(v.initializer)
    with session.graph.control_dependencies([v.assign_add(1.0, read_value=False)]):
        step = calling(session, interrupt)
    for _ in range(2):
        session.run(step)
    assert not session.store.torn
    with pytest.raises(KeyboardInterrupt):
        session.run(step)
    assert not presses
    assert session.store.torn


def failing(monkeypatch: pytest.MonkeyPatch, op_type: str, error: BaseException, number: int) -> list[int]:
    """The kernel of that op raises the error when it is run for the `number`th time; the list counts the runs."""
    kernel, runs = OPS.get(op_type).kernel, []

    def counting(*args: Any, **keywords: Any) -> Any:
        runs.append(1)
        if len(runs) == number:
            raise error
        return kernel(*args, **keywords)  # type: ignore[misc]

    monkeypatch.setattr(OPS.get(op_type), "kernel", counting)
    monkeypatch.setattr(numpy_executor, "_factories", Recent(8))  # plans hold the kernels they were made with
    return runs


@pytest.mark.parametrize(("error", "is_torn"), [(KeyboardInterrupt(), True), (ValueError("no"), False)])
def test_only_ctrl_c_can_come_in_the_middle_of_the_first_write(
    session: Session, monkeypatch: pytest.MonkeyPatch, error: BaseException, is_torn: bool
) -> None:
    v = Variable(0.0, name="v", validate_shape=False)  # of any shape, so that a plan calls the kernel
    session.run(v.initializer)
    write = v.assign(5.0, read_value=False)
    runs = failing(monkeypatch, "AssignVariableOp", error, number=3)
    for _ in range(2):
        session.run(write)
    with pytest.raises(type(error) if is_torn else InvalidArgumentError):
        session.run(write)
    assert len(runs) == 3
    assert session.store.torn is is_torn


def test_an_update_of_several_variables_that_fails_may_have_written_one(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    v, accum = Variable([1.0], name="v"), Variable([0.1], name="accum")
    session.run([v.initializer, accum.initializer])
    update = build.ResourceApplyAdagrad(v.handle, accum.handle, 0.1, [1.0])
    runs = failing(monkeypatch, "ResourceApplyAdagrad", ValueError("no"), number=1)
    assert not session.store.torn
    with pytest.raises(InvalidArgumentError, match="ResourceApplyAdagrad .* failed: no"):
        session.run(update)
    assert len(runs) == 1
    assert session.store.torn


def test_an_end_of_the_input_comes_before_the_first_write(session: Session) -> None:
    class Empty:
        def get_next(self) -> list[Any]:
            raise OutOfRangeError("End of sequence")

    session.graph.resources["empty"] = Empty()
    attrs = {"output_types": [float32], "output_shapes": [()], "shared_name": "empty"}
    (x,) = session.graph.apply("IteratorGetNext", (), attrs)
    v = Variable(0.0, name="v")
    session.run(v.initializer)
    for _ in range(3):
        with pytest.raises(OutOfRangeError, match="End of sequence"):
            session.run([v.assign_add(1.0, read_value=False), x])
    assert session.run(v) == 0.0


@pytest.mark.parametrize(
    ("error", "kind"), [(MemoryError, ResourceExhaustedError), (NotImplementedError, UnimplementedError)]
)
def test_errors_of_python_have_tensorflows_kinds(session: Session, error: Any, kind: Any) -> None:
    def fail() -> None:
        raise error("too much")

    step = calling(session, fail)
    for _ in range(3):
        with pytest.raises(kind, match="MakeIterator 'MakeIterator' failed: too much"):
            session.run(step)


def test_a_failure_inside_a_run_inside_a_run_names_both_operations(session: Session) -> None:
    x, index = placeholder((None,)), placeholder((), int32, "index")
    row = build.GatherV2(x, index, 0, name="row")
    wanted: list[int] = []
    inner = calling(session, lambda: wanted and session.run(row, {x: [1.0, 2.0], index: wanted.pop()}))
    with session.graph.control_dependencies([inner]):
        after = build.NoOp()
    for position in (0, 1, 0):
        wanted.append(position)
        session.run(after)
    wanted.append(7)
    with pytest.raises(
        InvalidArgumentError, match="MakeIterator .* failed: .*: GatherV2 'row' failed: "
    ) as caught:
        session.run(after)
    assert caught.value.op is inner
    assert wanted == []
