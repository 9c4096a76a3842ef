"""RaggedTensor: a tensor whose rows differ in length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.core.dtypes import as_dtype, int32, int64
from estimator.core.keywords import near_keywords_of_methods
from estimator.core.shapes import Dims, TensorShape, merge
from estimator.functions import arrays
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.ragged import indexing, padded
from estimator.functions.ragged.partition import RowPartition
from estimator.graph.composite import Composite
from estimator.graph.ragged import RaggedTensorValue
from estimator.graph.tensor import Tensor


@near_keywords_of_methods
class RaggedTensor(Composite):
    """Rows of different lengths: the values of all rows one after the other, and where each row begins.

    Functions of tensors take it as they take a tensor (``tf.reduce_sum(rt, axis=1)``, ``rt + 1``, ``tf.concat``); it
    is made by ``tf.ragged.constant`` and by the methods whose names begin with ``from_``. If the values are ragged
    themselves, more than one dimension is.

    Attributes
    ----------
    values : Tensor or RaggedTensor
        The values of all rows, [values, ...].
    partition : RowPartition
        How they are divided into rows.

    Example
    -------
    >>> from estimator import tf
    >>> rt = tf.RaggedTensor.from_row_lengths([3, 1, 4, 1, 5], [2, 0, 3])
    >>> with tf.Session() as session:
    ...     session.run(rt).to_list(), session.run(tf.reduce_sum(rt, axis=1)).tolist()
    ([[3, 1], [], [4, 1, 5]], [4, 0, 10])

    Source
    ------
    tf.RaggedTensor, TF 1.15 ragged_tensor.py
    """

    made_dense_by = "to_tensor()"
    has_operators = True
    __array_priority__ = 100  # numpy leaves `array + ragged` to us

    values: Any

    def __init__(self, values: Any, partition: RowPartition) -> None:
        if not isinstance(partition, RowPartition):
            raise ValueError(
                "a RaggedTensor is made by tf.RaggedTensor.from_row_splits, from_row_lengths and their kin, or by "
                "tf.ragged.constant."
            )
        self.values = values
        self.partition = partition

    # -- of what it consists ---------------------------------------------------------------------------

    @property
    def components(self) -> RaggedTensorValue:
        """Its values and splits, as a RaggedTensorValue has arrays."""
        return RaggedTensorValue(self.values, self.row_splits)

    def of_components(self, values: Any, row_splits: Any) -> RaggedTensor:
        """A ragged tensor like this one of other values and splits."""
        same = row_splits is self.row_splits
        return RaggedTensor(values, self.partition if same else self.partition.mapped(row_splits))

    @property
    def row_splits(self) -> Tensor:
        """Where each row begins among the values, and the last one ends: [rows + 1]."""
        return self.partition.row_splits

    @property
    def uniform_row_length(self) -> Tensor | None:
        """The length that all rows have, if they were made so."""
        length = self.partition.uniform_row_length
        return None if length is None else tensor_of(length, self.row_splits.dtype)

    @property
    def flat_values(self) -> Tensor:
        """The innermost values, [values, ...]."""
        inner = self.values
        return inner.flat_values if isinstance(inner, RaggedTensor) else inner

    @property
    def differentiated(self) -> Tensor:
        """Its innermost values: the gradient of a ragged tensor has the same rows."""
        return self.flat_values

    def with_gradient(self, gradient: Any) -> RaggedTensor:
        """The gradient of its innermost values in its rows."""
        return self.with_flat_values(gradient)

    @property
    def layers(self) -> list[RaggedTensor]:
        """It and the ragged tensors in it, from the outermost on."""
        inner = self.values.layers if isinstance(self.values, RaggedTensor) else []
        return [self, *inner]

    @property
    def ragged_rank(self) -> int:
        """How many dimensions are ragged."""
        return len(self.layers)

    @property
    def nested_row_splits(self) -> tuple[Tensor, ...]:
        """The splits of all ragged dimensions, the outermost first."""
        return tuple(layer.row_splits for layer in self.layers)

    @property
    def dims(self) -> Dims:
        """The static shape as a plain tuple, with None for ragged dimensions and unknown sizes."""
        inner = self.values.dims
        if inner is None:
            return None
        return (self.partition.static_nrows, self.partition.static_row_length, *inner[1:])

    @property
    def shape(self) -> TensorShape:
        """The static shape, with None for ragged dimensions and unknown sizes."""
        return TensorShape(self.dims)

    def get_shape(self) -> TensorShape:
        """The static shape, as TensorFlow 1 asks for it."""
        return self.shape

    # -- its rows --------------------------------------------------------------------------------------

    def value_rowids(self, name: str | None = None) -> Tensor:
        """Of each value the number of its row."""
        with function_scope(name, "RaggedValueRowIds", *self.tensors):
            ids = self.partition.value_rowids()
            ids.set_shape(None if self.values.dims is None else self.values.dims[:1])
            return ids

    def nested_value_rowids(self, name: str | None = None) -> tuple[Tensor, ...]:
        """The numbers of their rows for the values of all ragged dimensions, the outermost first."""
        with function_scope(name, "RaggedNestedValueRowIds", *self.tensors):
            return tuple(layer.value_rowids() for layer in self.layers)

    def nrows(self, out_type: Any = None, name: str | None = None) -> Tensor:
        """The number of rows, in the type of the splits by default."""
        with function_scope(name, "RaggedNRows", *self.tensors):
            return self.partition.nrows(out_type)

    def row_starts(self, name: str | None = None) -> Tensor:
        """Where each row begins among the values."""
        with function_scope(name, "RaggedRowStarts", *self.tensors):
            return self.partition.row_starts()

    def row_limits(self, name: str | None = None) -> Tensor:
        """Where each row ends: the place behind its last value."""
        with function_scope(name, "RaggedRowLimits", *self.tensors):
            return self.partition.row_limits()

    def row_lengths(self, axis: int = 1, name: str | None = None) -> Any:
        """The lengths of the rows along an axis: a vector for axis 1, ragged for those further inside.

        Raises
        ------
        ValueError
            If there is no such axis.
        """
        place = self.axis_of(axis)
        with function_scope(name, "RaggedRowLengths", *self.tensors):
            if place == 0:
                return self.nrows()
            if place == 1:
                return self.partition.row_lengths()
            if isinstance(self.values, RaggedTensor):
                return self.with_values(self.values.row_lengths(place - 1))
            size = arrays.shape(self.values, out_type=self.row_splits.dtype)
            return self.with_values(arrays.fill(size[: place - 1], size[place - 1]))

    def nested_row_lengths(self, name: str | None = None) -> tuple[Tensor, ...]:
        """The lengths of the rows of all ragged dimensions, the outermost first."""
        with function_scope(name, "RaggedNestedRowLengths", *self.tensors):
            return tuple(layer.partition.row_lengths() for layer in self.layers)

    def bounding_shape(self, axis: Any = None, name: str | None = None, out_type: Any = None) -> Tensor:
        """The shape of the smallest tensor that has room for all rows, or its sizes along some axes."""
        kind = as_dtype(out_type or self.row_splits.dtype)
        with function_scope(name, "RaggedBoundingBox", *self.tensors):
            sizes = padded.bounding_shape(self.flat_values, [layer.partition for layer in self.layers], kind)
            if axis is None:
                return sizes
            listed = isinstance(axis, (list, tuple))
            found = [sizes[self.axis_of(place)] for place in (axis if listed else [axis])]
            return arrays.stack(found) if listed else found[0]

    def axis_of(self, axis: int) -> int:
        """An axis, counted from the front.

        Raises
        ------
        ValueError
            If there is no such axis, or it is counted from the end of an unknown number of them.
        """
        rank = None if self.dims is None else len(self.dims)
        if axis < 0 and rank is None:
            raise ValueError(f"axis {axis} of {self!r} counts from the end, but its rank is not known.")
        place = axis if rank is None or axis >= 0 else axis + rank
        if place < 0 or (rank is not None and place >= rank):
            raise ValueError(f"axis={axis} is out of bounds: expected {-rank} <= axis < {rank}, of {self!r}.")  # type: ignore[operator]
        return place

    # -- others like it --------------------------------------------------------------------------------

    def with_values(self, new_values: Any) -> RaggedTensor:
        """Rows of the same lengths of other values, as many as there are."""
        values = ragged_or_tensor(new_values)
        if self.values.dims is not None and values.dims is not None:
            merge(self.values.dims[:1], values.dims[:1])
        if isinstance(values, RaggedTensor) and values.row_splits.dtype is not self.row_splits.dtype:
            values = values.with_row_splits_dtype(int64)
            return RaggedTensor(values, self.partition.cast(int64))
        return RaggedTensor(values, self.partition)

    def with_flat_values(self, new_values: Any) -> RaggedTensor:
        """Rows of the same lengths of other innermost values."""
        inner = self.values
        return self.with_values(
            inner.with_flat_values(new_values) if isinstance(inner, RaggedTensor) else new_values
        )

    def with_row_splits_dtype(self, dtype: Any) -> RaggedTensor:
        """The same with splits of another type, int32 or int64.

        Raises
        ------
        ValueError
            If it is another type.
        """
        kind = as_dtype(dtype)
        if kind not in (int32, int64):
            raise ValueError(f"row_splits are int32 or int64, given: {kind.name}.")
        inner = self.values
        values = inner.with_row_splits_dtype(kind) if isinstance(inner, RaggedTensor) else inner
        return RaggedTensor(values, self.partition.cast(kind))

    def merge_dims(self, outer_axis: int, inner_axis: int) -> Any:
        """The dimensions from one axis to another in one: ``merge_dims(0, 1)`` gives the values.

        Raises
        ------
        ValueError
            If the axes are out of bounds, or the inner one is before the outer one.
        """
        outer, inner = self.axis_of(outer_axis), self.axis_of(inner_axis)
        if outer > inner:
            raise ValueError(f"outer_axis ({outer_axis}) must not be behind inner_axis ({inner_axis}).")
        merged: Any = self
        with function_scope(None, "RaggedMergeDims", *self.tensors):
            for _ in range(inner - outer):
                merged = padded.merged_with_next(merged, outer)
            return merged

    # -- other tensors of the same values ----------------------------------------------------------------

    def to_tensor(self, default_value: Any = None, name: str | None = None, shape: Any = None) -> Tensor:
        """A tensor with the rows, filled up to the longest or to `shape`, which also cuts them.

        Parameters
        ----------
        default_value : Tensor or value, optional
            What rows are filled up with: 0 or the empty text by default; it broadcasts to the shape of a value.
        name : str, optional
        shape : TensorShape, list or Tensor, optional
            With None or -1 for what is as large as needed.

        Raises
        ------
        ValueError
            If the shape does not fit.
        """
        with function_scope(name, "RaggedToTensor", *self.tensors, default_value, shape):
            result = padded.to_tensor(self.flat_values, self.nested_row_splits, default_value, shape)
            if shape is None:
                result.set_shape(self.dims)  # of rows of one length that is known, too
            return result

    def to_sparse(self, name: str | None = None) -> Any:
        """A SparseTensor with the values for entries; rows end where the dense shape does, or before."""
        with function_scope(name, "RaggedToSparse", *self.tensors):
            return padded.to_sparse(self.flat_values, self.nested_row_splits)

    def to_list(self) -> list[Any]:
        """Nothing but a ValueError: values are known in a run, and ``session.run(rt).to_list()`` gives them."""
        raise ValueError("to_list() needs values: session.run(rt).to_list() gives nested lists.")

    # -- made of what tells rows -------------------------------------------------------------------------

    @classmethod
    def from_value_rowids(
        cls, values: Any, value_rowids: Any, nrows: Any = None, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Rows of which each value says the number, in ascending order; `nrows` if the last ones have no values."""
        return cls._made(RowPartition.from_value_rowids, values, name, validate, value_rowids, nrows)

    @classmethod
    def from_row_splits(
        cls, values: Any, row_splits: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Rows that begin at these places; the last entry is where the last one ends."""
        return cls._made(RowPartition.from_row_splits, values, name, validate, row_splits)

    @classmethod
    def from_row_lengths(
        cls, values: Any, row_lengths: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Rows of these lengths."""
        return cls._made(RowPartition.from_row_lengths, values, name, validate, row_lengths)

    @classmethod
    def from_row_starts(
        cls, values: Any, row_starts: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Rows that begin at these places."""
        return cls._made(RowPartition.from_row_starts, values, name, validate, row_starts)

    @classmethod
    def from_row_limits(
        cls, values: Any, row_limits: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Rows that end before these places."""
        return cls._made(RowPartition.from_row_limits, values, name, validate, row_limits)

    @classmethod
    def from_uniform_row_length(
        cls,
        values: Any,
        uniform_row_length: Any,
        nrows: Any = None,
        validate: bool = True,
        name: str | None = None,
    ) -> RaggedTensor:
        """Rows of one length; `nrows` must be given if it is 0."""
        return cls._made(
            RowPartition.from_uniform_row_length, values, name, validate, uniform_row_length, nrows
        )

    @classmethod
    def _made(
        cls, make: Callable[..., RowPartition], values: Any, name: str | None, validate: bool, *told: Any
    ) -> RaggedTensor:
        """The values, with the rows that `make` makes of what is told about them."""
        parts = values.tensors if isinstance(values, RaggedTensor) else [values]
        with function_scope(name, f"Ragged{make.__name__.title().replace('_', '')}", *parts, *told):
            given = ragged_or_tensor(values)
            if not isinstance(given, RaggedTensor):
                partition = make(*told, int64, lambda dtype: arrays.shape(given, out_type=dtype)[0], validate)
                return cls(given, partition)
            dtype = given.row_splits.dtype
            partition = make(*told, dtype, given.nrows, validate)
            if partition.dtype is not dtype:
                raise ValueError(
                    f"the rows are said in {partition.dtype.name}, those of the values in {dtype.name}; "
                    "with_row_splits_dtype makes them alike."
                )
            return cls(given, partition)

    @classmethod
    def from_nested_value_rowids(
        cls,
        flat_values: Any,
        nested_value_rowids: Sequence[Any],
        nested_nrows: Sequence[Any] | None = None,
        name: str | None = None,
        validate: bool = True,
    ) -> Any:
        """Rows in rows, of which all values say the numbers, the outermost first."""
        ids = _listed(nested_value_rowids, "nested_value_rowids")
        counts = [None] * len(ids) if nested_nrows is None else _listed(nested_nrows, "nested_nrows")
        if len(counts) != len(ids):
            raise ValueError(
                f"nested_nrows must have as many entries as nested_value_rowids, {len(ids)}, given: {len(counts)}."
            )
        told = list(zip(ids, counts, strict=True))
        return _nested(cls.from_value_rowids, flat_values, told, name, validate)

    @classmethod
    def from_nested_row_splits(
        cls,
        flat_values: Any,
        nested_row_splits: Sequence[Any],
        name: str | None = None,
        validate: bool = True,
    ) -> Any:
        """Rows in rows by their splits, the outermost first."""
        told = [(splits,) for splits in _listed(nested_row_splits, "nested_row_splits")]
        return _nested(cls.from_row_splits, flat_values, told, name, validate)

    @classmethod
    def from_nested_row_lengths(
        cls,
        flat_values: Any,
        nested_row_lengths: Sequence[Any],
        name: str | None = None,
        validate: bool = True,
    ) -> Any:
        """Rows in rows by their lengths, the outermost first."""
        told = [(lengths,) for lengths in _listed(nested_row_lengths, "nested_row_lengths")]
        return _nested(cls.from_row_lengths, flat_values, told, name, validate)

    # -- made of other tensors ---------------------------------------------------------------------------

    @classmethod
    def from_tensor(
        cls,
        tensor: Any,
        lengths: Any = None,
        padding: Any = None,
        ragged_rank: int = 1,
        name: str | None = None,
        row_splits_dtype: Any = int64,
    ) -> RaggedTensor:
        """The rows of a tensor, without what follows behind their lengths, or at their ends equals `padding`.

        Parameters
        ----------
        tensor : Tensor
            Of two dimensions or more.
        lengths : vector, or list of vectors, optional
            The length of each row; a list tells the lengths in each ragged dimension.
        padding : value or Tensor, optional
            What does not count at the end of a row.
        ragged_rank : int
            How many dimensions become ragged; without lengths and padding their rows have one length.
        name : str, optional
        row_splits_dtype : DType
            int64 or int32.

        Raises
        ------
        ValueError
            If both lengths and padding are given, or do not fit, or there are too few dimensions.
        """
        with function_scope(name, "RaggedFromTensor", tensor):
            values, partitions = padded.rows_of(
                tensor, lengths, padding, ragged_rank, as_dtype(row_splits_dtype)
            )
            result: Any = values
            for partition in reversed(partitions):
                result = cls(result, partition)
            return result

    @classmethod
    def from_sparse(
        cls, st_input: Any, name: str | None = None, row_splits_dtype: Any = int64
    ) -> RaggedTensor:
        """The rows of a sparse matrix, whose entries have no gaps before them.

        Raises
        ------
        TypeError
            If it is no SparseTensor.
        ValueError
            If it is no matrix.
        InvalidArgumentError
            In the run, if a row has a gap.
        """
        with function_scope(name, "RaggedFromSparse", *getattr(st_input, "components", ())):
            values, partition = padded.rows_of_sparse(st_input, as_dtype(row_splits_dtype))
            return cls(values, partition)

    # -- as Python uses values ---------------------------------------------------------------------------

    def __getitem__(self, key: Any) -> Any:
        return indexing.slice_of(self, key)

    def __iter__(self) -> Any:
        raise TypeError(
            "a RaggedTensor is not iterable: its rows are known in a run; use tf.map_fn or rt[i]."
        )

    def __bool__(self) -> bool:
        raise TypeError("RaggedTensor may not be used as a boolean: its value is known in a run.")

    def __repr__(self) -> str:
        return f"tf.RaggedTensor(values={self.values!r}, row_splits={self.row_splits!r})"


def ragged_or_tensor(value: Any) -> Any:
    """A ragged tensor as it is, or of its value; anything else as a tensor that has rows.

    Raises
    ------
    ValueError
        If it has no dimension.
    """
    if isinstance(value, RaggedTensor):
        return value
    if isinstance(value, RaggedTensorValue):
        return RaggedTensor.from_row_splits(ragged_or_tensor(value.values), value.row_splits, validate=False)
    tensor = tensor_of(value, name="values")
    if tensor.dims == ():
        raise ValueError(
            f"the values of a ragged tensor have one dimension or more, given a scalar: {tensor}."
        )
    return tensor


def _nested(make: Callable[..., Any], values: Any, told: list[Any], name: str | None, validate: bool) -> Any:
    """The values in rows, which are in rows, as is told from the outermost on."""
    with function_scope(name, f"RaggedFromNested{make.__name__[5:].title().replace('_', '')}"):
        for rows in reversed(told):
            values = make(values, *rows, validate=validate)
        return values


def _listed(nested: Any, name: str) -> list[Any]:
    if not isinstance(nested, (list, tuple)):
        raise TypeError(f"{name} must be a list of tensors, given: {nested!r}.")
    return list(nested)
