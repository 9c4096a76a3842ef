"""One part of a program that runs on the device: what it takes and gives, and what jax has compiled of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import is_static
from estimator.graph.function import FunctionGraph
from estimator.graph.handles import is_array, is_handle, variable_of, written_variables
from estimator.graph.liveness import Wanted
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.executors.jax.library import jax, jnp, wide
from estimator.runtime.executors.jax.lower import lower
from estimator.runtime.executors.jax.placement import runs_on_device
from estimator.runtime.executors.jax.traced import HOLDS, CannotLower, Cell, draw_key, variable_key
from estimator.runtime.facts import Facts
from estimator.runtime.program import Program, body_program
from estimator.runtime.store import name_of_draws

Value: TypeAlias = Any  # a numpy array, a tracer of jax's, or what stands for a variable
Spec: TypeAlias = tuple[tuple[int, ...], str]  # shape and numpy's name of the type


class Segment(NamedTuple):
    """What a part of a program takes and gives.

    Attributes
    ----------
    order : sequence of Operation
    changed, read : tuple of str
        The variables that it writes, which it may read, and those that it only reads.
    inputs : tuple of Tensor
        What other parts or the caller give it.
    results : tuple of Tensor
        What others want of it.
    random : tuple of Operation
        Its operations that draw numbers, once in a run.
    loose : tuple of Operation
        Operations of functions that it calls which draw numbers, as often as it turns out.
    """

    order: Sequence[Operation]
    changed: tuple[str, ...]
    read: tuple[str, ...]
    inputs: tuple[Tensor, ...]
    results: tuple[Tensor, ...]
    random: tuple[Operation, ...]
    loose: tuple[Operation, ...]


def segment_of(order: Sequence[Operation], wanted: Iterable[Tensor], facts: Facts) -> Segment:
    """What a part takes and gives, where others want these tensors."""
    own = {tensor for op in order for tensor in op.outputs if not facts.is_given(tensor)}
    handles = dict.fromkeys(
        name for op in order for tensor in op.inputs if is_handle(tensor) and (name := variable_of(tensor))
    )
    written = set().union(*map(written_variables, order))
    taken = dict.fromkeys(
        tensor
        for op in order
        for tensor in (op.inputs[:1] if op.type == "Assert" else op.inputs)
        if not is_handle(tensor) and tensor not in own and facts.value_of(tensor) is None
    )
    return Segment(
        order,
        tuple(name for name in handles if name in written),
        tuple(name for name in handles if name not in written),
        tuple(taken),
        tuple(tensor for tensor in dict.fromkeys(wanted) if tensor in own),
        tuple(op for op in order if op.definition.effect == "random"),
        tuple(dict.fromkeys(_drawing([body for op in order for body in op.bodies]))),
    )


def _drawing(bodies: Iterable[FunctionGraph]) -> Iterator[Operation]:
    """The operations of functions, and of those that they call, that draw numbers."""
    for body in bodies:
        for op in body.get_operations():
            if op.definition.effect == "random":
                yield op
            yield from _drawing(op.bodies)


class Function(NamedTuple):
    """A segment as jax has compiled it, which knows neither graph nor session.

    Attributes
    ----------
    check : callable or None
        ``inputs -> holds``: whether all checks hold, to be asked before, if what they look at is known then.
    call : callable
        ``(changed, read, inputs, draws) -> (new, results, holds, counts)``, lists of arrays. What is changed is given
        away. If checks do not hold, what is new is what was; without checks, or if they were asked before, `holds` is
        None. The counts are of what is drawn loosely.
    """

    check: Callable[..., Any] | None
    call: Callable[..., tuple[list[Any], list[Any], Any, list[Any]]]


class Tracing:
    """What traces a segment, and for which arguments.

    Parameters
    ----------
    segment : Segment
    program : Program
        That it is a part of.
    facts : Facts
    refused : dict
        Gets those of its operations that are for the host after all, with the reasons; the rest is worth nothing then.

    Attributes
    ----------
    checks : bool
        Whether something in it is checked, as the last tracing has found.
    """

    def __init__(
        self, segment: Segment, program: Program, facts: Facts, refused: dict[Operation, str]
    ) -> None:
        self._segment = segment
        self._program = program
        self._facts = facts
        self._refused = refused
        self.checks = False

    def specs(self, of_variables: Mapping[str, Spec], of_lists: Mapping[Tensor, Any]) -> list[Any]:
        """The shapes and types of the arguments of :meth:`function`, from those of variables and lists."""
        segment, facts = self._segment, self._facts

        def spec(dims: Any, dtype: Any) -> Any:
            return jax.ShapeDtypeStruct(dims, np.dtype(dtype))

        return [
            [spec(*of_variables[name]) for name in segment.changed],
            [spec(*of_variables[name]) for name in segment.read],
            [
                spec(facts.dims_of(tensor), tensor.dtype.np) if is_array(tensor) else of_lists[tensor]
                for tensor in segment.inputs
            ],
            [spec((3,), np.uint64) for _ in (*segment.random, *segment.loose)],
        ]

    def values(
        self, changed: list[Any], read: list[Any], inputs: list[Any], draws: list[Any]
    ) -> tuple[dict[Hashable, Value], dict[Tensor, Value]]:
        """The state after the segment, and the values of tensors."""
        segment = self._segment
        names = (*segment.changed, *segment.read)
        state: dict[Hashable, Value] = {
            variable_key(name): value for name, value in zip(names, (*changed, *read), strict=True)
        }
        drawing = (*segment.random, *segment.loose)
        state |= {draw_key(name_of_draws(op)): words for op, words in zip(drawing, draws, strict=True)}
        trace = SegmentTrace(state, self._program, self._refused)
        values = trace.run(segment.order, dict(zip(segment.inputs, inputs, strict=True)), self._facts)
        self.checks = HOLDS in state
        return state, values

    def holds(self, changed: list[Any], read: list[Any], inputs: list[Any], draws: list[Any]) -> Any:
        """Whether all checks hold, to be traced; None without checks."""
        state, _ = self.values(changed, read, inputs, draws)
        return state.get(HOLDS)

    def function(
        self, changed: list[Any], read: list[Any], inputs: list[Any], draws: list[Any], checks: bool = True
    ) -> Any:
        """What a :class:`Function` calls, to be traced; with `checks` it looks whether these hold."""
        segment = self._segment
        state, values = self.values(changed, read, inputs, draws)
        arguments = {id(value) for value in (*changed, *read, *jax.tree.leaves(inputs), *draws)}
        new = [state[variable_key(name)] for name in segment.changed]
        holds = state.get(HOLDS) if checks else None
        if holds is not None:
            new = [jnp.where(holds, value, old) for value, old in zip(new, changed, strict=True)]

        # jax would hand an argument on as it is: an array of the caller's, or one that was given away
        def copy(value: Value) -> Any:
            return jnp.copy(value) if id(value) in arguments else jnp.asarray(value)

        results = [jax.tree.map(copy, values[tensor]) for tensor in segment.results]
        counts = [state[draw_key(name_of_draws(op))][2] for op in segment.loose]
        return list(map(copy, new)), results, holds, counts


class Lowered(NamedTuple):
    """A segment as jax has traced it; see :class:`Function`."""

    check: Any
    call: Any

    def compiled(self) -> Function:
        """The same, compiled."""
        with wide():
            return Function(self.check and self.check.compile(), self.call.compile())


def lowered(tracing: Tracing, specs: Sequence[Any]) -> Lowered:
    """A segment as jax has traced it for arguments of these shapes."""
    with wide(), _exact_products():
        whole = jax.jit(tracing.function, donate_argnums=0, keep_unused=True).lower(*specs)
        if not tracing.checks:
            return Lowered(None, whole)
        holds = jax.make_jaxpr(tracing.holds)(*specs).jaxpr
        if not _needed(holds) <= set(_inputs(holds, specs)):
            return Lowered(None, whole)

        def check(inputs: list[Any]) -> Any:
            changed, read, _, draws = specs
            unused = [
                [jnp.zeros(spec.shape, spec.dtype) for spec in group] for group in (changed, read, draws)
            ]
            return tracing.holds(unused[0], unused[1], inputs, unused[2])

        rest = jax.jit(partial(tracing.function, checks=False), donate_argnums=0, keep_unused=True)
        return Lowered(jax.jit(check, keep_unused=True).lower(specs[2]), rest.lower(*specs))


def _needed(jaxpr: Any) -> set[Any]:
    """The arguments of what was traced on which its results depend."""
    needed = set(filter(_is_variable, jaxpr.outvars))
    for equation in reversed(jaxpr.eqns):
        if not needed.isdisjoint(equation.outvars):
            needed.update(filter(_is_variable, equation.invars))
    return needed.intersection(jaxpr.invars)


def _is_variable(word: Any) -> bool:
    return not hasattr(word, "val")  # jax's literals have one, and no hash


def _inputs(jaxpr: Any, specs: Sequence[Any]) -> list[Any]:
    """Those arguments of what was traced that are inputs."""
    changed, read, inputs, _ = (len(jax.tree.leaves(group)) for group in specs)
    found: list[Any] = jaxpr.invars[changed + read : changed + read + inputs]
    return found


def _exact_products() -> Any:
    """In which a GPU multiplies float32 as float32, unless the user has told jax otherwise."""
    config: Any = jax.config
    wanted = config.jax_default_matmul_precision
    return jax.default_matmul_precision(wanted or "highest")


class SegmentTrace:
    """The segment that is traced; see :class:`~.traced.Trace`.

    Parameters
    ----------
    state : dict
    program : Program
        That it is a part of.
    refused : dict
        Gets the operations that cannot be traced, with the reasons.
    """

    def __init__(self, state: dict[Hashable, Value], program: Program, refused: dict[Operation, str]) -> None:
        self.state = state
        self.outcomes: dict[Hashable, Any] = {}
        self._refused = refused
        self._walked = program  # the innermost that is being walked

    def run(
        self, order: Sequence[Operation], values: dict[Tensor, Value], facts: Facts
    ) -> dict[Tensor, Value]:
        """The values of all tensors after the operations have been lowered; of those that cannot be, zeros."""
        for op in order:
            try:
                self._lower(op, values, facts)
            except Exception as error:  # whatever it is: the interpreter says it better, or it can do it
                self._refused[op] = f"{type(error).__name__}: {error}".splitlines()[0]
                for tensor in op.outputs:
                    values.setdefault(tensor, _zeros(tensor, facts))
        return values

    def walk(self, program: Program, given: Sequence[Value]) -> list[Value]:
        """What a program, that of a body, gives for these values."""
        known = {
            tensor: value
            for tensor, value in zip(program.given, given, strict=True)
            if isinstance(value, np.ndarray)
        }
        facts = Facts(program, program.shapes_of(given), known=known)
        values = dict(zip(program.given, given, strict=True))
        outer, self._walked = self._walked, program
        try:
            for op in program.order:
                if not (facts.is_folded(op) or op.type in ("NoOp", "VarHandleOp")):
                    if not runs_on_device(op):
                        raise CannotLower(f"{op.type} {op.name!r} in it runs on the host")
                    self._lower(op, values, facts)
        finally:
            self._walked = outer
        return [self._value(tensor, values, facts) for tensor in program.fetches]

    def _lower(self, op: Operation, values: dict[Tensor, Value], facts: Facts) -> None:
        inputs = [
            None if op.type == "Assert" and place else self._value(tensor, values, facts)
            for place, tensor in enumerate(op.inputs)
        ]
        for tensor, value in zip(op.outputs, lower(self, op, inputs), strict=True):
            if value is not None:  # what a function gives that nobody wants
                values.setdefault(tensor, _checked(tensor, value, facts))

    def _value(self, tensor: Tensor, values: Mapping[Tensor, Value], facts: Facts) -> Value:
        if is_handle(tensor):
            name = variable_of(tensor)
            if name is not None:
                return Cell(self, name)
            if tensor not in values:
                raise CannotLower("only the run tells which variable it is")
            return values[tensor]
        known = facts.value_of(tensor)
        return values[tensor] if known is None else known

    def body(self, op: Operation, attr: str, place: int = 0) -> Program:
        """The program of a function that an attribute of an operation names, as far as its results are wanted."""
        body = op.bodies_of(attr)[place]
        results = list(itertools.compress(body.results, self.wanted(op, attr)))
        return body_program(body, results, body.always_run)

    def wanted(self, op: Operation, attr: str) -> Wanted:
        """Which results of the functions that an attribute of an operation names somebody needs."""
        return self._walked.wanted[op][attr]

    def demand(self, holds: Any) -> None:
        """Have a run that finds this false be made again by the interpreter, which says what is wrong."""
        before = self.state.get(HOLDS)
        self.state[HOLDS] = holds if before is None else jnp.logical_and(before, holds)

    def draw_key(self, op: Operation) -> Any:
        """The key of an execution of a random operation, and how many there were before it."""
        name = draw_key(name_of_draws(op))
        words = self.state[name]
        self.state[name] = words.at[2].add(jnp.uint64(1))
        return words


def _zeros(tensor: Tensor, facts: Facts) -> Value:
    dims = facts.dims_of(tensor)
    return jnp.zeros(dims, tensor.dtype.np) if is_array(tensor) and is_static(dims) else None


def _checked(tensor: Tensor, value: Value, facts: Facts) -> Value:
    """A value as an array of jax's or of numpy's, which has the type of the tensor, and its shape."""
    if not is_array(tensor):
        return value
    array = value if isinstance(value, (np.ndarray, jax.Array)) else jnp.asarray(value)
    dims = facts.dims_of(tensor)
    if array.dtype != tensor.dtype.np:
        raise CannotLower(f"it gives {array.dtype} instead of {tensor.dtype.name}")
    if is_static(dims) and array.shape != dims:
        raise CannotLower(f"it gives the shape {array.shape} instead of {dims}")
    return array
