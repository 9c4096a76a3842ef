"""The executor of TensorFlow 1's control flow, which is never planned: it tells what dead values and rounds mean.

A dead value is what a branch that was not taken gives. An operation with a dead input, or one that waits for an
operation which did not run, does not run either, and all it gives is dead; only a Merge takes dead values, and gives
the first of its inputs that is alive. A loop runs round by round, each operation in the order of the program; what a
NextIteration hands on alive is there in the next round, and when none does that was the last. What an Exit gives alive
leaves the loop.

TensorFlow lets rounds overlap and runs whatever is ready. What it leaves open is decided here: a frame runs when all
that enters it is there, one round after the other.

Source: TensorFlow 2.15, core/common_runtime/{executor,propagator_state,immutable_executor_state}.cc
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from estimator.core.errors import InternalError, InvalidArgumentError
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.executors.kernels import Kernels, result_of
from estimator.runtime.frames import Frame, frames_of, given_to, leads_back
from estimator.runtime.program import Array, Executable, Once, Program, note_failure
from estimator.runtime.store import VariableStore

DEAD: Any = object()  # stands for a value that does not come

Unit: TypeAlias = "Operation | Frame"
Step: TypeAlias = "Callable[[_Round], None]"


def compile_frames(program: Program, store: VariableStore, kernels: Kernels) -> Executable:
    """The program, ready to run."""
    steps = _Compiler(program, kernels).steps(None)

    def execute(given: Sequence[Array]) -> list[Array]:
        run = _Run()
        outside = _Round(run, dict(zip(program.given, given, strict=True)))
        try:
            with np.errstate(all="ignore"):
                for step in steps:
                    step(outside)
        except BaseException as error:
            note_failure(run.writers, store, run.current, error)
            raise
        found = outside.values | run.fetched
        return [_alive(place, tensor, found) for place, tensor in enumerate(program.fetches)]

    return Once(execute)


class _Run:
    """What one run has done so far.

    Attributes
    ----------
    current : Operation or None
        What runs, or has run last.
    writers : list of Operation
        What has written, each once.
    fetched : dict
        What was fetched out of frames.
    """

    def __init__(self) -> None:
        self.current: Operation | None = None
        self.writers: list[Operation] = []
        self.fetched: dict[Tensor, Any] = {}


class _Round:
    """One round of a frame, or what a run does outside of all: values of tensors, and the operations that are dead."""

    def __init__(self, run: _Run, values: dict[Tensor, Any], dead: Iterable[Operation] = ()) -> None:
        self.run = run
        self.values = values
        self.dead = set(dead)


def _alive(place: int, tensor: Tensor, found: Mapping[Tensor, Any]) -> Any:
    value = found.get(tensor, DEAD)
    if value is DEAD:
        raise InvalidArgumentError(
            f"Retval[{place}] does not have value: {tensor.name!r} lies where this run does not come, in a branch for "
            "example that it does not take. Fetch what the condition as a whole gives.",
            tensor.op,
        )
    return result_of(tensor, value)


class _Compiler:
    """Makes the steps of a program, frame by frame.

    Attributes
    ----------
    kernels : Kernels
    fed, fetched : frozenset of Tensor
    members : frozenset of Operation
        All operations of the program.
    """

    def __init__(self, program: Program, kernels: Kernels) -> None:
        self.kernels = kernels
        self.fed = frozenset(program.given)
        self.fetched = frozenset(program.fetches)
        self.members = frozenset(program.order)
        self._frames = frames_of(program.order, self.fed)
        self._contents: dict[Frame | None, list[Unit]] = {None: []}
        for op in program.order:
            self._add(op, self._frames.get(op))

    def _add(self, unit: Unit, frame: Frame | None) -> None:
        """Put an operation into its frame, and that, when its first operation comes, into the one around it."""
        if frame is not None and frame not in self._contents:
            self._contents[frame] = []
            self._add(frame, frame.outer)
        self._contents[frame].append(unit)

    def operations(self, frame: Frame, op_type: str) -> list[Operation]:
        """The operations of that type in a frame, without those in frames in it."""
        return [
            unit for unit in self._contents[frame] if isinstance(unit, Operation) and unit.type == op_type
        ]

    def fetched_in(self, frame: Frame) -> list[Tensor]:
        """The tensors that are fetched out of a frame's rounds."""
        return [tensor for tensor in self.fetched if given_to(tensor.op, self._frames) is frame]

    def steps(self, frame: Frame | None) -> list[Step]:
        """What is done in one round of a frame, in order; of None outside of all frames."""
        units, ending = self._contents[frame], self._ending(frame)
        return [
            _Loop(self, unit, ending[unit])
            if isinstance(unit, Frame)
            else _OneOperation(self, unit, ending[unit])
            for unit in units
            if isinstance(unit, Frame) or unit.type != "Enter"  # the loop itself takes what enters
        ]

    def _ending(self, frame: Frame | None) -> dict[Unit, list[Tensor]]:
        """For each step the tensors that nobody in the round needs after it."""
        last: dict[Tensor, Unit] = {}
        for unit in self._contents[frame]:
            for tensor in self._touched(unit):
                last[tensor] = unit
        ending: dict[Unit, list[Tensor]] = {unit: [] for unit in self._contents[frame]}
        for tensor, unit in last.items():
            if tensor not in self.fetched:
                ending[unit].append(tensor)
        return ending

    def _touched(self, unit: Unit) -> Iterable[Tensor]:
        """What a step takes and gives in the round, but for what its frame wants of the round as a whole."""
        if isinstance(unit, Frame):
            entering = (op.inputs[0] for op in self.operations(unit, "Enter"))
            return [*entering, *(op.outputs[0] for op in self.operations(unit, "Exit"))]
        inputs = [tensor for tensor in unit.inputs if not leads_back(tensor.op, unit)]
        return inputs if unit.type in ("Exit", "NextIteration") else [*inputs, *unit.outputs]


# -- operations --------------------------------------------------------------------------------------------------------


def _switch(op: Operation, inputs: Sequence[Any]) -> list[Any]:
    data, pred = inputs
    if pred.shape:
        raise InvalidArgumentError(
            f"{op.describe()}: pred must be a scalar, given the shape {pred.shape}.", op
        )
    return [DEAD, data] if pred else [data, DEAD]


def _merge(op: Operation, inputs: Sequence[Any]) -> list[Any]:
    for index, value in enumerate(inputs):
        if value is not DEAD:
            return [value, np.array(index, np.int32)]
    return [DEAD, DEAD]


def _pass_on(op: Operation, inputs: Sequence[Any]) -> list[Any]:
    return list(inputs)


_ROUTES = {
    "Switch": _switch,
    "Merge": _merge,
    "Exit": _pass_on,
    "NextIteration": _pass_on,
    "LoopCond": _pass_on,
    "ControlTrigger": _pass_on,
}
_REVIVING = ("Merge", "ControlTrigger")  # these run whatever is dead


class _OneOperation:
    """An operation in a round: run, unless it is dead."""

    def __init__(self, compiler: _Compiler, op: Operation, ending: Sequence[Tensor]) -> None:
        self._op = op
        self._perform: Callable[[Operation, Sequence[Any]], list[Any]] = _ROUTES.get(
            op.type, compiler.kernels
        )
        self._may_die = op.type not in _REVIVING
        self._waits = compiler.members.intersection(op.control_inputs)
        self._fed = compiler.fed.intersection(op.outputs)
        self._writes = op.effect == "write"
        self._ending = ending

    def __call__(self, here: _Round) -> None:
        op, values = self._op, here.values
        inputs = [values[tensor] for tensor in op.inputs]
        if self._may_die and self._is_dead(inputs, here):
            results = [DEAD] * len(op.outputs)
            here.dead.add(op)
        else:
            here.run.current = op
            results = self._perform(op, inputs)
            if self._writes and op not in here.run.writers:
                here.run.writers.append(op)
            if not self._may_die and results and results[0] is DEAD:
                here.dead.add(op)
        for tensor, value in zip(op.outputs, results, strict=True):
            if tensor not in self._fed:
                values[tensor] = value
        for tensor in self._ending:
            del values[tensor]

    def _is_dead(self, inputs: Sequence[Any], here: _Round) -> bool:
        for value in inputs:
            if value is DEAD:
                return True
        return not here.dead.isdisjoint(self._waits)


# -- loops -------------------------------------------------------------------------------------------------------------


class _Loop:
    """A frame as one step of the round around it: all its rounds."""

    def __init__(self, compiler: _Compiler, frame: Frame, ending: Sequence[Tensor]) -> None:
        self._frame = frame
        self._steps = compiler.steps(frame)
        self._enters = compiler.operations(frame, "Enter")
        self._exits = [op for op in compiler.operations(frame, "Exit") if op.outputs[0] not in compiler.fed]
        self._ends = [op.outputs[0] for op in compiler.operations(frame, "NextIteration")]
        self._waits = {op: compiler.members.intersection(op.control_inputs) for op in self._enters}
        self._fetched = compiler.fetched_in(frame)
        self._ending = ending

    def __call__(self, outside: _Round) -> None:
        entered = {op: self._entering(op, outside) for op in self._enters}
        passed = dict.fromkeys(self._ends, DEAD)
        left = dict.fromkeys(self._exits, DEAD)
        while True:
            here = self._round(outside.run, entered, passed)
            for step in self._steps:
                step(here)
            left |= {op: value for op in self._exits if (value := here.values[op.outputs[0]]) is not DEAD}
            self._fetch(here)
            passed = {tensor: here.values[tensor] for tensor in self._ends}
            if all(value is DEAD for value in passed.values()):
                break
            entered = {op: value if op.attrs["is_constant"] else DEAD for op, value in entered.items()}
        outside.values |= {op.outputs[0]: value for op, value in left.items()}
        outside.dead |= {op for op, value in left.items() if value is DEAD}
        for tensor in self._ending:
            del outside.values[tensor]

    def _entering(self, op: Operation, outside: _Round) -> Any:
        return outside.values[op.inputs[0]] if outside.dead.isdisjoint(self._waits[op]) else DEAD

    @staticmethod
    def _round(run: _Run, entered: Mapping[Operation, Any], passed: Mapping[Tensor, Any]) -> _Round:
        """The beginning of a round: what has entered, the constants ever again, and what the round before passes on."""
        values = {op.outputs[0]: value for op, value in entered.items()}
        return _Round(run, {**values, **passed}, (op for op, value in entered.items() if value is DEAD))

    def _fetch(self, here: _Round) -> None:
        for tensor in self._fetched:
            value = here.values[tensor]
            if value is not DEAD:
                if tensor in here.run.fetched:
                    raise InternalError(
                        f"Retval has already been set: {tensor.name!r} has a value in each round of the loop "
                        f"{self._frame.name!r}. Fetch what leaves the loop (an Exit), or collect the values in a "
                        "TensorArray.",
                        tensor.op,
                    )
                here.run.fetched[tensor] = value
