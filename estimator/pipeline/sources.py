"""Where elements come from: arrays in memory, counting, Python generators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.frozen import frozen
from estimator.core.shapes import show
from estimator.core.tracebacks import cause_of
from estimator.graph.constant import to_array
from estimator.graph.ragged import RaggedTensorValue
from estimator.graph.sparse import SparseTensorValue
from estimator.pipeline.element import Array, Element, as_component, split
from estimator.pipeline.foreign import settled
from estimator.pipeline.specs import (
    Spec,
    TensorSpec,
    check_component,
    describe_spec,
    row_spec,
    type_spec_from_value,
)
from estimator.pipeline.stage import (
    INFINITE,
    UNKNOWN,
    Context,
    Node,
    Plain,
    Rows,
    Stage,
    State,
    Stream,
    Tickets,
)
from estimator.pipeline.structure import is_structure, leaves, pack, same_structure

if TYPE_CHECKING:
    from estimator.pipeline.loaders import Reading
    from estimator.pipeline.ragged import RaggedRows
    from estimator.pipeline.sparse_rows import SparseRows


class IndexStage(Stage):
    """The integers 0, 1, 2...

    Parameters
    ----------
    size : int
        How many; INFINITE for all.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._position = 0

    def read(self, count: int) -> Tickets:
        """The next indices, fewer at the end."""
        start = self._position
        self._position = start + count if self._size == INFINITE else min(start + count, self._size)
        return np.arange(start, self._position)

    def rewind(self) -> None:
        """Begin the next pass at index 0."""
        self._position = 0

    def state(self) -> State:
        """Where it stands: the index that comes next."""
        return {"position": self._position}

    def restore(self, state: State) -> None:
        """Continue at a saved index."""
        self._position = int(state["position"])


class Columns(Rows):
    """Arrays, or sparse or ragged tensors, whose rows are the elements."""

    def __init__(self, columns: Sequence[Array | SparseRows | RaggedRows]) -> None:
        self._columns = columns
        self.row_bytes = sum(column.nbytes // max(1, len(column)) for column in columns)

    def elements(self, tickets: Tickets) -> list[Element]:
        """Views of the rows."""
        return [[column[index, ...] for column in self._columns] for index in tickets.tolist()]

    def gather(self, tickets: Tickets) -> Element:
        """The rows, copied into one array a column."""
        return [column.take(tickets, axis=0) for column in self._columns]


class Numbers(Rows):
    """``start + index * step``, int64."""

    row_bytes = 8

    def __init__(self, start: int, step: int) -> None:
        self._start = start
        self._step = step

    def elements(self, tickets: Tickets) -> list[Element]:
        """The numbers behind the tickets, as scalars."""
        return [[np.array(self._start + index * self._step)] for index in tickets.tolist()]

    def gather(self, tickets: Tickets) -> Element:
        """The numbers behind the tickets, as one vector."""
        return [self._start + tickets * self._step]


@frozen(eq=False)
class SlicesNode(Node):
    """The rows of arrays, and of sparse and ragged tensors, of equal length."""

    element: Any
    columns: tuple[Array | SparseRows | RaggedRows, ...]

    @property
    def spec(self) -> Any:
        """The types, and the shapes without the first dimension."""
        return self.element

    @property
    def cardinality(self) -> int:
        """The number of rows."""
        return len(self.columns[0])

    def describe(self) -> list[Any]:
        """Size and types; the values are not looked at."""
        return ["slices", self.cardinality, describe_spec(self.spec)]

    def start(self, context: Context) -> Stream:
        """Begin at the first row; tickets are the indices of rows."""
        return Stream(IndexStage(self.cardinality), Columns(self.columns), True)


def slices(data: Any) -> SlicesNode:
    """Elements that are the rows of nested arrays.

    Raises
    ------
    TypeError
        If something in it is not an array.
    ValueError
        If lengths differ, or a scalar has no rows.
    """
    structure, columns = split(data, "from_tensor_slices: data")
    if not columns:
        raise ValueError(f"from_tensor_slices needs at least one array, given: {data!r}.")
    names = [name or "data" for name in leaves(structure)]
    specs = [type_spec_from_value(column) for column in columns]
    scalars = [name for name, spec in zip(names, specs, strict=True) if spec.dims == ()]
    if scalars:
        raise ValueError(
            f"from_tensor_slices: {', '.join(scalars)} is a scalar: there are no rows to take. "
            "(Unbatching a tensor is only supported for rank >= 1.) Use from_tensors for one element."
        )
    if len({spec.dims[0] for spec in specs if spec.dims}) > 1:
        lengths = ", ".join(
            f"{name} has {spec.dims[0]}" for name, spec in zip(names, specs, strict=True) if spec.dims
        )
        raise ValueError(f"from_tensor_slices: all arrays need the same number of rows, but {lengths}.")
    return SlicesNode(pack(structure, map(row_spec, specs)), tuple(map(rows_of, columns)))


def whole(data: Any) -> SlicesNode:
    """One element: the nested arrays themselves.

    Raises
    ------
    ValueError
        If there is no array.
    """
    structure, given = split(data, "from_tensors: data")
    if not given:
        raise ValueError(f"from_tensors needs at least one array, given: {data!r}.")
    return SlicesNode(pack(structure, map(type_spec_from_value, given)), tuple(map(rows_alone, given)))


def rows_of(value: Any) -> Any:
    """The rows of an array, or of a sparse or ragged tensor."""
    rows = _composite_rows(value)
    return read_only(value) if rows is None else rows(value)


def rows_alone(value: Any) -> Any:
    """Rows of which there is one: the whole array, or sparse or ragged tensor."""
    rows = _composite_rows(value)
    return read_only(value[None]) if rows is None else rows.alone(value)


def _composite_rows(value: Any) -> type[SparseRows] | type[RaggedRows] | None:
    """What has the rows of a sparse or ragged tensor; None for an array."""
    if isinstance(value, SparseTensorValue):
        from estimator.pipeline.sparse_rows import SparseRows

        return SparseRows
    if isinstance(value, RaggedTensorValue):
        from estimator.pipeline.ragged import RaggedRows

        return RaggedRows
    return None


def read_only(array: Array) -> Array:
    """A view that an op working in place cannot write to by mistake."""
    view = array.view()
    view.flags.writeable = False
    return view


@frozen
class RangeNode(Node):
    """Whole numbers, as range() has them; `stop` None never ends."""

    first: int
    stop: int | None
    step: int

    @property
    def spec(self) -> Any:
        """The spec of a scalar, int64."""
        return TensorSpec((), "int64")

    @property
    def cardinality(self) -> int:
        """How many numbers there are."""
        return INFINITE if self.stop is None else len(range(self.first, self.stop, self.step))

    def describe(self) -> list[Any]:
        """The first number, the end and the step."""
        return ["range", self.first, self.stop, self.step]

    def start(self, context: Context) -> Stream:
        """Indices into the progression."""
        return Stream(IndexStage(self.cardinality), Numbers(self.first, self.step), True)


class GeneratorStage(Stage):
    """The elements that a Python generator yields, or a loader of another library.

    To continue, it is made anew, and brought to the position that it had.
    """

    def __init__(self, make: Callable[[], Any], convert: Callable[[Any, int], Element]) -> None:
        self._make = make
        self._convert = convert
        self._reading: Reading | None = None
        self._ended = False

    def _begun(self) -> Reading:
        if self._reading is None:
            from estimator.pipeline.loaders import Reading

            self._reading = Reading(self._make())
        return self._reading

    def read(self, count: int) -> Tickets:
        """The next elements that the generator yields."""
        elements: list[Element] = []
        while len(elements) < count and not self._ended:
            reading = self._begun()
            try:
                value = next(reading)
            except StopIteration:
                self._ended = True
            else:
                elements.append(self._convert(value, reading.count - 1))
        return elements

    def rewind(self) -> None:
        """Call the generator function again."""
        self._reading, self._ended = None, False

    def state(self) -> State:
        """How many elements were read, and what a loader says of its position."""
        return self._begun().state()

    def restore(self, state: State) -> None:
        """Go where the state was taken."""
        self.rewind()
        self._begun().restore(state)


@frozen(eq=False)
class GeneratorNode(Node):
    """What a generator function yields."""

    element: Any
    function: Callable[..., Any]
    arguments: tuple[Any, ...]

    @property
    def spec(self) -> Any:
        """The declared types and shapes."""
        return self.element

    @property
    def cardinality(self) -> int:
        """Not known before the generator ends."""
        return UNKNOWN

    @property
    def takes_time(self) -> bool:
        """It calls a function."""
        return True

    def describe(self) -> list[Any]:
        """The declared types and shapes; the function itself does not count."""
        return ["generator", describe_spec(self.spec)]

    def start(self, context: Context) -> Stream:
        """Call the generator when the first element is wanted."""
        stage = GeneratorStage(lambda: self.function(*self.arguments), self._convert)
        return Stream(stage, Plain(), False)

    def _convert(self, value: Any, number: int) -> Element:
        """The components of what was yielded, in the declared types."""
        if isinstance(self.spec, tuple) and isinstance(value, list):
            value = tuple(value)
        is_one = not is_structure(self.spec)  # then anything that is yielded is one array
        if not is_one and not same_structure(self.spec, value):
            raise InvalidArgumentError(
                f"`generator` yielded an element that did not match the expected structure. "
                f"Element {number} is {value!r}; expected was {describe_spec(self.spec)}."
            )
        pairs = zip([value] if is_one else leaves(value), leaves(self.spec), strict=True)
        return [_as_declared(component, spec, number) for component, spec in pairs]


def _as_declared(value: Any, spec: Spec, number: int) -> Any:
    if not isinstance(spec, TensorSpec):
        return _as_declared_compound(value, spec, number)
    try:
        array = to_array(settled(value, "it"), spec.dtype)
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(
            f"`generator` yielded an element that could not be converted to the expected type. Element {number} is "
            f"{value!r}, expected was {spec.dtype.name}: {error}"
        ) from cause_of(error)
    if not check_component(array, spec):
        raise InvalidArgumentError(
            f"`generator` yielded an element of shape {show(array.shape)} "
            f"where an element of shape {show(spec.dims)} was expected (element {number}); "
            "correct the generator or output_shapes."
        )
    return array


def _as_declared_compound(value: Any, spec: Spec, number: int) -> Any:
    """A sparse or ragged component."""
    try:
        component = as_component(value, "it")
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(
            f"`generator` yielded an element that could not be converted to the expected type. Element {number} is "
            f"{value!r}, expected was {spec!r}: {error}"
        ) from cause_of(error)
    if not spec.is_compatible_with(component):
        raise InvalidArgumentError(
            f"`generator` yielded an element of {type_spec_from_value(component)!r} where an element of {spec!r} was "
            f"expected (element {number}); correct the generator or output_signature."
        )
    return component
