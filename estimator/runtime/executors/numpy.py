"""The executor that runs: plans for the shapes that come back, a generic rendering for those seen once.

A program's first call with some shapes runs generic code: one kernel call an operation, no buffers, any shape. From the second
call with the same shapes on, a plan made for them runs (see :mod:`estimator.runtime.plan`). Each call checks a workspace out,
so that threads, and a hook that runs the session inside a run, never share buffers.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.errors import FailedPreconditionError
from estimator.runtime.code import Factory, Step
from estimator.runtime.executors.interpreter import Interpreter
from estimator.runtime.facts import Facts
from estimator.runtime.plan import Planner
from estimator.runtime.program import Array, Executable, Program, located
from estimator.runtime.store import VariableStore

_PLANS = 8  # shapes remembered per program
_SEEN = 64


class NumpyExecutor:
    """Compiles programs to plans."""

    def compile(self, program: Program, store: VariableStore) -> Executable:
        """A function from the given arrays to the fetched ones."""
        return _NumpyProgram(program, store)


class _Plan:
    """A factory of steps and the steps that are free."""

    def __init__(self, factory: Factory, layout: int) -> None:
        self.factory = factory
        self.layout = layout
        self.free: list[Step] = []


class _NumpyProgram:
    def __init__(self, program: Program, store: VariableStore) -> None:
        self._program = program
        self._store = store
        self._generic = Interpreter().compile(program, store)
        self._plans: OrderedDict[Any, _Plan] = OrderedDict()
        self._seen: OrderedDict[Any, None] = OrderedDict()

    def __call__(self, given: Sequence[Array]) -> list[Array]:
        key = tuple([array.shape for array in given])
        plan = self._plans.get(key)
        if plan is None or plan.layout != self._store.layout:
            plan = self._plan_for(key)
            if plan is None:
                return self._generic(given)
        step = plan.free.pop() if plan.free else plan.factory.make()
        try:
            with np.errstate(all="ignore"):
                return step(*given)
        except Exception as error:
            raise self._located(plan, error, given) from error
        finally:
            plan.free.append(step)

    def _plan_for(self, key: Any) -> _Plan | None:
        """A plan for shapes that were seen before; else remember them."""
        if key not in self._seen:
            self._seen[key] = None
            if len(self._seen) > _SEEN:
                self._seen.popitem(last=False)
            return None
        layout = self._store.layout
        facts = Facts(self._program, key)
        try:
            factory = Planner(self._program, facts, self._store).plan()
        except FailedPreconditionError:
            return None  # a variable that this very run initialises
        plan = self._plans[key] = _Plan(factory, layout)
        self._plans.move_to_end(key)
        if len(self._plans) > _PLANS:
            self._plans.popitem(last=False)
        return plan

    def _located(self, plan: _Plan, error: Exception, given: Sequence[Array]) -> Exception:
        op = plan.factory.owner_of(error)
        if op is None:
            return error
        position = self._program.order.index(op)
        if any(each.definition.effect == "write" for each in self._program.order[:position]):
            self._store.torn = True
        facts = Facts(self._program, [array.shape for array in given])
        shapes = [np.empty(facts.dims[tensor] or ()) for tensor in op.inputs]
        return located(op, shapes, error)
