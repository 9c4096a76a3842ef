"""The executor that has jax compile what a device can do: a processor, or a GPU where jax finds one.

A program is cut into parts for the host and for the device (:mod:`.cut`). The usual step of a training is one part for
the device, compiled as one function: it takes the variables, which it may overwrite, and gives the new ones, which
stay where they are until the next step (:mod:`.device_storage`). Parts for the host are interpreted.

Numbers are those of the interpreter but for rounding: products and sums are added up in another order.

What is compiled is remembered for the process, by what the program does and by shapes: the next train, evaluate or
predict of the same model does not compile again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.errors import OpError
from estimator.core.named_tuple import NamedTuple
from estimator.graph.handles import handles_of, is_array, is_handle, variable_of
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.bodies import Bodies
from estimator.runtime.executors.interpreter import Interpreter
from estimator.runtime.executors.jax import (  # noqa: F401
    branches,
    casting,
    drawing,
    list_lowerings,
    loops,
    quotients,
    rows,
    windows,
)
from estimator.runtime.executors.jax.cut import Part, cut
from estimator.runtime.executors.jax.device_lists import DeviceList
from estimator.runtime.executors.jax.device_storage import DeviceStorage, lay_on_device
from estimator.runtime.executors.jax.host_lists import device_list, host_list
from estimator.runtime.executors.jax.library import demand_device, jax, wide
from estimator.runtime.executors.jax.lowered_facts import Learned, LoweredFacts
from estimator.runtime.executors.jax.segment import (
    Function,
    Segment,
    Spec,
    Tracing,
    lowered,
    segment_of,
)
from estimator.runtime.executors.jax.several import Repeated, Several
from estimator.runtime.executors.kernels import Kernels
from estimator.runtime.program import Array, Executable, Once, Program, Together, note_failure
from estimator.runtime.recent import Recent
from estimator.runtime.store import VariableStore

_SHAPES = 16  # remembered per program
_COMPILED = 256  # remembered for the process
_MANY_SHAPES = 32  # of one program: more are worth a warning

Env = list[Any]  # the values of a run, by the numbers of their slots


class JaxExecutor:
    """Compiles programs by jax.

    Parameters
    ----------
    store : VariableStore
    """

    def __init__(self, store: VariableStore) -> None:
        demand_device()
        lay_on_device(store)
        self._store = store
        self._interpreter = Interpreter(store)

    def compile(self, program: Program) -> Executable:
        """The program, ready to run."""
        if program.is_framed or not all(map(is_array, program.given)) or _only_moves(program):
            return self._interpreter.compile(program)
        return _JaxProgram(program, self._store, self._interpreter)


# What only moves values is done on the host, where they come from or go to.
_MOVES = frozenset(
    "AssignVariableOp Const Identity IdentityN NoOp ReadVariableOp VarHandleOp VarIsInitializedOp VariableShape".split()
)


def _only_moves(program: Program) -> bool:
    """Whether it computes nothing of what it is given or of variables: it initializes, fetches, assigns.

    Such a program mostly runs once, and is not worth compiling.
    """
    if all(op.type in _MOVES for op in program.order):
        return True
    reads = (
        handles_of(op) for op in program.order if op.type not in ("AssignVariableOp", "VarIsInitializedOp")
    )
    return not program.given and not any(reads)


class _Layout(NamedTuple):
    """What jax has compiled of a program for some shapes, whichever session it is in.

    Attributes
    ----------
    refused : frozenset of int
        The positions of operations that turned out to be for the host.
    functions : list of Function
        In the order of the parts for the device.
    learned : dict
        What lowering operations has told, by their positions.
    """

    refused: frozenset[int]
    functions: list[Function]
    learned: dict[int, Learned]


_layouts: Recent[_Layout] = Recent(_COMPILED)


class _JaxProgram(Once):
    def __init__(self, program: Program, store: VariableStore, interpreter: Interpreter) -> None:
        self._program = program
        self._store = store
        self._interpreted = interpreter.compile(program)
        self._kernels = Kernels(program, store, Bodies(interpreter.compile, plain=True), in_place=False)
        self._ready: Recent[_Ready] = Recent(_SHAPES)
        self._compiled = 0
        super().__init__(self._run)
        self.together = self._together

    def _together(self, givens: Sequence[Sequence[Array]]) -> Together | None:
        """The results of several runs, if they are given alike and all is for the device."""
        keys = set(map(self._program.shapes_of, givens))
        ready = self._ready.get(keys.pop())
        if keys or ready is None or ready.layout != self._store.layout:
            return None
        return None if ready.several is None else ready.several(givens)

    def _run(self, given: Sequence[Array]) -> list[Array]:
        key = self._program.shapes_of(given)
        ready = self._ready.get(key)
        if ready is None or ready.layout != self._store.layout:
            specs = self._specs()
            if specs is None:
                return self._interpreted(given)
            try:
                ready = self._ready.add(key, self._make_ready(key, specs))
            except OpError as error:  # of shapes that do not fit; an operation before it may have more to say
                log.debug("a run is interpreted, as it is going to fail: %s", error)
                return self._interpreted(given)
        return ready(given)

    def _specs(self) -> dict[str, Spec] | None:
        """Shapes and types of the variables; None if one has no value yet, which this run may give it."""
        handles = dict.fromkeys(
            tensor for op in self._program.order for tensor in op.inputs if is_handle(tensor)
        )
        specs: dict[str, Spec] = {}
        for handle in handles:
            name = variable_of(handle)
            if name is None:
                continue
            storage = self._store.of_handle(handle)
            if not isinstance(storage, DeviceStorage) or (dims := storage.memory_dims) is None:
                return None
            specs[name] = dims, storage.dtype.np.str
        return specs

    def _make_ready(self, key: Any, specs: Mapping[str, Spec]) -> _Ready:
        full_key = self._program.fingerprint, key, tuple(specs.items())
        layout = _layouts.get(full_key)
        facts = LoweredFacts(self._program, key, specs, {} if layout is None else layout.learned)
        if layout is None:
            layout = _layouts.add(full_key, _compile(self._program, facts, specs))
            self._compiled += 1
            if self._compiled == _MANY_SHAPES:
                log.warning(
                    "jax has compiled %s for %s shapes of what it is given, and compiles again for every other, which "
                    "takes time. Batches of one size and sequences padded to a few lengths need that less often.",
                    self._program.order[-1].describe(), _MANY_SHAPES,
                )  # fmt: skip
        refused = {self._program.order[position] for position in layout.refused}
        parts = cut(self._program, facts, refused)
        return _Ready(self._program, facts, parts, layout, self._store, self._kernels)


def _compile(program: Program, facts: LoweredFacts, specs: Mapping[str, Spec]) -> _Layout:
    began = time.perf_counter()
    refused: dict[Operation, str] = {}
    count = -1
    while count < len(refused):  # an operation that is left to the host cuts the rest into other parts
        count = len(refused)
        parts = cut(program, facts, refused.keys())
        tracings = [Tracing(segment, program, facts, refused) for segment in _segments(program, facts, parts)]
        traced = [lowered(tracing, tracing.specs(specs, facts.lists)) for tracing in tracings]
    functions = [each.compiled() for each in traced]
    seconds = time.perf_counter() - began
    log.debug(
        "jax has compiled %s operations in %s parts of %s in %.2f sec.",
        sum(len(part.order) for part in parts if part.on_device), len(functions), len(parts), seconds,
    )  # fmt: skip
    for op, reason in (facts.refusals | refused).items():
        log.debug("%s is left to the host: %s", op.describe(), reason)
    positions = {op: position for position, op in enumerate(program.order)}
    return _Layout(frozenset(positions[op] for op in refused), functions, facts.learned)


def _segments(program: Program, facts: LoweredFacts, parts: Sequence[Part]) -> list[Segment]:
    """The parts for the device, with what they take and give."""
    return [
        segment_of(part.order, _wanted(program, parts, number), facts)
        for number, part in enumerate(parts)
        if part.on_device
    ]


def _wanted(program: Program, parts: Sequence[Part], number: int) -> list[Tensor]:
    """What is wanted of a part: by those behind it, and by the caller."""
    later = [tensor for part in parts[number + 1 :] for op in part.order for tensor in op.inputs]
    return [*later, *program.fetches]


class _Ready:
    """A program for some shapes in a session: its parts, and where the values of a run lie."""

    def __init__(
        self,
        program: Program,
        facts: LoweredFacts,
        parts: Sequence[Part],
        layout: _Layout,
        store: VariableStore,
        kernels: Kernels,
    ) -> None:
        self.layout = store.layout
        self._known = program, facts, parts, layout
        self._store = store
        slots = _Slots(program, facts, parts, store)
        self._template, self._count = slots.template, len(program.given)
        self._fetches = [slots.of(tensor) for tensor in program.fetches]
        segments, compiled = iter(_segments(program, facts, parts)), iter(layout.functions)
        self._steps: list[Callable[[Env], None]] = []
        done: list[Operation] = []
        for part in parts:
            interpreted = _HostPart(part.order, slots, list(done), store, kernels)
            self._steps.append(
                _DevicePart(next(segments), next(compiled), facts, slots, store, interpreted)
                if part.on_device
                else interpreted
            )
            done += part.order

    def __call__(self, given: Sequence[Array]) -> list[Array]:
        env = self._template.copy()
        env[: self._count] = given
        for step in self._steps:
            step(env)
        return [np.array(env[slot]) for slot in self._fetches]

    @cached_property
    def several(self) -> Several | None:
        """What does many runs at once; None if it is not one part for the device, with what it is given alone."""
        program, facts, parts, layout = self._known
        if len(parts) != 1 or not parts[0].on_device:
            return None
        [segment] = _segments(program, facts, parts)
        places = {tensor: place for place, tensor in enumerate(program.given)}
        if segment.loose or not all(tensor in places for tensor in segment.inputs):
            return None
        results = {tensor: place for place, tensor in enumerate(segment.results)}
        repeated = Repeated(
            [places[tensor] for tensor in segment.inputs],
            [
                ("result", results[tensor])
                if tensor in results
                else ("given", places[tensor])
                if tensor in places
                else ("known", facts.value_of(tensor))
                for tensor in program.fetches
            ],
            [_device_storage(self._store, name) for name in segment.changed],
            [_device_storage(self._store, name) for name in segment.read],
            segment.random,
        )
        return Several(layout.functions[0], repeated, self._store)


class _Slots:
    """Where the values of a run lie; those that are always the same lie there from the beginning."""

    def __init__(
        self, program: Program, facts: LoweredFacts, parts: Sequence[Part], store: VariableStore
    ) -> None:
        self._places: dict[Tensor, int] = {}
        self.template: Env = []
        for tensor in program.given:
            self._add(tensor, None)
        for op in (op for part in parts for op in part.order):
            for tensor in (*op.inputs, *op.outputs):
                if tensor not in self._places:
                    self._add(tensor, _value_before(tensor, facts, store))
        for tensor in program.fetches:
            if tensor not in self._places:
                self._add(tensor, facts.value_of(tensor))
        self.given = frozenset(program.given)

    def _add(self, tensor: Tensor, value: Any) -> None:
        self._places[tensor] = len(self.template)
        self.template.append(value)

    def of(self, tensor: Tensor) -> int:
        """The slot of a tensor."""
        return self._places[tensor]


def _value_before(tensor: Tensor, facts: LoweredFacts, store: VariableStore) -> Any:
    if is_handle(tensor):
        return store.of_handle(tensor) if variable_of(tensor) is not None else None
    return facts.value_of(tensor)


class _HostPart:
    """Operations that the interpreter's kernels run, on arrays of numpy's."""

    def __init__(
        self,
        order: Sequence[Operation],
        slots: _Slots,
        before: list[Operation],
        store: VariableStore,
        kernels: Kernels,
    ) -> None:
        self._store = store
        self._kernels = kernels
        self._before = before
        self._order = order
        self._calls = [
            (
                op,
                [slots.of(tensor) for tensor in op.inputs],
                [
                    (place, slots.of(tensor))
                    for place, tensor in enumerate(op.outputs)
                    if tensor not in slots.given
                ],
            )
            for op in order
        ]

    def __call__(self, env: Env) -> None:
        with np.errstate(all="ignore"):
            for number, (op, inputs, outputs) in enumerate(self._calls):
                try:
                    results = self._kernels(op, [_at_home(env[slot]) for slot in inputs])
                except BaseException as error:
                    note_failure([*self._before, *self._order[:number]], self._store, op, error)
                    raise
                for place, slot in outputs:
                    env[slot] = results[place]


def _at_home(value: Any) -> Any:
    if isinstance(value, DeviceList):
        return host_list(value)
    return np.asarray(value) if isinstance(value, jax.Array) else value


class _DevicePart:
    """Operations that the device runs at once."""

    def __init__(
        self,
        segment: Segment,
        function: Function,
        facts: LoweredFacts,
        slots: _Slots,
        store: VariableStore,
        interpreted: _HostPart,
    ) -> None:
        self._check, self._function = function
        self._store = store
        self._lock = store.lock
        self._changed = [_device_storage(store, name) for name in segment.changed]
        self._read = [_device_storage(store, name) for name in segment.read]
        self._inputs = [slots.of(tensor) for tensor in segment.inputs]
        self._results = [slots.of(tensor) for tensor in segment.results]
        self._random, self._loose = segment.random, segment.loose
        self._lists = [
            (place, facts.lists[tensor])
            for place, tensor in enumerate(segment.inputs)
            if not is_array(tensor)
        ]
        self._interpreted = interpreted

    def __call__(self, env: Env) -> None:
        inputs = [env[slot] for slot in self._inputs]
        for place, like in self._lists:
            inputs[place] = device_list(inputs[place], like)
        if self._check is not None:
            with wide():
                inputs = jax.device_put(inputs)
                is_right = bool(self._check(inputs))
            if not is_right:
                self._interpreted(env)
                return
        with self._lock:
            changed = [
                storage.sent() if storage.on_device is None else storage.on_device
                for storage in self._changed
            ]
            read = [
                storage.sent() if storage.on_device is None else storage.on_device for storage in self._read
            ]
            draws = [np.array(self._store.draw(op), np.uint64) for op in self._random]
            draws += [np.array(self._store.next_draw(op), np.uint64) for op in self._loose]
            try:
                with wide():
                    new, results, holds, counts = self._function(changed, read, inputs, draws)
                    is_right = holds is None or bool(holds)
                _keep(self._changed, new)
            except BaseException:
                self._lose(changed)
                raise
            if not is_right:
                for op in self._random:
                    self._store.undo_draw(op)
                self._interpreted(env)
                return
            for op, count in zip(self._loose, counts):
                self._store.count_draws(op, int(count))
        for slot, array in zip(self._results, results):
            env[slot] = array
        if not results and new:  # a run has ended when it returns: what it was given may be written over then
            new[0].block_until_ready()

    def _lose(self, changed: Sequence[Any]) -> None:
        """What was given away and did not come back is lost."""
        if any(array.is_deleted() for array in changed):
            self._store.torn = True
            for storage in self._changed:
                storage.on_device = storage.copied = None


def _keep(storages: Sequence[DeviceStorage], arrays: Sequence[Any]) -> None:
    for storage, array in zip(storages, arrays):
        storage.on_device = array


def _device_storage(store: VariableStore, name: str) -> DeviceStorage:
    storage = store.storage(name)
    assert isinstance(storage, DeviceStorage)  # lay_on_device has made it one
    return storage
