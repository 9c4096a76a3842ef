"""Fourier transforms of the last axes.

Source: TensorFlow 2.15, core/ops/spectral_ops.cc; gradients: the adjoints of these linear maps.
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DType, complex64, float32
from estimator.core.shapes import Dims, show
from estimator.graph.op import ShapeScope, op

# -- complex ones ------------------------------------------------------------------------------------------------------


def _complex_transform(name: str, opposite: str, axes: int, inverse: bool) -> None:
    """Declare FFT, IFFT and their like over the last `axes` axes; `opposite` is the other way."""

    def shape(s: ShapeScope) -> Dims:
        _check_rank(s.shapes[0], axes)
        return s.shapes[0]

    def kernel(xp: Any, input: Any) -> Any:
        function = xp.fft.ifftn if inverse else xp.fft.fftn
        return function(input, axes=range(-axes, 0)).astype(input.dtype)

    way = "back from frequencies" if inverse else "to frequencies"
    kernel.__doc__ = (
        f"The Fourier transform {way}, over {axes} axes.\n\n    Source  TF op {name}, spectral_ops.cc"
    )
    declared = op(name, "input: Tcomplex -> output: Tcomplex", attrs={"Tcomplex": complex64}, shape=shape)(
        kernel
    )

    @declared.gradient
    def gradient(b: Any, op: Any, dy: Any) -> Any:
        count = b.Cast(b.Prod(b.Shape(dy)[-axes:], 0), DstT=dy.dtype)
        back = getattr(b, opposite)(dy)
        return b.RealDiv(back, count) if inverse else b.Mul(back, count)


def _check_rank(dims: Dims, axes: int) -> None:
    if dims is not None and len(dims) < axes:
        raise ValueError(f"the input must have at least {axes} dimensions, given: {show(dims)}.")


for _axes, _suffix in ((1, ""), (2, "2D"), (3, "3D")):
    _complex_transform(f"FFT{_suffix}", f"IFFT{_suffix}", _axes, inverse=False)
    _complex_transform(f"IFFT{_suffix}", f"FFT{_suffix}", _axes, inverse=True)

# -- of real numbers ---------------------------------------------------------------------------------------------------
#
# Their spectrum is symmetric, so that of the last axis only the first n // 2 + 1 frequencies are kept.

_REAL = {"Treal": float32, "Tcomplex": complex64}


def _to_half(name: str, axes: int) -> None:
    """Declare RFFT and its like: from real numbers to half of the spectrum."""

    def shape(s: ShapeScope) -> Dims:
        sizes = _resized(s, axes)
        return sizes and (*sizes[:-1], None if sizes[-1] is None else sizes[-1] // 2 + 1 if sizes[-1] else 0)

    def kernel(xp: Any, input: Any, fft_length: Any, Tcomplex: DType) -> Any:
        return xp.fft.rfftn(input, fft_length, axes=range(-axes, 0)).astype(Tcomplex.np)

    kernel.__doc__ = (
        f"Half of the spectrum of real numbers, which are cut or filled with 0 to fft_length, over {axes} axes."
        f"\n\n    Source  TF op {name}, spectral_ops.cc"
    )
    signature = "input: Treal, fft_length: int32 -> output: Tcomplex"
    declared = op(name, signature, attrs=_REAL, shape=shape)(kernel)

    @declared.gradient
    def gradient(b: Any, op: Any, dy: Any) -> Any:
        """The other half is empty: the sum over the first frequencies alone, of which the real part counts."""
        x, length = op.inputs
        whole = _fitted(b, dy, b.ConcatV2([b.Shape(dy)[:-1], length[-1:]], 0))
        count = b.Cast(b.Prod(length, 0), DstT=dy.dtype)
        full = b.Real(b.Mul(getattr(b, f"I{name[1:]}")(whole), count), Tout=x.dtype)
        return _fitted(b, full, b.Shape(x)), None


def _from_half(name: str, axes: int) -> None:
    """Declare IRFFT and its like: from half of a spectrum to real numbers."""

    def kernel(xp: Any, input: Any, fft_length: Any, Treal: DType) -> Any:
        return xp.fft.irfftn(input, fft_length, axes=range(-axes, 0)).astype(Treal.np)

    kernel.__doc__ = (
        f"The fft_length real numbers of which half of the spectrum is given, over {axes} axes."
        f"\n\n    Source  TF op {name}, spectral_ops.cc"
    )
    signature = "input: Tcomplex, fft_length: int32 -> output: Treal"
    declared = op(name, signature, attrs=_REAL, shape=lambda s: _resized(s, axes))(kernel)

    @declared.gradient
    def gradient(b: Any, op: Any, dy: Any) -> Any:
        """Each frequency stands for itself and its mirror image, but for the first and, of even lengths, the last."""
        x, length = op.inputs
        half = getattr(b, name[1:])(dy, length, Tcomplex=x.dtype)
        place = b.Range(0, b.Shape(half)[-1], 1)
        alone = b.LogicalOr(b.Equal(place, 0), b.Equal(b.Mul(place, 2), length[-1]))
        times = b.RealDiv(
            b.Cast(b.SelectV2(alone, 1, 2), DstT=dy.dtype), b.Cast(b.Prod(length, 0), DstT=dy.dtype)
        )
        return _fitted(b, b.Mul(half, b.Cast(times, DstT=x.dtype)), b.Shape(x)), None


def _resized(s: ShapeScope, axes: int) -> Dims:
    """The shape with the last axes of the sizes in fft_length."""
    dims = s.shapes[0]
    _check_rank(dims, axes)
    length = s.shapes[1]
    if length is not None and length not in ((axes,), (None,)):
        raise ValueError(f"fft_length must have {axes} elements, given the shape {show(length)}.")
    sizes = s.dims(1) or (None,) * axes
    return None if dims is None else (*dims[:-axes], *sizes)


def _fitted(b: Any, x: Any, shape: Any) -> Any:
    """x cut, or filled with 0, at the end of its last axes to a shape that is a tensor."""
    cut = b.Slice(x, b.ZerosLike(shape), b.Minimum(b.Shape(x), shape))
    return b.Pad(cut, b.Pack([b.ZerosLike(shape), b.Sub(shape, b.Shape(cut))], axis=1))


for _axes, _suffix in ((1, ""), (2, "2D"), (3, "3D")):
    _to_half(f"RFFT{_suffix}", _axes)
    _from_half(f"IRFFT{_suffix}", _axes)
