"""The values of variables.

Each variable has a :class:`Storage`: one array that never moves while its shape stays, so that
plans can hold views of it. Restoring, assigning and warm starting copy into it.

Arenas: dense variables that one optimizer updates with the same hyper-parameters lie side by side
in one flat array, and so do their slots, in the same order; then one numpy call updates them all.
They are storage, not meaning: whatever does not fit the scheme (updated by two optimizers or row by
row, over 64 MiB, of unknown shape, made later) has an array of its own.
"""

from __future__ import annotations

import math
import os
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, as_dtype
from estimator.core.errors import FailedPreconditionError, InternalError, InvalidArgumentError
from estimator.core.finite import all_finite, is_finite
from estimator.core.frozen import frozen
from estimator.core.shapes import Dims, compatible, is_static, merge, show
from estimator.distribution.collective import current
from estimator.graph.graph import Graph
from estimator.graph.handles import (
    HANDLE_OPS,
    handle_dims,
    handle_op,
    handles_of,
    is_handle,
    variable_of,
)
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.resources import Resource, make_resource

_INITIAL = "/Initializer/"  # the scope of what draws the initial value of a variable
_APART = 0x9E3779B97F4A7C15  # between the keys of two processes
ARENA_LIMIT = 64 * 2**20  # bytes; larger variables gain nothing from sharing a call

Array = np.ndarray[Any, Any]


@frozen
class Place:
    """Where in which arena a storage lies; `index` is the arena's number in the store."""

    index: int
    arena: Array
    start: int
    stop: int


class Storage:
    """The place of one variable's value.

    Attributes
    ----------
    array : ndarray or None
        The memory; None until the first write.
    dims : tuple or None
        What the graph says of its shape.
    declared : Operation or None
        The VarHandleOp that has said so last.
    initialized : bool
        Whether it holds a value.
    place : Place or None
        Its part of an arena.
    began_finite : bool
        Whether the value it began with, from an initializer or a checkpoint, has neither NaN nor infinity: only
        then is such a value later a sign of a training that went wrong.
    on_device, copied : object
        The newest value as an executor with a device holds it, and the last that was copied into the memory; None
        while the memory is what counts.
    """

    __slots__ = (
        "_store", "array", "began_finite", "copied", "declared", "dims", "dtype", "initialized", "name", "on_device",
        "place",
    )  # fmt: skip

    def __init__(self, store: VariableStore, name: str, dtype: DType) -> None:
        self._store = store
        self.name = name
        self.dtype = dtype
        self.on_device: Any = None
        self.copied: Any = None
        self.array: Array | None = None
        self.dims: Dims = None
        self.declared: Operation | None = None
        self.initialized = False
        self.place: Place | None = None
        self.began_finite = True

    @property
    def value(self) -> Array:
        """The live array.

        Raises
        ------
        FailedPreconditionError
            If the variable has no value yet.
        """
        if not self.initialized or self.array is None:
            raise FailedPreconditionError(
                f"variable {self.name!r} has no value yet: run tf.global_variables_initializer() "
                "(tf.local_variables_initializer() for metrics) first, or restore a checkpoint."
            )
        return self.array

    def write(self, value: Any, anew: bool = False, is_nobodys: bool = False) -> None:
        """Copy a value in, with `anew` one to begin with; another shape makes a new array and invalidates the plans.

        A first value that is `is_nobodys`, a large array that nobody else holds, becomes the variable's without a copy.

        Raises
        ------
        InvalidArgumentError
            If the value has another type, or a shape that the graph rules out.
        """
        source = np.asarray(value)
        if not compatible(self.dims, source.shape):
            raise InvalidArgumentError(
                f"variable {self.name!r} has shape {show(self.dims)}; "
                f"a value of shape {source.shape} cannot be assigned."
            )
        if source.dtype != self.dtype.np:
            raise InvalidArgumentError(
                f"variable {self.name!r} is {self.dtype.name}; a {source.dtype.name} cannot be assigned."
            )
        if is_nobodys and self.array is None and source.nbytes > ARENA_LIMIT and source.flags.carray:
            self._store.allocate(self, source.shape, source)
        else:
            self.room(source.shape)[...] = source
        self.filled(anew)

    def room(self, shape: tuple[int, ...]) -> Array:
        """The memory for a value of that shape, to be filled in place; then call :meth:`filled`."""
        if self.array is None:
            self._store.allocate(self, shape)
        if self.array is None or self.array.shape != shape:
            self.array = np.empty(shape, self.dtype.np)
            self.place = None  # another shape leaves the arena for good; its part there lies idle
            self._store.layout += 1
        return self.array

    def declare(self, handle: Operation) -> None:
        """Take from a VarHandleOp what it says of the type and shape."""
        dtype, dims = handle.attrs["dtype"], handle.attrs["shape"]
        held = None if self.array is None else self.array.shape
        if dtype is not self.dtype or not (compatible(dims, self.dims) and compatible(dims, held)):
            known = self.dims if held is None else held
            raise InvalidArgumentError(
                f"{handle.describe()} takes variable {self.name!r} to be {dtype.name} of shape {show(dims)}, but it is "
                f"{self.dtype.name} of shape {show(known)}: give one of them another shared_name.",
                handle,
            )
        self.dims, self.declared = merge(self.dims, dims), handle

    def filled(self, anew: bool = False) -> None:
        """Say that the memory holds a value, with `anew` one to begin with, as the first always is."""
        if anew or not self.initialized:
            begin_with([self])


def begin_with(storages: Sequence[Storage], are_finite: Sequence[bool] | None = None) -> None:
    """Say that the memory of these holds the values to begin with, and perhaps of each whether they are finite."""
    for storage in storages:
        storage.initialized = True
    if are_finite is None:
        together = all_finite([(storage.value, storage.dtype) for storage in storages])
        are_finite = [together or is_finite(storage.value, storage.dtype) for storage in storages]
    for storage, began_finite in zip(storages, are_finite, strict=True):
        storage.began_finite = began_finite


class VariableStore:
    """All storages, lookup tables, queues and readers of a session.

    Attributes
    ----------
    arenas : list of ndarray
        Flat memory that several storages share.
    layout : int
        Grows when a storage gets another array: plans made for an older layout are dropped.
    torn : bool
        An exception interrupted a run after its first write: the values must not be saved.
    lock : RLock
        Held by runs that write.
    seed : int
        What random ops use that have no seed; drawn once, saved with checkpoints.
    storage_type : type
        What new storages are; an executor with a device has its own.
    before_step : callable or None
        Is told of each run, when its input is there, or what was raised in its place, and whether the run exchanges
        something with other processes.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._storages: dict[str, Storage] = {}
        self._of_handle: dict[
            Tensor, Storage
        ] = {}  # of those that a VarHandleOp makes, once they were asked for
        self._arranged: set[str | None] = set()
        self._arranged_at = 0  # the graph's version then
        self.arenas: list[Array] = []
        self._counts: dict[str, int] = {}
        self._runs: dict[Operation, int] = {}
        self._generators: dict[str, tuple[np.random.Philox, np.random.Generator]] = {}
        self._resources: dict[tuple[type, str], Resource] = {}
        self._resource_of: dict[Operation, Resource] = {}
        self._closed = False
        self.storage_type = Storage
        self.layout = 0
        self.torn = False
        self.before_step: Callable[[BaseException | None, bool], None] | None = None
        self.lock = threading.RLock()
        ranks = current()  # several processes draw alike, or their variables would begin differently
        self.seed = (
            int.from_bytes(os.urandom(8), "little") >> 1 if ranks.size == 1 else ranks.status.draw_seed()
        )

    def storage(self, name: str, dtype: Any = None) -> Storage:
        """The storage of the variable of that shared name; made if it is new.

        Raises
        ------
        KeyError
            If it is new and no dtype is given.
        """
        found = self._storages.get(name)
        if found is None:
            if dtype is None:
                raise KeyError(f"there is no variable {name!r}.")
            found = self._storages[name] = self.storage_type(self, name, as_dtype(dtype))
        return found

    def of_handle(self, handle: Tensor) -> Storage:
        """The storage of the variable that a handle names.

        Raises
        ------
        InvalidArgumentError
            If another handle of the same variable has told another type or shape of it, or it is a table's.
        """
        known = self._of_handle.get(handle)
        if known is not None and known.declared is handle.op:
            return known
        op, name = handle_op(handle), variable_of(handle)
        if op is None and handle.op.type in HANDLE_OPS:
            raise InvalidArgumentError(
                f"{handle.op.describe()} is a {HANDLE_OPS[handle.op.type]}, which has no value: fetch what its methods "
                "give, lookup() or dequeue() for example."
            )
        if op is None or name is None:
            raise InternalError(f"{handle} is not a handle of a variable.")
        storage = self.storage(name, op.attrs["dtype"])
        if storage.declared is not op:
            storage.declare(op)
        if op is handle.op:
            self._of_handle[handle] = storage
        return storage

    def storages(self, handles: Iterable[Tensor]) -> list[Storage]:
        """The storages of the variables that many handles name.

        Raises
        ------
        InvalidArgumentError
            As :meth:`of_handle`.
        """
        known, found = self._of_handle, []
        for handle in handles:
            storage = known.get(handle)
            if storage is None or storage.declared is not handle.op:
                storage = self.of_handle(handle)
            found.append(storage)
        return found

    def resource(self, handle: Operation) -> Resource:
        """The table, queue or reader that a HashTableV2, for example, makes a handle of; made if it is new.

        Raises
        ------
        InvalidArgumentError
            If another handle has told something else of it.
        """
        found = self._resource_of.get(handle)
        if found is None:
            made = make_resource(handle, self)
            found = self._resources.setdefault((type(made), made.name), made)
            if found.kind != made.kind:
                raise InvalidArgumentError(
                    f"{handle.describe()} takes {made.name!r} to be {made.kind}, but it is {found.kind}: give one of "
                    "them another shared_name.",
                    handle,
                )
            self._resource_of[handle] = found
            if self._closed:
                found.give_up()
        return found

    def close(self) -> None:
        """Let nothing wait for a queue any more: whoever does is told that it was cancelled."""
        self._closed = True
        for resource in list(self._resources.values()):
            resource.give_up()

    def __iter__(self) -> Iterator[Storage]:
        return iter(self._storages.values())

    def assign(self, name: str, value: Any) -> None:
        """Copy a value into a variable."""
        self.storage(name, as_dtype(np.asarray(value).dtype)).write(value)

    def read(self, name: str) -> Array:
        """A copy of a variable's value."""
        return self.storage(name).value.copy()

    def bring_home(self) -> None:
        """Let the memory of all storages be what counts, for somebody who keeps hold of it; a device has none then."""
        for storage in self._storages.values():
            storage.array  # noqa: B018  # an executor with a device copies it when it is asked for

    def is_initialized(self, name: str) -> bool:
        """Whether the variable has a value."""
        return name in self._storages and self._storages[name].initialized

    def signature(self, handles: Sequence[Tensor]) -> tuple[Any, ...]:
        """Where the variables of these handles lie: plans made for one store fit another of the same signature."""
        found = []
        for storage in map(self.of_handle, handles):
            place = storage.place
            where = None if place is None else (place.index, place.start, place.stop)
            found.append((storage.initialized, None if storage.array is None else storage.array.shape, where))
        return tuple(found)

    # -- arenas --------------------------------------------------------------------------------------------------------

    def allocate(self, storage: Storage, shape: tuple[int, ...], array: Array | None = None) -> None:
        """Give a new storage its array: its part of an arena if it belongs to one of that shape, else its own.

        That is `array`, if one is given.
        """
        # The whole graph is searched, so once for all variables that are initialised before it grows again.
        if storage.name not in self._arranged and self._graph.version != self._arranged_at:
            self._arrange()
            self._arranged_at = self._graph.version
        self._arranged.add(storage.name)
        if storage.array is None or storage.array.shape != shape:
            storage.place = None
            storage.array = np.empty(shape, storage.dtype.np) if array is None else array
            self.layout += 1

    def _arrange(self) -> None:
        """Lay out arenas for the updates that the graph has now and that are not laid out yet."""
        operations = self._graph.get_operations()
        updates = [op for op in operations if op.definition.apply or _updates_rows(op)]
        uses: dict[str | None, int] = {}
        for op in operations:
            if op.definition.apply or op.definition.writes_rows:
                for name in map(variable_of, handles_of(op)):
                    uses[name] = uses.get(name, 0) + 1
        groups: dict[Any, list[list[Tensor]]] = {}
        for op in updates:
            handles = handles_of(op)
            names = [variable_of(handle) for handle in handles]
            fresh = not any(name in self._arranged for name in names)
            # A variable that two operations update would belong to two groups: it lies alone.
            if fresh and all(uses[name] == 1 for name in names) and all(map(_fits_arena, handles)):
                groups.setdefault(group_key(op), []).append(handles)
        for members in groups.values():
            for role in zip(*members, strict=True):
                self._lay_out(role)
        # What has been looked at never moves into a later arena: plans hold views of where it lies.
        self._arranged.update(self._storages, uses)

    def _lay_out(self, handles: Sequence[Tensor]) -> None:
        storages = [self.of_handle(handle) for handle in handles]
        shapes: list[tuple[int, ...]] = [storage.dims for storage in storages]  # type: ignore[misc]  # they fit an arena
        arena = np.zeros(sum(map(math.prod, shapes)), storages[0].dtype.np)
        self.arenas.append(arena)
        start = 0
        for storage, shape in zip(storages, shapes, strict=True):
            stop = start + math.prod(shape)
            if storage.array is None:
                storage.place = Place(len(self.arenas) - 1, arena, start, stop)
                storage.array = arena[start:stop].reshape(shape)
            start = stop

    # -- randomness ----------------------------------------------------------------------------------------------------

    def count(self, op: Operation) -> int:
        """How often an operation has run, this time included; unlike the counts of random ops this is not saved."""
        self._runs[op] = self._runs.get(op, 0) + 1
        return self._runs[op]

    def generator(self, op: Operation) -> np.random.Generator:
        """The generator for the next execution of a random op.

        It is Philox keyed by (graph seed, op seed), and by the rank where several processes train, with the number of
        executions so far in its counter, so that a resumed training draws what an uninterrupted one would have drawn.
        Valid until the op's next execution.
        """
        *key, count = self.draw(op)
        name = name_of_draws(op)
        made = self._generators.get(name)
        if made is None:
            bits = np.random.Philox(key=np.array(key, np.uint64))
            made = self._generators[name] = bits, np.random.Generator(bits)
        bits, generator = made
        state = bits.state
        state["state"]["counter"] = np.array([0, 0, 0, count], np.uint64)
        state["buffer_pos"], state["has_uint32"] = 4, 0  # nothing is left over of what was drawn before
        bits.state = state
        return generator

    def draw(self, op: Operation) -> tuple[int, int, int]:
        """The two words of the key of a random op, and how often it has run; one time more has begun."""
        name = name_of_draws(op)
        count = self._counts.get(name, 0)
        self._counts[name] = count + 1
        return *self._key(op, name), count

    def next_draw(self, op: Operation) -> tuple[int, int, int]:
        """What :meth:`draw` gives next; nothing has begun."""
        name = name_of_draws(op)
        return *self._key(op, name), self._counts.get(name, 0)

    def count_draws(self, op: Operation, count: int) -> None:
        """Let a random op have run so many times; one that has not run at all is not counted."""
        if count:
            self._counts[name_of_draws(op)] = count

    def undo_draw(self, op: Operation) -> None:
        """Let the last execution of a random op not count: it is going to be made again."""
        self._counts[name_of_draws(op)] -= 1

    def own_generator(self, op: Operation) -> np.random.Generator:
        """A generator that goes on by itself, for what is no part of a checkpoint: the order of a queue."""
        return np.random.Generator(np.random.Philox(key=np.array(self._key(op, op.name), np.uint64)))

    def _key(self, op: Operation, name: str) -> tuple[int, int]:
        seed, seed2 = op.attrs.get("seed", 0), op.attrs.get("seed2", 0)
        first, second = (seed, seed2) if seed or seed2 else (self.seed, zlib.crc32(name.encode()))
        is_equal = _INITIAL in f"/{name}" or op in op.graph.outermost.equal_draws
        rank = 0 if is_equal else current().rank  # all processes begin with the same variables
        return first % 2**64, (second + rank * _APART) % 2**64

    def random_state(self) -> dict[str, Any]:
        """What is needed to go on drawing: the seed and how often each random op has run."""
        return {"seed": self.seed, "counts": dict(self._counts)}

    def restore_random_state(self, state: Mapping[str, Any]) -> None:
        """Go on drawing from a saved state."""
        self.seed = int(state["seed"])
        self._counts = {str(name): int(count) for name, count in state["counts"].items()}
        self._generators.clear()


def name_of_draws(op: Operation) -> str:
    """Under which name executions of a random op are counted: a function may have one of a name that is outside."""
    return f"{op.graph.path}{op.name}"


def _fits_arena(handle: Tensor) -> bool:
    op, dims = handle_op(handle), handle_dims(handle)
    return op is not None and is_static(dims) and math.prod(dims) * op.attrs["dtype"].size <= ARENA_LIMIT  # type: ignore[arg-type]


def _updates_rows(op: Operation) -> bool:
    """Whether it is an update of rows that is done together with others, and sooner if their tables are neighbours."""
    return bool(op.definition.writes_rows) and op.definition.joint is not None


def group_key(update: Operation) -> Any:
    """Updates with the same key can be done in one call: same op, type, attributes and hyper-parameters.

    Of those of rows these must have one shape, too, for tables to be one table.
    """
    own = ("grad", "indices") if _updates_rows(update) else (update.definition.apply,)
    named = zip(update.definition.input_names, update.inputs, strict=True)
    hyper = tuple(tensor for name, tensor in named if not is_handle(tensor) and name not in own)
    attrs = tuple(sorted((name, str(value)) for name, value in update.attrs.items()))
    rows = (handle_dims(update.inputs[0]) or ())[1:] if _updates_rows(update) else None
    return update.type, attrs, hyper, rows


def gradient_input(update: Operation) -> Any:
    """The tensor that is the gradient of an optimizer's update."""
    definition = update.definition
    return update.inputs[definition.input_names.index(definition.apply)]
