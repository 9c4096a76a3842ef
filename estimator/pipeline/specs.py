"""The types and static shapes of the components of an element: of tensors, sparse and ragged ones, and datasets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from estimator.core import nest
from estimator.core.dtypes import DType, as_dtype, float32, int64, variant
from estimator.core.keywords import near_keywords
from estimator.core.shapes import Dims, TensorShape, compatible, merge, show
from estimator.core.shown import shorten
from estimator.core.tracebacks import cause_of
from estimator.graph.composite import Composite
from estimator.graph.constant import to_array
from estimator.graph.ragged import RaggedTensorValue
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.graph.tensor import Tensor
from estimator.pipeline.element import Array
from estimator.pipeline.structure import leaves, map_leaves, pack

if TYPE_CHECKING:
    from typing import Self


@near_keywords
class Spec:
    """The type and static shape of a component: of a tensor, a sparse or a ragged one."""

    __slots__ = ("_dims", "dtype")

    def __init__(self, shape: Any = None, dtype: Any = float32) -> None:
        self._dims = TensorShape(shape).tuple
        self.dtype = as_dtype(dtype)

    @property
    def dims(self) -> Dims:
        """The shape as a plain tuple, None for unknown."""
        return self._dims

    @property
    def shape(self) -> TensorShape:
        """The shape, as a TensorShape."""
        return TensorShape(self._dims)

    def of_shape(self, dims: Any) -> Self:
        """Such a component of another shape."""
        return type(self)(dims, self.dtype)

    def batched(self, size: int | None) -> Self:
        """So many of them along a new first axis."""
        return self.of_shape(None if self._dims is None else (size, *self._dims))

    def row(self) -> Self:
        """What lies along its first axis."""
        return self.of_shape(None if self._dims is None else self._dims[1:])

    @property
    def value_type(self) -> type[Any]:
        """The class of what it describes in a graph."""
        return Tensor

    def is_compatible_with(self, spec_or_tensor: Any) -> bool:
        """Whether a value, or all that another spec describes, could be what this one describes."""
        other = spec_or_tensor if isinstance(spec_or_tensor, Spec) else type_spec_from_value(spec_or_tensor)
        return self._kind == other._kind and compatible(self._dims, other._dims)

    def most_specific_compatible_type(self, other: Spec) -> Self:
        """The spec that covers both.

        Raises
        ------
        ValueError
            If there is none, as they differ in type.
        """
        try:
            return self.merged(other)
        except TypeError as error:
            raise ValueError(f"No TypeSpec is compatible with both {self} and {other}: {error}") from None

    @property
    def _kind(self) -> tuple[Any, ...]:
        """All that it says but the shape."""
        return type(self), self.dtype

    def merged(self, other: Spec) -> Self:
        """The spec that covers both: sizes that differ become unknown.

        Raises
        ------
        TypeError
            If the types differ, or one of them is sparse.
        """
        if self._kind != other._kind:
            raise TypeError(f"{self} and {other} have different types.")
        left, right = self._dims, other._dims
        if left is None or right is None or len(left) != len(right):
            return self.of_shape(None)
        return self.of_shape([a if a == b else None for a, b in zip(left, right, strict=True)])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spec) and (self._dims, self._kind) == (other._dims, other._kind)

    def __hash__(self) -> int:
        return hash((self._dims, self._kind))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(shape={show(self._dims)}, dtype={self.dtype.name})"


@near_keywords
class TensorSpec(Spec):
    """The type and static shape of a tensor.

    Parameters
    ----------
    shape : TensorShape or sequence of int and None
    dtype : DType or its name
    name : str, optional
    """

    __slots__ = ("name",)

    def __init__(self, shape: Any, dtype: Any = float32, name: str | None = None) -> None:
        super().__init__(shape, dtype)
        self.name = name


@near_keywords
class RaggedTensorSpec(Spec):
    """The type and static shape of a ragged tensor.

    Parameters
    ----------
    shape : TensorShape or sequence of int and None, optional
        With None for dimensions whose rows differ in length.
    dtype : DType or its name
        Of its values.
    ragged_rank : int, optional
        How many dimensions are ragged: by default all but the first. Of rank 0 it is a tensor, which becomes a row
        once such elements of a dataset are batched; of a negative one it becomes an element of a row.
    row_splits_dtype : DType
        int64 or int32.
    flat_values_spec : TensorSpec, optional
        Of its innermost values, which tells their type.

    Raises
    ------
    TypeError
        If `ragged_rank` is no int.
    ValueError
        If it is not below the rank, or nothing says how many dimensions are ragged.

    Source
    ------
    tf.RaggedTensorSpec, TF 1.15 ragged_tensor.py
    """

    __slots__ = ("flat_values_spec", "ragged_rank", "row_splits_dtype")

    def __init__(
        self,
        shape: Any = None,
        dtype: Any = None,
        ragged_rank: int | None = None,
        row_splits_dtype: Any = int64,
        flat_values_spec: TensorSpec | None = None,
    ) -> None:
        innermost = float32 if flat_values_spec is None else flat_values_spec.dtype
        super().__init__(shape, innermost if dtype is None else dtype)
        if flat_values_spec is not None and self.dtype is not innermost:
            raise ValueError(
                f"dtype must be the same as flat_values_spec.dtype, given: {self.dtype.name} and {innermost.name}."
            )
        self.ragged_rank = _checked_ragged_rank(ragged_rank, self._dims)
        self.row_splits_dtype: DType = as_dtype(row_splits_dtype)
        self.flat_values_spec = flat_values_spec

    @classmethod
    def from_value(cls, value: Any) -> RaggedTensorSpec:
        """The spec of a RaggedTensor or a RaggedTensorValue."""
        splits = as_dtype(value.row_splits.dtype)
        return cls(value.shape, as_dtype(value.dtype), value.ragged_rank, splits)

    @property
    def value_type(self) -> type[Any]:
        """RaggedTensor; of ragged rank 0 Tensor."""
        from estimator.functions.ragged.tensor import RaggedTensor  # loads all functions of ragged tensors

        return RaggedTensor if self.ragged_rank > 0 else Tensor

    def of_shape(self, dims: Any) -> RaggedTensorSpec:
        """Such a component of another shape."""
        return self._of(dims, self.ragged_rank)

    def batched(self, size: int | None) -> RaggedTensorSpec:
        """So many of them as the rows of one ragged tensor."""
        return self._of(None if self._dims is None else (size, *self._dims), self.ragged_rank + 1)

    def row(self) -> RaggedTensorSpec:
        """A row of it, which may be a tensor."""
        return self._of(None if self._dims is None else self._dims[1:], self.ragged_rank - 1)

    def _of(self, dims: Any, ragged_rank: int) -> RaggedTensorSpec:
        return RaggedTensorSpec(dims, self.dtype, ragged_rank, self.row_splits_dtype, self.flat_values_spec)

    @property
    def _kind(self) -> tuple[Any, ...]:
        return type(self), self.dtype, self.ragged_rank, self.row_splits_dtype, self.flat_values_spec

    def __repr__(self) -> str:
        told = [self.shape, self.dtype, self.ragged_rank, self.row_splits_dtype, self.flat_values_spec]
        return f"RaggedTensorSpec({', '.join(repr(part) for part in told if part is not None)})"


def _checked_ragged_rank(ragged_rank: Any, dims: Dims) -> int:
    if ragged_rank is None:
        if dims is None:
            raise ValueError("Must specify ragged_rank or a shape with a known rank, given neither.")
        return max(len(dims) - 1, 0)
    if not isinstance(ragged_rank, int) or isinstance(ragged_rank, bool):
        raise TypeError(f"Argument `ragged_rank` must be an int, given: {ragged_rank!r}.")
    if dims is not None and ragged_rank >= len(dims):
        raise ValueError(f"Argument `ragged_rank` ({ragged_rank}) must be less than rank ({len(dims)}).")
    return ragged_rank


class SparseTensorSpec(Spec):
    """The type and static shape of a sparse tensor.

    Parameters
    ----------
    shape : TensorShape or sequence of int and None
        Of the tensor that it stands for.
    dtype : DType or its name
        Of its values.
    """

    __slots__ = ()

    @classmethod
    def from_value(cls, value: Any) -> SparseTensorSpec:
        """The spec of a SparseTensor or a SparseTensorValue."""
        if isinstance(value, SparseTensor):
            return cls(value.dims, value.dtype)
        return cls(np.asarray(value.dense_shape).tolist(), np.asarray(value.values).dtype)

    @property
    def value_type(self) -> type[Any]:
        """SparseTensor."""
        return SparseTensor


@near_keywords
class DatasetSpec(Spec):
    """The type of a component that is a dataset itself, such as a window.

    Parameters
    ----------
    element_spec : nested structure of TensorSpec
        Of its elements.
    dataset_shape : tuple
        (): datasets are not stacked.
    made_of : callable, optional
        From the tensor that holds its recipe, and the element_spec, to the dataset; without it, it only describes.

    Raises
    ------
    ValueError
        If `dataset_shape` is another one.

    Source
    ------
    tf.data.DatasetSpec, TF 2.15 dataset_ops.py
    """

    __slots__ = ("_made_of", "element_spec")

    def __init__(
        self, element_spec: Any, dataset_shape: Any = (), made_of: Callable[[Any, Any], Any] | None = None
    ) -> None:
        if TensorShape(dataset_shape).tuple != ():
            raise ValueError(f"DatasetSpec: dataset_shape must be (), given: {dataset_shape!r}.")
        super().__init__((), variant)
        self.element_spec = element_spec
        self._made_of = made_of

    @classmethod
    def from_value(cls, value: Any) -> DatasetSpec:
        """The spec of a dataset."""
        return cls(value.element_spec)

    def in_graph(self, tensor: Tensor) -> Any:
        """The dataset whose recipe a tensor holds.

        Raises
        ------
        TypeError
            If nobody has said how it is made.
        """
        if self._made_of is None:
            raise TypeError(
                f"{self} only describes datasets: elements that hold some come from window or map."
            )
        return self._made_of(tensor, self.element_spec)

    def of_shape(self, dims: Any) -> Self:
        """Itself, if it is a scalar.

        Raises
        ------
        TypeError
            If not: datasets are not stacked.
        """
        if dims == ():
            return self
        raise TypeError(
            f"{self} cannot be made a batch or taken apart: make its elements one with "
            "Dataset.flat_map(lambda window: window.batch(size))."
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DatasetSpec) and self.element_spec == other.element_spec

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"DatasetSpec({self.element_spec!r}, TensorShape([]))"


@near_keywords
def type_spec_from_value(value: Any) -> Spec:
    """The spec of a tensor, a sparse or ragged one, of the value of one, or of what is as good as an array.

    Raises
    ------
    TypeError
        If it is something else.

    Source
    ------
    tf.type_spec_from_value, TF 2.15 type_spec.py
    """
    parts = value.components if isinstance(value, Composite) else value
    if isinstance(parts, RaggedTensorValue):
        return RaggedTensorSpec.from_value(value)
    if isinstance(parts, SparseTensorValue):
        return SparseTensorSpec.from_value(value)
    if isinstance(value, Spec):
        return value
    if isinstance(value, Tensor):
        return TensorSpec(value.dims, value.dtype)
    try:
        array = to_array(value)
        return TensorSpec(array.shape, array.dtype)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"Could not build a TypeSpec for {shorten(value)} of unsupported type {type(value)}: {error}"
        ) from cause_of(error)


def specs_of(types: Any, shapes: Any, classes: Any = None) -> Any:
    """The element spec of nested types and, optionally, nested shapes (a list is a shape) and classes.

    Raises
    ------
    TypeError
        If shapes or classes do not nest as the types do.
    """
    kinds = [as_dtype(kind) for kind in leaves(types)]
    given = (
        [None] * len(kinds)
        if shapes is None
        else leaves_like(types, shapes, "output_shapes must nest as output_types")
    )
    dense = (
        [Tensor] * len(kinds)
        if classes is None
        else leaves_like(types, classes, "output_classes must nest as output_types")
    )
    return pack(types, map(_spec_of_class, dense, given, kinds))


def _spec_of_class(kind: Any, shape: Any, dtype: DType) -> Spec:
    """Of a class, or of the spec that stands in place of one."""
    if isinstance(kind, Spec):
        return kind
    return SparseTensorSpec(shape, dtype) if kind is SparseTensor else TensorSpec(shape, dtype)


def leaves_like(nested: Any, values: Any, demand: str) -> list[Any]:
    """What stands in some values where a structure has leaves.

    Raises
    ------
    TypeError
        If they do not nest as it does; the `demand` is said.
    """
    try:
        return list(_at_leaves(nested, values))
    except (KeyError, ValueError, TypeError) as error:
        raise TypeError(f"{demand}, given: {shorten(values)} for {shorten(nested)}.") from cause_of(error)


def _at_leaves(types: Any, values: Any) -> Iterator[Any]:
    """The values where the types have leaves: a tuple may be a shape as well as a structure."""
    if isinstance(types, Mapping):
        if set(types) != set(values):
            raise KeyError(*set(types).symmetric_difference(values))
        for key in nest.sorted_keys(types):
            yield from _at_leaves(types[key], values[key])
    elif isinstance(types, tuple):
        for kind, value in zip(types, values, strict=True):
            yield from _at_leaves(kind, value)
    elif types is not None:
        yield values


def describe_spec(spec: Any) -> str:
    """The spec as one short line of stable text, for fingerprints and messages."""
    return repr(map_leaves(_describe_leaf, spec))


def _describe_leaf(spec: Spec) -> str:
    kind = "sparse " if isinstance(spec, SparseTensorSpec) else ""
    if isinstance(spec, RaggedTensorSpec):
        kind = f"ragged {spec.ragged_rank} {spec.row_splits_dtype.name} "
    return f"{kind}{spec.dtype.name}{show(spec.dims)}"


def batch_spec(spec: Spec, size: int | None) -> Spec:
    """The spec of a batch of such components."""
    return spec.batched(size)


def row_spec(spec: Spec) -> Spec:
    """The spec of a row of such an array.

    Raises
    ------
    ValueError
        If it is a scalar.
    """
    if spec.dims == ():
        raise ValueError(
            "a scalar tensor has no rows to take. "
            "(Unbatching a tensor is only supported for rank >= 1.) Use from_tensors for one element."
        )
    return spec.row()


def check_component(array: Array, spec: TensorSpec) -> bool:
    """Whether an array is of that type and could have that shape."""
    try:
        merge(array.shape, spec.dims)
    except ValueError:
        return False
    return array.dtype == spec.dtype.np
