"""A part of a variable, ``v[1:3]``: a tensor that can be assigned."""

from __future__ import annotations

from typing import Any

from estimator.graph.graph import graph_of
from estimator.graph.tensor import Tensor


class VariableSlice(Tensor):
    """The value of a part of a variable.

    The slice and the variable are those of its operations, so that it has no fields of its own.
    """

    __slots__ = ()

    @classmethod
    def of(cls, value: Tensor) -> Tensor:
        """The tensor itself, which can be assigned from now on if it is a slice of a variable just read."""
        if value.op.type == "StridedSlice" and value.op.inputs[0].op.type == "ReadVariableOp":
            value.__class__ = cls  # the graph has the tensor already, and goes by its identity
        return value

    def assign(self, value: Any, name: str | None = None) -> Tensor:
        """Replace this part of the variable; gives the whole value, read after the write.

        Raises
        ------
        ValueError
            If the shape does not fit.

        Source
        ------
        the `assign` of slices of variables, TF 1.15 array_ops.py
        """
        read, *bounds = self.op.inputs
        (handle,) = read.op.inputs
        masks = {key: number for key, number in self.op.attrs.items() if key.endswith("_mask")}
        graph = graph_of([self])
        with graph.name_scope(name or f"{self.op.name}/_assign/"):
            new = graph.convert(value, self.dtype, name="value")
            write = graph.apply("ResourceStridedSliceAssign", (handle, *bounds, new), masks)
            with graph.control_dependencies([write]):
                whole: Tensor = graph.apply("ReadVariableOp", (handle,), {"dtype": self.dtype})
        whole.set_shape(read.dims)
        return whole
