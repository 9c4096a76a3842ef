"""How pools are computed: tap by tap of their windows, each a view of the input over all places at once.

Windows may slide along every axis of a tensor but the batch's, so that a pool need not know which are the channels.
Padding is never made: a tap is only looked at where it lies inside.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from estimator.core.frozen import frozen
from estimator.ops._scratch import Rooms
from estimator.ops._windows import Form, Slide

Index = tuple[slice, ...]


@frozen
class Pool:
    """A pool of known sizes.

    Its methods write to `out`, and get scratch memory behind it: that of :meth:`largest_rooms` those that look for the
    largest, that of :meth:`mean_rooms` those of means.

    Attributes
    ----------
    slides : tuple of Slide
        How its windows move along each axis.
    """

    slides: tuple[Slide, ...]

    @classmethod
    def of(cls, form: Form, sizes: Sequence[int], ksize: Sequence[int]) -> Pool:
        """The pool of an input of these sizes by windows of `ksize`."""
        axes = enumerate(zip(sizes, ksize, strict=True))
        return cls(tuple(form.slide(axis, int(size), int(taps)) for axis, (size, taps) in axes))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of its result."""
        return tuple(slide.places for slide in self.slides)

    def _taps(self) -> Iterator[tuple[Index, Index]]:
        """For each tap of a window, row by row: the places at which it lies inside, and the elements there."""
        for taps in itertools.product(*(range(slide.kernel) for slide in self.slides)):
            inside = [slide.inside(tap) for slide, tap in zip(self.slides, taps, strict=True)]
            places, elements = zip(*inside, strict=True)
            yield places, elements

    @property
    def _is_tiling(self) -> bool:
        """Whether every element lies under exactly one window."""
        return all(
            slide.dilation == 1 and slide.kernel == slide.stride and slide.places * slide.stride == slide.size
            for slide in self.slides
        )

    # -- the largest ---------------------------------------------------------------------------------------------------

    def largest(self, xp: Any, x: Any, out: Any) -> None:
        """Write the largest element under each window to `out`; NaN only counts if nothing else is there."""
        larger = xp.fmax if x.dtype.kind == "f" else xp.maximum
        lowest = (xp.finfo if x.dtype.kind == "f" else xp.iinfo)(x.dtype).min
        whole = tuple(slice(0, size) for size in self.shape)
        taps = list(self._taps())
        start = next((pair for pair in taps if pair[0] == whole), None)
        if start is None:
            out.fill(lowest)
        else:
            larger(x[start[1]], x.dtype.type(lowest), out=out)
        for places, elements in taps:
            if (places, elements) != start:
                larger(out[places], x[elements], out=out[places])

    def largest_rooms(self, dtype: Any) -> Rooms:
        """The scratch memory of :meth:`into_largest` and :meth:`at_largest`, for what flows in this type."""
        return [(self.shape, np.bool_), (self.shape, np.bool_), (self.shape, dtype)]

    def _first_largest(
        self, xp: Any, x: Any, y: Any, found: Any, is_here: Any
    ) -> Iterator[tuple[Index, Index, Any]]:
        """For each tap: its places, its elements, and where it is the first that has the largest element."""
        found.fill(False)
        for places, elements in self._taps():
            here, before = is_here[places], found[places]
            xp.equal(x[elements], y[places], out=here)
            xp.greater(here, before, out=here)
            xp.logical_or(before, here, out=before)
            yield places, elements, here

    def _first_of_none(self, xp: Any, found: Any, is_here: Any) -> Iterator[tuple[Index, Index, Any]]:
        """As :meth:`_first_largest`, for windows none of whose elements equals the result, by being all NaN or -inf.

        Their first element is meant.
        """
        if found.all():
            return
        for places, elements in self._taps():
            here, before = is_here[places], found[places]
            xp.logical_not(before, out=here)
            before.fill(True)
            yield places, elements, here

    def into_largest(self, xp: Any, x: Any, y: Any, dy: Any, out: Any, *rooms: Any) -> None:
        """Write to `out` what of `dy` flows into each element of x, all of it into the first largest of each window."""
        found, is_here, part = rooms
        taps = self._first_largest(xp, x, y, found, is_here)
        if self._is_tiling:  # each element has one window, and is written once
            for places, elements, here in taps:
                xp.multiply(dy[places], here, out=out[elements])
        else:
            out.fill(0)
            self._add_where(xp, taps, dy, out, part)
        self._add_where(xp, self._first_of_none(xp, found, is_here), dy, out, part)

    @staticmethod
    def _add_where(xp: Any, taps: Iterator[tuple[Index, Index, Any]], dy: Any, out: Any, part: Any) -> None:
        for places, elements, here in taps:
            xp.multiply(dy[places], here, out=part[places])
            xp.add(out[elements], part[places], out=out[elements])

    def at_largest(self, xp: Any, x: Any, y: Any, dx: Any, out: Any, *rooms: Any) -> None:
        """Write to `out` the number of dx at the first largest element of each window of x."""
        found, is_here, part = rooms
        out.fill(0)
        first = self._first_largest(xp, x, y, found, is_here)
        for places, elements, here in itertools.chain(first, self._first_of_none(xp, found, is_here)):
            xp.multiply(dx[elements], here, out=part[places])
            xp.add(out[places], part[places], out=out[places])

    def first_largest(self, xp: Any, x: Any, has_batch: bool) -> tuple[Any, Any]:
        """The largest element under each window, and its number: its position in its image, or in the whole batch."""
        best, numbers = xp.zeros(self.shape, x.dtype), xp.full(self.shape, -1, xp.int64)
        counted = xp.arange(x.size if has_batch else math.prod(x.shape[1:])).reshape(-1, *x.shape[1:])
        counted = xp.broadcast_to(counted, x.shape)
        for places, elements in self._taps():
            seen, at = best[places], numbers[places]
            is_better = xp.logical_or(x[elements] > seen, at < 0)
            xp.copyto(seen, x[elements], where=is_better)
            xp.copyto(at, counted[elements], where=is_better)
        return best, numbers

    # -- the mean ------------------------------------------------------------------------------------------------------

    @property
    def _moving(self) -> list[int]:
        """The axes along which windows have more than their own element."""
        return [axis for axis, slide in enumerate(self.slides) if not slide.is_still]

    def mean_rooms(self, dtype: Any) -> Rooms:
        """The scratch memory of :meth:`mean` and :meth:`into_mean`: what each moving axis makes of the one before."""
        kind, sizes, rooms = np.promote_types(dtype, np.float32), [slide.size for slide in self.slides], []
        for axis in self._moving:
            sizes[axis] = self.slides[axis].places
            rooms.append((tuple(sizes), kind))
        return rooms or [(self.shape, kind)]

    def _counts(self, xp: Any, dtype: Any) -> Any:
        """How many elements lie under each window, broadcasting over the axes along which none moves."""
        counts = xp.ones((1,) * len(self.slides), dtype)
        for axis in self._moving:
            slide = self.slides[axis]
            along = xp.zeros(slide.places, dtype)
            for tap in range(slide.kernel):
                along[slide.inside(tap)[0]] += 1
            counts = counts * along.reshape([-1 if place == axis else 1 for place in range(len(self.slides))])
        return counts

    def _along(self, axis: int) -> Iterator[tuple[Index, Index]]:
        """For each tap along one axis: its places and its elements."""
        whole = (slice(None),) * axis
        for tap in range(self.slides[axis].kernel):
            places, elements = self.slides[axis].inside(tap)
            yield (*whole, places), (*whole, elements)

    def mean(self, xp: Any, x: Any, out: Any, *rooms: Any) -> None:
        """Write the mean of the elements under each window to `out`, summed axis by axis."""
        for axis, room in zip(self._moving, rooms, strict=False):
            room.fill(0)
            for places, elements in self._along(axis):
                xp.add(room[places], x[elements], out=room[places])
            x = room
        xp.divide(x, self._counts(xp, rooms[-1].dtype), out=out, casting="same_kind")

    def into_mean(self, xp: Any, dy: Any, out: Any, *rooms: Any) -> None:
        """Write to `out` what of `dy` flows into each element: an equal share for all under a window."""
        share = rooms[-1]
        xp.divide(dy, self._counts(xp, share.dtype), out=share)
        for axis, room in zip(reversed(self._moving), (*rooms[-2::-1], out), strict=False):
            room.fill(0)
            for places, elements in self._along(axis):
                xp.add(room[elements], share[places], out=room[elements], casting="same_kind")
            share = room
        if not self._moving:
            xp.copyto(out, share, casting="same_kind")
