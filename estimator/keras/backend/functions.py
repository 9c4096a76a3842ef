"""Functions of tensors under Keras' names, for layers and losses of one's own: ``K.sum``, ``K.clip``, ``K.batch_dot``.

Where Keras' is TensorFlow's under the same name, the table of keras.backend has that one.

Source: names, arguments and edges of tf.keras.backend, TF 2.15 backend.py
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import bool as bool_
from estimator.core.errors import UnimplementedError
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import arrays, indexing, math, nn, rearranging, reductions
from estimator.functions.arguments import tensor_of
from estimator.functions.einsum import einsum, tensordot
from estimator.functions.linalg import matmul
from estimator.functions.logic import where_v2
from estimator.functions.normalization import l2_normalize as _scaled
from estimator.functions.sparse import sparse_placeholder
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor
from estimator.keras.backend.settings import floatx

Value = Any  # a tensor, a variable, an array, or a Python number or nested list

_LETTERS = "bcdefghijklmnopqrstuvwxyz"


# -- what a tensor is --------------------------------------------------------------------------------------------------


def ndim(x: Value) -> int | None:
    """The number of axes, None if it is not known."""
    rank: int | None = tensor_of(x).shape.ndims
    return rank


def int_shape(x: Value) -> tuple[int | None, ...] | None:
    """The sizes, None for those that are not known, and for all if their number is not."""
    dims = tensor_of(x).dims
    return None if dims is None else tuple(dims)


def dtype(x: Value) -> str:
    """The name of the type: ``"float32"``."""
    return str(tensor_of(x).dtype.base_dtype.name)


def is_sparse(tensor: Any) -> bool:
    """Whether it is a SparseTensor."""
    return isinstance(tensor, SparseTensor)


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Tensor:
    """A constant, by default of the type :func:`floatx`."""
    return arrays.constant(value, dtype=dtype or floatx(), shape=shape, name=name or "Const")


def placeholder(
    shape: Any = None,
    ndim: int | None = None,
    dtype: Any = None,
    sparse: bool = False,
    name: str | None = None,
    ragged: bool = False,
) -> Tensor | SparseTensor:
    """A placeholder of that shape, or of that many axes.

    Raises
    ------
    UnimplementedError
        If it is to be ragged.
    """
    if ragged:
        raise UnimplementedError(
            "keras.backend.placeholder(ragged=True) is not here: use keras.Input(shape, ragged=True)."
        )
    if shape is None and ndim is not None:
        shape = [None] * ndim
    if sparse:
        return sparse_placeholder(dtype or floatx(), shape, name)
    return arrays.placeholder(dtype or floatx(), shape, name)


def cast(x: Value, dtype: Any) -> Any:
    """The numbers in another type."""
    return math.cast(x, dtype)


# -- entry by entry ----------------------------------------------------------------------------------------------------


def clip(x: Value, min_value: Any, max_value: Any) -> Tensor:
    """The numbers, those below or above two limits moved there; a largest number below the smallest counts as it."""
    if isinstance(min_value, (int, float)) and isinstance(max_value, (int, float)):
        max_value = builtins.max(min_value, max_value)
    low = -np.inf if min_value is None else min_value
    high = np.inf if max_value is None else max_value
    kind = tensor_of(x).dtype
    return math.minimum(math.maximum(x, math.cast(low, kind)), math.cast(high, kind))


def sqrt(x: Value) -> Tensor:
    """The square roots, of negative numbers 0."""
    return math.sqrt(math.maximum(x, math.cast(0.0, tensor_of(x).dtype)))


def pow(x: Value, a: Any) -> Tensor:
    """The numbers to a power."""
    return math.pow(x, a)


def softmax(x: Value, axis: int = -1) -> Tensor:
    """Exponentials, scaled so that their sum along an axis is 1."""
    return nn.softmax(x, axis=axis)


def l2_normalize(x: Value, axis: Any = None) -> Tensor:
    """The numbers, scaled so that the sum of their squares along an axis is 1."""
    return _scaled(x, axis=axis)


def switch(condition: Value, then_expression: Any, else_expression: Any) -> Any:
    """One of two tensors, or of what two functions give; entry by entry where the condition has axes.

    Raises
    ------
    ValueError
        If the condition has more axes than what it chooses from.
    """
    if ndim(condition) == 0:
        from estimator.functions.control_flow.cond import cond

        return cond(math.cast(condition, bool_), _as_function(then_expression), _as_function(else_expression))
    chosen, other = _as_function(then_expression)(), _as_function(else_expression)()
    missing = (ndim(chosen) or 0) - (ndim(condition) or 0)
    if missing < 0:
        raise ValueError(
            f"Rank of `condition` should be less than or equal to rank of `then_expression` and `else_expression`. "
            f"ndim(condition)={ndim(condition)}, ndim(then_expression)={ndim(chosen)}"
        )
    for _ in range(missing):
        condition = arrays.expand_dims(condition, -1)
    return where_v2(math.cast(condition, bool_), chosen, other)


def _as_function(expression: Any) -> Callable[[], Any]:
    return expression if callable(expression) else lambda: arrays.identity(expression)


# -- along axes --------------------------------------------------------------------------------------------------------


def sum(x: Value, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The sum along axes."""
    return reductions.reduce_sum(x, axis, keepdims)


def prod(x: Value, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The product along axes."""
    return reductions.reduce_prod(x, axis, keepdims)


def mean(x: Value, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The mean along axes; of truth values the share of those that hold."""
    return reductions.reduce_mean(_numbers(x), axis, keepdims)


def var(x: Value, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The mean squared distance from the mean along axes."""
    return reductions.reduce_variance(_numbers(x), axis, keepdims)


def std(x: Value, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The root of the mean squared distance from the mean along axes."""
    return reductions.reduce_std(_numbers(x), axis, keepdims)


def max(x: Value, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The largest along axes."""
    return reductions.reduce_max(x, axis, keepdims)


def min(x: Value, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The smallest along axes."""
    return reductions.reduce_min(x, axis, keepdims)


def any(x: Value, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Whether one along axes is true, or not 0."""
    return reductions.reduce_any(math.cast(x, bool_), axis, keepdims)


def all(x: Value, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Whether all along axes are true, or not 0."""
    return reductions.reduce_all(math.cast(x, bool_), axis, keepdims)


def argmax(x: Value, axis: int = -1) -> Tensor:
    """Where along an axis the largest stands."""
    return reductions.argmax(x, axis)


def argmin(x: Value, axis: int = -1) -> Tensor:
    """Where along an axis the smallest stands."""
    return reductions.argmin(x, axis)


def cumsum(x: Value, axis: int = 0) -> Tensor:
    """The sums of all up to each along an axis."""
    return reductions.cumsum(x, axis)


def _numbers(x: Value) -> Value:
    return math.cast(x, floatx()) if tensor_of(x).dtype.base_dtype == bool_ else x


# -- other shapes ------------------------------------------------------------------------------------------------------


def concatenate(tensors: Sequence[Value], axis: int = -1) -> Tensor:
    """The tensors, one behind the other along an axis."""
    return arrays.concat(tensors, axis)


def stack(x: Sequence[Value], axis: int = 0) -> Tensor:
    """The tensors, one upon the other along a new axis."""
    return arrays.stack(x, axis)


def flatten(x: Value) -> Tensor:
    """All numbers along one axis."""
    return arrays.reshape(x, [-1])


def batch_flatten(x: Value) -> Tensor:
    """All numbers of a row along one axis."""
    return arrays.reshape(x, arrays.stack([-1, reductions.reduce_prod(arrays.shape(x)[1:])]))


def expand_dims(x: Value, axis: int = -1) -> Tensor:
    """The tensor with a new axis of size 1."""
    return arrays.expand_dims(x, axis)


def squeeze(x: Value, axis: int) -> Tensor:
    """The tensor without an axis of size 1."""
    return arrays.squeeze(x, [axis])


def permute_dimensions(x: Value, pattern: Sequence[int]) -> Tensor:
    """The axes in another order."""
    return arrays.transpose(x, pattern)


def transpose(x: Value) -> Tensor:
    """The axes in reverse order."""
    return arrays.transpose(x)


def reverse(x: Value, axes: Any) -> Tensor:
    """The numbers along axes from the last to the first."""
    return arrays.reverse(x, [axes] if isinstance(axes, int) else axes)


def repeat(x: Value, n: int) -> Tensor:
    """Each row so often: [batch, units] -> [batch, n, units]."""
    return arrays.tile(arrays.expand_dims(x, 1), [1, n, 1])


def repeat_elements(x: Value, rep: int, axis: int) -> Tensor:
    """Each element along an axis so often, one copy behind the other."""
    return rearranging.repeat(x, rep, axis=axis)


def tile(x: Value, n: Any) -> Tensor:
    """The tensor so often along each axis; a number counts for a tensor of one axis."""
    return arrays.tile(x, [n] if isinstance(n, int) else n)


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = "int32") -> Tensor:
    """Numbers in steps; as many as `start`, from 0, where there is no `stop`."""
    begin, end = (0, start) if stop is None else (start, stop)
    numbers = arrays.range(begin, end, step)
    return math.cast(numbers, dtype)


def gather(reference: Value, indices: Value) -> Tensor:
    """The rows of these numbers."""
    return indexing.gather(reference, indices)


def one_hot(indices: Value, num_classes: int) -> Tensor:
    """A 1 at each number along a new last axis of that size, zeros else."""
    return indexing.one_hot(indices, num_classes)


# -- products ----------------------------------------------------------------------------------------------------------


def dot(x: Value, y: Value) -> Tensor:
    """The product of the last axis of one with the last but one of the other, or its only one."""
    rank, other = ndim(x), ndim(y)
    if rank is None or other is None or (rank, other) == (2, 2):  # as in TensorFlow, of an unknown rank, too
        return matmul(x, y)
    return tensordot(x, y, [[rank - 1], [builtins.max(other - 2, 0)]])


def batch_dot(x: Value, y: Value, axes: Any = None) -> Tensor:
    """The product of two batches, row by row, along an axis of each.

    Parameters
    ----------
    x, y : Tensor
        Of two axes at least; the first is that of the rows.
    axes : int or pair of ints, optional
        By default the last of `x` and the last but one of `y`, or its last if it has two.

    Shape
    -----
    The axes of `x`, then those of `y`, without the ones that are summed; [batch, 1] if that leaves the first alone.

    Raises
    ------
    ValueError
        If a tensor has too few axes, an axis is that of the rows, or the sizes along the axes differ.
    """
    x, y = tensor_of(x), tensor_of(y)
    ranks = [x.shape.ndims, y.shape.ndims]
    if None in ranks or builtins.min(ranks) < 2:
        raise ValueError(
            f"Cannot do batch_dot on inputs with rank < 2. Received inputs with shapes {x.shape} and {y.shape}."
        )
    if axes is None:
        axes = [ranks[0] - 1, ranks[1] - 1 if ranks[1] == 2 else ranks[1] - 2]
    pair = [axes, axes] if isinstance(axes, int) else list(axes)
    pair = [axis + rank if axis < 0 else axis for axis, rank in zip(pair, ranks, strict=True)]
    if 0 in pair:
        raise ValueError(
            "Cannot perform batch_dot over axis 0. If your inputs are not batched, add a dummy batch dimension."
        )
    sizes = x.dims[pair[0]], y.dims[pair[1]]
    if None not in sizes and sizes[0] != sizes[1]:
        raise ValueError(
            f"Cannot do batch_dot on inputs with shapes {x.shape} and {y.shape} with axes={axes}. "
            f"x.shape[{pair[0]}] != y.shape[{pair[1]}] ({sizes[0]} != {sizes[1]})."
        )
    of_x, of_y = _LETTERS[: ranks[0] - 1], _LETTERS[ranks[0] - 1 :][: ranks[1] - 1]
    of_y = of_y[: pair[1] - 1] + of_x[pair[0] - 1] + of_y[pair[1] :]
    summed = of_x[pair[0] - 1]
    result = einsum(f"a{of_x},a{of_y}->a{(of_x + of_y).replace(summed, '')}", x, y)
    return arrays.expand_dims(result, 1) if ranks == [2, 2] else result


near_keywords_of_functions(__name__)
