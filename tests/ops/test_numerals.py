"""Numbers out of texts."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import int32, int64
from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.ops._numerals import singles
from estimator.runtime.session import Session


def run(tensor: Any) -> Any:
    with Session() as session:
        return session.run(tensor)


def nearest(text: bytes) -> float:
    """The float32 nearest to what a decimal text says, of two the even one."""
    exact, near = Fraction(text.decode()), np.float32(float(text))
    around = [near, np.nextafter(near, np.float32(-np.inf)), np.nextafter(near, np.float32(np.inf))]
    return float(min(around, key=lambda x: (abs(Fraction(float(x)) - exact), int(x.view(np.uint32)) % 2)))


def test_singles_are_the_nearest_to_the_texts(rng: np.random.Generator) -> None:
    left = rng.integers(0, 2**31 - 2**24, 300, dtype=np.uint32)  # of finite numbers, also of the tiniest
    left[:20] = rng.integers(0, 2**23, 20)
    texts = []
    for low, high in zip(left.view(np.float32).tolist(), (left + 1).view(np.float32).tolist(), strict=True):
        middle = (Fraction(low) + Fraction(high)) / 2
        digits = f"{int(middle * 10**160)}e-160"
        texts += [
            digits.encode(),
            digits.replace("e", "1e").replace("-160", "-161").encode(),
            repr(low).encode(),
        ]
    found = singles(np.array([float(text) for text in texts]), texts)
    assert found.tolist() == [nearest(text) for text in texts]


def test_what_is_too_large_is_infinite_and_hexadecimal_whole() -> None:
    found = singles(
        np.array([1e300, -1e300, np.nan, 16777217.0]), [b"1e300", b"-1e300", b"nan", b"0x1000001"]
    )
    assert found.tolist()[:2] == [np.inf, -np.inf]
    assert np.isnan(found[2])
    assert found[3] == 16777216.0


@pytest.mark.parametrize(
    "text",
    ["1_0", "", "1 2", "1f", "0x1p3", "1,5", "infinity", "-Infinity", "NaN(1)", "\u0661", "--1", "e5", "."],
)
def test_what_tensorflow_does_not_read_as_a_number_is_refused_with_its_place(text: str) -> None:
    for dtype in ("float32", "float64", "int32", "int64"):
        with pytest.raises(
            InvalidArgumentError, match=r"StringToNumberOp could not .* at index \[0, 1\] is no " + dtype
        ):
            run(b.StringToNumber([["1", text]], out_type=dtype))


@pytest.mark.parametrize("text", ["1.5", "+3", "inf", "0x10", "1e5"])
def test_an_integer_has_digits_alone(text: str) -> None:
    with pytest.raises(InvalidArgumentError, match="is no int64"):
        run(b.StringToNumber([text], out_type=int64))


def test_an_integer_that_is_too_large_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="3000000000.* is no int32"):
        run(b.StringToNumber(["3000000000"], out_type=int32))


def test_a_float32_is_rounded_once() -> None:
    # read off TensorFlow 2.15.1: a float64 of the first lies midway between two float32
    texts = [
        "1.00000017881393432617187499",
        "1.00000017881393432617187501",
        "16777217.0000000001",
        "16777217",
    ]
    found = run(b.StringToNumber([texts], out_type="float32"))
    assert found.tolist() == [[1.0000001192092896, 1.000000238418579, 16777218.0, 16777216.0]]
