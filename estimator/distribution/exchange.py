"""What processes exchange in a step: gradients as one flat array, with their status at its end; rows of tables.

The first exchange of a step is also where all of them learn that an input has ended, before anything is written: the
process that has nothing more takes part with zeros, the others drop their step, and all end as at the end of an input.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.errors import OutOfRangeError
from estimator.distribution.collective import Collective, current
from estimator.distribution.status import STATUS

Array = np.ndarray[Any, Any]


def sum_flat(flat: Array, numbers: Array, status: Array, is_mean: bool) -> None:
    """Replace numbers by their sums, or means, over all processes.

    Parameters
    ----------
    flat : ndarray [n + STATUS]
        Single or double precision.
    numbers, status : ndarray
        Its parts: views of it.
    is_mean : bool

    Raises
    ------
    OutOfRangeError
        In all processes if the input of one has ended; the numbers are worth nothing then.
    """
    ranks = current()
    if ranks.size == 1:
        return
    status[0] = 0
    ranks.all_sum(flat)
    if status[0]:
        _end(ranks, status[0])
    if is_mean:
        np.divide(numbers, ranks.size, out=numbers)


def sum_arrays(arrays: Sequence[Array], is_mean: bool) -> list[Array]:
    """The sums, or means, over all processes of arrays of one type, in the message of :func:`sum_flat`.

    Half precision is summed in single precision and rounded once.
    """
    kind = arrays[0].dtype
    sizes = [array.size for array in arrays]
    flat = np.empty(sum(sizes) + STATUS, summed_as(kind))
    np.concatenate([array.reshape(-1) for array in arrays], out=flat[:-STATUS])
    sum_flat(flat, flat[:-STATUS], flat[-STATUS:], is_mean)
    parts = np.split(flat[:-STATUS].astype(kind, copy=False), np.cumsum(sizes)[:-1])
    return [part.reshape(array.shape) for part, array in zip(parts, arrays, strict=True)]


def summed_as(kind: np.dtype[Any]) -> np.dtype[Any]:
    """The type in which numbers of a type are summed."""
    is_small = kind.kind == "f" and kind.itemsize <= 4 or kind == np.uint16  # the bits of bfloat16
    return np.dtype(np.float32 if is_small else np.float64)


def gather_rows(
    rows: Sequence[Array], ids: Sequence[Array], is_mean: bool
) -> tuple[list[Array], list[Array]]:
    """The rows of several tables from all processes, by rank, and the ids to which they belong.

    Three messages, however many tables there are: how many rows (with the status), the ids, the rows.

    Parameters
    ----------
    rows : sequence of ndarray [n, ...]
        Of one type.
    ids : sequence of ndarray [n]
    is_mean : bool
        Whether the rows are divided by the number of processes.

    Raises
    ------
    OutOfRangeError
        As :func:`sum_flat`.
    """
    ranks = current()
    if ranks.size == 1:
        return list(rows), list(ids)
    counts = np.zeros((ranks.size, len(rows)), np.float64)  # exact up to 2**53
    counts[ranks.rank] = [len(part) for part in rows]
    flat = np.append(counts, 0.0)
    ranks.all_sum(flat)
    if flat[-1]:
        _end(ranks, flat[-1])
    lengths = flat[:-STATUS].reshape(counts.shape).astype(np.int64)
    all_ids = ranks.all_gather(np.concatenate([part.astype(np.int64) for part in ids]))
    all_rows = ranks.all_gather(np.concatenate([part.reshape(-1) for part in rows]))
    if is_mean:
        np.divide(all_rows, ranks.size, out=all_rows)
    widths = [int(np.prod(part.shape[1:])) for part in rows]
    return (
        [
            part.reshape(-1, *own.shape[1:])
            for part, own in zip(_by_table(all_rows, lengths * widths), rows, strict=True)
        ],
        [
            part.astype(own.dtype, copy=False)
            for part, own in zip(_by_table(all_ids, lengths), ids, strict=True)
        ],
    )


def _by_table(flat: Array, sizes: Array) -> list[Array]:
    """What lies by process and table in one flat array, by table and process.

    Parameters
    ----------
    flat : ndarray [n]
    sizes : ndarray [processes, tables]
    """
    parts = np.split(flat, np.cumsum(sizes)[:-1])
    tables = sizes.shape[1]
    return [np.concatenate(parts[table::tables]) for table in range(tables)]


def take_part_without(size: int, dtype: Any) -> None:
    """Take part in the exchange of the others with zeros, and tell them that the input of this process has ended.

    Parameters
    ----------
    size : int
        How many numbers are exchanged, the status not counted.
    dtype : numpy dtype
    """
    ranks = current()
    flat = np.zeros(size + STATUS, dtype)
    flat[-1] = 1
    ranks.all_sum(flat)
    ranks.status.ended = int(flat[-1])


def _end(ranks: Collective, ended: float) -> None:
    """Drop the step of this process, as all others do.

    Raises
    ------
    OutOfRangeError
        Always.
    """
    ranks.status.ended = int(ended)
    raise OutOfRangeError(
        f"the input of {int(ended)} of {ranks.size} processes has ended; all end with it, and this step is dropped."
    )
