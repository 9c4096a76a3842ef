"""What an emitter gets to write its lines of a plan.

Emitters (``@some_op.emit``) get the writer, the operation and an :class:`Operand` for each input; they ask for memory
with :meth:`Writer.out` and :meth:`Writer.scratch`, write calls with :meth:`Writer.call`, and return the operand of the
output (a list for several)::

    @bias_add.emit
    def bias_add_emit(p, op, value, bias):
        target = p.out(op, reuse=[value])
        p.call(np.add, value, bias, out=target)
        return target

The numpy calls must be those of the kernel, on the same shapes and layouts, so that the bits agree.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from estimator.core.shapes import Dims, is_static
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.buffers import Buffers, Operand
from estimator.runtime.code import STORE, Code, as_view, reshaped
from estimator.runtime.elementwise import EXACT, changes_nothing, must_be_apart, prepared
from estimator.runtime.facts import Facts
from estimator.runtime.lifetimes import Lifetimes
from estimator.runtime.program import Program
from estimator.runtime.store import VariableStore

_FEW = 4096  # conditions; of more, no copy is made
_SMALL = 64  # bytes


class Writer:
    """The lines of a plan being written, and what they may name.

    Parameters
    ----------
    program : Program
    facts : Facts
    store : VariableStore

    Attributes
    ----------
    code : Code
        The lines.
    buffers : Buffers
        The memory of results.
    operands : dict
        Tensor to :class:`Operand`, of those written so far.
    checked : dict
        Tensors whose numbers lie from 0 to so much, as a check before has made sure.
    position_of : dict
        Operation to its place in the program.
    placed : dict
        Tensors that are to be written at a place of their own instead of to a buffer.
    exchanged : dict
        What several processes sum, to where it lies.
    """

    def __init__(self, program: Program, facts: Facts, store: VariableStore) -> None:
        self.facts = facts
        self.store = store
        self.lifetimes = Lifetimes(program, facts)
        names = [f"f{index}" for index in range(len(program.given))]
        self.code = Code(names)
        self.buffers = Buffers(self.code, self.lifetimes.last_use)
        self.operands: dict[Tensor, Operand] = {
            tensor: Operand(name, facts.dims[tensor], tensor.dtype.np)
            for name, tensor in zip(names, program.given, strict=True)
        }
        self.placed: dict[Tensor, Operand] = {}
        self.exchanged: dict[Operation, Any] = {}  # to a SideBySide, declared above this module
        self._of_store: dict[Hashable, str] = {}  # what is looked up in the store, to its name
        self._numbers: dict[Hashable, np.ndarray[Any, Any]] = {}  # by their bits
        self._viewed: dict[str, Operand] = {}  # what only the run can view, by the view's name
        self.checked: dict[Tensor, int] = {}
        self.position_of = {op: position for position, op in enumerate(program.order)}
        self._zeros: dict[int, str] = {}  # by the number of bytes
        self._ones: dict[Hashable, Operand] = {}
        self._scalars: dict[
            Hashable, Operand
        ] = {}  # those of the operation that is written, to where they are

    # -- memory --------------------------------------------------------------------------------------------------------

    def out(self, op: Operation, index: int = 0, reuse: Sequence[Operand] = ()) -> Operand:
        """Where an output goes: its place in an arena, an input in `reuse` that dies here, or a buffer.

        Only what is computed element by element may name inputs in `reuse`.
        """
        tensor = op.outputs[index]
        if tensor in self.placed:
            return self.placed[tensor]
        shape: tuple[int, ...] = self.facts.dims[tensor]  # type: ignore[assignment]
        return self.buffers.for_result(tensor, shape, tensor.dtype.np, reuse)

    def scratch(self, like: Operand, dtype: Any = None) -> Operand:
        """Memory of the shape of `like` for this operation alone."""
        kind = like.dtype if dtype is None else np.dtype(dtype)
        return self.buffers.scratch(like.dims, kind)  # type: ignore[arg-type]

    def view(self, operand: Operand, shape: tuple[int | None, ...]) -> Operand:
        """The same memory in another shape, of which one size may be that which is left."""
        operand = self._viewed.get(operand.name, operand)
        if operand.dims == shape and shape.count(None) <= 1:
            return operand
        known = self.static_view(operand, shape) if is_static(shape) else None  # type: ignore[arg-type]
        if known is not None:
            return known
        name = self.code.name("t")
        sizes = tuple(-1 if size is None else size for size in shape)
        self.code.line_if_used(name, f"{operand.name}.reshape({sizes})")
        self._viewed[name] = operand
        return operand._replace(name=name, dims=shape, value=None)

    def static_view(self, operand: Operand, shape: tuple[int, ...]) -> Operand | None:
        """The same memory in another shape, if the plan knows the array before it runs."""
        if not self.code.is_bound(operand.name):
            return None
        name = self.code.derive("v", reshaped(shape), operand.name)
        return operand._replace(name=name, dims=shape, value=None)

    def retyped(self, operand: Operand, dtype: Any) -> Operand:
        """The same bits read as numbers of another type of the same size."""
        kind = np.dtype(dtype)
        if self.code.is_bound(operand.name):
            name = self.code.derive("v", partial(_retyped, kind), operand.name)
        else:
            name = self.code.name("t")
            self.code.line(f"{name} = {operand.name}.view({self.code.bind(kind)})")
        known = None if operand.value is None else operand.value.view(kind)
        return operand._replace(name=name, dtype=kind, value=known)

    def column(self, operand: Operand, place: int) -> Operand:
        """The view of one column of a matrix."""
        rows, _ = operand.dims  # type: ignore[misc]
        found = self.part(operand, 1, place, place + 1)
        if not self.code.is_bound(operand.name):
            return found._replace(name=f"{found.name}[:, 0]", dims=(rows,))
        return self.view(found, (rows,))

    def part(self, operand: Operand, axis: int, start: int, stop: int) -> Operand:
        """The view of a piece along an axis."""
        dims = operand.dims
        piece = (slice(None),) * axis + (slice(start, stop),)
        cut = (*dims[:axis], stop - start, *dims[axis + 1 :])  # type: ignore[index]
        if self.code.is_bound(operand.name):
            return Operand(self.code.derive("v", partial(_piece, piece), operand.name), cut, operand.dtype)
        return Operand(f"{operand.name}[{self.code.bind(piece)}]", cut, operand.dtype)

    def transposed(self, operand: Operand) -> Operand:
        """The transposed view of a matrix, or of each matrix of a stack."""
        *stack, rows, columns = operand.dims  # type: ignore[misc]
        dims = (*stack, columns, rows)
        if self.code.is_bound(operand.name):
            return Operand(self.code.derive("v", _transpose, operand.name), dims, operand.dtype)
        return Operand(f"{operand.name}.{'swapaxes(-1, -2)' if stack else 'T'}", dims, operand.dtype)

    def constant(self, value: np.ndarray[Any, Any]) -> Operand:
        """An array that the plan holds; each number, and each one of a few bytes, once."""
        if value.nbytes <= _SMALL and value.dtype != object:
            value = self._numbers.setdefault((value.dtype, value.shape, value.tobytes()), value)
        return Operand(self.code.bind(value), value.shape, value.dtype, value)

    def zeros(self, like: Operand) -> Operand:
        """An array of zeros of the shape of `like`, to be read; where it is large, its memory is one page."""
        nbytes = like.size * like.dtype.itemsize
        if nbytes not in self._zeros:
            self._zeros[nbytes] = self.code.derive("z", partial(np.zeros, nbytes, np.uint8))
        view = as_view(like.dtype, like.dims)  # type: ignore[arg-type]
        value = np.broadcast_to(np.zeros((), like.dtype), like.dims)  # type: ignore[arg-type]
        return Operand(self.code.derive("z", view, self._zeros[nbytes]), like.dims, like.dtype, value)

    def ones(self, count: int, dtype: np.dtype[Any]) -> Operand:
        """A vector of ones that the plan holds."""
        key = (count, dtype)
        if key not in self._ones:
            self._ones[key] = self.constant(np.ones(count, dtype))
        return self._ones[key]

    def from_store(self, prefix: str, lookup: Callable[..., Any], *arguments: Hashable) -> str:
        """A name for ``lookup(*arguments, store)`` with each session's own store."""
        key = (lookup, arguments)
        if key not in self._of_store:
            self._of_store[key] = self.code.derive(prefix, partial(lookup, *arguments), STORE)
        return self._of_store[key]

    # -- lines ---------------------------------------------------------------------------------------------------------

    def call(self, function: Any, *arguments: Any, out: Operand | None = None, **keywords: Any) -> None:
        """Write ``function(*arguments, out=out)``; operands and plain values alike."""
        if out is None or keywords or function not in EXACT:
            self._call(function, arguments, out, keywords)
        elif changes_nothing(function, arguments, out):
            return
        elif must_be_apart(arguments, out):
            apart = self.scratch(out)
            self._call(function, arguments, apart, {})
            self.copy(out, apart)
        else:
            self._call(function, prepared(self, function, arguments, out), out, {})

    def copy(self, target: Operand, source: Operand) -> None:
        """Write ``target[...] = source``, which numpy does sooner than copyto; another type is converted."""
        viewed = self._viewed.get(source.name)
        if viewed is not None and _without_ones(viewed.dims) == _without_ones(target.dims):
            same = self.static_view(target, viewed.dims)  # type: ignore[arg-type]
            target, source = (target, source) if same is None else (same, viewed)
        self.code.line(f"{target.name}[...] = {source.name}")

    def scalar(self, function: Any, dtype: np.dtype[Any], *arguments: Any) -> Operand:
        """The scalar ``function(*arguments)``, where these are scalars, too.

        What is known before the run is computed then. The rest is computed once for the operation that is written: in
        front of the loop over the blocks of an update.
        """
        if all(not isinstance(word, Operand) or word.value is not None for word in arguments):
            known = [word.value if isinstance(word, Operand) else word for word in arguments]
            with np.errstate(all="ignore"):
                return self.constant(np.asarray(function(*known)))
        words = ", ".join(map(self._word, arguments))
        key = (self.buffers.position, function, words)
        if key not in self._scalars:
            out = self._scalars[key] = self.buffers.scratch((), dtype)
            self.code.line_before_loop(f"{self.code.bind(function, 'n')}({words}, out={out.name})")
        return self._scalars[key]

    def _call(
        self, function: Any, arguments: Sequence[Any], out: Operand | None, keywords: Mapping[str, Any]
    ) -> None:
        words = [self._word(argument) for argument in arguments]
        words += [f"{key}={self._word(value)}" for key, value in keywords.items()]
        if out is not None:
            words.append(f"out={out.name}")
        self.code.line(f"{self.code.bind(function, 'n')}({', '.join(words)})")

    def unless(self, condition: Operand, function: Any, *arguments: Any) -> None:
        """Write ``if not condition: function(*arguments)``; nothing where it is known to hold."""
        if condition.value is None or not condition.value:
            self._line_if(f"not {condition.name}", function, arguments)

    def unless_all(self, conditions: Operand, function: Any, *arguments: Any) -> None:
        """Write ``function(*arguments)`` for the case that one of an array of conditions does not hold."""
        self._line_if(f"not ({self._truth(conditions, True)})", function, arguments)

    def whether(self, out: Operand, conditions: Operand, all_hold: bool) -> None:
        """Write into a scalar whether all of an array of conditions hold, or else whether one does."""
        self.code.line(f"{out.name}[...] = {self._truth(conditions, all_hold)}")

    def whether_one_fails(self, conditions: Operand) -> str:
        """Write whether one of an array of conditions does not hold; its name."""
        name = self.code.name("t")
        self.code.line(f"{name} = not ({self._truth(conditions, True)})")
        return name

    def line_if(self, name: str, function: Any, *arguments: Any) -> None:
        """Write ``if name: function(*arguments)``."""
        self._line_if(name, function, arguments)

    def are_within(self, tensor: Tensor, count: int) -> bool:
        """Whether a check before has made sure that the numbers are from 0 to `count`, without that."""
        return self.checked.get(self.lifetimes.viewed(tensor), count) < count

    def _truth(self, conditions: Operand, all_hold: bool) -> str:
        """Whether they hold, as Python says it: a reduction of numpy's takes ten times as long where they are few."""
        if conditions.size <= _FEW:
            return f"b'\\{int(not all_hold)}' {'not ' * all_hold}in {conditions.name}.tobytes()"
        count = f"{self.code.bind(np.count_nonzero, 'n')}({conditions.name})"
        return f"{count} == {conditions.size}" if all_hold else f"{count} > 0"

    def _line_if(self, test: str, function: Any, arguments: Sequence[Any]) -> None:
        words = ", ".join(map(self._word, arguments))
        self.code.line(f"if {test}: {self.code.bind(function, 'n')}({words})")

    def method(self, op: Operation, owner: Operand, name: str, *arguments: Any) -> Operand:
        """Write ``t = owner.name(*arguments)`` for an output that is no buffer: a list, or what one holds."""
        return self._no_buffer(op, f"{owner.name}.{name}", arguments)

    def value(self, op: Operation, function: Any, *arguments: Any) -> Operand:
        """Write ``t = function(*arguments)`` for an output that is no buffer."""
        return self._no_buffer(op, self.code.bind(function, "n"), arguments)

    def _no_buffer(self, op: Operation, function: str, arguments: Sequence[Any]) -> Operand:
        tensor = op.outputs[0]
        found = Operand(self.code.name("t"), self.facts.dims[tensor], tensor.dtype.np)
        self.code.line(f"{found.name} = {function}({', '.join(map(self._word, arguments))})")
        return found

    def _word(self, value: Any) -> str:
        if isinstance(value, Operand):
            return value.name
        if isinstance(value, list):
            return f"[{', '.join(map(self._word, value))}]"
        if value is None or isinstance(value, (bool, int, str)):
            return repr(value)
        if isinstance(
            value, (np.ndarray, np.generic)
        ):  # of a scalar, a ufunc would make an array in each call
            return self.constant(np.asarray(value)).name
        return self.code.bind(value)


def _piece(piece: tuple[slice, ...], array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return array[piece]


def _without_ones(dims: Dims) -> list[int]:
    return [size for size in dims if size != 1]  # type: ignore[union-attr,misc]  # views have known shapes


def _retyped(dtype: np.dtype[Any], array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return array.view(dtype)


def _transpose(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return array.swapaxes(-1, -2)
