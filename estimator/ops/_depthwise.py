"""How a depthwise convolution is computed: tap by tap, one product of all places with the weights of the tap.

Each channel has a kernel of its own, or several, so that there is no matrix product to be had. A few images are done at
a time, so that the sums stay in the processor's cache; the weights of a tap are repeated along the last axis of space,
so that one run of numbers is as long as a row of the image.
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

_SUMS_LIMIT = 1 << 16  # elements: 256 KiB of float32


@frozen
class Depthwise:
    """A depthwise convolution of known sizes.

    Its methods write to `out`, and get scratch memory behind it, that of :attr:`rooms`.

    Attributes
    ----------
    slides : tuple of Slide
        How its windows move along the axes of space.
    images, channels, multiplier : int
        Each channel makes `multiplier` outputs.
    is_first : bool
        Whether the channels stand before the axes of space.
    dtype : numpy dtype
        In which it is computed.
    """

    slides: tuple[Slide, ...]
    images: int
    channels: int
    multiplier: int
    is_first: bool
    dtype: np.dtype[Any]

    @classmethod
    def of(cls, form: Form, inputs: Sequence[int], kernel: Sequence[int], dtype: Any) -> Depthwise:
        """The convolution of an input and a kernel of these shapes and this type; halves are computed in float32."""
        return cls(
            slides=form.slides(inputs, kernel),
            images=inputs[0],
            channels=kernel[-2],
            multiplier=kernel[-1],
            is_first=form.channel_axis == 1,
            dtype=np.dtype(np.float32 if dtype == np.float16 else dtype),
        )

    @property
    def result_shape(self) -> tuple[int, ...]:
        """The shape of the convolution."""
        outputs = self.channels * self.multiplier
        places = self._places
        return (self.images, outputs, *places) if self.is_first else (self.images, *places, outputs)

    @property
    def rooms(self) -> Rooms:
        """The scratch memory: for the sums of a few images, and for one product of each of them."""
        return [((self._images_at_once * self._size,), self.dtype)] * 2

    @property
    def _places(self) -> tuple[int, ...]:
        return tuple(slide.places for slide in self.slides)

    @property
    def _size(self) -> int:
        """How many numbers an image has before or after the convolution, whichever is more."""
        space = tuple(slide.size for slide in self.slides)
        return self.channels * max(math.prod(self._places) * self.multiplier, math.prod(space))

    @property
    def _images_at_once(self) -> int:
        return max(min(_SUMS_LIMIT // max(self._size, 1), self.images), 1)

    # -- what it computes ----------------------------------------------------------------------------------------------

    def forward(self, xp: Any, x: Any, kernel: Any, out: Any, sums: Any, products: Any) -> None:
        """Write the convolution of x to `out`."""
        x, out = self._seen(xp, x), self._made(xp, out)
        for part in self._parts():
            result = _zeros(sums, out[part].shape)
            for tap, places, elements in self._taps():
                for copy, weights in enumerate(self._weights(xp, kernel[tap], places)):
                    target = result[:, *places, :, copy]
                    product = products[: target.size].reshape(target.shape)
                    xp.multiply(x[part][:, *elements], weights, out=product)
                    xp.add(target, product, out=target)
            out[part] = result

    def into_input(self, xp: Any, out: Any, kernel: Any, dy: Any, sums: Any, products: Any) -> None:
        """Write the gradient of the input to `out`, where `dy` flows into the convolution with `kernel`."""
        out, dy = self._seen(xp, out), self._made(xp, dy)
        for part in self._parts():
            result = _zeros(sums, out[part].shape)
            for tap, places, elements in self._taps():
                for copy, weights in enumerate(self._weights(xp, kernel[tap], places)):
                    target = result[:, *elements]
                    product = products[: target.size].reshape(target.shape)
                    xp.multiply(dy[part][:, *places, :, copy], weights, out=product)
                    xp.add(target, product, out=target)
            out[part] = result

    def into_kernel(self, xp: Any, x: Any, out: Any, dy: Any, sums: Any, products: Any) -> None:
        """Write the gradient of the kernel to `out`, where `dy` flows into the convolution of x."""
        x, dy = self._seen(xp, x), self._made(xp, dy)
        total = xp.zeros(out.shape, self.dtype)
        ones = xp.ones(self._images_at_once * math.prod(self._places), self.dtype)
        for part in self._parts():
            for tap, places, elements in self._taps():
                seen = x[part][:, *elements]
                product = products[: seen.size].reshape(seen.shape)
                for copy in range(self.multiplier):
                    xp.multiply(seen, dy[part][:, *places, :, copy], out=product, dtype=self.dtype)
                    rows = product.reshape(-1, self.channels)
                    total[*tap, :, copy] += xp.dot(ones[: len(rows)], rows)
        out[...] = total

    # -- views ---------------------------------------------------------------------------------------------------------

    def _seen(self, xp: Any, x: Any) -> Any:
        """The input as [images, space..., channels]."""
        return xp.moveaxis(x, 1, -1) if self.is_first else x

    def _made(self, xp: Any, y: Any) -> Any:
        """The result as [images, places..., channels, multiplier]."""
        pair = (self.channels, self.multiplier)
        if not self.is_first:
            return y.reshape(*y.shape[:-1], *pair)
        return xp.moveaxis(y.reshape(len(y), *pair, *y.shape[2:]), (1, 2), (-2, -1))

    def _parts(self) -> Iterator[slice]:
        """A few images after another."""
        for first in range(0, self.images, self._images_at_once):
            yield slice(first, first + self._images_at_once)

    def _taps(self) -> Iterator[tuple[Any, tuple[slice, ...], tuple[slice, ...]]]:
        """Each tap, the places at which it lies inside, and the elements there."""
        for tap in itertools.product(*(range(slide.kernel) for slide in self.slides)):
            inside = [slide.inside(number) for slide, number in zip(self.slides, tap, strict=True)]
            yield tap, tuple(places for places, _ in inside), tuple(elements for _, elements in inside)

    def _weights(self, xp: Any, weights: Any, places: tuple[slice, ...]) -> Any:
        """The weights [channels, multiplier] of a tap as [multiplier, places of the last axis, channels]."""
        count = places[-1].stop - places[-1].start
        turned = xp.moveaxis(xp.asarray(weights, self.dtype), -1, 0)
        return xp.repeat(turned[:, None], count, axis=1)


def _zeros(room: Any, shape: Sequence[int]) -> Any:
    array = room[: math.prod(shape)].reshape(shape)
    array.fill(0)
    return array
