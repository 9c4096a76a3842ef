"""Sums of products that are written with letters: ``ij,jk->ik``.

Each letter is an axis. Letters that the result lacks are summed over; a letter that comes twice in one operand, or in
the result, is a diagonal. ``...`` stands for axes that broadcast.

Source: TensorFlow 2.15, core/ops/linalg_ops.cc.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from estimator.core.shapes import Dims, broadcast, is_static
from estimator.graph import rules
from estimator.graph.broadcasting import repeated_axes
from estimator.graph.op import ShapeScope, op
from estimator.ops._products import matmul
from estimator.ops._ufuncs import conjugated

Labels = tuple[Any, ...]  # letters, and for the axes of an ellipsis their numbers, the last one -1


def _parts(equation: str) -> tuple[list[str], str]:
    left, arrow, right = equation.partition("->")
    if not arrow:
        raise ValueError(f"the equation {equation!r} must say what comes out: 'ij,jk->ik'.")
    return left.split(","), right


def _labels(term: str, rank: int, equation: str) -> Labels:
    """The label of each axis of an operand of that rank."""
    before, dots, behind = term.partition("...")
    hidden = rank - len(before) - len(behind)
    if hidden < 0 or (hidden and not dots):
        raise ValueError(f"an operand of {rank} dimensions is not {term!r} in {equation!r}.")
    return (*before, *range(-hidden, 0), *behind)


def _result_labels(term: str, operands: Sequence[Labels], equation: str) -> Labels:
    widest = max(_hidden(labels) for labels in operands)
    if widest and "..." not in term:
        raise ValueError(f"the result of {equation!r} lacks the axes that '...' stands for.")
    before, dots, behind = term.partition("...")
    unknown = set(before + behind).difference(*operands)
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))} of the result is in no operand of {equation!r}.")
    return (*before, *(range(-widest, 0) if dots else ()), *behind)


def _hidden(labels: Labels) -> int:
    return sum(isinstance(label, int) for label in labels)


def _sizes(operands: Sequence[tuple[Labels, Dims]], equation: str) -> dict[Any, int | None]:
    """The size of each label; those of an ellipsis broadcast."""
    sizes: dict[Any, int | None] = {}
    for labels, dims in operands:
        assert dims is not None
        for label, size in zip(labels, dims, strict=True):
            if label not in sizes:
                sizes[label] = size
            elif isinstance(label, int):
                sizes[label] = (broadcast([(sizes[label],), (size,)]) or (None,))[0]
            else:
                sizes[label] = rules.same_size(sizes[label], size, f"the sizes of {label} in {equation!r}")
    return sizes


def _result_shape(s: ShapeScope) -> Dims:
    terms, result = _parts(s.attrs["equation"])
    if len(terms) != len(s.shapes) or len(terms) > 2:
        raise ValueError(f"{s.attrs['equation']!r} is not for {len(s.shapes)} operands; it takes one or two.")
    if any(dims is None and "..." in term for term, dims in zip(terms, s.shapes, strict=True)):
        return None
    equation = s.attrs["equation"]
    shapes = [
        (None,) * len(term) if dims is None else dims for term, dims in zip(terms, s.shapes, strict=True)
    ]
    operands = [(_labels(term, len(dims), equation), dims) for term, dims in zip(terms, shapes, strict=True)]
    sizes = _sizes(operands, equation)
    return tuple(
        sizes[label] for label in _result_labels(result, [labels for labels, _ in operands], equation)
    )


@op("Einsum", "inputs: N * T -> output: T", attrs={"equation": str}, shape=_result_shape, costly=True)
def einsum(xp: Any, inputs: Any, equation: str) -> Any:
    """The sum of products that the equation tells, of one or two operands.

    Two of them become stacks of matrices, and their product one of matrices.

    Source  TF op Einsum, linalg_ops.cc
    """
    terms, result = _parts(equation)
    labels = [_labels(term, x.ndim, equation) for term, x in zip(terms, inputs, strict=True)]
    wanted = _result_labels(result, labels, equation)
    sizes = _sizes([(own, x.shape) for own, x in zip(labels, inputs, strict=True)], equation)
    kept = [
        _kept(xp, x, own, {*wanted, *(label for other in labels if other is not own for label in other)})
        for x, own in zip(inputs, labels, strict=True)
    ]
    found, order = kept[0] if len(kept) == 1 else _product(xp, kept[0], kept[1], set(wanted))
    once = tuple(dict.fromkeys(wanted))
    turned = xp.transpose(found, [order.index(label) for label in once])
    return _on_diagonals(xp, turned, once, wanted, sizes)


def _kept(xp: Any, x: Any, labels: Labels, needed: set[Any]) -> tuple[Any, Labels]:
    """An operand with each label once, and summed over those that nobody else needs."""
    once = tuple(dict.fromkeys(labels))
    numbers = {label: number for number, label in enumerate(once)}
    if len(once) < len(labels):
        x = xp.einsum(x, [numbers[label] for label in labels], list(range(len(once))))
    axes = tuple(place for place, label in enumerate(once) if label not in needed)
    return (x.sum(axis=axes, dtype=x.dtype) if axes else x), tuple(label for label in once if label in needed)


def _product(xp: Any, left: Any, right: Any, wanted: set[Any]) -> tuple[Any, Labels]:
    """The product of two operands of distinct labels, and the labels of its axes."""
    (x, a), (y, b) = left, right
    batch = [label for label in a if label in b and label in wanted]
    summed = [label for label in a if label in b and label not in wanted]
    rows, columns = [label for label in a if label not in b], [label for label in b if label not in a]
    matrices = [
        _as_matrices(xp, x, a, batch, rows, summed),
        _as_matrices(xp, y, b, batch, summed, columns),
    ]
    found = matmul(*matrices)
    free = [
        array.shape[own.index(label)]
        for array, own, part in ((x, a, rows), (y, b, columns))
        for label in part
    ]
    return xp.reshape(found, (*found.shape[:-2], *free)), (*batch, *rows, *columns)


def _as_matrices(xp: Any, x: Any, labels: Labels, *groups: Sequence[Any]) -> Any:
    """Axes as (batch..., first, second), where the last two groups become one axis each."""
    turned = xp.transpose(x, [labels.index(label) for group in groups for label in group])
    batch = len(groups[0])
    first = turned.shape[batch : batch + len(groups[1])]
    return turned.reshape(
        *turned.shape[:batch], math.prod(first), math.prod(turned.shape[batch + len(first) :])
    )


def _on_diagonals(xp: Any, x: Any, once: Labels, wanted: Labels, sizes: Mapping[Any, int | None]) -> Any:
    """The result with labels that come more than once on diagonals."""
    if len(once) == len(wanted):
        return xp.ascontiguousarray(x) if x.ndim else x
    result = xp.zeros([sizes[label] for label in wanted], x.dtype)
    xp.einsum(result, [once.index(label) for label in wanted], list(range(len(once))))[...] = x
    return result


@einsum.gradient
def einsum_gradient(b: Any, op: Any, dy: Any) -> Any:
    """For each operand the product of dy and the other one; over what was summed up it is the same everywhere."""
    terms, result = _parts(op.attrs["equation"])
    others = conjugated(b, op.inputs)
    found = []
    for place, (x, term) in enumerate(zip(op.inputs, terms, strict=True)):
        parts, known = [dy], [result]
        if len(terms) == 2:
            parts, known = [dy, others[1 - place]], [result, terms[1 - place]]
        found.append(_back_to(b, x, term, parts, known))
    return found


def _back_to(b: Any, x: Any, term: str, parts: list[Any], known: list[str]) -> Any:
    letters = term.replace("...", "")
    dots = "..." if any("..." in own for own in known) else ""
    there = "".join(dict.fromkeys(letter for letter in letters if any(letter in own for own in known)))
    summed = "".join(dict.fromkeys(letter for letter in letters if letter not in there))
    slope = b.Einsum(parts, equation=f"{','.join(known)}->{dots}{there}")
    if summed:
        ones = b.Fill(
            b.Pack([b.Shape(x)[_from_end(term, letter)] for letter in summed]), b.Cast(1, DstT=x.dtype)
        )
        slope = b.Einsum([slope, ones], equation=f"{dots}{there},{summed}->{dots}{letters}")
    elif there != letters:
        slope = b.Einsum([slope], equation=f"{dots}{there}->{dots}{letters}")
    return _fitted(b, slope, x, term) if dots else slope


def _from_end(term: str, letter: str) -> int:
    """The place of a letter's axis, counted from the end if an ellipsis stands before it."""
    before, _, behind = term.partition("...")
    return before.index(letter) if letter in before else behind.index(letter) - len(behind)


def _fitted(b: Any, slope: Any, x: Any, term: str) -> Any:
    """A slope with the axes of the ellipsis in front, summed over those that x lacks or repeats, in the order of x."""
    letters = term.replace("...", "")
    count = len(letters)
    moved = "..." in term and not term.startswith("...")
    own = b.Einsum([x], equation=f"{term}->...{letters}") if moved else x
    if is_static(own.dims) and is_static(slope.dims):
        end = len(own.dims) - count
        axes = repeated_axes(own.dims[:end], [slope.dims[: len(slope.dims) - count]])
    else:
        size, full = b.Shape(own), b.Shape(slope)
        end = b.Sub(b.Rank(own), count)
        axes, _ = b.BroadcastGradientArgs(size[:end], full[: b.Sub(b.Rank(slope), count)])
    if not isinstance(axes, list) or axes:
        slope = b.Reshape(b.Sum(slope, axes), b.Shape(own))
    return b.Einsum([slope], equation=f"...{letters}->{term}") if moved else slope
