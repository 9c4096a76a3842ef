"""What several processes that train one model have found, each in its own batch, put together for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from estimator.distribution.collective import current
from estimator.graph import build as b
from estimator.graph.tensor import Tensor


def of_all(values: Sequence[Tensor], is_mean: bool = True) -> list[Tensor]:
    """The means, or sums, over all processes of tensors of one type, in one message; of one process these themselves.

    All processes must run it as often as one another.
    """
    if current().size == 1:
        return list(values)
    summed: list[Tensor] = list(
        b.CollectiveSum(list(values), is_mean=is_mean, of="statistics", name="of_all_processes")
    )
    return summed
