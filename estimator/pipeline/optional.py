"""Elements that are there or not: how a graph asks an iterator without failing at the end of the data.

optional = iterator.get_next_as_optional()
total = tf.cond(optional.has_value(), lambda: total + optional.get_value(), lambda: total)
"""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords_of_methods
from estimator.graph import build
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.pipeline import stages
from estimator.pipeline.components import in_graph, tensor_specs, tensors_in_graph
from estimator.pipeline.specs import TensorSpec, type_spec_from_value
from estimator.pipeline.structure import leaves, map_leaves, pack


@near_keywords_of_methods
class Optional:
    """A nested structure of tensors, or nothing; only a run tells which.

    Parameters
    ----------
    variant_tensor : Tensor, shape []
        Of the type variant, which holds the components.
    element_spec : nested structure of TensorSpec
        Of the value.

    Source
    ------
    tf.data.experimental.Optional, TF 2.15 optional_ops.py
    """

    def __init__(self, variant_tensor: Tensor, element_spec: Any) -> None:
        self._variant_tensor, self._element_spec = variant_tensor, element_spec

    @staticmethod
    def from_value(value: Any) -> Optional:
        """One that has a value.

        Parameters
        ----------
        value : nested structure
            Of tensors, sparse and ragged ones, or what can be made one. A list is one tensor.

        Raises
        ------
        TypeError, ValueError
            If a part of it is no tensor and cannot be made one.
        """
        with get_default_graph().name_scope("optional") as scope:
            with get_default_graph().name_scope("value"):
                components = map_leaves(stages.as_graph_component, value)
            tensors = [tensor for part in leaves(components) for tensor in tensors_in_graph(part)]
            made = build.OptionalFromValue(tensors, name=scope)
        return Optional(made, map_leaves(type_spec_from_value, components))

    @staticmethod
    def empty(element_spec: Any) -> Optional:
        """One without a value.

        Parameters
        ----------
        element_spec : nested structure of TensorSpec
            What :meth:`get_value` would give.

        Raises
        ------
        TypeError
            If a part of it is no such spec.
        """
        return Optional(build.OptionalNone(), map_leaves(type_spec_from_value, element_spec))

    none_from_structure = empty  # its name until TensorFlow 1.15

    def has_value(self, name: str | None = None) -> Tensor:
        """Whether there is a value: -> bool, shape []"""
        has: Tensor = build.OptionalHasValue(self._variant_tensor, name=name)
        return has

    def get_value(self, name: str | None = None) -> Any:
        """The tensors of the value, nested as :attr:`element_spec`.

        Raises
        ------
        InvalidArgumentError
            When run, if there is no value.
        """
        parts = leaves(self._element_spec)
        tensors = build.OptionalGetValue(
            self._variant_tensor, name=name or "OptionalGetValue", **output_attrs(parts)
        )
        return pack(self._element_spec, in_graph(parts, tensors))

    @property
    def element_spec(self) -> Any:
        """The structure of the value, with a TensorSpec for each component."""
        return self._element_spec

    def __repr__(self) -> str:
        return f"<Optional element_spec={self._element_spec}>"


def output_attrs(components: list[Any]) -> dict[str, Any]:
    """The attributes of an operation that gives the tensors of all components."""
    specs: list[TensorSpec] = [part for component in components for part in tensor_specs(component)]
    return {
        "output_types": [spec.dtype for spec in specs],
        "output_shapes": [spec.dims for spec in specs],
    }
