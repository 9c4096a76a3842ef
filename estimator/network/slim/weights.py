"""What all layers with weights are asked, and what they do around the layer itself.

A scope, in which the layer's variables get the names of tf.contrib; normalizer instead of a bias; activation; lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from estimator.core.named_tuple import NamedTuple
from estimator.functions.arguments import tensor_of
from estimator.graph.tensor import Tensor
from estimator.network.layers.layer import Layer
from estimator.network.slim.named_outputs import OutputsCollections, collect_named_outputs
from estimator.variables.model_variables import ScopeLike, list_variable, model_variable
from estimator.variables.scopes import variable_scope

VariablesCollections: TypeAlias = "Sequence[str] | Mapping[str, Sequence[str]] | None"

# How tf.contrib calls the variables of layers.
NAMES = {
    "kernel": "weights",
    "bias": "biases",
    "depthwise_kernel": "depthwise_weights",
    "pointwise_kernel": "pointwise_weights",
}


class Asked(NamedTuple):
    """What a layer with weights is asked beside its sizes and its weights: the arguments of those names."""

    activation_fn: Callable[..., Any] | None
    normalizer_fn: Callable[..., Any] | None
    normalizer_params: Mapping[str, Any] | None
    biases_initializer: Any
    biases_regularizer: Callable[[Any], Any] | None
    reuse: Any
    variables_collections: VariablesCollections
    outputs_collections: OutputsCollections
    trainable: bool
    scope: ScopeLike

    @property
    def has_biases(self) -> bool:
        """Whether there is a bias: a normalizer has its own."""
        return self.normalizer_fn is None and self.biases_initializer is not None

    def of_layer(self, default_name: str, inputs: Any, make: Callable[..., Layer]) -> Tensor:
        """What a new layer makes of the inputs, and what comes after it.

        Parameters
        ----------
        default_name : str
            Its scope, in its first free form, if there is no other.
        inputs : Tensor
        make : callable
            The layer for an input, from the input and the keywords that all layers with a bias take.
        """
        with variable_scope(
            self.scope, default_name, reuse=self.reuse, custom_getter=named_as_model
        ) as scope:
            x = tensor_of(inputs, name="inputs")
            layer = make(
                x,
                use_bias=self.has_biases,
                bias_initializer=self.biases_initializer,
                bias_regularizer=self.biases_regularizer,
                trainable=self.trainable,
                name=scope.name,
                dtype=x.dtype,
                _scope=scope,
                _reuse=self.reuse,
            )
            outputs = layer(x)
            for attribute, name in NAMES.items():
                variable = getattr(layer, attribute, None)
                if variable is not None:
                    kind = "biases" if name == "biases" else "weights"
                    list_variable(variable, collections_of(self.variables_collections, kind))
            return self.finished(outputs, scope.name)

    def finished(self, outputs: Tensor, alias: str) -> Tensor:
        """The outputs normalized, activated and listed under a name."""
        if self.normalizer_fn is not None:
            outputs = self.normalizer_fn(outputs, **(self.normalizer_params or {}))
        if self.activation_fn is not None:
            outputs = self.activation_fn(outputs)
        result: Tensor = collect_named_outputs(self.outputs_collections, alias, outputs)
        return result

    def variable(
        self, name: str, shape: Sequence[int], dtype: Any, initializer: Any, regularizer: Any
    ) -> Any:
        """A variable of a layer that makes its own, ``weights`` or ``biases``."""
        return model_variable(
            name, shape, dtype, initializer, regularizer, self.trainable,
            collections_of(self.variables_collections, name.removeprefix("depthwise_")),
        )  # fmt: skip


def named_as_model(
    getter: Callable[..., Any],
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    collections: Any = None,
    partitioner: Any = None,
    **rest: Any,
) -> Any:
    """A custom getter: the variable is a model variable, and called as tf.contrib calls it."""
    outer, slash, last = name.rpartition("/")

    def get(name: str, reuse: Any, **given: Any) -> Any:
        return getter(name, **rest, **given)

    return model_variable(
        outer + slash + NAMES.get(last, last), shape, dtype, initializer, regularizer, trainable, collections,
        partitioner=partitioner, custom_getter=get,
    )  # fmt: skip


def collections_of(given: VariablesCollections, name: str) -> list[str]:
    """The collections that variables of a name are listed in beside the usual ones."""
    found = given.get(name) if isinstance(given, Mapping) else given
    return list(found or ())
