"""Examples of ops/pooling.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.ops.example import Example, i32
from tests.ops.windows import count_places, taps_inside


@dataclass(frozen=True)
class Case:
    """One pool: its input as the op has it, and its windows along each of the axes of that."""

    note: str
    x: Sequence[int]
    kernel: Sequence[int]
    strides: Sequence[int]
    padding: Any = "SAME"
    data_format: str = ""
    dtype: Any = np.float32

    @property
    def layout(self) -> tuple[Any, ...]:
        """What taps_inside is asked."""
        return self.x, self.kernel, self.strides, (1,) * len(self.x), self.padding

    @property
    def y(self) -> tuple[int, ...]:
        return count_places(*self.layout)

    @property
    def attrs(self) -> dict[str, Any]:
        is_word = isinstance(self.padding, str)
        attrs = {"ksize": list(self.kernel), "strides": list(self.strides)}
        attrs |= {"padding": self.padding if is_word else "EXPLICIT"}
        attrs |= {} if is_word else {"explicit_paddings": [size for pair in self.padding for size in pair]}
        return attrs | ({"data_format": self.data_format} if self.data_format else {})

    def windows(self) -> Iterator[tuple[Any, list[Any]]]:
        """Each place, and the elements under its window, row by row."""
        under: dict[Any, list[Any]] = {}
        for place, _, element in taps_inside(*self.layout):
            under.setdefault(place, []).append(element)
        yield from under.items()

    def largest(self, x: Any) -> Any:
        y = np.zeros(self.y, x.dtype)
        for place, elements in self.windows():
            y[place] = max(x[element] for element in elements)
        return y

    def into_largest(self, x: Any, y: Any, dy: Any) -> Any:
        dx = np.zeros(self.x, dy.dtype)
        for place, elements in self.windows():
            dx[max(elements, key=lambda element: x[element])] += dy[place]  # the first of equal ones
        return dx

    def at_largest(self, x: Any, y: Any, dx: Any) -> Any:
        dy = np.zeros(self.y, dx.dtype)
        for place, elements in self.windows():
            dy[place] = dx[max(elements, key=lambda element: x[element])]
        return dy

    def mean(self, x: Any) -> Any:
        y = np.zeros(self.y, x.dtype)
        for place, elements in self.windows():
            y[place] = np.mean([x[element] for element in elements], dtype=np.float64)
        return y

    def into_mean(self, sizes: Any, dy: Any) -> Any:
        dx = np.zeros(self.x)
        for place, elements in self.windows():
            for element in elements:
                dx[element] += dy[place] / len(elements)
        return dx.astype(dy.dtype)

    def examples(self, *names: str) -> list[Example]:
        """Of the largest (forward, back, and back again), or of the mean (forward and back)."""
        rng = np.random.default_rng(7)
        x = rng.permutation(int(np.prod(self.x))).reshape(self.x).astype(self.dtype) / self.dtype(7)
        x = x.astype(self.dtype)
        flowing = [rng.standard_normal(shape).astype(self.dtype) for shape in (self.y, self.x)]
        common = {"attrs": self.attrs, "note": self.note, "rtol": 2e-3 if self.dtype is np.float16 else 1e-5}
        sizes, y = i32(self.x), self.largest(x)
        back = {**common, "gradients": [2]}  # which is the largest is taken as given
        once = (
            back if isinstance(self.padding, str) else {**back, "gradients": []}
        )  # EXPLICIT has no second gradient
        # The third one over three axes is in test_pooling.py: TensorFlow's MaxPool3DGrad takes no doubles.
        made: list[tuple[Any, Any, Any]] = [
            ([x], self.largest, common),
            ([x, y, flowing[0]], self.into_largest, once),
            ([x, y, flowing[1]], self.at_largest, once if len(self.x) == 4 else {**back, "gradients": []}),
        ]
        if names[0].startswith("Avg"):
            made = [
                ([x], self.mean, common),
                ([sizes, flowing[0]], self.into_mean, common | {"constants": [0]}),
            ]
        rows = zip(names, made, strict=False)
        return [Example(name, inputs, formula, **words) for name, (inputs, formula, words) in rows]


def _numbered(case: Case, has_batch: bool) -> list[Example]:
    """Of the largest with their numbers, and of what flows back by number."""

    def number(place: Any) -> int:
        return int(np.ravel_multi_index(place if has_batch else (0, *place[1:]), case.x))

    def largest(x: Any) -> Any:
        numbers = np.zeros(case.y, np.int64)
        for place, elements in case.windows():
            numbers[place] = number(max(elements, key=lambda element: x[element]))
        return case.largest(x), numbers

    x = case.examples("MaxPool")[0].inputs[0]
    dy = np.random.default_rng(8).standard_normal(case.y).astype(np.float32)
    attrs = case.attrs | {"include_batch_in_index": has_batch}
    note = f"{case.note}{' in the batch' if has_batch else ''}"
    return [
        Example("MaxPoolWithArgmax", [x], largest, attrs, note=note),
        Example(
            "MaxPoolGradWithArgmax",
            [x, dy, largest(x)[1]],
            lambda x, dy, numbers: case.into_largest(x, None, dy),
            attrs,
            note=note,
            gradients=[],
        ),
    ]


_FLAT = [
    Case("tiling", (2, 4, 6, 3), (1, 2, 2, 1), (1, 2, 2, 1), "VALID"),
    Case("same", (2, 5, 4, 2), (1, 2, 2, 1), (1, 2, 2, 1)),
    Case("same overlapping", (1, 5, 5, 2), (1, 3, 3, 1), (1, 2, 1, 1)),
    Case("valid overlapping", (2, 5, 6, 2), (1, 3, 2, 1), (1, 1, 2, 1), "VALID"),
    Case("gaps", (1, 7, 8, 2), (1, 2, 1, 1), (1, 3, 2, 1), "VALID"),
    Case("along channels", (2, 2, 3, 6), (1, 1, 1, 3), (1, 1, 1, 3), "VALID"),
    Case("channels first", (2, 3, 5, 4), (1, 1, 3, 2), (1, 1, 2, 2), "SAME", "NCHW"),
    Case("whole image", (2, 3, 4, 2), (1, 3, 4, 1), (1, 1, 1, 1), "VALID"),
    Case("larger than the image", (1, 2, 2, 2), (1, 5, 5, 1), (1, 1, 1, 1)),
    Case("no images", (0, 4, 4, 2), (1, 2, 2, 1), (1, 2, 2, 1)),
    Case("float16", (1, 4, 4, 2), (1, 2, 2, 1), (1, 2, 2, 1), dtype=np.float16),
]
_EXPLICIT = Case("explicit", (1, 4, 5, 2), (1, 3, 3, 1), (1, 2, 1, 1), ((0, 0), (1, 2), (0, 1), (0, 0)))
_WHOLE = Case("int32", (1, 4, 4, 2), (1, 2, 2, 1), (1, 2, 2, 1), dtype=np.int32)
_DEEP = [
    Case("same", (1, 3, 4, 5, 2), (1, 2, 2, 3, 1), (1, 1, 2, 2, 1)),
    Case("valid", (2, 4, 4, 4, 1), (1, 2, 2, 2, 1), (1, 2, 2, 2, 1), "VALID"),
    Case("channels first", (1, 2, 3, 4, 4), (1, 1, 2, 2, 2), (1, 1, 1, 2, 2), "SAME", "NCDHW"),
]

EXAMPLES = [
    *[row for case in _FLAT for row in case.examples("MaxPool", "MaxPoolGrad", "MaxPoolGradGrad")],
    *_EXPLICIT.examples("MaxPool", "MaxPoolGrad"),
    *_WHOLE.examples("MaxPool", "MaxPoolGrad", "MaxPoolGradGrad"),
    *[
        row
        for case, has_batch in zip(_FLAT[1:4], (True, False, True), strict=True)
        for row in _numbered(case, has_batch)
    ],
    *[row for case in _DEEP for row in case.examples("MaxPool3D", "MaxPool3DGrad", "MaxPool3DGradGrad")],
    *[row for case in _FLAT for row in case.examples("AvgPool", "AvgPoolGrad")],
    *[row for case in _DEEP for row in case.examples("AvgPool3D", "AvgPool3DGrad")],
]
