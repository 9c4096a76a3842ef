"""What makes one tensor of several: sums, products, the largest numbers, one behind the other, scalar products."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import reduce
from typing import Any, ClassVar

from estimator.core import nest
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import show
from estimator.functions import math
from estimator.functions.arrays import concat, ones_like
from estimator.functions.normalization import l2_normalize
from estimator.functions.reductions import reduce_all
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.keras.layer import Layer


class Merge(Layer):
    """What makes one tensor of a list of tensors, number by number; of fewer axes, they get new ones after the first.

    Shape
    -----
    inputs: a list of [batch, ...] that broadcast against one another

    Raises
    ------
    ValueError
        If it is called on no list, or with too few or too many tensors, or their shapes do not go together.

    Source
    ------
    tf.keras.layers.Add and its kin, TF 2.15
    """

    supports_masking = True
    _count: ClassVar[int | None] = None  # of tensors that are taken, if not any number

    def _merged(self, inputs: list[Tensor]) -> Tensor:
        raise NotImplementedError

    def call(self, inputs: Any) -> Tensor:
        """The merged tensor."""
        tensors = _as_list(type(self).__name__, inputs)
        if self._count is not None and len(tensors) != self._count:
            raise ValueError(
                f"A `{type(self).__name__}` layer should be called on exactly {self._count} inputs. Received: {inputs}."
            )
        return self._merged(self._of_one_rank(tensors))

    def _of_one_rank(self, tensors: list[Tensor]) -> list[Tensor]:
        ranks = [len(tensor.dims) for tensor in tensors if tensor.dims is not None]
        if len(ranks) < len(tensors) or len(set(ranks)) == 1:
            return tensors
        return [_with_axes(tensor, max(ranks) - rank) for tensor, rank in zip(tensors, ranks, strict=True)]

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Where all masks that there are say so."""
        masks = [part for part in nest.flatten(mask) if part is not None]
        return reduce(b.LogicalAnd, masks) if masks else None


def _with_axes(tensor: Tensor, number: int) -> Tensor:
    for _ in range(number):
        tensor = b.ExpandDims(tensor, 1)
    return tensor


def _as_list(layer: str, inputs: Any) -> list[Tensor]:
    if not isinstance(inputs, (list, tuple)) or not inputs:
        raise ValueError(
            f"A merge layer should be called on a list of at least 1 input. Received by {layer}: {inputs}."
        )
    return list(inputs)


class Add(Merge):
    """The sum of several tensors.

    Source
    ------
    tf.keras.layers.Add, TF 2.15
    """

    def _merged(self, inputs: list[Tensor]) -> Tensor:
        return reduce(operator.add, inputs)


class Subtract(Merge):
    """The first of two tensors minus the second.

    Source
    ------
    tf.keras.layers.Subtract, TF 2.15
    """

    _count = 2

    def _merged(self, inputs: list[Tensor]) -> Tensor:
        return inputs[0] - inputs[1]


class Multiply(Merge):
    """The product of several tensors, number by number.

    Source
    ------
    tf.keras.layers.Multiply, TF 2.15
    """

    def _merged(self, inputs: list[Tensor]) -> Tensor:
        return reduce(operator.mul, inputs)


class Average(Merge):
    """The mean of several tensors.

    Source
    ------
    tf.keras.layers.Average, TF 2.15
    """

    def _merged(self, inputs: list[Tensor]) -> Tensor:
        return reduce(operator.add, inputs) / len(inputs)


class Maximum(Merge):
    """The largest numbers of several tensors.

    Source
    ------
    tf.keras.layers.Maximum, TF 2.15
    """

    def _merged(self, inputs: list[Tensor]) -> Tensor:
        return reduce(math.maximum, inputs)


class Minimum(Merge):
    """The smallest numbers of several tensors.

    Source
    ------
    tf.keras.layers.Minimum, TF 2.15
    """

    def _merged(self, inputs: list[Tensor]) -> Tensor:
        return reduce(math.minimum, inputs)


class Concatenate(Merge):
    """Several tensors behind one another.

    Parameters
    ----------
    axis : int
        Along which.

    Raises
    ------
    ValueError
        If it is called on no list, or another axis has several sizes.

    Source
    ------
    tf.keras.layers.Concatenate, TF 2.15
    """

    config_names = "axis"

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def _of_one_rank(self, tensors: list[Tensor]) -> list[Tensor]:
        return tensors

    def _merged(self, inputs: list[Tensor]) -> Tensor:
        return concat(inputs, self.axis)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The masks behind one another, True for tensors without one."""
        masks = nest.flatten(mask)
        if all(part is None for part in masks):
            return None
        parts = [
            math.cast(ones_like(tensor), "bool")
            if part is None
            else _with_last_axes(part, len(tensor.dims) - len(part.dims))
            for tensor, part in zip(inputs, masks, strict=True)
        ]
        return reduce_all(concat(parts, self.axis), -1)


def _with_last_axes(mask: Tensor, number: int) -> Tensor:
    for _ in range(number):
        mask = b.ExpandDims(mask, -1)
    return mask


class Dot(Merge):
    """The scalar products of two tensors along an axis of each.

    Parameters
    ----------
    axes : int, or a pair of them
        Along which; not that of the batch.
    normalize : bool
        Whether to bring the vectors to length 1 before: their cosines.

    Shape
    -----
    inputs [batch, ..., size, ...] twice -> [batch, the other axes of the first, those of the second], or [batch, 1]

    Raises
    ------
    ValueError
        If an axis is none, or the sizes differ.

    Source
    ------
    tf.keras.layers.Dot, TF 2.15
    """

    config_names = "axes normalize"
    _count = 2

    def __init__(self, axes: int | Sequence[int], normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        pair = [axes] * 2 if isinstance(axes, int) else list(axes)
        if len(pair) != 2 or not all(isinstance(axis, int) for axis in pair) or 0 in pair:
            raise ValueError(f"Dot: axes must be a whole number or two, not 0 (the batch), given: {axes!r}.")
        self.axes = axes
        self.normalize = normalize

    def _of_one_rank(self, tensors: list[Tensor]) -> list[Tensor]:
        return tensors

    def _merged(self, inputs: list[Tensor]) -> Tensor:
        x, y = inputs
        assert x.dims is not None and y.dims is not None
        pair = [self.axes] * 2 if isinstance(self.axes, int) else list(self.axes)
        left, right = pair[0] % len(x.dims), pair[1] % len(y.dims)
        if None not in (x.dims[left], y.dims[right]) and x.dims[left] != y.dims[right]:
            raise ValueError(
                f"Dot: the sizes along axes {pair} differ, of {show(x.dims)} and {show(y.dims)}."
            )
        if self.normalize:
            x, y = l2_normalize(x, left), l2_normalize(y, right)
        return _products(x, y, left, right)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """None."""
        return None


def _products(x: Tensor, y: Tensor, left: int, right: int) -> Tensor:
    """The products of each row of x along `left` with each of y along `right`, example by example."""
    assert x.dims is not None and y.dims is not None
    rest_x = [axis for axis in range(1, len(x.dims)) if axis != left]
    rest_y = [axis for axis in range(1, len(y.dims)) if axis != right]
    rows = b.Transpose(x, [0, *rest_x, left])
    columns = b.Transpose(y, [0, right, *rest_y])
    shape_x, shape_y = b.Shape(rows), b.Shape(columns)
    size = shape_x[len(rest_x) + 1]
    flat_x = b.Reshape(rows, b.Pack([shape_x[0], -1, size]))
    flat_y = b.Reshape(columns, b.Pack([shape_y[0], size, -1]))
    product = b.BatchMatMulV2(flat_x, flat_y)
    sizes = [x.dims[axis] for axis in rest_x] + [y.dims[axis] for axis in rest_y] or [1]
    axes: list[Any] = [shape_x[1 + place] for place in range(len(rest_x))]
    axes += [shape_y[2 + place] for place in range(len(rest_y))]
    result: Tensor = b.Reshape(product, b.Pack([shape_x[0], *(axes or [1])]))
    result.set_shape((x.dims[0], *sizes))
    return result


def add(inputs: Any, **kwargs: Any) -> Any:
    """The sum of a list of tensors, by a new :class:`Add`.

    Source
    ------
    tf.keras.layers.add, TF 2.15
    """
    return Add(**kwargs)(inputs)


def subtract(inputs: Any, **kwargs: Any) -> Any:
    """The difference of two tensors, by a new :class:`Subtract`.

    Source
    ------
    tf.keras.layers.subtract, TF 2.15
    """
    return Subtract(**kwargs)(inputs)


def multiply(inputs: Any, **kwargs: Any) -> Any:
    """The product of a list of tensors, by a new :class:`Multiply`.

    Source
    ------
    tf.keras.layers.multiply, TF 2.15
    """
    return Multiply(**kwargs)(inputs)


def average(inputs: Any, **kwargs: Any) -> Any:
    """The mean of a list of tensors, by a new :class:`Average`.

    Source
    ------
    tf.keras.layers.average, TF 2.15
    """
    return Average(**kwargs)(inputs)


def maximum(inputs: Any, **kwargs: Any) -> Any:
    """The largest numbers of a list of tensors, by a new :class:`Maximum`.

    Source
    ------
    tf.keras.layers.maximum, TF 2.15
    """
    return Maximum(**kwargs)(inputs)


def minimum(inputs: Any, **kwargs: Any) -> Any:
    """The smallest numbers of a list of tensors, by a new :class:`Minimum`.

    Source
    ------
    tf.keras.layers.minimum, TF 2.15
    """
    return Minimum(**kwargs)(inputs)


def concatenate(inputs: Any, axis: int = -1, **kwargs: Any) -> Any:
    """A list of tensors behind one another, by a new :class:`Concatenate`.

    Source
    ------
    tf.keras.layers.concatenate, TF 2.15
    """
    return Concatenate(axis=axis, **kwargs)(inputs)


def dot(inputs: Any, axes: int | Sequence[int], normalize: bool = False, **kwargs: Any) -> Any:
    """The scalar products of two tensors, by a new :class:`Dot`.

    Source
    ------
    tf.keras.layers.dot, TF 2.15
    """
    return Dot(axes=axes, normalize=normalize, **kwargs)(inputs)


near_keywords_of_functions(__name__)
