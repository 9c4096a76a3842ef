"""What several processes that train one model have found, each in its own batch, put together for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from estimator.distribution.collective import current
from estimator.graph import build as b
from estimator.graph.tensor import Tensor


def rows_of_all(rows: Tensor) -> Tensor:
    """The rows of all processes, one after another by rank; of one process these themselves."""
    if current().size == 1:
        return rows
    ids = b.Range(0, b.Shape(rows)[0], 1)
    gathered: Tensor = b.CollectiveRows([rows], [ids], is_mean=False, name="rows_of_all_processes")[0]
    gathered.set_shape(None if rows.dims is None else (None, *rows.dims[1:]))
    return gathered


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
