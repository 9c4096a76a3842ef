"""Sequences of unlike lengths in one tensor, each turned round up to its length.

Source: TensorFlow 2.15, core/ops/array_ops.cc; gradients: python/ops/array_grad.py.
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import int64
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, merge, show
from estimator.graph import rules
from estimator.graph.conditions import holds
from estimator.graph.op import ShapeScope, op


def _like_input(s: ShapeScope) -> Dims:
    dims, (count,) = s.shapes[0], rules.with_rank(s.shapes[1], 1, "seq_lengths")
    axes = {"seq_dim": s.attrs["seq_dim"], "batch_dim": s.attrs["batch_dim"]}
    if len(set(axes.values())) == 1:
        raise ValueError(f"the axes of time and batch must be two, given twice: {axes['seq_dim']}.")
    if dims is None:
        return None
    for name, axis in axes.items():
        if not 0 <= axis < len(dims):
            raise ValueError(f"{name} must be in [0, {len(dims)}), an axis of {show(dims)}, given: {axis}.")
    batch = axes["batch_dim"]
    (size,) = merge((dims[batch],), (count,))  # type: ignore[misc]  # both have one dimension
    return (*dims[:batch], size, *dims[batch + 1 :])


@op(
    "ReverseSequence",
    "input: T, seq_lengths: Tlen -> output: T",
    attrs={"seq_dim": int, "batch_dim": 0, "Tlen": int64},
    shape=_like_input,
)
def reverse_sequence(xp: Any, input: Any, seq_lengths: Any, seq_dim: int, batch_dim: int) -> Any:
    """The first seq_lengths[b] values of example b along the axis of time in the opposite order, the others as given.

    Raises  InvalidArgumentError if a length is below 0, or above the number of values.
    Source  TF op ReverseSequence, array_ops.cc
    """
    most = input.shape[seq_dim]
    fits = (seq_lengths >= 0) & (seq_lengths <= most)
    if not holds(fits.all()):
        place = int(fits.argmin())
        raise InvalidArgumentError(
            f"the length of each sequence must be in [0, {most}], but seq_lengths[{place}] is {seq_lengths[place]}."
        )
    time, lengths = xp.arange(most), seq_lengths[:, None]
    source = xp.where(time < lengths, lengths - 1 - time, time)  # [batch, time]
    rows = xp.moveaxis(input, (batch_dim, seq_dim), (0, 1))
    turned = rows[xp.arange(len(seq_lengths))[:, None], source]
    return xp.ascontiguousarray(xp.moveaxis(turned, (0, 1), (batch_dim, seq_dim)))


@reverse_sequence.gradient
def reverse_sequence_gradient(b: Any, op: Any, dy: Any) -> Any:
    axes = {name: op.attrs[name] for name in ("seq_dim", "batch_dim")}
    return b.ReverseSequence(dy, op.inputs[1], **axes), None
