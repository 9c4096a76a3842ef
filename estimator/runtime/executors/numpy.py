"""The executor that runs: plans for the shapes that come back, a generic rendering for those seen once.

A program's first call with some shapes runs generic code: one kernel call an operation, no buffers, any shape. From the second
call with the same shapes on, a plan made for them runs (see :mod:`estimator.runtime.plan`). Each call checks a workspace out,
so that threads, and a hook that runs the session inside a run, never share buffers.

Plans are remembered for the process, by what the program does and where its variables lie: the next train or predict builds
its graph anew, but finds the plan of the last one, and uses it from its first step on.
"""

from __future__ import annotations

import threading
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
_FACTORIES = 64  # remembered for the process


class NumpyExecutor:
    """Compiles programs to plans."""

    def compile(self, program: Program, store: VariableStore) -> Executable:
        """A function from the given arrays to the fetched ones."""
        return _NumpyProgram(program, store)


class _Factories:
    """The plans of the process, the least recently used ones forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Any, Factory] = OrderedDict()

    def get(self, key: Any) -> Factory | None:
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def put(self, key: Any, factory: Factory) -> None:
        with self._lock:
            self._known[key] = factory
            if len(self._known) > _FACTORIES:
                self._known.popitem(last=False)


_factories = _Factories()


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
        self._handles = [op for op in program.order if op.type == "VarHandleOp"]
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
        step = plan.free.pop() if plan.free else plan.factory.make(self._store, self._program)
        try:
            with np.errstate(all="ignore"):
                return step(*given)
        except Exception as error:
            raise self._located(plan, error, given) from error
        finally:
            plan.free.append(step)

    def _plan_for(self, key: Any) -> _Plan | None:
        """A plan for these shapes: one that is known, or a new one if they were seen before; else remember them."""
        layout = self._store.layout
        full_key = (self._program.fingerprint, key, self._store.signature(self._handles))
        factory = _factories.get(full_key)
        if factory is None:
            if key not in self._seen:
                self._seen[key] = None
                if len(self._seen) > _SEEN:
                    self._seen.popitem(last=False)
                return None
            try:
                factory = Planner(self._program, Facts(self._program, key), self._store).plan()
            except FailedPreconditionError:
                return None  # a variable that this very run initialises
            _factories.put(full_key, factory)
        plan = self._plans[key] = _Plan(factory, layout)
        self._plans.move_to_end(key)
        if len(self._plans) > _PLANS:
            self._plans.popitem(last=False)
        return plan

    def _located(self, plan: _Plan, error: Exception, given: Sequence[Array]) -> Exception:
        position = plan.factory.owner_of(error)
        if position is None:
            return error
        op = self._program.order[position]
        if any(each.definition.effect == "write" for each in self._program.order[:position]):
            self._store.torn = True
        facts = Facts(self._program, [array.shape for array in given])
        shapes = [np.empty([size or 0 for size in facts.dims[tensor] or ()]) for tensor in op.inputs]
        return located(op, shapes, error)
