"""Python's operators for what is read before it is computed with: variables, and what is used like one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.graph.tensor import Tensor

_OPERATORS = (
    "add radd sub rsub mul rmul truediv rtruediv floordiv rfloordiv mod rmod pow rpow matmul rmatmul "
    "neg abs invert and rand or ror xor rxor lt le gt ge"
)


def _forward(operator: str) -> Callable[..., Tensor]:
    """An operator of Tensor, applied to a read of the variable."""
    of_tensor = getattr(Tensor, operator)

    def of_variable(self: Any, *others: Any) -> Tensor:  # of Variable, or of what is used like one
        result: Tensor = of_tensor(self.as_tensor(), *others)
        return result

    of_variable.__name__ = operator
    return of_variable


def forward_operators(kind: type) -> None:
    """Let a class with :meth:`as_tensor` compute as a tensor does."""
    for operator in _OPERATORS.split():
        setattr(kind, f"__{operator}__", _forward(f"__{operator}__"))
