"""The numbers that pixels are: their type and range, and their distribution."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DType, DTypeLike, as_dtype, float16, float32
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.image.sizes import ranked
from estimator.functions.math import cast, saturate_cast
from estimator.functions.reductions import reduce_mean, reduce_prod, reduce_std
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def convert_image_dtype(
    image: TensorLike, dtype: DTypeLike, saturate: bool = False, name: str | None = None
) -> Tensor:
    """Pixels in another type, scaled: floating point types hold 0 to 1, integers 0 to their largest number.

    Parameters
    ----------
    image : Tensor
    dtype : DType
    saturate : bool
        Whether what is outside the new range moves to its bounds; else it wraps around, or what the machine does.
    name : str, optional

    Raises
    ------
    TypeError
        If one of the types is neither floating point nor integer.

    Source
    ------
    tf.image.convert_image_dtype, TF 1.15 image_ops_impl.py
    """
    tensor, target = tensor_of(image, name="image"), as_dtype(dtype)
    for kind in (tensor.dtype, target):
        if not (kind.is_floating or kind.is_integer):
            raise TypeError(f"pixels are floating point numbers or integers, not {kind.name}.")
    if tensor.dtype is target:
        same: Tensor = b.Identity(tensor, name=name)
        return same
    with function_scope(name, "convert_image", tensor) as (_, scope):
        return _converted(tensor, target, saturate, scope)


def _converted(image: Tensor, target: DType, saturate: bool, name: str) -> Tensor:
    source, fit = image.dtype, saturate_cast if saturate else cast
    if source.is_floating and target.is_floating:
        return cast(image, target, name)
    if source.is_floating:
        largest = target.max + 0.5  # so that what is nearly the largest number still becomes it
        return fit(b.Mul(image, largest), target, name)
    if target.is_floating:
        return b.Mul(cast(image, target), 1.0 / source.max, name=name)
    if source.max > target.max:
        return fit(b.FloorDiv(image, (source.max + 1) // (target.max + 1)), target, name)
    return b.Mul(fit(image, target), (target.max + 1) // (source.max + 1), name=name)


def as_floating(image: Any, name: str = "image") -> Tensor:
    """The tensor, in float32 unless it is float16 or float32."""
    tensor = tensor_of(image, name=name)
    return tensor if tensor.dtype in (float16, float32) else convert_image_dtype(tensor, float32)


def per_image_standardization(image: TensorLike) -> Tensor:
    """Images of mean 0 and deviation 1, each by itself; one of equal numbers becomes 0.

    The deviation counts as at least 1/√n, n the numbers of an image.

    Parameters
    ----------
    image : Tensor
        One image or a batch.

    Returns
    -------
    Tensor
        float32.

    Raises
    ------
    ValueError
        If it is no image.

    Source
    ------
    tf.image.per_image_standardization, TF 1.15 image_ops_impl.py
    """
    with function_scope(None, "per_image_standardization", image) as (_, scope):
        pixels = cast(ranked(image), float32)
        axes = [-1, -2, -3]
        count = reduce_prod(b.Shape(pixels)[-3:])
        mean = reduce_mean(pixels, axes, keepdims=True)
        deviation = b.Maximum(reduce_std(pixels, axes, keepdims=True), b.Rsqrt(cast(count, float32)))
        standard: Tensor = b.RealDiv(b.Sub(pixels, mean), deviation, name=scope)
        return standard


near_keywords_of_functions(__name__)
