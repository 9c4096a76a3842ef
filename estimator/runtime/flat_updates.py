"""Updates of variables as lines of a plan: over flat memory, in blocks where there is much of it.

Blocks do not depend on one another, so several threads share those of a large update
(:mod:`estimator.core.crew`). The lines of each are a function of their own, a lane, with scratch memory of its own.

A run of updates (:mod:`estimator.runtime.updates`) is written as one, over its part of the arenas. It needs its
gradients side by side, too: those that are results of their own are written to their place in the first place
(:func:`place_gradients`), the others are copied there (views, gradients that belong to two variables, what a kernel
allocates or a run is fed).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from estimator.core.crew import share
from estimator.graph.handles import is_handle
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.buffers import Operand
from estimator.runtime.code import as_view, new_buffer
from estimator.runtime.store import VariableStore
from estimator.runtime.updates import UpdateRun
from estimator.runtime.writer import Writer

BLOCK = 64 * 1024  # elements; three to four such float32 blocks stay in a second-level cache
_LANES = ((16, 4), (4, 2))  # from so many blocks on they are shared among so many threads, if there are any


def write_update(p: Writer, op: Operation) -> None:
    """One update of one variable."""
    size = p.store.of_handle(op.inputs[0]).value.size
    operands = []
    for tensor in op.inputs:
        if is_handle(tensor):
            storage = p.store.of_handle(tensor)
            name = p.from_store("w", _flat_array, storage.name)
            operands.append(Operand(name, (storage.value.size,), storage.value.dtype))
        else:
            operand = p.operands[tensor]
            is_long = operand.size == size and operand.dims != ()
            operands.append(p.view(operand, (size,)) if is_long else operand)
    _write_blocks(p, op, operands)


# -- runs --------------------------------------------------------------------------------------------------------------


class Gradients:
    """The gradients of a run, side by side.

    Parameters
    ----------
    p : Writer
    run : UpdateRun
    """

    def __init__(self, p: Writer, run: UpdateRun) -> None:
        self.run = run
        self._placed: dict[Tensor, int] = {}  # origin to where it begins
        exchanged = _exchanged(p, run)
        self._is_there = exchanged is not None
        if exchanged is not None:
            self.whole = exchanged
            return
        self._raw = p.code.derive("r", new_buffer(run.size * run.dtype.itemsize))
        self.whole = Operand(
            p.code.derive("g", as_view(run.dtype, (run.size,)), self._raw), (run.size,), run.dtype
        )

    def place(self, p: Writer) -> None:
        """Let gradients be written where they belong; to be called before anything is written."""
        if self._is_there:
            return
        for part in self.run.parts:
            origin = p.lifetimes.viewed(part.gradient)
            if origin in p.placed:  # it is the gradient of two variables, perhaps of another run
                continue
            shape: tuple[int, ...] = p.facts.dims[origin]  # type: ignore[assignment]
            view = as_view(self.run.dtype, shape, part.start * self.run.dtype.itemsize)
            p.placed[origin] = Operand(p.code.derive("g", view, self._raw), shape, self.run.dtype)
            self._placed[origin] = part.start

    def gather(self, p: Writer) -> None:
        """Copy what is not in its place, also because what gives it has memory of its own."""
        if self._is_there:
            return
        for part in self.run.parts:
            origin = p.lifetimes.viewed(part.gradient)
            if self._placed.get(origin) != part.start or p.operands[origin] is not p.placed[origin]:
                name = p.code.derive("g", _slice(part.start, part.start + part.size), self.whole.name)
                here = Operand(name, (part.size,), self.run.dtype)
                p.copy(here, p.view(p.operands[part.gradient], (part.size,)))


def _exchanged(p: Writer, run: UpdateRun) -> Operand | None:
    """Where the gradients of a run lie if several processes have summed them, in the order of the run; else None."""
    origins = [p.lifetimes.viewed(part.gradient) for part in run.parts] if p.exchanged else []
    starts = [part.start for part in run.parts]
    parts = (side.part_of(p, origins, starts, run.size) for side in p.exchanged.values())
    return next((part for part in parts if part is not None), None)


def write_run(p: Writer, gradients: Gradients) -> None:
    """All updates of a run as one."""
    gradients.gather(p)
    run = gradients.run
    first = run.parts[0]
    operands = []
    for tensor in first.update.inputs:
        if tensor is first.gradient:
            operands.append(gradients.whole)
        elif is_handle(tensor):
            place = run.place_of(tensor)
            name = p.from_store("w", _arena_part, place.index, place.start, place.stop)
            operands.append(Operand(name, (run.size,), run.dtype))
        else:
            operands.append(p.operands[tensor])
    _write_blocks(p, first.update, operands)


# -- blocks ------------------------------------------------------------------------------------------------------------


def _write_blocks(p: Writer, op: Operation, operands: list[Operand]) -> None:
    """One update over flat memory; in blocks, if it is large."""
    size = operands[0].size
    emitter = op.definition.emitter
    assert emitter is not None
    long = [operand for operand in operands if operand.dims == (size,)]
    # What a name stands for only while the step runs, as what a kernel gives, cannot be cut into blocks before.
    if size <= 2 * BLOCK or not all(p.code.is_bound(operand.name) for operand in long):
        emitter(p, op, *operands)
        return
    whole = size // BLOCK * BLOCK
    names = {operand.name: p.code.name("t") for operand in long}
    lanes = next((lanes for blocks, lanes in _LANES if size // BLOCK >= blocks), 1)
    if lanes == 1:
        _write_loop(p, op, operands, names, 0, 1)
    else:
        functions = [p.code.name("u") for _ in range(lanes)]
        for lane, function in enumerate(functions):
            p.code.begin_loop(f"def {function}():")
            _write_loop(p, op, operands, names, lane, lanes)
            p.code.end_loop()
        p.code.line(f"{p.code.bind(share)}([{', '.join(functions)}])")
    if whole < size:
        rest = {operand.name: p.code.derive("v", _slice(whole, size), operand.name) for operand in long}
        emitter(p, op, *(_cut(operand, rest, size - whole) for operand in operands))


def _write_loop(
    p: Writer, op: Operation, operands: list[Operand], names: dict[str, str], lane: int, lanes: int
) -> None:
    """The update of a lane's blocks, each under the names given; scratch memory is the lane's own."""
    assert op.definition.emitter is not None
    blocks = p.code.derive("l", partial(_blocks, lane, lanes), *names)
    p.code.begin_loop(f"for {', '.join(names.values())} in {blocks}:")
    op.definition.emitter(p, op, *(_cut(operand, names, BLOCK) for operand in operands))
    p.code.end_loop()


def _cut(operand: Operand, names: dict[str, str], size: int) -> Operand:
    return Operand(names[operand.name], (size,), operand.dtype) if operand.name in names else operand


def _blocks(lane: int, lanes: int, *arrays: np.ndarray[Any, Any]) -> list[tuple[np.ndarray[Any, Any], ...]]:
    """A lane's share of the arrays' blocks of BLOCK elements, side by side, without the rest."""
    count = arrays[0].size // BLOCK
    starts = range(count * lane // lanes * BLOCK, count * (lane + 1) // lanes * BLOCK, BLOCK)
    return [tuple(array[start : start + BLOCK] for array in arrays) for start in starts]


def _slice(start: int, stop: int) -> Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]:
    return lambda array: array[start:stop]


def _flat_array(name: str, store: VariableStore) -> np.ndarray[Any, Any]:
    return store.storage(name).value.reshape(-1)


def _arena_part(index: int, start: int, stop: int, store: VariableStore) -> np.ndarray[Any, Any]:
    return store.arenas[index][start:stop]
