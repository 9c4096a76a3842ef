"""What lies between inputs and outputs: the layers and their calls that a functional model consists of.

The calls are found from the outputs backwards. Each has a depth, the number of calls between it and the outputs at the
least; a layer has that of its deepest call, and layers of one depth stand in the order in which they were found. So
models list their layers as Keras does, in files, too.

Source: the order of layers in keras/engine/functional.py, Keras 2.15.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from estimator.core import nest
from estimator.core.shapes import Dims, compatible
from estimator.functions.arrays import expand_dims, squeeze
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.keras.nodes import HISTORY, Node, history_of
from estimator.keras.op_layer import take_up


class Network:
    """The calls that compute outputs from inputs.

    Parameters
    ----------
    model_name : str
        For messages.
    inputs, outputs : Tensor or nested structure of them
        Lists of one tensor count as that tensor.

    Attributes
    ----------
    inputs, outputs : list of Tensor
    nodes : list of Node
        In the order in which they can be called.
    layers : list of Layer

    Raises
    ------
    ValueError
        If an input is no Input's or stands there twice, an output does not come from the inputs, or two layers have
        one name.
    """

    def __init__(self, model_name: str, inputs: Any, outputs: Any) -> None:
        self._name = model_name
        self.nested_inputs, self.nested_outputs = _unnested(inputs), _unnested(outputs)
        self.inputs: list[Any] = nest.flatten(self.nested_inputs)
        self.outputs: list[Any] = nest.flatten(self.nested_outputs)
        take_up(self.outputs)
        self._check_ends()
        self._given = {id(tensor) for tensor in self.inputs}
        found, layer_places = _calls_behind(self.outputs, self._begins)
        self._arrange(found, layer_places)
        _refuse_equal_names(self.layers)

    def _check_ends(self) -> None:
        if len({id(tensor) for tensor in self.inputs}) != len(self.inputs):
            raise ValueError(
                f"model {self._name!r}: an input stands in the list of inputs more than once: {self.inputs}."
            )
        for kind, tensors in (("input", self.inputs), ("output", self.outputs)):
            for tensor in tensors:
                if not hasattr(tensor, HISTORY):
                    raise ValueError(
                        f"model {self._name!r}: its {kind} {tensor!r} does not come from an Input by layers. Begin "
                        "with x = tf.keras.Input(shape), and call layers, or functions of tf, on that."
                    )

    def _arrange(self, found: Sequence[Node], layer_places: dict[Any, int]) -> None:
        """Sort nodes and layers by their depth, the deepest first."""
        places, depths, layer_depths = dict(layer_places), dict[Node, int](), dict[Any, int]()
        for node in reversed(found):
            depth = max(depths.setdefault(node, 0), layer_depths.get(node.layer, 0))
            depths[node] = layer_depths[node.layer] = depth
            for parent in self._parents(node):
                depths[parent] = max(depth + 1, depths.get(parent, 0))
        for tensor in self.inputs:
            layer = history_of(tensor).layer
            if layer not in layer_depths:  # no output needs it; a loss may
                layer_depths[layer], places[layer] = 0, -1
                depths[history_of(tensor).node] = 0
        self.depths = depths
        self.nodes = sorted(depths, key=lambda node: -depths[node])
        self.layers = sorted(layer_depths, key=lambda layer: (-layer_depths[layer], places[layer]))
        self._refuse_disconnected(self.nodes)

    def _parents(self, node: Node) -> list[Node]:
        return [] if self._begins(node) else node.parents

    def _begins(self, node: Node) -> bool:
        """Whether the node gives inputs of the model: what lies behind it is no part of that."""
        return node.is_input or any(id(tensor) in self._given for tensor in nest.flatten(node.outputs))

    def extend(self, tensors: Sequence[Any]) -> None:
        """Take in the calls that these tensors come from: they are made, too, when the model is called.

        Raises
        ------
        ValueError
            If the tensors do not come from the inputs, or a layer has the name of another.
        """
        take_up(tensors)
        found, _ = _calls_behind(tensors, self._begins)
        new = [node for node in found if node not in self.depths]
        layers = [*self.layers, *(node.layer for node in new)]
        layers = list({id(layer): layer for layer in layers}.values())
        self._refuse_disconnected([*self.nodes, *new])
        _refuse_equal_names(layers)
        for node in new:
            self.depths[node] = min([0, *(self.depths[parent] for parent in self._parents(node))]) - 1
        self.nodes, self.layers = [*self.nodes, *new], layers

    def _refuse_disconnected(self, nodes: Sequence[Node]) -> None:
        known, reached = set(self._given), list[str]()
        for node in nodes:
            if self._begins(node):
                continue
            for tensor in node.keras_inputs:
                if id(tensor) not in known:
                    raise ValueError(
                        f"Graph disconnected: model {self._name!r} cannot obtain a value for {tensor!r} at layer "
                        f"{node.layer.name!r}, since it does not come from the model's inputs. Layers that were "
                        f"reached: {', '.join(reached) or 'none'}."
                    )
            known.update(id(tensor) for tensor in nest.flatten(node.outputs))
            reached.append(node.layer.name)

    @property
    def input_layers(self) -> list[Any]:
        """The layers that give the inputs."""
        return [history_of(tensor).layer for tensor in self.inputs]

    @property
    def output_names(self) -> list[str]:
        """The names of the layers that give the outputs, with a number where one gives several."""
        names: list[str] = []
        counts: dict[str, int] = {}
        for tensor in self.outputs:
            name = proposal = history_of(tensor).layer.name
            while proposal in names:
                counts[name] = counts.get(name, 0) + 1
                proposal = f"{name}_{counts[name]}"
            names.append(proposal)
        return names

    # -- calling it again ----------------------------------------------------------------------------------------------

    def called(self, inputs: Any, mask: Any = None) -> Any:
        """The outputs for other inputs: every layer is called again.

        Parameters
        ----------
        inputs : Tensor, or structure of them
            As the model's own; or a dict by the names of the Inputs.
        mask : structure of Tensor, optional
        """
        given = self._in_order(inputs)
        if mask is not None:
            for tensor, one in zip(given, self._in_order(mask), strict=True):
                tensor._keras_mask = one
        self._demand_fit(given)
        values = {id(own): _conformed(tensor, own) for own, tensor in zip(self.inputs, given, strict=True)}
        for node in self.nodes:
            if self._begins(node) or any(id(tensor) not in values for tensor in node.keras_inputs):
                continue
            args, kwargs = node.mapped(values)
            results = nest.flatten(node.layer(*args, **kwargs))
            values |= {
                id(own): result for own, result in zip(nest.flatten(node.outputs), results, strict=True)
            }
        return nest.pack_as(self.nested_outputs, [values[id(tensor)] for tensor in self.outputs])

    def _demand_fit(self, tensors: Sequence[Any]) -> None:
        """Check the shapes of tensors, as far as they are known.

        Raises
        ------
        ValueError
            If some do not fit; the message has all of them.
        """
        problems = [
            f'Input {place} of layer "{self._name}" is incompatible with the layer: expected shape={_open(own.dims)}, '
            f"found shape={tensor.dims}"
            for place, (tensor, own) in enumerate(zip(tensors, self.inputs, strict=True))
            if isinstance(tensor, Tensor) and not _fits(tensor.dims, own.dims)
        ]
        if problems:
            raise ValueError("; ".join(problems) + ".")

    def _in_order(self, inputs: Any) -> list[Any]:
        """The given tensors in the order of the inputs.

        Raises
        ------
        ValueError
            If they are more or fewer, or a dict lacks an input.
        """
        names = self._names_of_inputs()
        if isinstance(inputs, Mapping) and names is not None:
            if missing := [name for name in names if name not in inputs]:
                raise ValueError(
                    f"model {self._name!r}: the dict of inputs lacks {', '.join(map(repr, missing))}; it has "
                    f"{', '.join(map(repr, inputs)) or 'nothing'}."
                )
            if more := [name for name in inputs if name not in names]:
                warnings.warn(
                    f"Input dict contained keys {more} which did not match any model input. They will be ignored by "
                    "the model.",
                    stacklevel=2,
                )
            return [inputs[name] for name in names]
        leaves = nest.flatten(inputs)
        if len(leaves) != len(self.inputs):
            raise ValueError(
                f'Layer "{self._name}" expects {len(self.inputs)} input(s), but it received {len(leaves)} input '
                f"tensors. Inputs received: {leaves}"
            )
        return leaves

    def _names_of_inputs(self) -> list[str] | None:
        """By which keys a dict may give the inputs; None if they are nested deeper."""
        own = self.nested_inputs
        parts = own.values() if isinstance(own, Mapping) else own if isinstance(own, (list, tuple)) else ()
        if any(map(nest.is_nested, parts)):
            return None
        return (
            nest.sorted_keys(own) if isinstance(own, Mapping) else [layer.name for layer in self.input_layers]
        )


def _open(dims: Dims) -> Dims:
    """A shape with any batch."""
    return (None, *dims[1:]) if dims else dims


def _fits(dims: Dims, own: Dims) -> bool:
    """Whether a tensor of a shape can be a model's input, whatever the batch; a last size of 1 may be there or not."""
    if dims is None or own is None:
        return True
    if len(dims) == len(own) + 1 and dims[-1] == 1:
        dims = dims[:-1]
    elif len(dims) == len(own) - 1 and own[-1] == 1:
        own = own[:-1]
    return len(dims) == len(own) and compatible(dims[1:], own[1:])


def _unnested(structure: Any) -> Any:
    leaves = nest.flatten(structure)
    return leaves[0] if isinstance(structure, list) and len(leaves) == 1 else structure


def _conformed(tensor: Any, own: Any) -> Any:
    """A tensor in the type of a model's input, and of its rank where they differ by a last size of 1."""
    if not isinstance(tensor, Tensor):
        return tensor
    rank, own_rank = tensor.shape.rank, own.shape.rank
    history = getattr(tensor, HISTORY, None)
    if rank is not None and own_rank is not None:
        if rank == own_rank + 1 and tensor.dims is not None and tensor.dims[-1] == 1:
            tensor = squeeze(tensor, axis=[-1])
        elif rank == own_rank - 1 and own.dims[-1] == 1:
            tensor = expand_dims(tensor, axis=-1)
    tensor = get_default_graph().cast(tensor, own.dtype)
    if history is not None:
        setattr(tensor, HISTORY, history)
    return tensor


def _calls_behind(
    outputs: Sequence[Any], begins: Callable[[Node], bool]
) -> tuple[list[Node], dict[Any, int]]:
    """The calls that outputs come from, each behind those it needs, and the places in which layers were met first."""
    finished: dict[Node, None] = {}
    places: dict[Any, int] = {}
    for output in outputs:
        waiting: list[tuple[Node, Iterator[Node]]] = []
        found: Node | None = history_of(output).node
        while True:
            if found is not None and found not in finished:
                places.setdefault(found.layer, len(places))
                waiting.append((found, iter(() if begins(found) else _parents(found))))
            if not waiting:
                break
            node, parents = waiting[-1]
            found = next(parents, None)
            if found is None:
                finished[node] = None
                waiting.pop()
    return list(finished), places


def _parents(node: Node) -> list[Node]:
    take_up(node.leaves)
    return node.parents


def _refuse_equal_names(layers: Sequence[Any]) -> None:
    names = [layer.name for layer in layers]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(
                f"The name {name!r} is used {names.count(name)} times in the model. All layer names should be unique."
            )
