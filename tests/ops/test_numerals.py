"""Numbers out of texts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from estimator.ops._numerals import singles


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
