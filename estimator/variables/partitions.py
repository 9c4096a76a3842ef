"""Variables in parts: one large variable made as several, cut along one axis.

Each part is a :class:`~estimator.variables.variable.Variable` of its own, ``x/part_0``, ``x/part_1``..., which is
trained and has its slots; used as a tensor, the whole is their concatenation. Checkpoints store the parts as slices of
``x``, so that the number of parts may change between saving and restoring.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.frozen import frozen
from estimator.core.shapes import TensorShape, show
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.tensor import Owner, Tensor
from estimator.variables.operators import forward_operators
from estimator.variables.partitioners import Partitioner
from estimator.variables.slice_info import SaveSliceInfo
from estimator.variables.variable import Variable


@frozen
class PartitionInfo:
    """What an initializer is told of the whole when it makes a part.

    Parameters
    ----------
    full_shape : tuple of int
        Of the whole variable: the fans of a weight are counted there.
    var_offset : tuple of int
        Where the part begins.
    """

    full_shape: tuple[int, ...]
    var_offset: tuple[int, ...]


class PartitionedVariable:
    """A variable in parts; iterate over it for the parts.

    Parameters
    ----------
    name : str
        Of the whole.
    parts : sequence of Variable
        In order; each knows its place (`save_slice_info`).

    Source
    ------
    tf.Variable.PartitionedVariable, TF 1.15 variables.py. Unlike there, it computes and fetches as a variable does.
    """

    __array_priority__ = 100  # numpy leaves `array + variable` to us

    def __init__(self, name: str, parts: Sequence[Variable]) -> None:
        self.name = name
        self.parts = tuple(parts)
        self._fetched: Tensor | None = None

    def __iter__(self) -> Iterator[Variable]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    def __repr__(self) -> str:
        return (
            f"<estimator.PartitionedVariable {self.name!r} shape={show(self.dims)} dtype={self.dtype.name} "
            f"in {len(self.parts)} parts>"
        )

    @property
    def graph(self) -> Owner:
        """The graph it belongs to."""
        return self.parts[0].graph

    @property
    def dtype(self) -> DType:
        """The element type that all parts have."""
        return self.parts[0].dtype

    @property
    def dims(self) -> tuple[int, ...]:
        """The shape of the whole as a plain tuple."""
        return _slice_info(self.parts[0]).full_shape

    @property
    def shape(self) -> TensorShape:
        """The shape of the whole."""
        return TensorShape(self.dims)

    def get_shape(self) -> TensorShape:
        """The shape of the whole."""
        return self.shape

    @property
    def trainable(self) -> bool:
        """Whether optimizers change its parts by default."""
        return self.parts[0].trainable

    @property
    def axis(self) -> int:
        """The axis along which it is cut."""
        sizes = [_slice_info(part).var_shape for part in self.parts]
        return next((axis for axis, size in enumerate(self.dims) if sizes[0][axis] != size), 0)

    def as_tensor(self) -> Tensor:
        """The parts in one, read under the current control dependencies."""
        graph = graph_of(self.parts)
        whole: Any = self.parts[0]
        if len(self.parts) > 1:
            with graph.name_scope(f"{self.name}/ConcatPartitions/"):
                whole = b.ConcatV2(list(self.parts), self.axis, name="concat")
        with graph.name_scope(None):
            result: Tensor = b.Identity(whole, name=self.name)
        return result

    def as_graph_element(self) -> Tensor:
        """What fetching it means: the parts in one."""
        if self._fetched is None:
            graph = graph_of(self.parts)
            with graph.as_default(), graph.control_dependencies(None):
                self._fetched = self.as_tensor()
        return self._fetched

    def sparse_read(self, indices: Any, name: str | None = None) -> Tensor:
        """The rows at the indices, each read from the part that it lies in, without reading the others.

        Shape
        -----
        indices [k...] -> [k..., the sizes of the whole but the first]
        """
        graph = graph_of([*self.parts, indices])
        with graph.name_scope(name or "Gather"):
            places = graph.convert(indices)
            if self.axis or len(self.parts) == 1:
                pieces = [part.sparse_read(places) for part in self.parts]
                return pieces[0] if len(pieces) == 1 else b.ConcatV2(pieces, self.axis - len(self.dims))
            rows = self._rows(b.Reshape(places, [-1]))
            return b.Reshape(rows, b.ConcatV2([b.Shape(places), np.array(self.dims[1:], np.int32)], 0))

    def _rows(self, indices: Tensor) -> Tensor:
        """The rows at a vector of indices: those of each part, and then in the order of the indices.

        The first part answers for all indices before its end and the last for all from its beginning on, so that one
        which lies nowhere is an error.
        """
        number = indices.dtype.np.type
        begins = [_slice_info(part).var_offset[0] for part in self.parts]
        rows, order = [], []
        for part, begin, end in zip(self.parts, begins, [*begins[1:], None], strict=True):
            inside = b.GreaterEqual(indices, number(begin)) if begin else None
            if end is not None:
                before = b.Less(indices, number(end))
                inside = before if inside is None else b.LogicalAnd(inside, before)
            places = b.Reshape(b.Where(inside), [-1])
            rows.append(part.sparse_read(b.Sub(b.GatherV2(indices, places, 0), number(begin))))
            order.append(places)
        return b.GatherV2(b.ConcatV2(rows, 0), b.InvertPermutation(b.ConcatV2(order, 0)), 0)

    def assign(
        self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> list[Any]:
        """Replace the value; gives what :meth:`Variable.assign` gives for each part."""
        return self._write("assign", value, name, read_value)

    def assign_add(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> list[Any]:
        """Add to the value; gives what :meth:`Variable.assign_add` gives for each part."""
        return self._write("assign_add", delta, name, read_value)

    def assign_sub(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> list[Any]:
        """Subtract from the value; gives what :meth:`Variable.assign_sub` gives for each part."""
        return self._write("assign_sub", delta, name, read_value)

    def _write(self, method: str, value: Any, name: str | None, read_value: bool) -> list[Any]:
        whole = graph_of(self.parts).convert(value, self.dtype, name="value")
        return [
            getattr(part, method)(slice_of(whole, _slice_info(part)), name=name, read_value=read_value)
            for part in self.parts
        ]


forward_operators(PartitionedVariable)


def cut(name: str, dims: tuple[int, ...], dtype: DType, partitioner: Partitioner) -> list[SaveSliceInfo]:
    """The parts into which a variable is made; the first ones have one index more where it does not divide evenly.

    Raises
    ------
    ValueError
        If the partitioner is not a function, or what it gives fits no variable of that shape.
    """
    counts = _counts(name, dims, dtype, partitioner)
    axis = next((axis for axis, count in enumerate(counts) if count > 1), 0)
    size, longer = divmod(dims[axis], counts[axis])
    found, start = [], 0
    for number in range(counts[axis]):
        length = size + (number < longer)
        offset = tuple(start if dim == axis else 0 for dim in range(len(dims)))
        shape = tuple(length if dim == axis else dims[dim] for dim in range(len(dims)))
        found.append(SaveSliceInfo(name, dims, offset, shape))
        start += length
    return found


def _counts(name: str, dims: tuple[int, ...], dtype: DType, partitioner: Partitioner) -> list[int]:
    if not callable(partitioner):
        raise ValueError(
            f"variable {name}: the partitioner must be callable, such as tf.fixed_size_partitioner(2), given: "
            f"{partitioner!r}."
        )
    counts = list(partitioner(shape=TensorShape(dims), dtype=dtype))
    if len(counts) != len(dims):
        raise ValueError(
            f"variable {name} of shape {dims}: the partitioner gave {counts}, one number for each axis is needed."
        )
    if sum(count > 1 for count in counts) > 1:
        raise ValueError(
            f"variable {name} of shape {dims} can be cut along one axis only; the partitioner gave {counts}."
        )
    for count, size in zip(counts, dims, strict=True):
        if not 1 <= count <= max(size, 1):
            raise ValueError(
                f"variable {name} of shape {dims} cannot be cut into {counts} parts: 1...{max(size, 1)} "
                "are possible there."
            )
    return counts


def slice_of(value: Any, part: SaveSliceInfo) -> Tensor:
    """The part of a value for the whole."""
    result: Tensor = b.Slice(value, list(part.var_offset), list(part.var_shape))
    return result


def same_cut(existing: PartitionedVariable, wanted: Sequence[SaveSliceInfo]) -> bool:
    """Whether a variable has these parts."""
    return [_slice_info(variable) for variable in existing] == list(wanted)


def _slice_info(part: Variable) -> SaveSliceInfo:
    info = part.save_slice_info
    assert info is not None, part.name
    return info
