"""Matrix products.

The product of two matrices is numpy's ``dot`` on views, or several for a large one (:mod:`estimator.ops._products`):
transposing costs nothing, and the plan calls the same with ``out=``, which gives the same bits.

Source: TensorFlow 2.15, core/ops/math_ops.cc; gradients: python/ops/math_grad.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.shapes import Dims, broadcast, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._products import dot, is_large, matmul
from estimator.ops._stacks import fit_stack
from estimator.ops._ufuncs import conjugated


def _product_shape(s: ShapeScope) -> Dims:
    rows, inner_a = rules.with_rank(s.shapes[0], 2, "a")
    inner_b, columns = rules.with_rank(s.shapes[1], 2, "b")
    if s.attrs["transpose_a"]:
        rows, inner_a = inner_a, rows
    if s.attrs["transpose_b"]:
        inner_b, columns = columns, inner_b
    rules.same_size(inner_a, inner_b, "the columns of a and the rows of b")
    return (rows, columns)


@op(
    "MatMul",
    "a: T, b: T -> product: T",
    attrs={"transpose_a": False, "transpose_b": False},
    shape=_product_shape,
    costly=True,
)
def mat_mul(xp: Any, a: Any, b: Any, transpose_a: bool, transpose_b: bool) -> Any:
    """The product of two matrices, each transposed first if so asked.

    Shape   a [n, k], b [k, m] -> [n, m]
    Source  TF op MatMul, math_ops.cc
    """
    return dot(a.T if transpose_a else a, b.T if transpose_b else b)


@mat_mul.emit
def mat_mul_emit(p: Any, op: Any, a: Any, b: Any) -> Any:
    out = p.out(op)
    left = p.transposed(a) if op.attrs["transpose_a"] else a
    right = p.transposed(b) if op.attrs["transpose_b"] else b
    p.call(dot if is_large((*left.dims, right.dims[1]), a.dtype) else np.dot, left, right, out=out)
    return out


@mat_mul.gradient
def mat_mul_gradient(b: Any, op: Any, dy: Any) -> Any:
    left, right = conjugated(b, op.inputs)
    turned = (op.attrs["transpose_a"], op.attrs["transpose_b"])
    if turned == (False, False):
        return b.MatMul(dy, right, transpose_b=True), b.MatMul(left, dy, transpose_a=True)
    if turned == (False, True):
        return b.MatMul(dy, right), b.MatMul(dy, left, transpose_a=True)
    if turned == (True, False):
        return b.MatMul(right, dy, transpose_b=True), b.MatMul(left, dy)
    return (
        b.MatMul(right, dy, transpose_a=True, transpose_b=True),
        b.MatMul(dy, left, transpose_a=True, transpose_b=True),
    )


def _stack_shape(s: ShapeScope) -> Dims:
    left, right = s.shapes
    if left is None or right is None:
        return None
    if len(left) < 2 or len(right) < 2:
        raise ValueError(f"x and y must have at least 2 dimensions, given: {show(left)} and {show(right)}.")
    rows, inner_x = reversed(left[-2:]) if s.attrs["adj_x"] else left[-2:]
    inner_y, columns = reversed(right[-2:]) if s.attrs["adj_y"] else right[-2:]
    rules.same_size(inner_x, inner_y, "the columns of x and the rows of y")
    stack = broadcast([left[:-2], right[:-2]])
    return None if stack is None else (*stack, rows, columns)


_STACKS = {"adj_x": False, "adj_y": False}


@op("BatchMatMulV2", "x: T, y: T -> output: T", attrs=_STACKS, shape=_stack_shape, costly=True)
def batch_mat_mul_v2(xp: Any, x: Any, y: Any, adj_x: bool, adj_y: bool) -> Any:
    """The products of two stacks of matrices; the stacks broadcast.

    Shape   x [..., n, k], y [..., k, m] -> [..., n, m]
    Source  TF op BatchMatMulV2, math_ops.cc
    """
    return matmul(_adjoint(xp, x) if adj_x else x, _adjoint(xp, y) if adj_y else y)


@op("BatchMatMul", "x: T, y: T -> output: T", attrs=_STACKS, shape=_stack_shape, costly=True)
def batch_mat_mul(xp: Any, x: Any, y: Any, adj_x: bool, adj_y: bool) -> Any:
    """The products of two equally long stacks of matrices.

    Shape   x [..., n, k], y [..., k, m] -> [..., n, m]
    Source  TF op BatchMatMul, math_ops.cc
    """
    return batch_mat_mul_v2(xp, x, y, adj_x, adj_y)


def _adjoint(xp: Any, x: Any) -> Any:
    turned = xp.swapaxes(x, -1, -2)
    return xp.conj(turned) if x.dtype.kind == "c" else turned


@batch_mat_mul.emit
@batch_mat_mul_v2.emit
def batch_mat_mul_emit(p: Any, op: Any, x: Any, y: Any) -> Any:
    out = p.out(op)
    left = _adjoint_emit(p, x) if op.attrs["adj_x"] else x
    right = _adjoint_emit(p, y) if op.attrs["adj_y"] else y
    is_cut = is_large((*out.dims, left.dims[-1]), x.dtype)
    p.call(matmul if is_cut else np.matmul, left, right, out=out)
    return out


def _adjoint_emit(p: Any, x: Any) -> Any:
    if x.dtype.kind != "c":
        return p.transposed(x)
    conjugates = p.scratch(x)  # turned only afterwards: in memory they lie as the kernel's do
    p.call(np.conj, x, out=conjugates)
    return p.transposed(conjugates)


@batch_mat_mul.gradient
@batch_mat_mul_v2.gradient
def batch_mat_mul_gradient(b: Any, op: Any, dy: Any) -> Any:
    x, y = op.inputs
    turned = (op.attrs["adj_x"], op.attrs["adj_y"])
    if turned == (False, False):
        grads = b.BatchMatMulV2(dy, y, adj_y=True), b.BatchMatMulV2(x, dy, adj_x=True)
    elif turned == (False, True):
        grads = b.BatchMatMulV2(dy, y), b.BatchMatMulV2(dy, x, adj_x=True)
    elif turned == (True, False):
        grads = b.BatchMatMulV2(y, dy, adj_y=True), b.BatchMatMulV2(x, dy)
    else:
        grads = (
            b.BatchMatMulV2(y, dy, adj_x=True, adj_y=True),
            b.BatchMatMulV2(dy, x, adj_x=True, adj_y=True),
        )
    return fit_stack(b, grads[0], x, y), fit_stack(b, grads[1], y, x)
