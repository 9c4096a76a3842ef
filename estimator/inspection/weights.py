"""The variables of two checkpoints beside each other: which are new, gone, of another form, equal, and how far apart.

Both sides of a variable are read in rows at the same time; none is in memory as a whole. (Where one is cut into slices
and the other is not, or otherwise, a slice is.) What is called equal is equal bit by bit; distances are of the numbers
that are finite on both sides, in float64.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np

from estimator.checkpoint.resume import is_reserved
from estimator.core.dtypes import DType, string
from estimator.core.errors import OpError
from estimator.core.frozen import frozen
from estimator.formats.bundle import BundleReader
from estimator.formats.bundle_index import Entry
from estimator.inspection.statistics import as_float64
from estimator.inspection.variables import type_name

Array: TypeAlias = "np.ndarray[Any, Any]"

EQUAL, CHANGED, RESHAPED, UNREADABLE = "equal", "changed", "reshaped", "unreadable"
ONLY_A, ONLY_B = "only_a", "only_b"


@frozen
class Distance:
    """How far two tensors of one form are apart.

    Parameters
    ----------
    differing : int
        How many elements are not the same, bit by bit.
    max_abs, rms : float
        The greatest absolute difference, and the root of the mean square.
    cosine : float or None
        Of the angle between the two as vectors; None if one of them is zero.
    not_finite : int
        At how many places a side has NaN or infinity: these count for nothing else.
    """

    differing: int
    max_abs: float = 0.0
    rms: float = 0.0
    cosine: float | None = None
    not_finite: int = 0


@frozen
class VariableDifference:
    """One variable of both sides, or of one.

    Parameters
    ----------
    name : str
    state : str
        ``"equal"``, ``"changed"``, ``"only_a"``, ``"only_b"``, ``"reshaped"`` of another shape or type,
        ``"unreadable"``: it is damaged, or of a type that numpy does not have.
    a, b : tuple of shape and type, or None
    distance : Distance or None
        Of one that is changed and has numbers.
    damage : str or None
    """

    name: str
    state: str
    a: tuple[tuple[int, ...], str] | None
    b: tuple[tuple[int, ...], str] | None
    distance: Distance | None = None
    damage: str | None = None


def differences(a: BundleReader, b: BundleReader) -> list[VariableDifference]:
    """All variables of both, by name."""
    ours, theirs = (
        {name: entry for name, entry in reader.entries.items() if not is_reserved(name)} for reader in (a, b)
    )
    return [_difference(name, a, b, ours.get(name), theirs.get(name)) for name in sorted(ours | theirs)]


def _difference(
    name: str, a: BundleReader, b: BundleReader, ours: Entry | None, theirs: Entry | None
) -> VariableDifference:
    form_a, form_b = (None if entry is None else (entry.shape, type_name(entry)) for entry in (ours, theirs))
    if ours is None or theirs is None:
        return VariableDifference(name, ONLY_B if ours is None else ONLY_A, form_a, form_b)
    if form_a != form_b:
        return VariableDifference(name, RESHAPED, form_a, form_b)
    try:
        distance = _distance(name, a, b, ours)
    except OpError as error:
        return VariableDifference(name, UNREADABLE, form_a, form_b, damage=error.message)
    return VariableDifference(name, CHANGED if distance else EQUAL, form_a, form_b, distance)


def _distance(name: str, a: BundleReader, b: BundleReader, entry: Entry) -> Distance | None:
    """None if they are equal."""
    if entry.dtype is string:
        differing = int((a.get(name) != b.get(name)).sum())
        return Distance(differing) if differing else None
    found = _Distances(entry.dtype)
    for ours, theirs in _rows(name, a, b):
        found.add(ours, theirs)
    return found.result()


def _rows(name: str, a: BundleReader, b: BundleReader) -> Iterator[tuple[Array, Array]]:
    """The numbers of both, in rows that belong together."""
    pieces, others = ([extents for extents, _ in reader.pieces(name)] for reader in (a, b))
    if pieces == others:
        yield from zip(a.numbers(name), b.numbers(name), strict=True)
        return
    for extents in pieces if len(pieces) >= len(others) else others:
        yield a.get_slice(name, extents).reshape(-1), b.get_slice(name, extents).reshape(-1)


class _Distances:
    """Sums over rows."""

    def __init__(self, dtype: DType) -> None:
        self._dtype = dtype
        self._differing = self._not_finite = self._count = 0
        self._max = self._squares = self._dot = 0.0
        self._norms = [0.0, 0.0]

    def add(self, a: Array, b: Array) -> None:
        """Take one row of each."""
        if not a.size:
            return
        differing = _differing(a.astype(self._dtype.np, copy=False), b.astype(self._dtype.np, copy=False))
        self._differing += differing
        ours = as_float64(a, self._dtype)
        theirs = as_float64(b, self._dtype) if differing else ours
        finite = np.isfinite(ours) & np.isfinite(theirs)
        if not finite.all():
            self._not_finite += int((~finite).sum())
            ours, theirs = ours[finite], theirs[finite] if differing else ours[finite]
        self._count += ours.size
        with np.errstate(over="ignore", invalid="ignore"):
            square = float(np.vdot(ours, ours).real)
            self._norms[0] += square
            if not differing:
                self._norms[1] += square
                self._dot += square
                return
            self._norms[1] += float(np.vdot(theirs, theirs).real)
            self._dot += float(np.vdot(ours, theirs).real)
            apart = np.abs(ours - theirs)
            self._max = max(self._max, float(apart.max(initial=0.0)))
            self._squares += float(apart @ apart)

    def result(self) -> Distance | None:
        """The distance, or None if there is none."""
        if not self._differing:
            return None
        product = math.sqrt(self._norms[0]) * math.sqrt(self._norms[1])
        rms = math.sqrt(self._squares / self._count) if self._count else 0.0
        cosine = min(1.0, max(-1.0, self._dot / product)) if product and math.isfinite(product) else None
        return Distance(self._differing, self._max, rms, cosine, self._not_finite)


def _differing(a: Array, b: Array) -> int:
    """How many elements are not the same, bit by bit."""
    if a.dtype.kind != "c":
        return int((a.view(f"u{a.itemsize}") != b.view(f"u{b.itemsize}")).sum())
    halves = f"u{a.itemsize // 2}"
    return int((a.view(halves) != b.view(halves)).reshape(-1, 2).any(axis=1).sum())
