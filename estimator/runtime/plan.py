"""From a program with known shapes to one flat Python function over preallocated buffers.

Each operation becomes a few lines such as ``add(b1, v2, out=b1)``. Results go to buffers that are
used again as soon as nothing may look at them; an element-wise op writes over an input that dies
with it. Variables are read where they lie. Runs of optimizer updates over neighbours in an arena
become one update over flat memory, in blocks that stay in the cache.

Emitters (``@some_op.emit``) get the planner, the operation and an :class:`Operand` for each input;
they call :meth:`Planner.out`, :meth:`Planner.scratch` and :meth:`Planner.call`, and return the
operand of the output (a list for several). The numpy calls must be those of the kernel, on the same
shapes and layouts, so that the bits agree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from estimator.core.shapes import Dims
from estimator.graph.constant import gives_text, text_in_c_order
from estimator.graph.handles import is_handle
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.code import BODIES, PROGRAM, STORE, Code, Factory, as_view, new_buffer, reshaped
from estimator.runtime.facts import Facts
from estimator.runtime.lifetimes import Lifetimes, Way
from estimator.runtime.program import Bodies, BoundRun, Program
from estimator.runtime.store import VariableStore
from estimator.runtime.updates import UpdateRun, find_update_runs

in_c_order = partial(np.asarray, order="C")


@dataclass(frozen=True)
class Operand:
    """A tensor in a plan.

    Attributes
    ----------
    name : str
        The Python name that holds its array.
    dims : tuple or None
        Its shape; None for unknown.
    dtype : numpy dtype
    value : ndarray or None
        Its value, if it is known before the run.
    buffer : str or None
        The raw buffer that holds it, if the plan may write over it.
    """

    name: str
    dims: Dims
    dtype: np.dtype[Any]
    value: np.ndarray[Any, Any] | None = None
    buffer: str | None = None

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.dims)  # type: ignore[arg-type]  # emitters only see static shapes


class Planner:
    """Writes the plan of one program for one set of shapes.

    Parameters
    ----------
    program : Program
    facts : Facts
    store : VariableStore
    """

    def __init__(self, program: Program, facts: Facts, store: VariableStore) -> None:
        self._program = program
        self._facts = facts
        self._store = store
        self._lifetimes = Lifetimes(program, facts)
        self._operands: dict[Tensor, Operand] = {}
        self._free: dict[int, list[str]] = {}  # nbytes -> raw buffers
        self._held: dict[Tensor, tuple[int, str]] = {}  # origin -> its raw buffer
        self._scratch: list[tuple[int, str]] = []
        self._of_store: dict[Any, str] = {}  # what is looked up in the store, to its name
        self._placed: dict[Tensor, Operand] = {}  # gradients that go straight to their part of an arena
        self._parts: dict[Operation, Operand] = {}  # the updates whose parts they are
        self._position = 0
        names = [f"f{index}" for index in range(len(program.given))]
        self.code = Code(names)
        for name, tensor in zip(names, program.given, strict=True):
            self._operands[tensor] = Operand(name, facts.dims[tensor], tensor.dtype.np)

    def plan(self) -> Factory:
        """The finished plan."""
        order = self._program.order
        runs = find_update_runs(order, self._store, self._lifetimes)
        for run in {id(run): run for run in runs.values()}.values():
            self._place_gradients(run)
        for self._position, op in enumerate(order):
            self.code.owner = self._position
            run_here = runs.get(op)
            if run_here is None:
                self._emit(op)
            elif op is run_here.updates[-1]:
                self._emit_run(run_here)
            self._release()
        return self.code.finish([self._result(tensor) for tensor in self._program.fetches])

    def _result(self, tensor: Tensor) -> str:
        name = self._operands[tensor].name
        return name if is_handle(tensor) else f"{name}.copy()"

    # -- for emitters --------------------------------------------------------------------------------------------------

    def call(self, function: Any, *arguments: Any, out: Operand | None = None, **keywords: Any) -> None:
        """Write ``function(*arguments, out=out)``; operands and plain values alike."""
        words = [self._word(each) for each in arguments]
        words += [f"{key}={self._word(value)}" for key, value in keywords.items()]
        if out is not None:
            words.append(f"out={out.name}")
        self.code.line(f"{self.code.bind(function, 'n')}({', '.join(words)})")

    def unless(self, condition: Operand, function: Any, *arguments: Any) -> None:
        """Write ``if not condition: function(*arguments)``."""
        words = ", ".join(self._word(each) for each in arguments)
        self.code.line(f"if not {condition.name}: {self.code.bind(function, 'n')}({words})")

    def once(self, function: Any, *arguments: Any) -> Operand:
        """Write ``t = function(*arguments)`` for a small value."""
        name = self.code.name("t")
        words = ", ".join(self._word(each) for each in arguments)
        self.code.line(f"{name} = {self.code.bind(function, 'n')}({words})")
        like = next(each for each in arguments if isinstance(each, Operand))
        return Operand(name, (), like.dtype)

    def out(self, op: Operation, index: int = 0, reuse: Sequence[Operand] = ()) -> Operand:
        """Where an output goes: its place in an arena, an input in `reuse` that dies here, or a buffer."""
        tensor = op.outputs[index]
        if tensor in self._placed:
            return self._placed[tensor]
        shape: tuple[int, ...] = self._facts.dims[tensor]  # type: ignore[assignment]
        dtype = tensor.dtype.np
        for operand in reuse:
            if self._can_overwrite(op, operand, shape, dtype):
                origin = next(each for each in op.inputs if self._operands[each] is operand)
                nbytes, raw = self._held.pop(self._origin(origin))
                self._held[tensor] = nbytes, raw
                return Operand(operand.name, shape, dtype, buffer=raw)
        return self._buffer(shape, dtype, tensor)

    def scratch(self, like: Operand, dtype: Any = None) -> Operand:
        """Memory of the shape of `like` for this operation alone."""
        kind = like.dtype if dtype is None else np.dtype(dtype)
        return self._buffer(like.dims, kind, None)  # type: ignore[arg-type]

    def view(self, operand: Operand, shape: tuple[int, ...]) -> Operand:
        """The same memory in another shape."""
        if operand.dims == shape:
            return operand
        if self.code.is_bound(operand.name):
            name = self.code.derive("v", reshaped(shape), operand.name)
        else:
            name = self.code.name("t")
            self.code.line(f"{name} = {operand.name}.reshape({shape})")
        return Operand(name, shape, operand.dtype, buffer=operand.buffer)

    def transposed(self, operand: Operand) -> Operand:
        """The transposed view of a matrix."""
        dims = operand.dims[::-1]  # type: ignore[index]
        if self.code.is_bound(operand.name):
            return Operand(self.code.derive("v", _transpose, operand.name), dims, operand.dtype)
        return Operand(f"{operand.name}.T", dims, operand.dtype)

    def constant(self, value: np.ndarray[Any, Any]) -> Operand:
        """An array that the plan holds."""
        return Operand(self.code.bind(value), value.shape, value.dtype, value)

    # -- operations ----------------------------------------------------------------------------------------------------

    def _emit(self, op: Operation) -> None:
        way = self._lifetimes.ways[op]
        if op.type == "NoOp":
            return
        if way is Way.FOLDED:
            for tensor in op.outputs:
                self._operands.setdefault(tensor, self.constant(self._facts.values[tensor]))
        elif way is Way.HANDLE:
            name = self._from_store("s", _storage, self._store.of_handle(op.outputs[0]).name)
            self._operands[op.outputs[0]] = Operand(name, (), np.dtype(object))
        elif way is Way.READ:
            self._emit_read(op)
        elif way is Way.VIEW:
            operand = self.view(self._operands[op.inputs[0]], self._facts.dims[op.outputs[0]])  # type: ignore[arg-type]
            self._operands[op.outputs[0]] = operand
        elif way is Way.UFUNC:
            inputs = [self._operands[tensor] for tensor in op.inputs]
            target = self.out(op, reuse=inputs)
            self.call(op.definition.ufunc, *inputs, out=target)
            self._operands[op.outputs[0]] = target
        elif way is Way.EMIT:
            result = op.definition.emitter(self, op, *self._grouped(op))  # type: ignore[misc]
            outputs = result if isinstance(result, list) else [result] if op.outputs else []
            self._operands.update(zip(op.outputs, outputs, strict=True))
        elif way is Way.UPDATE:
            self._emit_update(op)
        else:
            self._emit_kernel(op)

    def _grouped(self, op: Operation) -> list[Any]:
        return [
            [self._operands[each] for each in group] if isinstance(group, list) else self._operands[group]
            for group in op.grouped_inputs()
        ]

    def _emit_read(self, op: Operation) -> None:
        storage = self._store.of_handle(op.inputs[0])
        tensor = op.outputs[0]
        name = self._from_store("w", _array, storage.name)
        source = Operand(name, storage.value.shape, storage.value.dtype)
        if self._lifetimes.read_must_copy(op, self._position):
            target = self.out(op)
            self.call(np.copyto, target, source)
            source = target
        self._operands[tensor] = source

    def _emit_kernel(self, op: Operation) -> None:
        definition = op.definition
        words = [self.code.bind(np, "n")]
        for arg, group in zip(definition.inputs, op.grouped_inputs(), strict=True):
            word = self._group_word(group)
            words.append(f"{word}.value" if arg.name in definition.writes_rows else word)
        words += [f"{key}={self.code.bind(op.attrs[key])}" for key in definition.kernel_attrs]
        if definition.takes_run:
            words.append(
                f"run={self.code.derive('k', partial(_bound_run, self._position), PROGRAM, STORE, BODIES)}"
            )
        text = f"{self.code.bind(definition.kernel, 'k')}({', '.join(words)})"
        if definition.updates:
            self._write_updates(op, text)
            return
        names = [self.code.name("t") for _ in op.outputs]
        convert = self.code.bind(text_in_c_order if gives_text(op) else in_c_order, "n")
        many = len(op.outputs) != 1 or definition.outputs[0].is_list
        if not names:
            self.code.line(text)
        elif op.bodies:  # arrays are what plans give, handles must stay what they are
            self.code.line(f"{', '.join(names)}, = {text}")
        elif many:
            self.code.line(f"{', '.join(names)}, = map({convert}, {text})")
        else:
            self.code.line(f"{names[0]} = {convert}({text})")
        for name, tensor in zip(names, op.outputs, strict=True):
            self._operands.setdefault(tensor, Operand(name, self._facts.dims[tensor], tensor.dtype.np))

    def _write_updates(self, op: Operation, text: str) -> None:
        names = [arg.name for arg in op.definition.inputs]
        results = [self.code.name("t") for _ in op.definition.updates]
        self.code.line(f"{', '.join(results)} = {text}")
        for result, updated in zip(results, op.definition.updates, strict=True):
            self.code.line(f"{self._operands[op.inputs[names.index(updated)]].name}.write({result})")

    def _group_word(self, group: Any) -> str:
        if isinstance(group, list):
            return f"[{', '.join(self._operands[tensor].name for tensor in group)}]"
        return self._operands[group].name

    def _word(self, value: Any) -> str:
        if isinstance(value, Operand):
            return value.name
        if isinstance(value, list):
            return f"[{', '.join(map(self._word, value))}]"
        if value is None or isinstance(value, (bool, int, str)):
            return repr(value)
        return self.code.bind(value)

    # -- updates -------------------------------------------------------------------------------------------------------

    def _emit_update(self, op: Operation) -> None:
        operands = []
        for tensor in op.inputs:
            if is_handle(tensor):
                storage = self._store.of_handle(tensor)
                name = self._from_store("w", _flat_array, storage.name)
                operands.append(Operand(name, (storage.value.size,), storage.value.dtype))
            else:
                operands.append(self._flat(self._operands[tensor], op))
        self._emit_blocks(op, operands)

    def _flat(self, operand: Operand, op: Operation) -> Operand:
        size = self._store.of_handle(op.inputs[0]).value.size
        return self.view(operand, (size,)) if operand.size == size and operand.dims != () else operand

    def _place_gradients(self, run: UpdateRun) -> None:
        """Give the gradients of a run of updates their places side by side."""
        raw = self.code.derive("r", new_buffer(run.size * run.dtype.itemsize))
        run.gradient_name = self.code.derive("g", as_view(run.dtype, (run.size,)), raw)
        for update, start in zip(run.updates, run.offsets, strict=True):
            gradient = run.gradient(update)
            origin = self._single_origin(gradient)
            if origin is None or origin in self._placed:
                continue
            if self._lifetimes.ways.get(origin.op) not in (Way.UFUNC, Way.EMIT):
                continue
            shape: tuple[int, ...] = self._facts.dims[origin]  # type: ignore[assignment]
            if math.prod(shape) != run.size_of(update) or origin.dtype.np != run.dtype:
                continue
            name = self.code.derive("g", as_view(run.dtype, shape, start * run.dtype.itemsize), raw)
            self._placed[origin] = self._parts[update] = Operand(name, shape, run.dtype)

    def _emit_run(self, run: UpdateRun) -> None:
        for update, start in zip(run.updates, run.offsets, strict=True):
            gradient = run.gradient(update)
            origin, placed = self._single_origin(gradient), self._parts.get(update)
            if placed is None or origin is None or self._operands[origin] is not placed:
                size = run.size_of(update)
                part = self.code.derive("g", _slice(start, start + size), run.gradient_name)
                flat = self.view(self._operands[gradient], (size,))
                self.call(np.copyto, Operand(part, (size,), run.dtype), flat)
        operands = []
        for tensor in run.updates[0].inputs:
            if tensor is run.gradient(run.updates[0]):
                operands.append(Operand(run.gradient_name, (run.size,), run.dtype))
            elif is_handle(tensor):
                place = run.place_of(tensor)
                name = self._from_store("w", _arena_part, place.index, place.start, place.stop)
                operands.append(Operand(name, (run.size,), run.dtype))
            else:
                operands.append(self._operands[tensor])
        self._emit_blocks(run.updates[0], operands)

    def _emit_blocks(self, op: Operation, operands: list[Operand]) -> None:
        """One update over flat memory; in blocks, if it is large."""
        size = operands[0].size
        emitter = op.definition.emitter
        assert emitter is not None
        long = [each for each in operands if each.dims == (size,)]
        if size <= 2 * BLOCK or not all(self.code.is_bound(each.name) for each in long):
            emitter(self, op, *operands)
            return
        whole = size // BLOCK * BLOCK
        names = {each.name: self.code.name("t") for each in long}
        blocks = self.code.derive("l", _blocks, *names)
        self.code.begin_loop(f"for {', '.join(names.values())} in {blocks}:")
        emitter(self, op, *(self._cut(each, names, BLOCK) for each in operands))
        self.code.end_loop()
        self._release_scratch()
        if whole < size:
            rest = {each.name: self.code.derive("v", _slice(whole, size), each.name) for each in long}
            emitter(self, op, *(self._cut(each, rest, size - whole) for each in operands))

    @staticmethod
    def _cut(operand: Operand, names: dict[str, str], size: int) -> Operand:
        return Operand(names[operand.name], (size,), operand.dtype) if operand.name in names else operand

    def _from_store(self, prefix: str, lookup: Any, *arguments: Any) -> str:
        """The name of something that each session's store gives."""
        key = (lookup, arguments)
        if key not in self._of_store:
            self._of_store[key] = self.code.derive(prefix, partial(lookup, *arguments), STORE)
        return self._of_store[key]

    # -- buffers -------------------------------------------------------------------------------------------------------

    def _single_origin(self, tensor: Tensor) -> Tensor | None:
        origins = self._lifetimes.origins[tensor]
        return next(iter(origins)) if len(origins) == 1 else None

    def _origin(self, tensor: Tensor) -> Tensor:
        return next(iter(self._lifetimes.origins[tensor]))

    def _can_overwrite(
        self, op: Operation, operand: Operand, shape: tuple[int, ...], dtype: np.dtype[Any]
    ) -> bool:
        if operand.buffer is None or operand.dims != shape or operand.dtype != dtype:
            return False
        tensor = next((each for each in op.inputs if self._operands[each] is operand), None)
        if tensor is None or len(self._lifetimes.origins[tensor]) != 1:
            return False
        origin = self._origin(tensor)
        return self._lifetimes.last_use.get(origin, -1) <= self._position and origin in self._held

    def _buffer(self, shape: tuple[int, ...], dtype: np.dtype[Any], owner: Tensor | None) -> Operand:
        if dtype == object:  # raw memory cannot hold references: an array of its own, given back to nobody
            return Operand(self.code.derive("r", partial(np.empty, shape, dtype)), shape, dtype)
        nbytes = max(math.prod(shape) * dtype.itemsize, 1)
        free = self._free.setdefault(nbytes, [])
        raw = free.pop() if free else self.code.derive("r", new_buffer(nbytes))
        if owner is None:
            self._scratch.append((nbytes, raw))
        else:
            self._held[owner] = nbytes, raw
        return Operand(self.code.derive("b", as_view(dtype, shape), raw), shape, dtype, buffer=raw)

    def _release(self) -> None:
        """Give back what no later operation needs."""
        self._release_scratch()
        last_use = self._lifetimes.last_use
        for origin in [each for each in self._held if last_use.get(each, -1) <= self._position]:
            nbytes, raw = self._held.pop(origin)
            self._free[nbytes].append(raw)

    def _release_scratch(self) -> None:
        for nbytes, raw in self._scratch:
            self._free[nbytes].append(raw)
        self._scratch.clear()


def _storage(name: str, store: VariableStore) -> Any:
    return store.storage(name)


def _array(name: str, store: VariableStore) -> Any:
    return store.storage(name).value


def _flat_array(name: str, store: VariableStore) -> Any:
    return store.storage(name).value.reshape(-1)


def _arena_part(index: int, start: int, stop: int, store: VariableStore) -> Any:
    return store.arenas[index][start:stop]


def _bound_run(position: int, program: Program, store: VariableStore, bodies: Bodies) -> BoundRun:
    return BoundRun(program.order[position], store, bodies)


BLOCK = 64 * 1024  # elements; three to four such float32 blocks stay in a second-level cache


def _transpose(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return array.T


def _slice(start: int, stop: int) -> Any:
    return lambda array: array[start:stop]


def _blocks(*arrays: np.ndarray[Any, Any]) -> list[tuple[np.ndarray[Any, Any], ...]]:
    """The arrays' blocks of BLOCK elements, side by side, without the rest."""
    starts = range(0, arrays[0].size - BLOCK + 1, BLOCK)
    return [tuple(array[start : start + BLOCK] for array in arrays) for start in starts]
