"""Components of elements that are several tensors, and the rows of sparse ones.

In the pipeline such a component is one SparseTensorValue or RaggedTensorValue; in a graph it is several tensors, and a
SparseTensor or RaggedTensor to those who use it. These are the ways between both, and of sparse ones the rows, and how
several become one; see :mod:`estimator.pipeline.ragged` for the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import int64
from estimator.core.errors import InvalidArgumentError
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

# -- between components and tensors ----------------------------------------------------------------


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
        return spec.made_of(next(tensors), spec.element_spec)
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
    if not any(isinstance(component, COMPOUND) for component in element):
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


# -- rows ------------------------------------------------------------------------------------------


class SparseRows:
    """The rows of a sparse tensor, as those of an array: ``rows[index, ...]``.

    Parameters
    ----------
    value : SparseTensorValue
        Its entries may come in any order; those of a row stay in theirs.
    """

    def __init__(self, value: SparseTensorValue) -> None:
        indices, values, shape = value
        order = np.argsort(indices[:, 0], kind="stable")
        self._indices, self._values = indices[order, 1:], values[order]
        self._shape = shape
        self._bounds = np.searchsorted(indices[order, 0], np.arange(len(self) + 1))

    @classmethod
    def alone(cls, value: SparseTensorValue) -> SparseRows:
        """Rows of which there is one: the whole tensor."""
        first = np.zeros((len(value.indices), 1), np.int64)
        indices = np.concatenate([first, value.indices], axis=1)
        return cls(SparseTensorValue(indices, value.values, np.array([1, *value.dense_shape])))

    def __len__(self) -> int:
        return int(self._shape[0])

    @property
    def nbytes(self) -> int:
        """So much that no batch is gathered ahead: a part of a sparse batch is not a slice of it."""
        return len(self) << 30

    def take(self, rows: Any, axis: int = 0) -> SparseTensorValue:
        """Some rows under one another, as a batch of them."""
        begins = self._bounds[:-1][rows]
        sizes = self._bounds[1:][rows] - begins
        ends = np.cumsum(sizes)
        places = np.repeat(begins - (ends - sizes), sizes) + np.arange(ends[-1] if len(ends) else 0)
        first = np.repeat(np.arange(len(sizes)), sizes)[:, None]
        indices = np.concatenate([first, self._indices[places]], axis=1)
        shape = np.array([len(sizes), *self._shape[1:]], np.int64)
        return SparseTensorValue(indices, self._values[places], shape)

    def __getitem__(self, key: tuple[int, Any]) -> SparseTensorValue:
        begin, end = self._bounds[key[0]], self._bounds[key[0] + 1]
        return SparseTensorValue(self._indices[begin:end], self._values[begin:end], self._shape[1:])


# -- several as one --------------------------------------------------------------------------------


def stack_sparse(values: Sequence[SparseTensorValue], number: int) -> SparseTensorValue:
    """Sparse tensors under one another, along a new first axis; of sizes that differ the greatest counts.

    Raises
    ------
    InvalidArgumentError
        If their ranks differ; the message names the component.
    """
    shapes = [value.dense_shape for value in values]
    for position, shape in enumerate(shapes):
        if len(shape) != len(shapes[0]):
            raise InvalidArgumentError(
                f"Cannot batch sparse tensors of different ranks in component {number}. First element had shape "
                f"{shapes[0].tolist()} and element {position} had shape {shape.tolist()}."
            )
    rows = np.repeat(np.arange(len(values)), [len(value.values) for value in values])
    indices = np.concatenate([value.indices for value in values])
    return SparseTensorValue(
        np.concatenate([rows[:, None], indices], axis=1),
        np.concatenate([value.values for value in values]),
        np.array([len(values), *np.max(shapes, axis=0)], np.int64),
    )
