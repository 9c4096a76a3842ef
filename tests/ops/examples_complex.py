"""Examples of ops/complex.py and fourier.py."""

from __future__ import annotations

import numpy as np

from tests.ops.example import Example, f32, normal

X, Y = normal(3, 4, seed=1), normal(3, 4, seed=2)
Z = X + 1j * Y  # complex64
CUBE = (normal(2, 3, 4, 2, seed=3) + 1j * normal(2, 3, 4, 2, seed=4)).astype(np.complex64)


def turned(x, sign, axes, length=None):  # type: ignore[no-untyped-def]
    """The sum over all points by the formula, one axis after the other, the numbers cut or filled up to length."""
    x = x.astype(np.complex128)
    for place, axis in enumerate(axes):
        size = x.shape[axis] if length is None else int(length[place])
        points = np.arange(size)
        waves = np.exp(sign * 2j * np.pi * np.outer(points, points) / size) / (1 if sign < 0 else size)
        x = np.moveaxis(x, axis, -1)
        filled = np.zeros((*x.shape[:-1], size), complex)
        kept = min(size, x.shape[-1])
        filled[..., :kept] = x[..., :kept]
        x = np.moveaxis(filled @ waves, -1, axis)
    return x


def half(x, length):  # type: ignore[no-untyped-def]
    whole = turned(x, -1, range(-len(length), 0), length)
    return whole[..., : length[-1] // 2 + 1]


def whole(x, length):  # type: ignore[no-untyped-def]
    """Of one axis: each frequency but the first (and the last of even lengths) and its mirror image."""
    size = int(length[-1])
    frequencies = np.zeros((*x.shape[:-1], size // 2 + 1), complex)
    kept = min(frequencies.shape[-1], x.shape[-1])
    frequencies[..., :kept] = x[..., :kept]
    if len(length) > 1:
        frequencies = turned(frequencies, 1, range(-len(length), -1), length[:-1])
    angles = 2j * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    times = np.full(size // 2 + 1, 2.0)
    times[0] = 1
    if size % 2 == 0:
        times[-1] = 1
    return (frequencies * times @ np.exp(angles)).real / size


def lengths(*sizes):  # type: ignore[no-untyped-def]
    return np.array(sizes, np.int32)


_AXES = [("", 1), ("2D", 2), ("3D", 3)]

EXAMPLES = [
    Example("Complex", [X, Y], lambda x, y: x + 1j * y),
    Example("Complex", [X, f32(2.0)], lambda x, y: x + 2j, note="scalar"),
    Example("Real", [Z], lambda z: X),
    Example("Imag", [Z], lambda z: Y),
    Example("Conj", [Z], lambda z: X - 1j * Y),
    Example("ComplexAbs", [Z], lambda z: np.sqrt(X**2 + Y**2)),
    Example("Angle", [Z], lambda z: np.arctan2(Y, X)),
    Example("ConjugateTranspose", [CUBE, lengths(2, 0, 3, 1)], lambda x, perm: np.conj(np.moveaxis(x, (2, 0, 3, 1), (0, 1, 2, 3))),
            constants=[1]),
    Example("ConjugateTranspose", [X, lengths(1, 0)], lambda x, perm: x.T, constants=[1], note="real numbers"),
    *(
        row
        for name, axes in _AXES
        for row in (
            Example(f"FFT{name}", [CUBE], lambda z, axes=axes: turned(z, -1, range(-axes, 0)), rtol=1e-4),
            Example(f"IFFT{name}", [CUBE], lambda z, axes=axes: turned(z, 1, range(-axes, 0)), rtol=1e-4),
        )
    ),
    *(
        Example(f"RFFT{name}", [CUBE.real.copy(), lengths(*size)], half, constants=[1], rtol=1e-4, note=f"{size}")
        for name, *sizes in (("", (2,), (5,)), ("2D", (4, 2), (2, 3)), ("3D", (3, 4, 2), (3, 4, 5)))
        for size in sizes
    ),
    *(
        Example(f"IRFFT{name}", [CUBE, lengths(*size)], whole, constants=[1], rtol=1e-4, note=f"{size}")
        for name, *sizes in (("", (2,), (5,)), ("2D", (4, 2), (4, 7)), ("3D", (3, 4, 2), (3, 4, 3)))
        for size in sizes
    ),
]  # fmt: skip
