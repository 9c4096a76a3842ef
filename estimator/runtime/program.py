"""What one kind of run is: what is fetched, what is given, and the operations between, in order."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from functools import cached_property
from operator import attrgetter
from typing import Any, Protocol, TypeAlias

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.errors import (
    InternalError,
    InvalidArgumentError,
    OpError,
    OutOfRangeError,
    ResourceExhaustedError,
    UnimplementedError,
)
from estimator.core.frozen import frozen
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import Dims, is_static, show
from estimator.formats.tensors import leading_values
from estimator.graph.function import FunctionGraph
from estimator.graph.graph import Graph
from estimator.graph.handles import HANDLE_OPS, is_array, resource_name, variable_of
from estimator.graph.liveness import LOOPS, Wanted, wanted_results
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.order import prune, schedule
from estimator.runtime.store import VariableStore
from estimator.runtime.waiting import changes_state, first_part, may_wait

Array = np.ndarray[Any, Any]
Call: TypeAlias = Callable[[Sequence[Array]], list[Array]]


class Steady(NamedTuple):
    """What a plan goes by and gives: calls need no look at what they are given as long as that has these shapes.

    Attributes
    ----------
    given_dims : dict
        The shapes in question, by position: those of arrays, and of lists that are read those of their elements.
    result_dims : list of Dims
        The same of what it gives.
    """

    given_dims: Mapping[int, Dims]
    result_dims: Sequence[Dims]


class Calls(Protocol):
    """A program as one thread runs it many times in a row."""

    def __call__(self, given: Sequence[Array]) -> list[Array]:
        """The fetched arrays; they may be lent, see :attr:`Program.lends`."""

    def steady(self, given: Sequence[Array]) -> Steady | None:
        """The shapes by which :attr:`steps` go on if what is given next is this, the same object for the same plan.

        None if each call must look at what it is given.
        """

    @property
    def steps(self) -> Sequence[Callable[..., list[Array]]]:
        """Two functions of what is given, each argument by itself, to be called in turn."""

    def locate(self, error: BaseException) -> None:
        """Raise the error of the operation that failed in one of the steps, if an error is one of theirs."""

    def end(self) -> None:
        """Give back what the calls share. What was lent is worth nothing afterwards."""


class Series(Protocol):
    """A program as one thread runs it many times in a row, while other runs come between."""

    def __call__(self, given: Sequence[Array]) -> list[Array]:
        """Copies of the fetched arrays."""

    def end(self) -> None:
        """Give back what the runs share."""


class Together(NamedTuple):
    """Several runs that were made at once.

    Attributes
    ----------
    rows : list
        What each has given.
    undo : callable
        Lets everything be as it was before.
    """

    rows: Sequence[list[Array]]
    undo: Callable[[], None]


class Executable(Protocol):
    """A program that an executor has compiled."""

    def __call__(self, given: Sequence[Array]) -> list[Array]:
        """Copies of the fetched arrays, from the arrays given (in the order of ``program.given``)."""

    def series(self) -> Series:
        """The same for many runs in a row by one thread, as a training makes them."""

    def opened(self) -> Calls:
        """The body of a loop, for the rounds of one run."""

    together: Callable[[Sequence[Sequence[Array]]], Together | None] | None
    """What gives the results of several runs, made at once, or None when it has done nothing; None where none does."""


class Once:
    """An executable of which many calls are no less work than one.

    Parameters
    ----------
    call : callable
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    def __call__(self, given: Sequence[Array]) -> list[Array]:
        """Copies of the fetched arrays."""
        return self._call(given)

    def series(self) -> Series:
        """The same."""
        return self

    def opened(self) -> Calls:
        """The same."""
        return self

    together: Callable[[Sequence[Sequence[Array]]], Together | None] | None = None

    steps: Sequence[Callable[..., list[Array]]] = ()

    def steady(self, given: Sequence[Array]) -> None:
        """Each call looks at what it is given."""

    def locate(self, error: BaseException) -> None:
        """A call has told which operation failed."""

    def end(self) -> None:
        """Nothing is shared."""


class Executor(Protocol):
    """A way to execute programs on the variables of one store; one registration each."""

    def compile(self, program: Program) -> Executable:
        """The program, ready to run."""


@frozen(eq=False)
class Program:
    """A pruned and ordered piece of a graph.

    Attributes
    ----------
    graph : Graph
    fetches : tuple of Tensor
        What is wanted; handles only by the caller of a body, as they are.
    given : tuple of Tensor
        What each run is given: fed tensors, then the components of iterators.
    iterators : tuple of Operation
        The IteratorGetNext operations, whose components end ``given``.
    order : tuple of Operation
        What runs; iterators and placeholders have been replaced by what is given.
    wanted : dict
        Operation with bodies to those of their results that are needed, for each attribute that names a body.
    is_body : bool
        Whether it is run inside of the run of another program, by an operation of that.
    lends : bool
        Whether what it gives need not last longer than until it has been run twice more.
    ahead : Program or None
        What may wait for other runs, and what that needs: it is run first, without the session's lock, and what it
        gives ends ``given``.
    """

    graph: Graph
    fetches: tuple[Tensor, ...]
    given: tuple[Tensor, ...]
    iterators: tuple[Operation, ...]
    order: tuple[Operation, ...]
    wanted: dict[Operation, dict[str, Wanted]]
    is_body: bool = False
    lends: bool = False
    ahead: Program | None = None

    @cached_property
    def fingerprint(self) -> bytes:
        """Equal for programs that do the same, in whichever graph they are: names do not count, variables' names do."""
        places = {tensor: (-1, index) for index, tensor in enumerate(self.given)}
        import hashlib  # it loads a library of cryptography, which is not needed to import this package

        digest = hashlib.blake2b(digest_size=16)
        for position, op in enumerate(self.order):  # all of them first: the edges of a loop go back
            for index, tensor in enumerate(op.outputs):
                places.setdefault(tensor, (position, index))
        for op in self.order:
            functions = op.definition.function_attrs
            attrs = [
                [program.fingerprint for program in self._called(op, name)]
                if name in functions
                else _hashable(op.attrs[name])
                for name in op.definition.attrs
            ]
            name = resource_name(op) if op.type in HANDLE_OPS else ""
            inputs = [places[tensor] for tensor in op.inputs]
            digest.update(
                repr((op.type, name, inputs, attrs, [tensor.dims for tensor in op.outputs])).encode()
            )
        digest.update(repr((self.lends, [places[tensor] for tensor in self.fetches])).encode())
        digest.update(repr([(t.op.type, t.dtype.name, t.dims, variable_of(t)) for t in self.given]).encode())
        return digest.digest()

    def _called(self, op: Operation, name: str) -> list[Program]:
        """The programs of the functions that an attribute names, as far as they are needed here."""
        wanted = self.wanted[op][name]
        return [
            body_program(
                body, list(itertools.compress(body.results, wanted)), body.always_run, lends=op.type in LOOPS
            )
            for body in op.bodies_of(name)
        ]

    @cached_property
    def listed(self) -> list[int]:
        """The positions in ``given`` of lists by the shape of whose elements a plan goes: those that are read."""
        read = {op.inputs[0] for op in self.order if op.type == "TensorListGetItem"}
        return [position for position, tensor in enumerate(self.given) if tensor in read]

    def shapes_of(self, given: Sequence[Any]) -> tuple[Dims, ...]:
        """What a plan is made for: the shapes of arrays, and of lists that are read that of all their elements."""
        if self._only_arrays:  # as in most runs, and half the work
            return tuple([array.shape for array in given])
        return tuple([shape_of(value) for shape_of, value in zip(self._shapes, given)])

    @cached_property
    def _only_arrays(self) -> bool:
        return all(map(is_array, self.given))

    @cached_property
    def _shapes(self) -> list[Callable[[Any], Dims]]:
        return [
            attrgetter("shape")
            if is_array(tensor)
            else attrgetter("common_dims")
            if position in self.listed
            else _no_shape
            for position, tensor in enumerate(self.given)
        ]

    @cached_property
    def shaped(self) -> list[int]:
        """The positions in ``given`` of what has a shape that a plan goes by."""
        return [place for place, tensor in enumerate(self.given) if is_array(tensor) or place in self.listed]

    @property
    def changes_state(self) -> bool:
        """Whether it may write variables or advance random counters: a body that acts outside may do so, too."""
        return any(map(changes_state, self.order))

    @cached_property
    def is_framed(self) -> bool:
        """Whether it needs TensorFlow 1's control flow, which no plan has."""
        return any(op.definition.framed for op in self.order)

    def before(self, op: Operation | None) -> Sequence[Operation]:
        """What has run when an operation fails (None: when what comes behind the last does)."""
        return self.order if op is None else self.order[: self.order.index(op)]


def _no_shape(handle: Any) -> Dims:
    return ()


def _hashable(value: Any) -> Any:
    """A stand-in whose repr says all about an attribute."""
    if isinstance(value, np.ndarray):
        import hashlib

        leading = leading_values(value)
        data = (
            repr(leading.tolist())
            if value.dtype == object
            else hashlib.blake2b(leading.tobytes(), digest_size=16).digest()
        )
        return value.dtype.str, value.shape, data
    if isinstance(value, list):
        return [_hashable(item) for item in value]
    if value is not None and not isinstance(value, (str, bytes, int, float, tuple, DType)):
        raise InternalError(f"an attribute that is a {type(value).__name__} has no fingerprint yet.")
    return value


def make_program(
    graph: Graph, tensors: Sequence[Tensor], targets: Sequence[Operation], fed: Sequence[Tensor]
) -> Program:
    """The program that gives `tensors` and runs `targets` when `fed` is given.

    Raises
    ------
    InvalidArgumentError
        If it needs placeholders that are not fed; all of them are named.
    UnimplementedError
        If it needs an op that is not here, but only in the file that the graph comes from.
    """
    fed_set = frozenset(fed)
    wanted = [tensor.op for tensor in tensors if tensor not in fed_set] + list(targets)
    operations = prune(wanted, fed_set)
    pulls = not graph.is_function  # in a branch an iterator goes on only when that branch runs
    iterators = tuple(
        op for op in operations if pulls and op.type == "IteratorGetNext" and op.definition.local
    )
    _refuse_opaque(operations)
    _refuse_missing(operations, fed_set)
    pulled = [tensor for op in iterators for tensor in op.outputs if tensor not in fed_set]
    given = (*fed, *pulled)
    rest = [op for op in operations if op.type != "Placeholder" and op not in iterators]
    waiting = None if graph.is_function else first_part(rest, frozenset(given), tensors)
    if waiting is None:
        return _program(graph, tensors, given, rest, iterators)
    ahead = _program(graph, waiting.handed, given, waiting.operations)
    left = [op for op in wanted if op not in waiting.done]
    given = (*given, *waiting.handed)
    members = frozenset(rest)
    rest = [op for op in prune(left, frozenset(given), waiting.done) if op in members]
    return replace(_program(graph, tensors, given, rest, iterators), ahead=ahead)


def _program(
    graph: Graph,
    tensors: Sequence[Tensor],
    given: tuple[Tensor, ...],
    operations: Sequence[Operation],
    iterators: tuple[Operation, ...] = (),
) -> Program:
    fed = frozenset(given)
    order = tuple(schedule(operations, fed))
    if may_have_siblings(order):
        from estimator.runtime.siblings import side_by_side  # a model of one column has none

        order = tuple(side_by_side(order, fed))
    used = _used(order, tensors)
    results = {op: wanted_results(op, used) for op in order if op.definition.function_attrs}
    return Program(graph, tuple(tensors), given, iterators, order, results)


def may_have_siblings(order: Iterable[Operation]) -> bool:
    """Whether it is worth while to look for operations to call together: two of an op, and sizes are not known."""
    types = [op.type for op in order if op.definition.joint is not None and not _is_static(op)]
    return len(types) > len(set(types))


def _is_static(op: Operation) -> bool:
    return all(is_static(tensor.dims) for tensor in (*op.inputs, *op.outputs))


def _refuse_opaque(operations: Sequence[Operation]) -> None:
    opaque = [op for op in operations if op.definition.opaque is not None]
    if opaque:
        last = opaque[-1]  # the nearest to what is fetched
        gives = ", ".join(f"{tensor.name!r} ({tensor.dtype.name} {tensor.shape})" for tensor in last.outputs)
        advice = f"feed what it gives, {gives}, or " if gives and not last.graph.is_function else ""
        raise UnimplementedError(
            f"this run needs {last.describe()}, an op of TensorFlow's that is not here: {advice}fetch what does not "
            "need it.",
            last,
        )


def _refuse_missing(operations: Sequence[Operation], fed: Set[Tensor]) -> None:
    missing = [op for op in operations if op.type == "Placeholder" and op.outputs[0] not in fed]
    if missing:
        names = ", ".join(f"{op.name!r} ({op.outputs[0].dtype.name} {op.outputs[0].shape})" for op in missing)
        raise InvalidArgumentError(
            f"You must feed a value for placeholder {names}: pass feed_dict={{tensor: array}} to run().",
            missing[0],
        )


def _used(order: Iterable[Operation], tensors: Iterable[Tensor]) -> frozenset[Tensor]:
    return frozenset(tensors).union(*(op.inputs for op in order))


def body_program(
    body: FunctionGraph,
    tensors: Sequence[Tensor],
    targets: Sequence[Operation] = (),
    lends: bool = False,
    fixed: Sequence[Tensor] = (),
) -> Program:
    """The program of one call of a function that gives these of its tensors and runs these of its operations.

    Parameters
    ----------
    body : FunctionGraph
    tensors, targets : sequence
    lends : bool
        See :attr:`Program.lends`.
    fixed : sequence of Tensor
        Those of its tensors that it is given, as the inputs, instead of computing them; only if they are needed.
    """
    program = make_program(body, tensors, targets, [*body.inputs, *fixed])
    used = _used(program.order, tensors)
    given = tuple([tensor for tensor in program.given if tensor in used])
    return replace(program, given=given, is_body=True, lends=lends)


def note_failure(
    before: Sequence[Operation], store: VariableStore, op: Operation | None, error: BaseException
) -> None:
    """Mark the store torn if a run that failed at `op`, with those before it done, may have done a part of its writes.

    An operation that gives one variable a new value raises before it writes. Ctrl-C may come between any two lines,
    and so may an error where several variables are written, or where a loop has written in an earlier round. What
    waits stands at the end of what it needs, which is whole when the waiting is given up.
    """
    if op is not None and isinstance(error, Exception) and may_wait(op):
        return
    if op is not None and isinstance(error, OutOfRangeError) and op.definition.exchanges:
        return  # the input of another process has ended, which is an end as good as any
    ran = before
    if op is not None and (not isinstance(error, Exception) or len(op.definition.updates) > 1 or op.bodies):
        ran = [*before, op]
    if any(op.effect == "write" for op in ran):
        store.torn = True


def is_of_body(op: Operation, error: BaseException) -> bool:
    """Whether the error of an operation comes out of one of its bodies and names the operation there."""
    return bool(op.bodies) and isinstance(error, OpError) and error.op is not None


def located(op: Operation, shapes: Sequence[Dims], error: Exception) -> OpError:
    """The error of a kernel, with the user's line, which stands first, the operation and its inputs of these shapes."""
    inputs = ", ".join(
        f"{tensor.name} {show(dims)} {tensor.dtype.name}"
        for tensor, dims in zip(op.inputs, shapes, strict=True)
        if is_array(tensor)
    )
    where = f"{op.frame}: " if op.frame else ""
    kind = type(error) if isinstance(error, OpError) else _kind_of(error)
    reason = str(error).rstrip(".") or type(error).__name__
    of_inputs = (
        "" if op.type == "Assert" else f" Inputs: {inputs or 'none'}."
    )  # an assertion says what it is of
    return kind(f"{where}{op.type} {op.name!r} failed: {reason}.{of_inputs}", op)


def _kind_of(error: Exception) -> type[OpError]:
    if isinstance(error, MemoryError):
        return ResourceExhaustedError
    return UnimplementedError if isinstance(error, NotImplementedError) else InvalidArgumentError
