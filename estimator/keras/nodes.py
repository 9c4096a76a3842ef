"""What a layer made of what: the nodes of functional models, kept with the tensors that they connect.

An ``Input`` begins a history, and every layer that is called on tensors with a history adds a node: to the layer which
arguments it had, to what it gave the layer, the number of the node and the place among its outputs. A model is what
lies between some inputs and some outputs; it is called again by calling its layers again.

Functions of tensors between layers have no layer. A model takes them up: each operation on tensors with a history
becomes a layer of its own (:mod:`estimator.keras.op_layer`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from estimator.core import nest
from estimator.core.named_tuple import NamedTuple
from estimator.functions.arrays import identity
from estimator.graph.composite import Composite
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Operation, Tensor

HISTORY = "_keras_history"
_INPUTS = object()  # under which a graph keeps how many Inputs were made in it


class History(NamedTuple):
    """Where a tensor comes from.

    Parameters
    ----------
    layer : Layer
    node_index : int
        Which of the layer's calls has made it.
    tensor_index : int
        Which of the outputs of that call it is.
    """

    layer: Any
    node_index: int
    tensor_index: int

    @property
    def node(self) -> Node:
        """The call."""
        node: Node = inbound_nodes(self.layer)[self.node_index]
        return node


class Node:
    """A call of a layer on tensors with a history.

    Parameters
    ----------
    layer : Layer
    args, kwargs
        Copied, since their containers are the caller's.
    outputs : nested structure of Tensor

    Attributes
    ----------
    leaves : list
        The arguments, flattened.
    is_input : bool
        Whether it is an Input's.
    """

    def __init__(self, layer: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], outputs: Any) -> None:
        self.layer = layer
        self.args, self.kwargs = nest.map_structure(lambda leaf: leaf, (args, dict(kwargs)))
        self.outputs = nest.map_structure(lambda leaf: leaf, outputs)
        self.is_input = not args and not kwargs
        self.leaves = nest.flatten((self.args, self.kwargs))
        nodes = inbound_nodes(layer)
        for index, tensor in enumerate(nest.flatten(outputs)):
            if isinstance(tensor, (Tensor, Composite)):
                setattr(tensor, HISTORY, History(layer, len(nodes), index))
        nodes.append(self)

    @property
    def keras_inputs(self) -> list[Any]:
        """Those of the arguments that have a history."""
        return [leaf for leaf in self.leaves if hasattr(leaf, HISTORY)]

    def mapped(self, values: Mapping[int, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments with other values, by the ids of the tensors that they stand for."""
        leaves = [values[id(leaf)] if id(leaf) in values else leaf for leaf in self.leaves]
        args, kwargs = nest.pack_as((self.args, self.kwargs), leaves)
        return args, kwargs

    @property
    def parents(self) -> list[Node]:
        """The nodes that gave its inputs."""
        return [history_of(tensor).node for tensor in self.keras_inputs]

    @property
    def inputs(self) -> Any:
        """The first argument, for an Input what it gives."""
        if self.is_input:
            return [self.outputs]
        return self.args[0] if self.args else next(iter(self.kwargs.values()))


def inbound_nodes(layer: Any) -> list[Node]:
    """The calls of a layer, in their order."""
    nodes: list[Node] = vars(layer).setdefault("_inbound_nodes", [])
    return nodes


def history_of(tensor: Any) -> History:
    """Where a tensor comes from; it must have a history."""
    history: History = getattr(tensor, HISTORY)
    return history


def begin_history(layer: Any, outputs: Any) -> None:
    """Let an Input's tensor have a history."""
    Node(layer, (), {}, outputs)
    graph: Any = nest.flatten(outputs)[0].graph
    graph.kept_for(_INPUTS, list).append(layer)


def has_history(values: Any) -> bool:
    """Whether a tensor among the values comes from an Input, by layers or by other operations."""
    leaves = nest.flatten(values)
    if any(hasattr(leaf, HISTORY) for leaf in leaves):
        return True
    return bool(_inputs_here()) and any(_comes_from_input(leaf) for leaf in leaves)


def record(layer: Any, inputs: Any, args: tuple[Any, ...], kwargs: dict[str, Any], outputs: Any) -> Any:
    """The outputs of a layer that was called on tensors with a history; they have one from now on.

    What the layer gives as it got it is another tensor from now on, since it has another history.
    """
    arguments = ((inputs, *args), kwargs)
    given = {id(leaf) for leaf in nest.flatten(arguments)}
    outputs = nest.map_structure(lambda leaf: _identity(layer, leaf) if id(leaf) in given else leaf, outputs)
    Node(layer, *arguments, outputs)
    return outputs


def _inputs_here() -> list[Any]:
    inputs: list[Any] = get_default_graph().outermost.kept_for(_INPUTS, list)
    return inputs


def _identity(layer: Any, tensor: Any) -> Any:
    if not isinstance(tensor, (Tensor, Composite)):
        return tensor
    with get_default_graph().name_scope(layer.name):
        return identity(tensor)


def _comes_from_input(value: Any) -> bool:
    return next(operations_between([value]), None) is not None


def operations_between(values: Iterable[Any]) -> Iterator[Operation]:
    """The operations without a history behind these tensors that work on some with one, inputs before users."""
    depends: dict[Operation, bool] = {}
    for value in values:
        if isinstance(value, Tensor) and not hasattr(value, HISTORY) and value.op not in depends:
            yield from _dependent_behind(value.op, depends)


def _dependent_behind(operation: Operation, depends: dict[Operation, bool]) -> Iterator[Operation]:
    """Such operations behind one, it included; `depends` is told of all that were looked at."""
    depends[operation] = False  # also what a loop of TensorFlow 1's, from a file, finds of itself
    path = [(operation, iter(operation.inputs))]
    while path:
        current, rest = path[-1]
        found = next((one.op for one in rest if not hasattr(one, HISTORY) and one.op not in depends), None)
        if found is not None:
            depends[found] = False
            path.append((found, iter(found.inputs)))
            continue
        path.pop()
        depends[current] = any(hasattr(one, HISTORY) or depends[one.op] for one in current.inputs)
        if depends[current]:
            yield current
