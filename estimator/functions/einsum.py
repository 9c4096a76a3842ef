"""Sums of products over axes: einsum, where letters name them, and tensordot, where numbers do.

Source: names and arguments of tf.einsum and tf.tensordot in TensorFlow 1.15.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import is_static
from estimator.functions.arguments import function_scope, known_dims, tensors_of
from estimator.functions.arrays import shape
from estimator.graph import build
from estimator.graph.likes import TensorLike
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor


def einsum(equation: str, *inputs: TensorLike, name: str | None = None, optimize: str = "greedy") -> Tensor:
    """The sum of products that an equation tells: ``einsum("ij,jk->ik", a, b)`` is a matrix product.

    Parameters
    ----------
    equation : str
        A letter for each axis of each input; what comes out behind ``->``, or else the letters that occur once, in
        alphabetical order. ``...`` stands for axes that broadcast.
    *inputs : Tensor
        Those are multiplied two by two.
    optimize : str
        In which order, as ``numpy.einsum_path`` has it: ``"greedy"``, ``"optimal"``. Sizes must be known; else from
        left to right.

    Raises
    ------
    ValueError
        If the equation does not fit the inputs.

    Source
    ------
    tf.einsum, TF 2.15 special_math_ops.py
    """
    with function_scope(name, "einsum", *inputs):
        terms, result = _parts(equation, len(inputs))
        operands = tensors_of(**{f"inputs_{place}": value for place, value in enumerate(inputs)})
        waiting = list(zip(terms, operands, strict=True))
        for chosen in _order(terms, result, operands, optimize)[:-1]:
            pair = [waiting.pop(place) for place in sorted(chosen, reverse=True)]
            needed = result + "".join(term for term, _ in waiting)
            between = _between([term for term, _ in pair], needed)
            product = build.Einsum([x for _, x in pair], equation=f"{pair[0][0]},{pair[1][0]}->{between}")
            waiting.append((between, product))
        left = ",".join(term for term, _ in waiting)
        return build.Einsum([x for _, x in waiting], equation=f"{left}->{result}")


def _parts(equation: str, count: int) -> tuple[list[str], str]:
    plain = equation.replace(" ", "")
    match = re.fullmatch(r"((?:[A-Za-z.]*,)*[A-Za-z.]*)(?:->([A-Za-z.]*))?", plain)
    if match is None or any(term.replace("...", "").count(".") for term in re.split(",|->", plain)):
        raise ValueError(f"{equation!r} is not an equation of letters and '...', like 'ij,jk->ik'.")
    terms = match[1].split(",")
    if len(terms) != count:
        raise ValueError(f"{equation!r} is for {len(terms)} inputs, given: {count}.")
    if match[2] is not None:
        return terms, match[2]
    occurring = Counter(match[1].replace(",", "").replace(".", ""))
    once = "".join(sorted(letter for letter, times in occurring.items() if times == 1))
    return terms, ("..." if "..." in match[1] else "") + once


def _order(
    terms: Sequence[str], result: str, operands: Sequence[Tensor], optimize: str
) -> list[tuple[int, ...]]:
    """Which of the operands that are left are multiplied in each step; their product comes last."""
    shapes = [known_dims(operand) for operand in operands]
    if len(terms) <= 2 or None in shapes:
        return [(0, 1)] * max(len(terms) - 1, 1)
    arrays = [np.broadcast_to(np.float32(0), sizes) for sizes in shapes]  # type: ignore[arg-type]
    path, _ = np.einsum_path(f"{','.join(terms)}->{result}", *arrays, optimize=(optimize, 2**62))
    steps = [tuple(step) for step in path[1:]]
    return steps if all(len(step) == 2 for step in steps) else [(0, 1)] * (len(terms) - 1)


def _between(terms: Sequence[str], needed: str) -> str:
    """The letters of a product that are needed further on, each once."""
    dots = "..." if any("..." in term for term in terms) else ""
    letters = dict.fromkeys("".join(terms).replace(".", ""))
    return dots + "".join(letter for letter in letters if letter in needed)


def tensordot(a: TensorLike, b: TensorLike, axes: Any, name: str | None = None) -> Tensor:
    """The sum of products of a and b over some of their axes.

    Parameters
    ----------
    axes : int or pair
        A number n: the last n axes of a and the first n of b. A pair: the axes of a, and those of b that go with them;
        each a number or a list of them.

    Shape
    -----
    a [rest of a..., k...], b [k..., rest of b...] -> [rest of a..., rest of b...]

    Raises
    ------
    ValueError
        If the axes do not fit.
    """
    with function_scope(name, "Tensordot", a, b) as (_, scope):
        left, right = tensors_of(a=a, b=b)
        if left.dims is None or right.dims is None:
            return _tensordot_in_the_run(left, right, axes, scope)
        own, other = _paired_axes(axes, len(left.dims), len(right.dims))
        rows, free_left = _as_matrix(left, own, summed_last=True)
        columns, free_right = _as_matrix(right, other, summed_last=False)
        product: Tensor = build.MatMul(rows, columns, name="MatMul")
        if len(free_left) == len(free_right) == 1 and is_static(product.dims):
            return product
        sizes = [*(shape(left)[axis] for axis in free_left), *(shape(right)[axis] for axis in free_right)]
        dims = [left.dims[axis] for axis in free_left] + [right.dims[axis] for axis in free_right]
        wanted = build.Pack(sizes) if None in dims and sizes else np.array(dims, np.int32)
        return build.Reshape(product, wanted, name=scope)


def _paired_axes(axes: Any, rank: int, other_rank: int) -> tuple[list[int], list[int]]:
    pair = _pair(axes)
    if np.ndim(axes) == 0 and len(pair[0]) > min(rank, other_rank):
        raise ValueError(f"tensordot cannot sum over {axes} axes of tensors of {rank} and {other_rank} axes.")
    for side, own in zip(pair, (rank, other_rank), strict=True):
        if any(not -own <= axis < own for axis in side):
            raise ValueError(f"axes {side} are out of range for {own} dimensions.")
    return [axis % rank for axis in pair[0]], [axis % other_rank for axis in pair[1]]


def _pair(axes: Any) -> tuple[list[int], list[int]]:
    """The axes of a, counted from the last one where there is but a number of them, and those of b."""
    given = static_value(axes) if isinstance(axes, Tensor) else axes
    plain = given.tolist() if isinstance(given, (np.ndarray, np.integer)) else given
    if isinstance(plain, int) and plain >= 0:
        return list(range(-plain, 0)), list(range(plain))
    if not isinstance(plain, (list, tuple)) or len(plain) != 2:
        raise ValueError(f"axes of tensordot must be a whole number or a pair, given: {axes!r}.")
    own, other = ([int(axis) for axis in np.ravel(side)] for side in plain)
    if len(own) != len(other):
        raise ValueError(f"tensordot takes as many axes of a as of b, given: {own} and {other}.")
    return own, other


def _tensordot_in_the_run(left: Tensor, right: Tensor, axes: Any, name: str) -> Tensor:
    """The same where only the run tells how many axes there are."""
    own, other = _pair(axes)
    rows, rest = _as_matrix_in_the_run(left, own, summed_last=True)
    columns, other_rest = _as_matrix_in_the_run(right, other, summed_last=False)
    sizes = build.ConcatV2([rest, other_rest], 0)
    return build.Reshape(build.MatMul(rows, columns, name="MatMul"), sizes, name=name)


def _as_matrix_in_the_run(x: Tensor, axes: list[int], summed_last: bool) -> tuple[Tensor, Tensor]:
    """As :func:`_as_matrix`, and the sizes of the axes that are not summed over."""
    rank = build.Rank(x)
    summed = build.FloorMod(np.array(axes, np.int32), rank)
    free, _ = build.ListDiff(build.Range(0, rank, 1), summed)
    turned = build.Transpose(x, build.ConcatV2([free, summed] if summed_last else [summed, free], 0))
    rest, counts = build.GatherV2(shape(x), free, 0), build.GatherV2(shape(x), summed, 0)
    sizes = [build.Prod(rest, 0), build.Prod(counts, 0)]
    return build.Reshape(turned, build.Pack(sizes if summed_last else sizes[::-1])), rest


def _as_matrix(x: Tensor, axes: list[int], summed_last: bool) -> tuple[Tensor, list[int]]:
    """A matrix whose rows or columns run over some axes, the others over the rest; and these."""
    free = [axis for axis in range(len(x.dims or ())) if axis not in axes]
    order = [*free, *axes] if summed_last else [*axes, *free]
    turned = x if order == sorted(order) else build.Transpose(x, order)
    if len(axes) == len(free) == 1:
        return turned, free
    count = build.Prod(build.GatherV2(shape(x), np.array(axes, np.int32), 0), 0)
    rest = build.Prod(build.GatherV2(shape(x), np.array(free, np.int32), 0), 0)
    sizes = [rest, count] if summed_last else [count, rest]
    return build.Reshape(turned, build.Pack(sizes)), free


near_keywords_of_functions(__name__)
