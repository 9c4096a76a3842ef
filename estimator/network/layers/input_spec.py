"""What a layer takes: InputSpec, and the check that an input is of that kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.core import nest
from estimator.core.counts import whole_number
from estimator.core.dtypes import DTypeLike, as_dtype
from estimator.core.keywords import near_keywords
from estimator.core.shapes import Dims, ShapeLike, as_dims, compatible, show
from estimator.graph.tensor import Tensor


@near_keywords
class InputSpec:
    """The type, rank and sizes that an input must have; None leaves them free.

    Parameters
    ----------
    dtype : DType, optional
    shape : shape, optional
        Sizes of None are free.
    ndim, max_ndim, min_ndim : int, optional
        The number of dimensions.
    axes : dict of int to int, optional
        The sizes of some axes.
    allow_last_axis_squeeze : bool
        Whether a last size of 1 may be missing from the input, or from `shape`.
    name : str, optional
        The name of the input, for those who read it.

    Raises
    ------
    TypeError
        If `axes` is not a dict of whole numbers.
    ValueError
        If `axes` has an axis that `ndim` or `max_ndim` does not allow.

    Source
    ------
    tf.layers.InputSpec, TF 1.15 python/layers/base.py
    """

    def __init__(
        self,
        dtype: DTypeLike | None = None,
        shape: ShapeLike | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: Mapping[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
    ) -> None:
        self.dtype = None if dtype is None else as_dtype(dtype)
        self.shape: Dims = None if shape is None else as_dims(shape)
        self.ndim = ndim if self.shape is None else len(self.shape)
        self.max_ndim, self.min_ndim = max_ndim, min_ndim
        self.axes = _whole_axes(axes, ndim or max_ndim)
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.name = name

    def __repr__(self) -> str:
        fields = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes")
        words = [f"{field}={value}" for field in fields if (value := getattr(self, field))]
        return f"InputSpec({', '.join(words)})"

    def problem(self, x: Tensor) -> str | None:
        """What is wrong with an input, or None."""
        if self.dtype is not None and x.dtype is not self.dtype:
            return f"expected dtype={self.dtype.name}, found dtype={x.dtype.name}; use tf.cast"
        if x.dims is None:
            return None
        rank = len(x.dims)
        if self.ndim is not None and rank != self.ndim and not self._is_squeezed(rank):
            return f"expected ndim={self.ndim}, found ndim={rank}"
        if self.max_ndim is not None and rank > self.max_ndim:
            return f"expected max_ndim={self.max_ndim}, found ndim={rank}"
        if self.min_ndim is not None and rank < self.min_ndim:
            return f"expected min_ndim={self.min_ndim}, found ndim={rank}"
        return self._problem_of_sizes(x.dims)

    def _is_squeezed(self, rank: int) -> bool:
        return self.allow_last_axis_squeeze and self.ndim is not None and abs(rank - self.ndim) == 1

    def _problem_of_sizes(self, dims: tuple[int | None, ...]) -> str | None:
        for axis, size in self.axes.items():
            if not -len(dims) <= axis < len(dims):
                return f"expected an axis {axis}"
            if size is not None and dims[axis] not in (size, None):
                return f"expected axis {axis} of input shape to have value {size}"
        wanted = self.shape
        if wanted is not None and self.allow_last_axis_squeeze:
            wanted, dims = _squeezed(wanted), _squeezed(dims)
        if wanted is not None and not compatible(wanted, dims):
            return f"expected shape={show(self.shape)}"
        return None


def _whole_axes(axes: Mapping[int, int | None] | None, max_ndim: int | None) -> dict[int, int | None]:
    if axes is None:
        return {}
    if not isinstance(axes, Mapping) or None in map(whole_number, axes):
        raise TypeError(f"InputSpec: axes must be a dict with integer keys, given: {axes!r}.")
    if max_ndim is not None and any(axis >= max_ndim for axis in axes):
        raise ValueError(
            f"InputSpec: axis {max(axes)} is greater than the maximum allowed value: {max_ndim - 1}."
        )
    return dict(axes)


def _squeezed(dims: tuple[int | None, ...]) -> tuple[int | None, ...]:
    return dims[:-1] if dims and dims[-1] == 1 else dims


def check_inputs(input_spec: Any, inputs: Any, layer: str) -> None:
    """Check the tensors of an input against a layer's spec, or each against one of a list of specs.

    Raises
    ------
    ValueError
        If an input does not fit its spec, or there are more or fewer than specs.
    """
    specs, tensors = nest.flatten(input_spec), nest.flatten(inputs)
    if len(specs) != len(tensors) or (isinstance(input_spec, InputSpec) and nest.is_nested(inputs)):
        advice = "" if nest.is_nested(input_spec) else " Use tf.concat or tf.stack to make one of them."
        raise ValueError(
            f"Layer {layer} expects {len(specs)} input(s), but it received {_count(inputs, len(tensors))}.{advice}"
        )
    for place, (spec, tensor) in enumerate(zip(specs, tensors, strict=True)):
        problem = spec and spec.problem(tensor)
        if problem:
            raise ValueError(
                f"Input {place} of layer {layer} is incompatible with the layer: {problem}. It is {tensor.name}, of "
                f"shape {show(tensor.dims)}.{_advice(spec, tensor.dims)}"
            )


def _advice(spec: InputSpec, dims: Dims) -> str:
    wanted = spec.ndim or spec.min_ndim or 0
    if dims is None or len(dims) >= wanted:
        return ""
    return (
        " An axis that is missing, such as the only channel of grey images, is made by tf.expand_dims(x, -1)."
    )


def _count(inputs: Any, number: int) -> str:
    return f"a {type(inputs).__name__} of {number} tensors" if nest.is_nested(inputs) else "one tensor"
