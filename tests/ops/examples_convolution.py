"""Examples of ops/convolution.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.ops.example import Example, i32, normal
from tests.ops.windows import count_places, taps_inside


@dataclass(frozen=True)
class Case:
    """One convolution: its input is [batch, space..., channels], its kernel [taps..., channels / groups, outputs]."""

    note: str
    x: Sequence[int]
    kernel: Sequence[int]
    strides: Sequence[int]
    padding: Any = "SAME"
    dilations: Sequence[int] = ()
    is_first: bool = False
    dtype: Any = np.float32

    @property
    def space(self) -> Sequence[int]:
        return self.x[1:-1]

    @property
    def rates(self) -> Sequence[int]:
        return self.dilations or (1,) * len(self.space)

    @property
    def layout(self) -> tuple[Any, ...]:
        """What taps_inside is asked."""
        return self.space, self.kernel[:-2], self.strides, self.rates, self.padding

    @property
    def y(self) -> tuple[int, ...]:
        return (self.x[0], *count_places(*self.layout), self.kernel[-1])

    @property
    def attrs(self) -> dict[str, Any]:
        rank = len(self.x)
        letters = "DHW"[5 - rank :]
        pads = [] if isinstance(self.padding, str) else [(0, 0), *self.padding]
        pads = pads and ([(0, 0), *pads] if self.is_first else [*pads, (0, 0)])
        attrs = {
            "strides": self._ordered(1, self.strides, 1),
            "dilations": self._ordered(1, self.rates, 1),
            "padding": "EXPLICIT" if pads else self.padding,
            "data_format": f"NC{letters}" if self.is_first else f"N{letters}C",
        }
        return attrs | ({"explicit_paddings": [size for pair in pads for size in pair]} if pads else {})

    def _ordered(self, first: int, space: Sequence[int], last: int) -> list[int]:
        return [first, last, *space] if self.is_first else [first, *space, last]

    def shown(self, array: Any) -> Any:
        """An array that is channels last as the op has it."""
        return np.ascontiguousarray(np.moveaxis(array, -1, 1)) if self.is_first else array

    def last(self, array: Any) -> Any:
        return np.moveaxis(array, 1, -1) if self.is_first else array

    def steps(self) -> Iterator[tuple[Any, Any, Any]]:
        """The indices of what is multiplied and added: of the input, the kernel and the result."""
        sees = self.kernel[-2]
        groups = self.x[-1] // sees
        makes = self.kernel[-1] // groups
        for place, tap, element in taps_inside(*self.layout):
            for group in range(groups):
                seen = slice(group * sees, (group + 1) * sees)
                made = slice(group * makes, (group + 1) * makes)
                yield (slice(None), *element, seen), (*tap, slice(None), made), (slice(None), *place, made)

    def convolved(self, x: Any, kernel: Any) -> Any:
        y = np.zeros(self.y)
        for element, tap, place in self.steps():
            y[place] += self.last(x)[element] @ kernel[tap]
        return self.shown(y)

    def input_gradient(self, sizes: Any, kernel: Any, dy: Any) -> Any:
        x = np.zeros(self.x)
        for element, tap, place in self.steps():
            x[element] += self.last(dy)[place] @ kernel[tap].T
        return self.shown(x)

    def kernel_gradient(self, x: Any, sizes: Any, dy: Any) -> Any:
        kernel = np.zeros(self.kernel)
        for element, tap, place in self.steps():
            kernel[tap] += self.last(x)[element].T @ self.last(dy)[place]
        return kernel

    def exactly(self, formula: Callable[..., Any]) -> Callable[..., Any]:
        """The formula in double precision, rounded to the case's type at the end."""
        return lambda *arrays: formula(*(array.astype(np.float64) for array in arrays)).astype(self.dtype)

    def examples(self, forward: str, into_input: str, into_kernel: str) -> list[Example]:
        x, kernel, dy = (normal(*shape, seed=9).astype(self.dtype) for shape in (self.x, self.kernel, self.y))
        x, dy = self.shown(x), self.shown(dy)
        common = {"attrs": self.attrs, "note": self.note, "rtol": 2e-3 if self.dtype is np.float16 else 2e-5}
        sizes = i32(x.shape), i32(self.kernel)
        rows = [Example(forward, [x, kernel], self.exactly(self.convolved), **common)]
        if self.dtype is not np.int32:  # TensorFlow computes no gradients of integers
            rows += [
                Example(
                    into_input,
                    [sizes[0], kernel, dy],
                    self.exactly(self.input_gradient),
                    constants=[0],
                    **common,
                ),
                Example(
                    into_kernel,
                    [x, sizes[1], dy],
                    self.exactly(self.kernel_gradient),
                    constants=[1],
                    **common,
                ),
            ]
        return rows


_FLAT = [
    Case("same", (2, 5, 4, 3), (3, 3, 3, 2), (1, 1)),
    Case("valid, uneven strides", (2, 7, 6, 2), (2, 3, 2, 3), (2, 3), "VALID"),
    Case("even kernel same", (1, 5, 5, 1), (2, 4, 1, 2), (1, 2)),
    Case("dilated and strided same", (1, 8, 7, 2), (3, 3, 2, 2), (2, 1), "SAME", (2, 2)),
    Case("explicit", (2, 4, 5, 2), (3, 3, 2, 2), (1, 2), ((1, 2), (0, 1))),
    Case("points", (2, 3, 4, 5), (1, 1, 5, 3), (1, 1)),
    Case("strides over elements", (1, 8, 8, 2), (2, 2, 2, 3), (4, 3), "VALID"),
    Case("many channels", (2, 4, 4, 9), (3, 3, 9, 4), (1, 1)),
    Case("channels first", (2, 5, 4, 3), (3, 3, 3, 2), (2, 1), is_first=True),
    Case("channels first explicit", (1, 4, 5, 2), (3, 3, 2, 2), (1, 1), ((0, 1), (2, 0)), is_first=True),
    Case("groups", (2, 4, 5, 6), (3, 2, 2, 9), (1, 1)),
    Case("groups channels first", (2, 4, 5, 4), (3, 2, 2, 4), (2, 1), "VALID", is_first=True),
    Case("whole input", (2, 3, 4, 2), (3, 4, 2, 5), (1, 1), "VALID"),
    Case("no images", (0, 5, 4, 3), (3, 3, 3, 2), (1, 1)),
    Case("float16", (1, 4, 4, 2), (3, 3, 2, 2), (1, 1), dtype=np.float16),
    Case("int32", (1, 4, 4, 2), (3, 3, 2, 2), (1, 1), dtype=np.int32),
]
_DEEP = [
    Case("same", (2, 3, 4, 5, 2), (2, 3, 3, 2, 3), (1, 1, 1)),
    Case("valid strided", (1, 4, 5, 4, 3), (2, 2, 3, 3, 2), (2, 1, 1), "VALID"),
    Case("dilated same", (1, 4, 5, 4, 1), (2, 2, 2, 1, 2), (1, 1, 1), "SAME", (2, 2, 1)),
    Case("points", (2, 2, 3, 2, 3), (1, 1, 1, 3, 2), (1, 1, 1)),
    Case("channels first", (1, 3, 4, 4, 2), (2, 3, 2, 2, 2), (1, 2, 2), is_first=True),
]

EXAMPLES = [
    *[
        row
        for case in _FLAT
        for row in case.examples("Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter")
    ],
    *[
        row
        for case in _DEEP
        for row in case.examples("Conv3D", "Conv3DBackpropInputV2", "Conv3DBackpropFilterV2")
    ],
]
