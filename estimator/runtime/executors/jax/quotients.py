"""Quotients of quotients: XLA makes x / (y y) of (x / y) / y, which is no number where y y is 0 and x is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.executors.jax.library import jnp, lax
from estimator.runtime.executors.jax.lower import by_kernel, lowers
from estimator.runtime.executors.jax.memory import is_traced
from estimator.runtime.executors.jax.traced import Trace

_QUOTIENTS = ("RealDiv", "Div", "Inv", "Reciprocal")
_MOVES = ("BroadcastTo", "ExpandDims", "Identity", "Reshape", "Squeeze", "Transpose")


@lowers("RealDiv", "Div")
def _divide(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    return by_kernel(
        trace,
        op,
        [
            as_it_is(value) if _is_quotient(tensor) else value
            for tensor, value in zip(op.inputs, inputs, strict=True)
        ],
    )


def _is_quotient(tensor: Tensor) -> bool:
    while tensor.op.type in _MOVES:
        tensor = tensor.op.inputs[0]
    return tensor.op.type in _QUOTIENTS


def as_it_is(value: Any) -> Any:
    """The same numbers, of whose making XLA knows nothing any more: as if they had to be rounded."""
    if not is_traced(value) or value.dtype.kind != "f":
        return value
    facts = jnp.finfo(value.dtype)
    return lax.reduce_precision(value, facts.nexp, facts.nmant)
