"""Tensors of which few entries are not 0: where these are, and what they are."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import int64
from estimator.core.keywords import near_keywords
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import Dims, TensorShape, merge, show
from estimator.graph.composite import Composite
from estimator.graph.graph import graph_of
from estimator.graph.static import static_dims
from estimator.graph.tensor import Tensor


@near_keywords
class SparseTensorValue(NamedTuple):
    """What a run gives for a SparseTensor, and what it is fed."""

    indices: Any
    values: Any
    dense_shape: Any


@near_keywords
class SparseTensor(Composite):
    """The entries ``values[i]`` at the positions ``indices[i]`` of a tensor of ``dense_shape``, elsewhere 0 or nothing.

    Most functions want the positions in ascending order, row after row, none of them twice. Nothing checks that here;
    ``tf.sparse_reorder`` sorts them.

    Parameters
    ----------
    indices : Tensor or array, int64
        Where the entries are.
    values : Tensor or array
        What they are, of any type.
    dense_shape : Tensor, array or list, int64
        The shape of the tensor that this one stands for.

    Shape
    -----
    indices [n, rank], values [n], dense_shape [rank]

    Raises
    ------
    ValueError
        If the three do not go together: other ranks than these, or other numbers of entries or dimensions.
    TypeError
        If indices or dense_shape are no integers, or tensors of another type than int64.

    Source
    ------
    tf.SparseTensor, TF 1.15 sparse_tensor.py
    """

    made_dense_by = "tf.sparse_tensor_to_dense"

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        graph = graph_of([indices, values, dense_shape])
        with graph.as_default(), graph.name_scope("SparseTensor"):
            self.indices: Tensor = graph.convert(indices, int64, "indices")
            self.values: Tensor = graph.convert(values, None, "values")
            self.dense_shape: Tensor = graph.convert(dense_shape, int64, "dense_shape")
        _check_fit(*(tensor.dims for tensor in self.components))
        self._dims: Dims = static_dims(self.dense_shape)

    @classmethod
    def from_value(cls, sparse_tensor_value: Any) -> SparseTensor:
        """The SparseTensor of a SparseTensorValue, in the default graph.

        Raises
        ------
        TypeError
            If it is neither a SparseTensorValue nor a SparseTensor.
        """
        if not isinstance(sparse_tensor_value, (SparseTensorValue, SparseTensor)):
            raise TypeError(f"{sparse_tensor_value!r} is neither a SparseTensor nor a SparseTensorValue.")
        given = sparse_tensor_value
        return cls(given.indices, given.values, given.dense_shape)

    @property
    def components(self) -> SparseTensorValue:
        """Its tensors, as a SparseTensorValue has arrays."""
        return SparseTensorValue(self.indices, self.values, self.dense_shape)

    @property
    def dims(self) -> Dims:
        """The static shape of the tensor it stands for, as a plain tuple with None for unknown sizes."""
        return self._dims

    @property
    def shape(self) -> TensorShape:
        """The static shape of the tensor it stands for: what is known of it before a run."""
        return TensorShape(self._dims)

    def get_shape(self) -> TensorShape:
        """The static shape, as TensorFlow 1 asks for it."""
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """State what is known of the shape.

        Raises
        ------
        ValueError
            If it contradicts what is known already.
        """
        self._dims = merge(self._dims, TensorShape(shape).tuple)

    def __mul__(self, dense: Any) -> SparseTensor:
        return self._beside("SparseDenseCwiseMul", dense, "mul")

    __rmul__ = __mul__

    def __truediv__(self, dense: Any) -> SparseTensor:
        return self._beside("SparseDenseCwiseDiv", dense, "truediv")

    def _beside(self, op_type: str, dense: Any, name: str) -> SparseTensor:
        """The entries computed with what a dense tensor, repeated to the shape, has at their positions."""
        if isinstance(dense, SparseTensor):
            raise TypeError(
                f"{self!r} is multiplied with and divided by dense tensors alone, given: {dense!r}."
            )
        graph: Any = self.graph.at_work()
        with graph.name_scope(name) as scope:
            other = graph.convert(dense, self.dtype, "y")
            return self.with_values(graph.apply(op_type, (*self.components, other), {"name": scope}))

    def __repr__(self) -> str:
        return f"SparseTensor(indices={self.indices}, values={self.values}, dense_shape={self.dense_shape})"


def _check_fit(indices: Dims, values: Dims, dense_shape: Dims) -> None:
    """Refuse shapes of the three that do not go together."""
    try:
        rows, rank = merge(indices, (None, None))  # type: ignore[misc]  # a merged shape has a rank
        merge(values, (rows,))
        merge(dense_shape, (rank,))
    except ValueError as error:
        raise ValueError(
            f"a SparseTensor has indices [n, rank], values [n] and a dense_shape [rank], given: indices "
            f"{show(indices)}, values {show(values)}, dense_shape {show(dense_shape)}."
        ) from error
