"""Grey dilation and erosion of images, for tf.nn."""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import arrays
from estimator.functions.arguments import function_scope, renamed
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def dilation2d(
    input: TensorLike,
    filter: TensorLike | None = None,
    strides: Any = None,
    rates: Any = None,
    padding: Any = None,
    name: str | None = None,
    filters: TensorLike | None = None,
    dilations: Any = None,
) -> Tensor:
    """The greatest sum of what lies in each window of an image and a filter.

    Parameters
    ----------
    input : Tensor
    filter, filters : Tensor
        Two names for one argument.
    strides, rates : list of 4 int
        Of batch, height, width and depth; 1 for the first and the last.
    padding : str
        ``SAME`` or ``VALID``; what lies outside counts for nothing.
    name : str, optional
    dilations : list of 4 int
        Another name for `rates`.

    Shape
    -----
    input [batch, height, width, depth], filter [taps, taps, depth] -> [batch, places, places, depth]

    Raises
    ------
    ValueError
        If shapes, strides or rates do not fit.

    Source
    ------
    tf.nn.dilation2d, TF 1.15 nn_ops.py
    """
    return b.Dilation2D(
        input,
        renamed("filter", filter, "filters", filters),
        strides=strides,
        rates=renamed("rates", rates, "dilations", dilations),
        padding=padding,
        name=name,
    )


def erosion2d(
    value: TensorLike, kernel: TensorLike, strides: Any, rates: Any, padding: Any, name: str | None = None
) -> Tensor:
    """The least difference of what lies in each window of an image and a kernel that is turned around.

    Parameters
    ----------
    value, kernel : Tensor
    strides, rates, padding
        As for :func:`dilation2d`.
    name : str, optional

    Shape
    -----
    value [batch, height, width, depth], kernel [taps, taps, depth] -> [batch, places, places, depth]

    Source
    ------
    tf.nn.erosion2d, TF 1.15 nn_ops.py
    """
    with function_scope(name, "erosion2d", value, kernel) as (_, scope):
        turned = arrays.reverse(kernel, [0, 1])
        dilated = b.Dilation2D(
            b.Neg(value), turned, strides=strides, rates=rates, padding=padding, name=scope
        )
        return b.Neg(dilated)


near_keywords_of_functions(__name__)
