"""Examples of ops/blocks.py: the formulas move one element at a time."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from tests.ops.example import Example, i32, normal


def _space_to_depth(x: Any, block: int) -> Any:
    batch, height, width, depth = x.shape
    out = np.zeros((batch, height // block, width // block, depth * block**2), x.dtype)
    for row, column, channel in itertools.product(range(height), range(width), range(depth)):
        place = ((row % block) * block + column % block) * depth + channel
        out[:, row // block, column // block, place] = x[:, row, column, channel]
    return out


def _depth_to_space(x: Any, block: int) -> Any:
    batch, rows, columns, depth = x.shape
    deep = depth // block**2
    out = np.zeros((batch, rows * block, columns * block, deep), x.dtype)
    for row, column, channel in itertools.product(range(rows * block), range(columns * block), range(deep)):
        place = ((row % block) * block + column % block) * deep + channel
        out[:, row, column, channel] = x[:, row // block, column // block, place]
    return out


def _first(formula: Any, block: int) -> Any:
    """A formula for channels last, for channels first."""
    return lambda x: np.moveaxis(formula(np.moveaxis(x, 1, -1), block), -1, 1)


def _space_to_batch(x: Any, block: Any, paddings: Any) -> Any:
    axes = len(block)
    widths = [(0, 0), *map(tuple, paddings), *[(0, 0)] * (x.ndim - 1 - axes)]
    padded = np.pad(x, widths)
    parts = []
    for offsets in itertools.product(*map(range, block)):
        steps = [slice(offset, None, by) for offset, by in zip(offsets, block, strict=True)]
        parts.append(padded[:, *steps])
    return np.concatenate(parts)


def _batch_to_space(x: Any, block: Any, crops: Any) -> Any:
    batch = len(x) // int(np.prod(block))
    space = [size * by for size, by in zip(x.shape[1:], block, strict=False)]
    out = np.zeros((batch, *space, *x.shape[1 + len(space) :]), x.dtype)
    for number, offsets in enumerate(itertools.product(*map(range, block))):
        steps = [slice(offset, None, by) for offset, by in zip(offsets, block, strict=True)]
        out[:, *steps] = x[number * batch : (number + 1) * batch]
    cut = [slice(before, size - after) for size, (before, after) in zip(space, crops, strict=True)]
    return out[:, *cut]


def _square(formula: Any, block: int) -> Any:
    return lambda x, borders: formula(x, [block, block], borders)


_NCHW = {"data_format": "NCHW"}
_NONE = np.zeros((2, 2), np.int32)
_TEXTS = np.array([f"{place}".encode() for place in range(16)], object).reshape(1, 4, 4, 1)

_DEPTH = [
    Example("SpaceToDepth", [normal(2, 4, 6, 3)], lambda x: _space_to_depth(x, 2), {"block_size": 2}),
    Example(
        "SpaceToDepth", [normal(1, 2, 6, 3)], _first(_space_to_depth, 3), {"block_size": 3, **_NCHW}, note="first"
    ),
    Example(
        "SpaceToDepth", [i32(np.arange(16).reshape(1, 4, 4, 1))], lambda x: _space_to_depth(x, 2), {"block_size": 2},
        note="integers",
    ),
    Example("DepthToSpace", [normal(2, 2, 3, 8)], lambda x: _depth_to_space(x, 2), {"block_size": 2}),
    Example(
        "DepthToSpace", [normal(1, 9, 2, 2)], _first(_depth_to_space, 3), {"block_size": 3, **_NCHW}, note="first"
    ),
]  # fmt: skip
_BATCH = [
    Example("SpaceToBatchND", [normal(2, 4, 6, 3), i32(2, 3), _NONE], _space_to_batch, constants=[1, 2]),
    Example(
        "SpaceToBatchND", [normal(2, 3, 5, 2), i32(2, 3), i32([[0, 1], [2, 2]])], _space_to_batch, constants=[1, 2],
        note="padded",
    ),
    Example(
        "SpaceToBatchND", [normal(2, 5, 4), i32([2]), i32([[1, 0]])], _space_to_batch, constants=[1, 2], note="one axis"
    ),
    Example("SpaceToBatchND", [normal(2, 3, 2), i32(3, 2), i32([[0, 0], [0, 0]])], _space_to_batch, note="fed blocks"),
    Example("SpaceToBatchND", [normal(0, 4, 4), i32(2, 2), _NONE], _space_to_batch, constants=[1, 2], note="no images"),
    Example("SpaceToBatchND", [_TEXTS, i32(2, 2), i32([[1, 1], [0, 0]])],
            lambda x, block, paddings: np.where(_space_to_batch(x, block, paddings) == 0, b"",
                                                _space_to_batch(x, block, paddings)),
            constants=[1, 2], note="texts"),
    Example("BatchToSpaceND", [normal(12, 2, 2, 3), i32(2, 3), _NONE], _batch_to_space, constants=[1, 2]),
    Example(
        "BatchToSpaceND", [normal(6, 2, 3, 2), i32(2, 3), i32([[0, 1], [2, 2]])], _batch_to_space, constants=[1, 2],
        note="cropped",
    ),
    Example("BatchToSpaceND", [normal(6, 2, 2), i32(2, 3), i32([[1, 0], [0, 1]])], _batch_to_space, note="fed blocks"),
    Example("SpaceToBatch", [normal(2, 4, 6, 3), _NONE], _square(_space_to_batch, 2), {"block_size": 2}, constants=[1]),
    Example(
        "SpaceToBatch", [normal(1, 3, 4, 1), i32([[1, 0], [1, 1]])], _square(_space_to_batch, 2), {"block_size": 2},
        constants=[1], note="padded",
    ),
    Example("BatchToSpace", [normal(4, 2, 3, 2), _NONE], _square(_batch_to_space, 2), {"block_size": 2}, constants=[1]),
    Example(
        "BatchToSpace", [normal(4, 2, 3, 2), i32([[1, 0], [1, 2]])], _square(_batch_to_space, 2), {"block_size": 2},
        constants=[1], note="cropped",
    ),
]  # fmt: skip
EXAMPLES = [*_DEPTH, *_BATCH]
