"""How a convolution is computed: the elements under each window are laid side by side, and BLAS does the rest.

A row of the matrix of *columns* holds what one window covers, so that a convolution is ``columns · kernel``, the
gradient of the kernel ``columnsᵀ · dy``, and that of the input ``dy · kernelᵀ``, each of its numbers added to the
element that it came from. The matrix has as many times the elements of the input as the kernel has taps. It is
therefore made for a few images at a time, in memory that a processor's cache holds. Several threads may each do so, in
memory of their own: a lane. The gradient of the kernel is a sum over all images; which lane adds up which is fixed.

Windows that move one by one give another way to the gradient of the input: a convolution of dy with the kernel turned
round. Its matrix has as many times the elements of dy, and copies instead of sums; it is taken if there are no more
outputs than channels.

Few channels make rows of short runs, which are slow to copy. Then the matrix lies the other way round: for each tap its
places beside one another.

Everything here is channels last, with any number of axes of space; channels first is a view of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np

from estimator.core.crew import share
from estimator.core.frozen import frozen
from estimator.ops._scratch import Rooms
from estimator.ops._windows import Form, Slide

_COLUMNS_LIMIT = 1 << 19  # elements: 2 MiB of float32
_LANES = 4  # at most; with each goes as much memory


@frozen
class Convolution:
    """A convolution of known sizes.

    Its methods write to `out`, and get scratch memory behind it: that of :attr:`rooms`, three arrays for each lane,
    and :meth:`into_kernel` also that of :attr:`kernel_rooms`, two for each.

    Attributes
    ----------
    slides : tuple of Slide
        How its windows move along the axes of space.
    images : int
    channels, outputs : int
        Of one group.
    groups : int
        Each group of outputs sees a group of channels of its own.
    is_first : bool
        Whether the channels stand before the axes of space.
    dtype : numpy dtype
        In which it is computed.
    """

    slides: tuple[Slide, ...]
    images: int
    channels: int
    outputs: int
    groups: int
    is_first: bool
    dtype: np.dtype[Any]

    @classmethod
    def of(cls, form: Form, inputs: Sequence[int], kernel: Sequence[int], dtype: Any) -> Convolution:
        """The convolution of an input and a kernel of these shapes and this type; halves are computed in float32."""
        groups = inputs[form.channel_axis] // kernel[-2]
        return cls(
            slides=form.slides(inputs, kernel),
            images=inputs[0],
            channels=kernel[-2],
            outputs=kernel[-1] // groups,
            groups=groups,
            is_first=form.channel_axis == 1,
            dtype=np.dtype(np.float32 if dtype == np.float16 else dtype),
        )

    # -- what it computes ----------------------------------------------------------------------------------------------

    def forward(self, xp: Any, x: Any, kernel: Any, out: Any, *rooms: Any) -> None:
        """Write the convolution of x to `out`."""
        for seen, weights, made in self._groups(xp, x, kernel, out):
            self._share(partial(self._forward_lane, xp, seen, self._matrix(xp, weights), made), rooms)

    def _forward_lane(
        self,
        xp: Any,
        x: Any,
        matrix: Any,
        y: Any,
        parts: Iterable[slice],
        padded: Any,
        columns: Any,
        rows: Any,
    ) -> None:
        padded.fill(0)
        for part in parts:
            found = self._columns(xp, x[part], padded, columns)
            self._product(xp, found, matrix, y[part], rows)

    def into_kernel(self, xp: Any, x: Any, out: Any, dy: Any, *rooms: Any) -> None:
        """Write the gradient of the kernel to `out`, where `dy` flows into the convolution of x."""
        lanes = self._kernel_lanes
        own, sums = _sets(rooms, 3)[:lanes], _sets(rooms[-2 * lanes :], 2)
        for seen, weights, flowing in self._groups(xp, x, out, dy):
            lane = partial(self._kernel_lane, xp, seen, flowing)
            share([partial(lane, self._parts[at::lanes], *sums[at], *own[at]) for at in range(lanes)])
            total = sums[0][0]
            for other, _ in sums[1:]:
                xp.add(total, other, out=total)
            weights[...] = total.reshape(weights.shape)

    def _kernel_lane(
        self, xp: Any, x: Any, dy: Any, parts: Iterable[slice], total: Any, summand: Any, padded: Any, columns: Any,
        rows: Any,
    ) -> None:  # fmt: skip
        total.fill(0)
        padded.fill(0)
        product = summand.reshape(self._taps * self.channels, self.outputs)
        for part in parts:
            found = self._columns(xp, x[part], padded, columns)
            xp.dot(found.T, self._rows(xp, dy[part], rows), out=product)
            xp.add(total, summand, out=total)

    def into_input(self, xp: Any, out: Any, kernel: Any, dy: Any, *rooms: Any) -> None:
        """Write the gradient of the input to `out`, where `dy` flows into the convolution with `kernel`."""
        for seen, weights, made in self._groups(xp, out, kernel, dy):
            if self._turned is not None:
                turned = xp.swapaxes(xp.flip(weights, range(len(self.slides))), -1, -2)
                self._turned.forward(xp, made, turned, seen, *rooms)
            else:
                self._share(partial(self._input_lane, xp, seen, self._matrix(xp, weights), made), rooms)

    def _input_lane(
        self,
        xp: Any,
        dx: Any,
        matrix: Any,
        dy: Any,
        parts: Iterable[slice],
        folded: Any,
        columns: Any,
        rows: Any,
    ) -> None:
        for part in parts:
            flowing = self._rows(xp, dy[part], rows)
            if self._is_pointwise:
                self._product(xp, flowing, matrix.T, dx[part], columns)
                continue
            found = columns[: len(flowing) * len(matrix)]
            if self._is_by_taps:
                xp.dot(matrix, flowing.T, out=found.reshape(len(matrix), -1))
            else:
                xp.dot(flowing, matrix.T, out=found.reshape(-1, len(matrix)))
            dx[part] = self._fold(xp, len(dx[part]), columns, folded)

    @property
    def result_shape(self) -> tuple[int, ...]:
        """The shape of the convolution."""
        places, outputs = [slide.places for slide in self.slides], self.outputs * self.groups
        return (self.images, outputs, *places) if self.is_first else (self.images, *places, outputs)

    # -- sizes ---------------------------------------------------------------------------------------------------------

    @property
    def rooms(self) -> Rooms:
        """The scratch memory."""
        sizes, lanes = self._room_sizes, min(max(len(self._parts), 1), _LANES)
        if self._turned is not None:
            sizes = [max(pair) for pair in zip(sizes, self._turned._room_sizes, strict=True)]
            lanes = max(lanes, min(len(self._turned._parts), _LANES))
        rooms: Rooms = [((size,), self.dtype) for size in sizes]
        return rooms * lanes

    @property
    def kernel_rooms(self) -> Rooms:
        """The scratch memory that the gradient of the kernel needs besides."""
        room: Rooms = [((self._kernel_size,), self.dtype)]
        return room * 2 * self._kernel_lanes

    @property
    def _room_sizes(self) -> list[int]:
        images = self._images_at_once
        folds = [images * math.prod(sizes) for sizes in self._after_folding]
        return [max(folds[1::2] + folds[-1:]), max(folds[::2]), images * self._all_places * self.outputs]

    @cached_property
    def _turned(self) -> Convolution | None:
        """The convolution that gives the gradient of the input of one group, if there is one that is worth it."""
        if self._is_pointwise or self.outputs > self.channels:
            return None
        slides = [slide.turned for slide in self.slides]
        if any(slide is None for slide in slides):
            return None
        return Convolution(
            tuple(slides),  # type: ignore[arg-type]  # none is None
            self.images,
            channels=self.outputs,
            outputs=self.channels,
            groups=1,
            is_first=False,
            dtype=self.dtype,
        )

    @property
    def _kernel_lanes(self) -> int:
        """How many sums are made of the kernel's gradient: fewer of a large one."""
        return max(1, min(len(self._parts), _LANES, 4 * _COLUMNS_LIMIT // max(self._kernel_size, 1)))

    @property
    def _kernel_size(self) -> int:
        return self._taps * self.channels * self.outputs

    @cached_property
    def _taps(self) -> int:
        return math.prod(slide.kernel for slide in self.slides)

    @cached_property
    def _all_places(self) -> int:
        return math.prod(slide.places for slide in self.slides)

    @cached_property
    def _images_at_once(self) -> int:
        width = max(self._taps * self.channels, self.outputs)
        return max(min(_COLUMNS_LIMIT // max(self._all_places * width, 1), self.images), 1)

    @cached_property
    def _is_pointwise(self) -> bool:
        return all(slide.is_still for slide in self.slides)

    @cached_property
    def _is_by_taps(self) -> bool:
        """Whether the places of a tap lie side by side, rather than the taps of a place."""
        last = self.slides[-1]
        run = self.channels * (last.kernel if last.dilation == 1 else 1)
        return run < last.places

    @cached_property
    def _after_folding(self) -> list[tuple[int, ...]]:
        """The sizes of an image's columns when so many axes of taps, 0, 1 and so on, are folded into those of space."""
        found = []
        for axes in range(len(self.slides) + 1):
            done, rest = self.slides[:axes], self.slides[axes:]
            space = [slide.padded for slide in done] + [slide.places for slide in rest]
            found.append((*space, *(slide.kernel for slide in rest), self.channels))
        return found

    # -- views ---------------------------------------------------------------------------------------------------------

    def _groups(self, xp: Any, x: Any, kernel: Any, y: Any) -> Iterator[tuple[Any, Any, Any]]:
        """What belongs to each group, channels last."""
        if self.is_first:
            x, y = xp.moveaxis(x, 1, -1), xp.moveaxis(y, 1, -1)
        for group in range(self.groups):
            seen = slice(group * self.channels, (group + 1) * self.channels)
            made = slice(group * self.outputs, (group + 1) * self.outputs)
            yield x[..., seen], kernel[..., made], y[..., made]

    @cached_property
    def _parts(self) -> list[slice]:
        """A few images after another."""
        count = self._images_at_once
        return [slice(first, first + count) for first in range(0, self.images, count)]

    def _share(self, lane: Callable[..., None], rooms: Sequence[Any]) -> None:
        """Let lanes do the parts, each the next one that is left."""
        left = iter(self._parts)
        share([partial(lane, left, *own) for own in _sets(rooms, 3)[: len(self._parts)]])

    def _matrix(self, xp: Any, kernel: Any) -> Any:
        return xp.asarray(kernel, self.dtype).reshape(-1, self.outputs)

    def _of_room(self, xp: Any, room: Any, images: int, axes: int) -> Any:
        """Columns of which so many axes are folded, in a room: [images, space..., taps..., channels]."""
        sizes = self._after_folding[axes]
        array = room[: images * math.prod(sizes)]
        rank = len(self.slides)
        if not self._is_by_taps:
            return array.reshape(images, *sizes)
        turned = array.reshape(*sizes[rank:], images, *sizes[:rank])
        inner = turned.ndim - rank - 1
        return xp.transpose(turned, (*range(inner, turned.ndim), *range(inner)))

    # -- steps ---------------------------------------------------------------------------------------------------------

    def _rows(self, xp: Any, y: Any, rows: Any) -> Any:
        """A row for each place."""
        if y.flags.c_contiguous and y.dtype == self.dtype:
            return y.reshape(-1, y.shape[-1])
        copy = rows[: y.size].reshape(y.shape)
        xp.copyto(copy, y)
        return copy.reshape(-1, y.shape[-1])

    def _product(self, xp: Any, left: Any, right: Any, out: Any, room: Any) -> None:
        """Write left · right to `out`, which BLAS does itself if that is one piece."""
        if out.flags.c_contiguous and out.dtype == self.dtype:
            xp.dot(left, right, out=out.reshape(len(left), right.shape[1]))
        else:
            product = xp.dot(left, right, out=room[: out.size].reshape(len(left), right.shape[1]))
            out[...] = product.reshape(out.shape)

    def _columns(self, xp: Any, x: Any, padded: Any, columns: Any) -> Any:
        """The matrix of columns of some images, whose border in `padded` is 0."""
        if self._is_pointwise:
            return self._rows(xp, x, columns)
        target = self._of_room(xp, columns, len(x), 0)
        xp.copyto(target, self._windows(xp, self._with_border(xp, x, padded)))
        matrix = columns[: target.size]
        width = self._taps * self.channels
        return matrix.reshape(width, -1).T if self._is_by_taps else matrix.reshape(-1, width)

    def _with_border(self, xp: Any, x: Any, padded: Any) -> Any:
        if all(slide.padded == slide.size for slide in self.slides):
            return x
        sizes = (len(x), *(slide.padded for slide in self.slides), self.channels)
        array = padded[: math.prod(sizes)].reshape(sizes)
        xp.copyto(self._without_border(array), x)
        return array

    def _without_border(self, padded: Any) -> Any:
        inner = [slice(slide.before, slide.before + slide.size) for slide in self.slides]
        return padded[:, *inner]

    def _windows(self, xp: Any, x: Any) -> Any:
        """What each window covers, as a view [images, places..., taps..., channels]."""
        images, *space, channels = x.strides
        by_place = [slide.stride * step for slide, step in zip(self.slides, space, strict=True)]
        by_tap = [slide.dilation * step for slide, step in zip(self.slides, space, strict=True)]
        shape = (len(x), *self._after_folding[0])
        strides = (images, *by_place, *by_tap, channels)
        return xp.lib.stride_tricks.as_strided(x, shape, strides, writeable=False)

    def _fold(self, xp: Any, images: int, columns: Any, folded: Any) -> Any:
        """Add every number of the columns to the element that it came from, one axis after another."""
        rooms = (columns, folded)
        values = self._of_room(xp, columns, images, 0)
        taps = 1 + len(self.slides)  # the first axis of taps that is not folded
        for axis, slide in enumerate(self.slides):
            room = rooms[(axis + 1) % 2]
            result = self._of_room(xp, room, images, axis + 1)
            result.fill(0)
            for tap in range(slide.kernel):
                place = result[(slice(None),) * (axis + 1) + (slide.in_padded(tap),)]
                xp.add(place, values[(slice(None),) * taps + (tap,)], out=place)
            values = result
        return self._without_border(values)


def _sets(rooms: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """The rooms of each lane."""
    return [rooms[start : start + size] for start in range(0, len(rooms), size)]
