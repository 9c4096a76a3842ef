"""Second derivatives, for tf.hessians."""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import tensor_of
from estimator.functions.control_flow.map_fn import map_fn
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.graph.tensor import Tensor


def hessians(
    ys: Any,
    xs: Any,
    name: str = "hessians",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: Any = None,
) -> list[Tensor]:
    """The second derivatives of the sum of `ys` with respect to each of `xs` by itself, a row after the other.

    Parameters
    ----------
    ys : Tensor or list of Tensor
    xs : Tensor, variable, or list of them
    name, colocate_gradients_with_ops, gate_gradients, aggregation_method
        Not used; TensorFlow itself makes no use of the name.

    Returns
    -------
    list of Tensor
        For each of `xs`; 0 where its gradient does not depend on it.

    Shape
    -----
    x [s...] -> [s..., s...]

    Raises
    ------
    ValueError
        If `ys` do not depend on one of `xs`.

    Example
    -------
    >>> from estimator import tf
    >>> x = tf.constant([1.0, 2.0])
    >>> (second,) = tf.hessians(tf.reduce_sum(x**3), x)
    >>> tf.Session().run(second).tolist()
    [[6.0, 0.0], [0.0, 12.0]]

    Source
    ------
    tf.hessians, TF 1.15 gradients_impl.py
    """
    sources = xs if isinstance(xs, (list, tuple)) else [xs]
    firsts = gradients(ys, sources)
    lost = [source for source, first in zip(sources, firsts, strict=True) if first is None]
    if lost:
        raise ValueError(f"hessians: ys do not depend on {', '.join(map(repr, lost))}.")
    return [_second(tensor_of(first), source) for source, first in zip(sources, firsts, strict=True)]


def _second(first: Tensor, source: Any) -> Tensor:
    flat, shape = b.Reshape(first, [-1]), b.Shape(first)

    def row(position: Tensor) -> Any:
        (second,) = gradients(b.GatherV2(flat, position, 0), source, unconnected_gradients="zero")
        return tensor_of(second)

    rows = map_fn(row, b.Range(0, b.Size(first), 1), dtype=first.dtype)
    return b.Reshape(rows, b.ConcatV2([shape, shape], 0, name="concat"))


near_keywords_of_functions(__name__)
