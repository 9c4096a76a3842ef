"""Products of matrices, large ones in pieces.

A large product is cut along its rows or columns, so that several threads can compute it
(:mod:`estimator.core.crew`). How it is cut goes by its shape alone: the bits are the same for any number of threads, in
a plan and without one. BLAS itself is left one thread: several of its own wait for one another all the time, and take
many times as long on a machine that has others to serve.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from estimator.core.crew import share

# Multiplications, and in how many pieces: each should take much longer than to wake a thread, and every piece reads one
# of the matrices as a whole. The smallest take a sixth of a millisecond with AVX-512, and twice or four times as long
# without.
_PIECES = ((1 << 30, 8), (1 << 27, 4), (1 << 24, 2))
_GRAIN = 16  # rows or columns: pieces end where BLAS's own blocks do
_BLAS = frozenset("fdFD")


def is_large(sizes: Sequence[int], dtype: Any) -> bool:
    """Whether a product of these sizes (stack..., rows, inner, columns) is cut into pieces."""
    return _count(sizes) > 1 and dtype.char in _BLAS


def dot(left: Any, right: Any, out: Any = None) -> Any:
    """The product of two matrices, written to `out` if that is given."""
    if not _are_of_numpy(left, right):
        return left @ right
    rows, inner = left.shape
    columns = right.shape[1]
    sizes = (rows, inner, columns)
    if not is_large(sizes, left.dtype):
        return np.dot(left, right, out=out)
    if out is None:
        out = np.empty((rows, columns), left.dtype)
    cut = _cut(max(rows, columns), _count(sizes), _GRAIN)
    if rows >= columns:
        share([partial(np.matmul, left[piece], right, out=out[piece]) for piece in cut])
    else:
        share([partial(np.matmul, left, right[:, piece], out=out[:, piece]) for piece in cut])
    return out


def matmul(left: Any, right: Any, out: Any = None) -> Any:
    """The products of two stacks of matrices, which broadcast; a large stack is cut, and a matrix never."""
    if not _are_of_numpy(left, right):
        return left @ right
    stack = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    sizes = (*stack, left.shape[-2], left.shape[-1], right.shape[-1])
    if not is_large(sizes, left.dtype):
        return np.matmul(left, right, out=out)
    if not stack:
        return dot(left, right, out)
    if out is None:
        out = np.empty((*stack, left.shape[-2], right.shape[-1]), left.dtype)
    share(
        [
            partial(np.matmul, _of_stack(left, out, piece), _of_stack(right, out, piece), out=out[piece])
            for piece in _cut(stack[0], _count(sizes), 1)
        ]
    )
    return out


def _are_of_numpy(left: Any, right: Any) -> bool:
    """Whether two arrays are numpy's: another library cuts its products itself."""
    return isinstance(left, np.ndarray) and isinstance(right, np.ndarray)


def _count(sizes: Sequence[int]) -> int:
    multiplications = math.prod(sizes)
    return next((pieces for limit, pieces in _PIECES if multiplications >= limit), 1)


def _cut(size: int, pieces: int, grain: int) -> Iterator[slice]:
    """So many parts of an axis, about equally long, which begin at multiples of the grain; fewer of a short axis."""
    ends = [size * number // pieces // grain * grain for number in range(pieces)] + [size]
    return (slice(start, stop) for start, stop in zip(ends, ends[1:], strict=False) if start < stop)


def _of_stack(matrices: Any, out: Any, piece: slice) -> Any:
    """The matrices that a piece of the result needs: all, if they are repeated along its first axis."""
    return matrices[piece] if matrices.ndim == out.ndim and len(matrices) > 1 else matrices
