"""Bits of integers.

Source: TensorFlow 2.15, core/ops/bitwise_ops.cc.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.graph import rules
from estimator.graph.op import op
from estimator.ops._ufuncs import binary, unary

BINARY = "x: T, y: T -> z: T"

binary("BitwiseAnd", np.bitwise_and, "The bits that both have.", source="bitwise_ops.cc")
binary("BitwiseOr", np.bitwise_or, "The bits that one of both has.", source="bitwise_ops.cc")
binary("BitwiseXor", np.bitwise_xor, "The bits in which both differ.", source="bitwise_ops.cc")
unary("Invert", np.invert, "All bits the other way.", source="bitwise_ops.cc")


@op("LeftShift", BINARY, shape=rules.broadcasting, differentiable=False)
def left_shift(xp: Any, x: Any, y: Any) -> Any:
    """The bits of x moved y places up; y counts as 0 below 0 and as the number of bits less 1 above that.

    Source  TF op LeftShift, bitwise_ops.cc
    """
    return xp.left_shift(x, _places(xp, y))


@op("RightShift", BINARY, shape=rules.broadcasting, differentiable=False)
def right_shift(xp: Any, x: Any, y: Any) -> Any:
    """The bits of x moved y places down, the sign kept; y is limited as by LeftShift.

    Source  TF op RightShift, bitwise_ops.cc
    """
    return xp.right_shift(x, _places(xp, y))


def _places(xp: Any, y: Any) -> Any:
    return xp.clip(y, 0, 8 * y.dtype.itemsize - 1)


@op("PopulationCount", "x: T -> y: uint8", shape=rules.like_first, differentiable=False)
def population_count(xp: Any, x: Any) -> Any:
    """How many bits are set.

    Source  TF op PopulationCount, bitwise_ops.cc
    """
    count, unsigned = xp.zeros(x.shape, xp.uint8), x.astype(f"u{x.dtype.itemsize}")
    for place in range(8 * x.dtype.itemsize):
        count += ((unsigned >> unsigned.dtype.type(place)) & unsigned.dtype.type(1)).astype(xp.uint8)
    return count
