"""The executor that runs: plans for the shapes that come back, a generic rendering for those seen once.

A program's first call with some shapes runs generic code: one kernel call an operation, no buffers,
any shape. From the second call with the same shapes on, a plan made for them runs (see
:mod:`estimator.runtime.plan`). Each call checks a workspace out, so that threads, and a hook that
runs the session inside a run, never share buffers.

Plans are remembered for the process, by what the program does and where its variables lie: the next
train or predict builds its graph anew, but finds the plan of the last one, and uses it from its
first step on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import copy_context
from functools import cached_property
from typing import Any

import numpy as np

from estimator.core.errors import FailedPreconditionError
from estimator.core.garbage import no_search_for_cycles
from estimator.core.shapes import Dims, is_static
from estimator.core.tracebacks import cause_of
from estimator.graph.handles import handle_dims, variable_of
from estimator.runtime.bodies import Bodies
from estimator.runtime.code import Factory, Step
from estimator.runtime.executors.interpreter import Interpreter
from estimator.runtime.facts import Facts
from estimator.runtime.hurry import NoTimeToPlan
from estimator.runtime.plan import make_plan
from estimator.runtime.program import (
    Array,
    Calls,
    Executable,
    Program,
    Series,
    Steady,
    Together,
    is_of_body,
    located,
    note_failure,
)
from estimator.runtime.recent import Recent
from estimator.runtime.store import VariableStore

_PLANS = 8  # shapes remembered per program
_SEEN = 64
_FACTORIES = 64  # remembered for the process
_CONSTANT_BYTES = 2**20  # a plan that holds more is not remembered beyond its session


class NumpyExecutor:
    """Compiles programs to plans.

    Parameters
    ----------
    store : VariableStore
    """

    def __init__(self, store: VariableStore) -> None:
        self._store = store
        self._bodies = Bodies(self.compile, plain=False)

    def compile(self, program: Program) -> Executable:
        """The program, ready to run."""
        if program.is_framed:
            return Interpreter(self._store, self._bodies).compile(program)
        return _NumpyProgram(program, self._store, self._bodies)


_factories: Recent[Factory] = Recent(_FACTORIES)


class _Plan:
    """A factory of steps, the steps that are free, and by which shapes they go."""

    def __init__(self, factory: Factory, layout: int, given_dims: dict[int, Dims]) -> None:
        self.factory = factory
        self.layout = layout
        self.steady = Steady(given_dims, factory.result_dims)
        self.free: list[Step] = []


class _NumpyProgram:
    together: Callable[..., Together | None] | None = (
        None  # a plan takes far longer than to begin the next run
    )

    def __init__(self, program: Program, store: VariableStore, bodies: Bodies) -> None:
        self._program = program
        self._store = store
        self._bodies = bodies
        handles = [*program.given, *(op.outputs[0] for op in program.order if op.type == "VarHandleOp")]
        self._handles = [tensor for tensor in handles if variable_of(tensor) is not None]
        self.generic = Interpreter(store, bodies).compile(program)
        self._is_body = program.is_body
        self._plans: Recent[_Plan] = Recent(_PLANS)
        self._seen: Recent[bool] = Recent(_SEEN)
        self.idle: list[_Calls] = []

    def __call__(self, given: Sequence[Array]) -> list[Array]:
        """Copies of the fetched arrays."""
        key = self.key(given)
        plan = self.plan_for(key)
        if plan is None:
            return self.generic(given)
        step = self.step_of(plan)
        try:
            if self._is_body:
                return step(*given)
            return _call_warning_of_nothing(step, *given)
        except BaseException as error:
            self.raise_located(plan, key, error)
            raise
        finally:
            # After a failure, too: a step reads nothing in its buffers that it has not written.
            plan.free.append(step)

    def series(self) -> Series:
        """Many runs that look up once what stays."""
        return _Series(self)

    def opened(self) -> Calls:
        """Many calls that share workspaces, perhaps those of the last time."""
        try:
            return self.idle.pop()
        except IndexError:
            return _Calls(self)

    def caller(self) -> Callable[..., list[Array]]:
        """What calls a step so that no floating-point error becomes a warning, many times for the price of once.

        The context of that is a copy. Functions of the script's, and the steps that call them, stay in their own.
        """
        if self._acts_outside:
            return _call_warning_of_nothing
        context = copy_context()
        context.run(np.seterr, all="ignore")
        return context.run

    @cached_property
    def _acts_outside(self) -> bool:
        return any(op.effect == "outside" and not op.definition.exchanges for op in self._program.order)

    @cached_property
    def stays_current(self) -> bool:
        """Whether its calls leave the variables where they lie: a value of another shape would move one."""
        writes = any(op.effect == "write" for op in self._program.order)
        return not writes or all(is_static(handle_dims(handle)) for handle in self._handles)

    def key(self, given: Sequence[Array]) -> tuple[Any, ...]:
        """The shapes of what is given."""
        return self._program.shapes_of(given)

    def plan_for(self, key: tuple[Any, ...]) -> _Plan | None:
        """A plan for these shapes; None if they have not been seen before."""
        plan = self._plans.get(key)
        if plan is None or plan.layout != self._store.layout:
            plan = self._plan_for(key)
        return plan

    def is_current(self, plan: _Plan) -> bool:
        """Whether the variables lie where they lay when it was made."""
        return plan.layout == self._store.layout

    def step_of(self, plan: _Plan) -> Step:
        """A step of the plan that nobody is running."""
        try:
            return plan.free.pop()
        except IndexError:  # all are running: this call gets one of its own
            return plan.factory.make(self._store, self._program, self._bodies)

    def raise_located(self, plan: _Plan, key: Any, error: BaseException) -> None:
        """Raise the error of the operation that failed in a step of the plan, if it is one of an operation."""
        raise_located(self._program, self._store, plan.factory, key, error)

    def _plan_for(self, key: Any) -> _Plan | None:
        """A plan for these shapes: one that is known, or a new one if they were seen before; else remember them."""
        layout = self._store.layout
        full_key = (self._program.fingerprint, key, self._store.signature(self._handles))
        factory = _factories.get(full_key)
        if factory is None:
            if not self._seen.get(key):
                self._seen.add(key, True)
                return None
            try:
                with no_search_for_cycles():
                    factory = make_plan(self._program, key, self._store)
            except (FailedPreconditionError, NoTimeToPlan):
                # No plan this time; the next call with these shapes tries again.
                return None  # a variable that this very run initialises, or a signal that waits for the step
            if factory.constant_bytes <= _CONSTANT_BYTES:
                _factories.add(full_key, factory)
        shapes = {position: key[position] for position in self._program.shaped}
        return self._plans.add(key, _Plan(factory, layout, shapes))


def _call_warning_of_nothing(step: Step, *given: Array) -> list[Array]:
    with np.errstate(all="ignore"):
        return step(*given)


class _Series:
    """Runs of a program in a row, which keep their plan and its workspace while the shapes of what is given stay."""

    def __init__(self, program: _NumpyProgram) -> None:
        self._program = program
        self._call = program.caller()
        self._key: tuple[Any, ...] | None = None
        self._plan: _Plan | None = None
        self._step: Step | None = None

    def __call__(self, given: Sequence[Array]) -> list[Array]:
        """Copies of the fetched arrays."""
        key, plan = self._program.key(given), self._plan
        if plan is None or key != self._key or not self._program.is_current(plan):
            plan = self._look_up(key)
        if plan is None or self._step is None:
            return self._program.generic(given)
        try:
            return self._call(self._step, *given)
        except BaseException as error:
            self._program.raise_located(plan, key, error)
            raise

    def _look_up(self, key: tuple[Any, ...]) -> _Plan | None:
        self.end()
        plan = self._program.plan_for(key)
        self._key, self._plan = key, plan
        self._step = None if plan is None else self._program.step_of(plan)
        return plan

    def end(self) -> None:
        """Let other runs have the workspace."""
        if self._plan is not None and self._step is not None:
            self._plan.free.append(self._step)
        self._plan = self._step = None


class _Calls:
    """Calls of a program in a row, with two workspaces in turn: what a call gives stays until the next but one."""

    def __init__(self, program: _NumpyProgram) -> None:
        self._program = program
        self._key: tuple[Any, ...] | None = None  # of the plan, or of the next call that does without
        self._plan: _Plan | None = None
        self._steps: list[Step] = []
        self._before: tuple[_Plan | None, list[Step]] = None, []

    def __call__(self, given: Sequence[Array]) -> list[Array]:
        key = self._look(given)
        if self._plan is None:
            self._key = None  # the next call asks again
            return self._program.generic(given)
        self._steps.reverse()
        try:
            return self._steps[0](*given)
        except BaseException as error:
            self._program.raise_located(self._plan, key, error)
            raise

    def steady(self, given: Sequence[Array]) -> Steady | None:
        """The shapes of the plan for what is given next; None if there is none, or variables may move."""
        self._look(given)
        return self._plan.steady if self._plan is not None and self._program.stays_current else None

    @property
    def steps(self) -> Sequence[Step]:
        """The two steps, first the one whose workspace what is given next does not lie in."""
        return self._steps[::-1]

    def locate(self, error: BaseException) -> None:
        """Raise the error of the operation that failed in a step, if it is one of an operation."""
        assert self._plan is not None
        self._program.raise_located(self._plan, self._key, error)

    def _look(self, given: Sequence[Array]) -> tuple[Any, ...]:
        """Find the plan for what is given next; its shapes."""
        key = self._program.key(given)
        if key != self._key or (self._plan is not None and not self._program.is_current(self._plan)):
            self._give_back(*self._before)
            self._before = self._plan, self._steps  # where what is given next may lie
            self._key, self._plan = key, self._program.plan_for(key)
            self._steps = [] if self._plan is None else [self._program.step_of(self._plan) for _ in range(2)]
        return key

    def end(self) -> None:
        """Let the next calls of the program have the workspaces."""
        self._give_back(*self._before)
        self._before = None, []
        self._program.idle.append(self)

    @staticmethod
    def _give_back(plan: _Plan | None, steps: list[Step]) -> None:
        if plan is not None:
            plan.free += steps


def raise_located(
    program: Program, store: VariableStore, factory: Factory, key: Any, error: BaseException
) -> None:
    """Raise the error of the operation that failed in a step of the factory, if it is one of an operation."""
    position = factory.owner_of(error)
    op = None if position is None else program.order[position]
    note_failure(program.before(op), store, op, error)
    if op is not None and isinstance(error, Exception) and not is_of_body(op, error):
        dims = Facts(program, key).dims
        raise located(op, [dims[tensor] for tensor in op.inputs], error) from cause_of(error)
