"""Components of elements that are several tensors: the ways between the pipeline and a graph.

In the pipeline such a component is one SparseTensorValue or RaggedTensorValue; in a graph it is several tensors, and a
SparseTensor or RaggedTensor to those who use it. Of sparse ones the ways between both stand here, those of ragged ones
in :mod:`estimator.pipeline.ragged`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from estimator.core.dtypes import int64
from estimator.graph.composite import Composite
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor
from estimator.pipeline import ragged
from estimator.pipeline.element import Array, Element
from estimator.pipeline.specs import (
    DatasetSpec,
    RaggedTensorSpec,
    SparseTensorSpec,
    Spec,
    TensorSpec,
    type_spec_from_value,
)
from estimator.pipeline.structure import COMPOUND


def tensor_specs(spec: Spec) -> list[TensorSpec]:
    """What a component is in a graph: one tensor, the three of a sparse one, or values and splits of a ragged one."""
    if isinstance(spec, RaggedTensorSpec):
        return ragged.tensor_specs(spec)
    if not isinstance(spec, SparseTensorSpec):
        return [TensorSpec(spec.dims, spec.dtype)]
    rank = None if spec.dims is None else len(spec.dims)
    return [TensorSpec([None, rank], int64), TensorSpec([None], spec.dtype), TensorSpec([rank], int64)]


def in_graph(specs: Sequence[Spec], tensors: Iterable[Tensor]) -> list[Any]:
    """A Tensor, SparseTensor or RaggedTensor for each component, of the tensors of all of them."""
    rest = iter(tensors)
    return [_one_in_graph(spec, rest) for spec in specs]


def _one_in_graph(spec: Spec, tensors: Iterator[Tensor]) -> Any:
    if isinstance(spec, TensorSpec):
        return next(tensors)
    if isinstance(spec, DatasetSpec):
        return spec.in_graph(next(tensors))
    if isinstance(spec, RaggedTensorSpec):
        return ragged.in_graph(spec, tensors)
    sparse = SparseTensor(next(tensors), next(tensors), next(tensors))
    sparse.set_shape(spec.dims)
    return sparse


def class_in_graph(spec: Spec) -> Any:
    """What a component is in a graph: a class, or the spec of a dataset or a ragged tensor, which says more."""
    return spec if isinstance(spec, (DatasetSpec, RaggedTensorSpec)) else spec.value_type


def is_compound(value: Any) -> bool:
    """Whether it is a sparse or ragged tensor, or the value of one."""
    return isinstance(value.components if isinstance(value, Composite) else value, COMPOUND)


def tensors_in_graph(value: Any) -> list[Tensor]:
    """The tensors of which a component consists in a graph."""
    return value.tensors if isinstance(value, Composite) else [value]


def arrays_of(element: Element) -> list[Array]:
    """The arrays of all components, one after the other."""
    for component in element:  # a loop: this runs at each step
        if isinstance(component, COMPOUND):
            break
    else:
        return element
    return [
        array
        for component in element
        for array in (component if isinstance(component, SparseTensorValue) else ragged.arrays_of(component))
    ]


def components_of(specs: Sequence[Spec], arrays: Iterable[Array]) -> Element:
    """The components whose arrays these are."""
    rest = iter(arrays)
    return [_component_of(spec, rest) for spec in specs]


def _component_of(spec: Spec, arrays: Iterator[Array]) -> Any:
    if isinstance(spec, RaggedTensorSpec):
        return ragged.value_of(spec, arrays)
    if isinstance(spec, SparseTensorSpec):
        return SparseTensorValue(next(arrays), next(arrays), next(arrays))
    return next(arrays)


def known_value(value: Any) -> Any:
    """The value of a sparse or ragged tensor, if it is known before a run; else itself."""
    if not isinstance(value, Composite):
        return value
    parts = [static_value(part) for part in value.tensors]
    known = [part for part in parts if part is not None]
    return components_of([type_spec_from_value(value)], known)[0] if len(known) == len(parts) else value
