"""An operation between layers as a layer of a functional model.

``tf.nn.relu(x * 2.0)`` of a tensor with a history is taken up as two layers, ``tf_op_layer_mul`` and
``tf_op_layer_Relu``, each of which adds an operation like its own when it is called again. What does not come from an
Input is the same at each call: a constant, or the tensor itself, so that a variable is read as it is then.

A configuration has the operation as a NodeDef and its constants as values. It may come from a file: operations that do
more than compute are refused.

Source: the names and the configuration are those of TensorFlowOpLayer, Keras 2.15.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

import numpy as np

from estimator.core import nest
from estimator.core.dtypes import DType, as_dtype
from estimator.core.tracebacks import cause_of
from estimator.formats import messages
from estimator.graph.graph import get_default_graph
from estimator.graph.op import OPS, Arg
from estimator.graph.static import static_value
from estimator.graph.tensor import Operation, Tensor
from estimator.keras.layer import Layer
from estimator.keras.nodes import HISTORY, Node, operations_between
from estimator.runtime.own_session import begin, session_at_hand


class TensorFlowOpLayer(Layer):
    """What an operation gives, whose inputs are this layer's and constants.

    Parameters
    ----------
    node_def : dict or NodeDef
    name : str
        To which ``tf_op_layer_`` is put before.
    constants : dict, optional
        The inputs that stay the same, by their places.
    trainable, dtype : optional
        As of a layer.

    Raises
    ------
    ValueError
        If it is no operation that computes and does nothing else.
    """

    keras_module = "keras.src.engine.base_layer"

    _op_name: str
    _node_def: Any  # a message
    _constants: dict[int, Any]

    def __init__(
        self,
        node_def: Any,
        name: str,
        constants: Mapping[Any, Any] | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(trainable=trainable, name=f"tf_op_layer_{name}", dtype=dtype, autocast=False)
        vars(self)["_op_name"] = name
        vars(self)["_node_def"] = (
            _parsed(node_def, name) if isinstance(node_def, Mapping) else node_def
        )  # else our own
        vars(self)["_constants"] = {int(place): value for place, value in (constants or {}).items()}
        self.built = True

    @classmethod
    def of(cls, operation: Operation) -> Self:
        """The layer of an operation that works on tensors with a history."""
        fixed = {
            place: tensor for place, tensor in enumerate(operation.inputs) if not hasattr(tensor, HISTORY)
        }
        return cls(operation.node_def, operation.name, fixed)

    def call(self, inputs: Any) -> Any:
        """What an operation like its own gives for other inputs."""
        graph, given = get_default_graph(), iter(nest.flatten(inputs))
        node = self._node_def
        count = len(nest.flatten(inputs)) + len(self._constants)
        tensors = [
            self._constant(place) if place in self._constants else next(given) for place in range(count)
        ]
        operation = graph.create_op(node.op, tensors, name=node.name, attrs=node.attr)
        return operation.outputs[0] if len(operation.outputs) == 1 else list(operation.outputs)

    def _constant(self, place: int) -> Tensor:
        value = self._constants[place]
        if not isinstance(value, Tensor):
            return get_default_graph().constant(value, self._type_of(place), name=self._node_def.input[place])
        known = static_value(value)
        return (
            value if known is None else get_default_graph().constant(known, value.dtype, name=value.op.name)
        )

    def _type_of(self, place: int) -> DType | None:
        """The type of an input, as the operation's attributes say it."""
        node = self._node_def
        sizes = [arg for arg in OPS.get(node.op).inputs for _ in range(_size(node, arg))]
        arg = sizes[place] if place < len(sizes) else None
        if arg is None or arg.type_attr is None:
            return None if arg is None else arg.dtype
        return as_dtype(node.attr[arg.type_attr].type)

    def get_config(self) -> dict[str, Any]:
        """The operation as a dict, and the values of its constants; those of variables are what they are now."""
        return {
            "name": self._op_name,
            "trainable": self.trainable,
            "dtype": None if self.dtype is None else self.dtype.name,
            "node_def": messages.to_dict(self._node_def),
            "constants": {place: _plain(value) for place, value in self._constants.items()},
        }


def take_up(values: Iterable[Any]) -> None:
    """Give a history to those of these tensors that other operations have made of tensors with one."""
    for operation in operations_between(values):
        given = [tensor for tensor in operation.inputs if hasattr(tensor, HISTORY)]
        layer = TensorFlowOpLayer.of(operation)
        Node(layer, (given[0] if len(given) == 1 else given,), {}, list(operation.outputs))


def _plain(value: Any) -> Any:
    """A constant as numbers or texts, nested lists of them where it is an array."""
    if isinstance(value, Tensor):
        known = static_value(value)
        value = begin(session_at_hand(value.graph)).run(value) if known is None else known
    return np.asarray(value).tolist()


def _size(node: Any, arg: Arg) -> int:
    """How many tensors an argument is."""
    if arg.number_attr:
        return int(node.attr[arg.number_attr].i)
    return len(node.attr[arg.list_attr].list.type) if arg.list_attr else 1


def _parsed(node_def: Mapping[str, Any], name: str) -> Any:
    """The NodeDef of a configuration.

    Raises
    ------
    ValueError
        If it is none, or does more than compute.
    """
    try:
        node = messages.from_dict("NodeDef", node_def)
    except ValueError as error:
        raise ValueError(f"layer 'tf_op_layer_{name}': its node_def is none: {error}") from cause_of(error)
    definition = OPS.get(node.op)
    if definition.effect != "pure" or definition.function_attrs or definition.waits:
        raise ValueError(
            f"layer 'tf_op_layer_{name}' is the operation {node.op}, which does more than compute: a configuration may "
            "come from a file, and is not obeyed so far."
        )
    return node
