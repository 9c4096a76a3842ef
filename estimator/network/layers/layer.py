"""What all layers share: a scope of their own, and variables made at the first call.

A layer without a name takes the first free form of its kind's name in the surrounding scope: ``dense``,
``dense_1``. Its variables are named below that, and its operations in the name scope of the first call.
Calling it again shares variables.
"""

from __future__ import annotations

import abc
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from estimator.core.keywords import near_keywords
from estimator.core.shapes import Dims, show
from estimator.graph.graph import get_default_graph, graph_of
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Tensor
from estimator.variables.get_variable import get_variable
from estimator.variables.partitions import PartitionedVariable
from estimator.variables.scopes import VariableScope, variable_scope
from estimator.variables.variable import Variable


class Weight(NamedTuple):
    """What a layer is told of one of its variables; the keywords of :meth:`Layer.add_weight`."""

    initializer: Any = None
    regularizer: Callable[[Any], Any] | None = None
    constraint: Any = None


class Layer(abc.ABC):
    """A function of a tensor with variables.

    Parameters
    ----------
    trainable : bool
        Whether its variables are trained by default.
    name : str, optional
        The scope of its variables; without one it finds its own.
    dtype : DType, optional
        The type of its variables; by default that of the input.
    reuse : bool, optional
        Take the variables that a layer of the same name has made.

    Source
    ------
    tf.layers.Layer, TF 1.15 python/layers/base.py
    """

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        near_keywords(cls)

    def __init__(
        self,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = None,
        *,
        activity_regularizer: Callable[[Any], Any] | None = None,
        reuse: bool | None = None,
        _reuse: bool | None = None,
        _scope: Any = None,
    ) -> None:
        self.trainable = trainable
        self.dtype = dtype
        self.activity_regularizer = activity_regularizer
        self.built = False
        self.variables: list[Variable] = []
        self._given_name = name
        self._reuse = reuse if _reuse is None else _reuse
        self._scope: VariableScope | None = None
        self._given_scope = name if _scope is None else _scope

    @abc.abstractmethod
    def build(self, dims: Dims) -> None:
        """Make the variables, with :meth:`add_weight`, for an input of that static shape."""

    @abc.abstractmethod
    def call(self, inputs: Any, **kwargs: Any) -> Any:
        """The output for an input."""

    @property
    def name(self) -> str:
        """The last part of its scope."""
        return self._scope.name.rpartition("/")[2] if self._scope else self._given_name or self._kind()

    @property
    def trainable_variables(self) -> list[Variable]:
        """Those of its variables that are trained."""
        return [variable for variable in self.variables if variable.trainable]

    @property
    def weights(self) -> list[Variable]:
        """All variables of the layer, as :attr:`variables` has them."""
        return self.variables

    trainable_weights = trainable_variables

    @classmethod
    def _kind(cls) -> str:
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()

    def __call__(self, inputs: Any, **kwargs: Any) -> Any:
        """The output, as a tensor; the first call makes the variables.

        Raises
        ------
        TypeError
            If the input cannot be made one tensor.
        """
        inputs = self._as_tensor(inputs)
        graph = graph_of([inputs])
        with graph.as_default():
            scope = self._own_scope()
            with (
                variable_scope(scope, reuse=True if self._reuse else None, auxiliary_name_scope=False),
                graph.name_scope(scope.original_name_scope),
            ):
                if not self.built:
                    self.dtype = self.dtype or inputs.dtype
                    self.build(inputs.dims)
                    self.built = True
                outputs = self.call(inputs, **kwargs)
                if self.activity_regularizer is not None:
                    self._regularize(outputs)
        return outputs

    apply = __call__

    def _as_tensor(self, inputs: Any) -> Tensor:
        if inputs is None or isinstance(inputs, dict):
            given = "None" if inputs is None else f"a dict of {', '.join(map(repr, inputs)) or 'nothing'}"
            raise TypeError(
                f"{type(self).__name__}: the input must be one tensor, given: {given}. Of a dict of features "
                "pass one, or what tf.feature_column.input_layer makes of them."
            )
        return get_default_graph().convert(inputs)

    def _own_scope(self) -> VariableScope:
        if self._scope is None:
            wanted = self._given_scope or (self._kind() if self._reuse else None)
            with variable_scope(wanted, default_name=self._kind()) as scope:
                self._scope = scope
        return self._scope

    def _regularize(self, outputs: Any) -> None:
        assert self.activity_regularizer is not None
        with get_default_graph().name_scope("ActivityRegularizer"):
            loss = self.activity_regularizer(outputs)
        if loss is not None:
            get_default_graph().add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)

    def add_weight(
        self,
        name: str,
        shape: Any,
        initializer: Any = None,
        regularizer: Callable[[Any], Any] | None = None,
        trainable: bool = True,
        constraint: Any = None,
    ) -> Variable:
        """A variable of this layer."""
        variable = get_variable(
            name,
            shape,
            self.dtype,
            initializer,
            regularizer,
            trainable=trainable and self.trainable,
            constraint=constraint,
        )
        self.variables.extend(variable if isinstance(variable, PartitionedVariable) else [variable])
        return variable


def check_callables(layer: str, **functions: Any) -> None:
    """Check that arguments which stand for functions are functions, or None.

    Raises
    ------
    TypeError
        If one is not.
    """
    for argument, value in functions.items():
        if value is not None and not callable(value):
            example = "tf.nn.relu" if argument == "activation" else "tf.regularizers.l2_regularizer(0.01)"
            raise TypeError(f"{layer}: {argument} must be a function such as {example}, given: {value!r}.")


def static_last_size(inputs_dims: Dims, layer: str) -> int:
    """The last size of a shape.

    Raises
    ------
    ValueError
        If it is not known, or there is none.
    """
    if inputs_dims is None:
        raise ValueError(
            f"{layer}: the shape of the input is not known, and the weights have one row for each of its columns: "
            "use set_shape([None, size])."
        )
    if len(inputs_dims) < 2:
        advice = "for one number for each example use tf.expand_dims(x, 1)"
        if inputs_dims and inputs_dims[0] is not None:  # a batch of a Dataset has a size that is not known
            advice = f"is dataset.batch(...) missing? Otherwise, {advice}"
        raise ValueError(
            f"Input of layer {layer} is incompatible with the layer: expected min_ndim=2, found "
            f"ndim={len(inputs_dims)}. Its shape is {show(inputs_dims)}, and [batch, size] is wanted: {advice}."
        )
    if inputs_dims[-1] is None:
        raise ValueError(
            f"The last dimension of the inputs to `{layer}` should be defined. Found `None`. The weights "
            "have one row for each input: use set_shape([None, size]), or give the feature column its "
            "shape."
        )
    return inputs_dims[-1]


def demand_floating(dtype: Any, layer: str) -> None:
    """Check that the weights of a layer can have the type of its input.

    Raises
    ------
    TypeError
        If it is not a floating point type.
    """
    if not dtype.is_floating:
        advice = (
            "text has to become numbers first, with tf.string_to_number for one"
            if dtype.name == "string"
            else "use tf.cast"
        )
        raise TypeError(f"{layer}: the input is {dtype.name}, a floating point type is needed; {advice}.")


def tensor_or_bool(value: Any) -> Tensor | bool:
    """A ``training`` argument: a Python bool stays one, anything of the graph becomes a tensor."""
    if value is None or isinstance(value, (bool, int)):
        return bool(value)
    return get_default_graph().convert(value, "bool")
