"""What a plan calls for an op whose kernel is a straight line of numpy calls: those very calls, with ``out=``.

A kernel takes the array module as its first argument. Run once on a :class:`Recorder` and on stand-ins
for its arrays, it tells its calls and computes nothing. Each call then gets a place for its result: the
output itself, memory whose value nobody reads any more, or scratch memory. A call may write over what it
reads if that has the shape of its result, for then each number depends on its own place only. So one
text says what an op computes, and interpreter and plan agree bit for bit: they make the same calls on the
same shapes.

A kernel can be recorded if it uses ufuncs, and functions declared :class:`Elementwise` or :class:`Reduction`, and
decides by types, ranks and attributes only, not by values. Declared with ``recorded=True`` it needs no emitter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from estimator.core.errors import InternalError
from estimator.core.frozen import mutable


@mutable(eq=False)
class Traced:
    """A stand-in for an array.

    Attributes
    ----------
    dims : tuple of int
    dtype : numpy dtype
    operand : object
        What holds it in the plan; None until its place is decided.
    """

    dims: tuple[int, ...]
    dtype: np.dtype[Any]
    operand: Any = None

    @property
    def shape(self) -> tuple[int, ...]:
        """As an array has it."""
        return self.dims

    @property
    def ndim(self) -> int:
        """As an array has it."""
        return len(self.dims)

    @property
    def value(self) -> Traced:
        """As the storage of a variable has it."""
        return self


@mutable(eq=False)
class Call:
    """One call of a kernel."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    result: Traced
    emit: Callable[..., None] | None = None  # what writes it in another way

    @property
    def inputs(self) -> list[Traced]:
        """The arrays that it reads."""
        return [word for word in self.arguments if isinstance(word, Traced)]


class Recorder:
    """An array module that writes down what is called.

    Attributes
    ----------
    calls : list of Call
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def __getattr__(self, name: str) -> Callable[..., Traced]:
        function = getattr(np, name)
        if not isinstance(function, np.ufunc):
            raise InternalError(f"a kernel that calls xp.{name} cannot be recorded; write it an emitter.")
        return partial(self.call, function)

    def call(
        self, function: Callable[..., Any], *arguments: Any, emit: Callable[..., None] | None = None
    ) -> Traced:
        """Write down an element-wise call; its type is what the function makes of ones."""
        samples = [np.ones((0,) * bool(a.dims), a.dtype) if isinstance(a, Traced) else a for a in arguments]
        with np.errstate(all="ignore"):
            dtype = function(*samples).dtype
        arguments = _with_arrays(arguments)
        dims = np.broadcast_shapes(*(value.dims for value in arguments if isinstance(value, Traced)))
        result = Traced(dims, dtype)
        self.calls.append(Call(function, arguments, result, emit))
        return result

    def reduce(self, reduction: Reduction, x: Traced, axes: tuple[int, ...], keepdims: bool) -> Traced:
        """Write down a reduction over axes, whose type is that of its numbers."""
        places = {axis % x.ndim for axis in axes}
        sizes = [1 if place in places else size for place, size in enumerate(x.dims)]
        dims = tuple(size for place, size in enumerate(sizes) if keepdims or place not in places)
        result = Traced(dims, x.dtype)
        self.calls.append(Call(reduction, (x, axes, keepdims), result, reduction.emit))
        return result


def _with_arrays(arguments: Sequence[Any]) -> tuple[Any, ...]:
    """The arguments, plain numbers among them as arrays of the type in which the call takes them.

    In each call a ufunc would make such an array anew, which takes as long as a small loop.
    """
    kinds = {word.dtype for word in arguments if isinstance(word, Traced)}
    if len(kinds) != 1:
        return tuple(arguments)
    (kind,) = kinds
    return tuple(
        np.asarray(word, kind) if type(word) in (int, float) and _is_of(kind, word) else word
        for word in arguments
    )


def _is_of(kind: np.dtype[Any], number: float) -> bool:
    """Whether a plain number becomes one of that type beside arrays of it."""
    if kind.kind == "f":
        return True
    limits = np.iinfo(kind) if kind.kind in "iu" and isinstance(number, int) else None
    return limits is not None and limits.min <= number <= limits.max


class Elementwise:
    """A function ``(xp, *arrays, out=None)`` that kernels may use like a ufunc, though numpy has no such ufunc.

    Attributes
    ----------
    numpy : callable
        The function ``(*arrays, out=None)`` over numpy.
    emitter : callable or None
        ``(p, *operands, out)``: how a plan writes it in calls of numpy's, if there is a better way than to call it.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.numpy = partial(function, np)
        self.emitter: Callable[..., None] | None = None

    def emit(self, emitter: Callable[..., None]) -> Callable[..., None]:
        """Decorator: `emitter` writes it; `out` may be the memory of any array that has its shape."""
        self.emitter = emitter
        return emitter

    def __call__(self, xp: Any, *arguments: Any) -> Any:
        if isinstance(xp, Recorder):
            return xp.call(self.numpy, *arguments, emit=self.emitter)
        return self._function(xp, *arguments)


class Reduction:
    """A function ``(xp, x, axes, keepdims)`` that kernels may use, and which a plan writes in lines of its own.

    Parameters
    ----------
    function : callable
        ``(xp, x, axes, keepdims)``.
    emit : callable
        ``(p, x, axes, keepdims, out)``, which writes calls of the same bits; `out` is none of the memory of `x`.
    """

    def __init__(self, function: Callable[..., Any], emit: Callable[..., None]) -> None:
        self._function = function
        self.emit = emit

    def __call__(self, xp: Any, x: Any, axes: tuple[int, ...], keepdims: bool = False) -> Any:
        if isinstance(xp, Recorder):
            return xp.reduce(self, x, axes, keepdims)
        return self._function(xp, x, axes, keepdims)


def emit_recorded(p: Any, op: Any, *operands: Any) -> Any:
    """The emitter of every op that is declared ``recorded=True``.

    Parameters
    ----------
    p : Writer
    op : Operation
    *operands : Operand, or list of them
        Of a variable to be updated, its memory.

    Returns
    -------
    Operand, list of Operand or None
        As the op has one output, several, or updates variables.
    """
    recorder, definition = Recorder(), op.definition
    inputs: list[Any] = [
        list(map(_traced, one)) if isinstance(one, list) else _traced(one) for one in operands
    ]
    returned = definition.kernel(
        recorder, *inputs, **{name: op.attrs[name] for name in definition.kernel_attrs}
    )
    results = list(returned) if isinstance(returned, (list, tuple)) else [returned]
    given = [value for one in inputs for value in (one if isinstance(one, list) else [one])]
    places = _Places(p, recorder.calls, given, results)
    if definition.updates:
        names = [arg.name for arg in definition.inputs]
        places.write(results, [inputs[names.index(name)].operand for name in definition.updates])
        return None
    targets = [places.output(op, index, result) for index, result in enumerate(results)]
    places.write(results, targets)
    return targets if len(targets) > 1 else targets[0]


def _traced(operand: Any) -> Traced:
    return Traced(operand.dims, operand.dtype, operand)


@mutable
class _Memory:
    """Memory of the plan that this op may write to.

    Attributes
    ----------
    operand : Operand
    busy : int
        The first call that may write over it is this one.
    until : float
        Its last use for a value other than the output it is meant for must not be later.
    """

    operand: Any
    busy: int
    until: float = math.inf


class _Places:
    """Gives each call a place for its result, and writes it."""

    def __init__(
        self, p: Any, calls: Sequence[Call], given: Sequence[Traced], results: Sequence[Traced]
    ) -> None:
        self._p = p
        self._calls = calls
        self._made_at = {call.result: number for number, call in enumerate(calls)}
        self._given = given
        self._memories: list[_Memory] = []
        # A value, or the memory of a given one, to the first call that may write over it.
        self._free_at: dict[Any, int] = {}
        for number, call in enumerate(calls):
            for value in call.inputs:
                self._free_at[self._key(value)] = number
        for value in results:
            if value not in self._made_at:  # an input handed on
                self._free_at[self._key(value)] = len(calls) + 1

    @staticmethod
    def _key(value: Traced) -> Any:
        """What stands for its memory: inputs may be views of one another."""
        return value if value.operand is None else value.operand.buffer or value.operand.name

    def output(self, op: Any, index: int, result: Traced) -> Any:
        """Where an output goes: an input's memory if that is free by then, and until then it serves as scratch."""
        made_at = self._made_at.get(result, 0)
        free_before = self._free_before(made_at)
        free = [
            value.operand for value in self._given if self._free_at.get(self._key(value), 0) <= free_before
        ]
        target = self._p.out(op, index, reuse=free)
        busy = self._free_at.get(target.buffer or target.name, 0)
        self._memories.append(_Memory(target, busy, free_before))
        return target

    def write(self, results: Sequence[Traced], targets: Sequence[Any]) -> None:
        """Write all calls, the results to their targets, or to scratch while the target's old value is still read."""
        wanted = dict(zip(reversed(results), reversed(targets), strict=True))  # the first target of each
        for number, call in enumerate(self._calls):
            words = [word.operand if isinstance(word, Traced) else word for word in call.arguments]
            target = wanted.get(call.result)
            is_scalar = not any(value.dims for value in (call.result, *call.inputs))
            if is_scalar and target is None and not isinstance(call.function, Reduction):
                call.result.operand = self._p.scalar(call.function, call.result.dtype, *words)
                continue
            place = call.result.operand = self._place(number, call.result, target)
            if call.emit is None:
                self._p.call(call.function, *words, out=place)
            else:
                call.emit(self._p, *words, out=place)
        pairs = zip(results, targets, strict=True)
        for value, target in sorted(
            pairs, key=lambda pair: pair[0] in self._made_at
        ):  # inputs handed on come first
            if target.name != value.operand.name:
                self._p.copy(target, value.operand)

    def _free_before(self, number: int) -> int:
        """Call `number` may write over what no call after this one reads; what is reduced, it still reads itself."""
        is_reduction = bool(self._calls) and isinstance(self._calls[number].function, Reduction)
        return number - 1 if is_reduction else number

    def _place(self, number: int, value: Traced, target: Any) -> Any:
        """Memory for what call `number` makes: its target if it has one and that may be written over already."""
        free_before = self._free_before(number)
        if target is not None:
            is_free = self._free_at.get(target.buffer or target.name, 0) <= free_before
            return target if is_free else self._p.scratch(value)
        needed = self._free_at.get(value, number)
        for memory in self._memories:
            fits = memory.operand.dims == value.dims and memory.operand.dtype == value.dtype
            if fits and memory.busy <= free_before and needed <= memory.until:
                memory.busy = needed
                return memory.operand
        made = _Memory(self._p.scratch(value), needed)
        self._memories.append(made)
        return made.operand
