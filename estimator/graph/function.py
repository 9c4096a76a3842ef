"""Graphs inside graphs: the one mechanism for dataset functions and bodies of control flow.

A :class:`FunctionGraph` has placeholders for its arguments. A tensor of the outer graph that its
body uses is captured: it becomes one more argument, and whoever calls the function gives the tensor
itself. Variables are not captured but their handles, so a body reads and writes the variables of
the graph around it. :func:`trace` makes such a graph from a Python function::

    body = trace(lambda x: x * scale, [(float32, (2,))], (0,), "body", capture_by_value=False)
    build.PartitionedCall([x, *body.captures], Tout=[float32], f=body.name)

A body belongs to the outermost graph: it stands in its library under a name of its own, shares its
Python objects and collections of variables, and makes its variables there. A dataset's function
(`capture_by_value`) outlives the graph around it and has nothing to do with it but its constants.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from estimator.core import nest
from estimator.core.dtypes import DType
from estimator.core.shapes import Dims
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.handles import HANDLE_OPS, is_handle
from estimator.graph.keys import GraphKeys
from estimator.graph.static import static_value
from estimator.graph.tensor import Operation, Owner, Tensor

# What is added to these from inside a body stands in the graph around it: variables are made there. A body has copies
# of the other collections; its tensors in them would mean nothing outside.
_SHARED_COLLECTIONS = (
    GraphKeys.GLOBAL_VARIABLES,
    GraphKeys.LOCAL_VARIABLES,
    GraphKeys.TRAINABLE_VARIABLES,
    GraphKeys.MODEL_VARIABLES,
    GraphKeys.METRIC_VARIABLES,
    GraphKeys.MOVING_AVERAGE_VARIABLES,
    GraphKeys.GLOBAL_STEP,
)


class FunctionGraph(Graph):
    """The body of a function.

    Parameters
    ----------
    name : str
        What the body is called in the library of the outermost graph, where it is made unique; for a
        dataset's function what it belongs to, for messages: ``"Dataset.map"``.
    outer : Graph, optional
        Where captured tensors live.
    capture_by_value : bool
        Captured constants and static tables are copied, and variables are an error that says so: a dataset's
        function outlives the graph it was made in.

    Attributes
    ----------
    arguments : list of Tensor
        The placeholders of the function's own arguments.
    captures : dict
        Outer tensor to the placeholder that stands for it inside.
    variables : dict
        Of handles among the arguments of a function from a file: the type and shape of the variable, as it says.
    control_captures : list of Operation
        What the body waits for in the outer graph: whoever calls it has to.
    results : list of Tensor
        The flat results.
    structure : object
        The nested structure of the results.
    """

    is_function = True

    def __init__(self, name: str, outer: Graph | None = None, capture_by_value: bool = False) -> None:
        super().__init__()
        self.outer = outer if outer is not None else get_default_graph()
        self.seed = self.outer.seed
        self._by_value = capture_by_value
        self.name = name if capture_by_value else self._join_outermost(name)
        self.arguments: list[Tensor] = []
        self.captures: dict[Tensor, Tensor] = {}
        self.variables: dict[Tensor, tuple[DType, Dims]] = {}
        self._sources: dict[Tensor, Tensor] = {}
        self.control_captures: list[Operation] = []
        self.results: list[Tensor] = []
        self.structure: Any = None

    def _join_outermost(self, name: str) -> str:
        """Share what belongs to the graph as a whole, and enter its library; gives the name there."""
        outermost = self.outermost
        self.library, self.resources = outermost.library, outermost.resources
        for key, values in self.outer._collections.items():  # those under keys of our own, too
            self._collections[key] = list(values)
        for key in _SHARED_COLLECTIONS:
            self._collections[key] = self.outer.get_collection_ref(key)
        unique, count = name, 0
        while unique in self.library:
            count += 1
            unique = f"{name}_{count}"
        self.library[unique] = self
        return unique

    @property
    def outermost(self) -> Graph:
        """The graph that all graphs around this one lie in; a dataset's function is one itself."""
        return self if self._by_value else self.outer.outermost

    @property
    def depth(self) -> int:
        """How many graphs lie around it."""
        return self.outer.depth + 1

    @property
    def path(self) -> str:
        """What tells its operations from those of the same name elsewhere: its name and a colon."""
        return "" if self._by_value else f"{self.name}:"

    @property
    def inputs(self) -> list[Tensor]:
        """What a call gives: the arguments, then what stands for the captured tensors."""
        return [*self.arguments, *self.captures.values()]

    @property
    def always_run(self) -> list[Operation]:
        """What runs at every call, whether its results are asked for or not: what writes, checks, or acts outside."""
        return [op for op in self.get_operations() if op.effect in ("check", "outside", "write")]

    @property
    def is_pure(self) -> bool:
        """Whether a call only computes: reads no variable, checks nothing, draws no random numbers, writes nothing."""
        return all(op.effect == "pure" for op in self.get_operations())

    def add_argument(self, dtype: DType, dims: Dims, name: str = "args") -> Tensor:
        """One more placeholder, which the caller must give a tensor for."""
        tensor: Tensor = self.apply("Placeholder", (), {"dtype": dtype, "shape": dims, "name": name})
        self.arguments.append(tensor)
        return tensor

    def capture(self, tensor: Tensor) -> Tensor:
        """The placeholder (or, by value, the constant) that stands for a tensor of an outer graph.

        Raises
        ------
        ValueError
            If only values can be captured and the tensor is none, or if it belongs to no graph around this one.
        """
        source = tensor if self._by_value or tensor.graph is self.outer else self.outer.capture(tensor)
        if source not in self.captures:
            make = self._by_value_capture if self._by_value else self._stand_in
            self.captures[source] = make(source)
        return self.captures[source]

    def source_of(self, tensor: Tensor) -> Tensor | None:
        """The outer tensor that a placeholder stands for; None for any other tensor."""
        return self._sources.get(tensor)

    def _stand_in(self, source: Tensor) -> Tensor:
        attrs = {"dtype": source.dtype, "shape": source.dims, "name": "capture"}
        with self.name_scope(None), self.control_dependencies(None):
            tensor: Tensor = self.apply("Placeholder", (), attrs)
        self._sources[tensor] = source
        return tensor

    def _by_value_capture(self, tensor: Tensor) -> Tensor:
        value = static_value(tensor)
        if value is not None:
            return self.constant(value, tensor.dtype, name="captured")
        if tensor.op.type == "HashTableV2":
            return self._table_of_its_own(tensor)
        if is_handle(tensor) or tensor.op.type == "ReadVariableOp":
            what = HANDLE_OPS.get(tensor.op.type, "variable")
            raise ValueError(
                f"the function given to {self.name} uses {tensor}, a {what} of the surrounding graph, which training "
                f"changes while elements are made: pass the value as a numpy array or a Python number, or use the "
                f"{what} in model_fn instead."
            )
        return self._stand_in(tensor)

    def _table_of_its_own(self, table: Tensor) -> Tensor:
        """A static table with the same initializer, which whoever runs the function runs first."""
        with self.name_scope(None), self.control_dependencies(None):
            own: Tensor = self.apply("HashTableV2", (), {**table.op.attrs, "name": "table"})
            for op in table.graph.get_collection(GraphKeys.TABLE_INITIALIZERS):
                if isinstance(op, Operation) and op.inputs and op.inputs[0] is table:
                    inputs = [own, *map(self.capture, op.inputs[1:])]
                    filled = self.apply(op.type, inputs, {**op.attrs, "name": "table_init"})
                    self.add_to_collection(GraphKeys.TABLE_INITIALIZERS, filled)
        return own

    def _waits_outside(self, operation: Operation) -> bool:
        if self._by_value or operation.graph is self:
            return False
        if operation not in self.control_captures:
            self.control_captures.append(operation)
        return True


def share_captures(*bodies: FunctionGraph) -> list[Tensor]:
    """Let bodies that are called with the same inputs capture the same tensors in the same order; gives those.

    Parameters
    ----------
    *bodies : FunctionGraph
        Of one outer graph: the branches of a condition, the condition and the body of a loop.
    """
    captured = list(dict.fromkeys(tensor for body in bodies for tensor in body.captures))
    for body in bodies:
        body.captures = {tensor: body.capture(tensor) for tensor in captured}
    return captured


@contextlib.contextmanager
def tracing(name: str, capture_by_value: bool = False) -> Iterator[FunctionGraph]:
    """A new function, which is the default graph inside the block; it is dropped if that fails."""
    body = FunctionGraph(name, capture_by_value=capture_by_value)
    with filling(body):
        yield body


@contextlib.contextmanager
def filling(body: FunctionGraph) -> Iterator[None]:
    """A block in which a new function is the default graph; if that fails, it is dropped, as nothing calls it."""
    try:
        with body.as_default():
            yield
    except BaseException:
        body.library.pop(body.name, None)
        raise


@contextlib.contextmanager
def all_or_no_functions(graph: Owner) -> Iterator[None]:
    """A block that makes several functions, for one operation or many: if it fails, none of them stays in the library.

    Those stay that an operation calls, such as what a body has made outside of itself.
    """
    before = set(graph.library)
    try:
        yield
    except BaseException:
        for name in set(graph.library) - before - _called_around(graph):
            del graph.library[name]
        raise


def _called_around(graph: Any) -> set[str]:
    """The names of the functions that a graph, the graphs around it, or these functions call."""
    around = [graph]
    while around[-1].is_function:
        around.append(around[-1].outer)
    called: set[str] = set()
    while around:
        bodies = {body.name: body for op in around.pop().get_operations() for body in op.bodies}
        around += [body for name, body in bodies.items() if name not in called]
        called |= set(bodies)
    return called


def trace(
    function: Callable[..., Any],
    arguments: Sequence[tuple[DType, Dims]],
    structure: Any,
    name: str,
    unpack: bool = True,
    capture_by_value: bool = True,
) -> FunctionGraph:
    """The graph of a Python function.

    Parameters
    ----------
    function : callable
        Takes tensors in `structure`.
    arguments : sequence of (DType, Dims)
        The flat arguments.
    structure : object
        How they nest; a tuple is passed as several arguments if `unpack`.
    name : str
        For messages.
    capture_by_value : bool
        See :class:`FunctionGraph`.

    Raises
    ------
    ValueError
        If it uses what cannot be captured.
    """
    with tracing(name, capture_by_value) as body:
        tensors = [body.add_argument(dtype, dims) for dtype, dims in arguments]
        packed = nest.pack_as(structure, tensors)
        result = function(*packed) if unpack and isinstance(packed, tuple) else function(packed)
        if isinstance(result, list):  # as tf.data: a list is a tensor, a tuple a structure
            result = body.convert(result)
        body.structure = result
        body.results = [body.convert(value) for value in nest.flatten(result)]
    return body
