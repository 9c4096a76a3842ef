"""Cosine transforms, spectra by ear, and what turns the order of a spectrum around.

Source: tf.signal, TF 2.15 dct_ops.py, mel_ops.py, mfcc_ops.py, fft_ops.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, DTypeLike, as_dtype, complex64, complex128, float32, float64
from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.registry import did_you_mean
from estimator.functions import arrays
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.rearranging import roll
from estimator.functions.signal import irfft, rfft
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.likes import TensorLike
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor

_INVERSE = {1: 1, 2: 3, 3: 2, 4: 4}
_COMPLEX = {float32: complex64, float64: complex128}


def dct(
    input: TensorLike,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The discrete cosine transform over the last axis.

    With N samples, of type 2: ``2 sum_k x_k cos(pi i (2 k + 1) / (2 N))``. Type 3 is its inverse but for the scale;
    types 1 and 4 are their own.

    Parameters
    ----------
    input : Tensor, float32 or float64
    type : {1, 2, 3, 4}
    n : int, optional
        How many samples are taken: filled up with 0, or cut off.
    axis : int
        Always -1.
    norm : {"ortho"}, optional
        Scales types 2, 3 and 4 so that they are orthogonal.
    name : str, optional

    Shape
    -----
    input [..., samples] -> [..., n or samples]

    Raises
    ------
    ValueError
        If an argument is none of these. The error has all problems.
    TypeError
        If the input is not of floating point.

    Source
    ------
    tf.signal.dct, TF 2.15
    """
    _check("dct", type, n, axis, norm)
    with function_scope(name, "dct", input):
        x = tensor_of(input)
        if x.dtype not in _COMPLEX:
            raise TypeError(f"dct takes float32 or float64, given: {x.dtype.name}; use tf.cast.")
        if n is not None:
            x = _of_length(x, n)
        return _TRANSFORMS[type](x, norm == "ortho")


def idct(
    input: TensorLike,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The inverse of :func:`dct`, with ``norm="ortho"``; else but for the scale: 2 N, or 2 (N - 1) of type 1.

    Parameters
    ----------
    input, type, axis, norm, name
        As for :func:`dct`.
    n : int, optional
        Always None.

    Raises
    ------
    ValueError
        If an argument is none of these. The error has all problems.
    """
    _check("idct", type, n, axis, norm)
    return dct(input, _INVERSE[type], n, axis, norm, name)


def _check(function: str, type: Any, n: Any, axis: int, norm: Any) -> None:
    problems = []
    if axis != -1:
        problems.append(f"axis must be -1, given: {axis!r}; use tf.transpose.")
    if type not in _INVERSE:
        problems.append(f"type must be 1, 2, 3 or 4, given: {type!r}.")
    if n is not None and (function == "idct" or n < 1):
        problems.append(f"n must be {'None' if function == 'idct' else 'above 0'}, given: {n!r}.")
    if norm not in (None, "ortho"):
        problems.append(f"norm must be None or 'ortho', given: {norm!r}.{did_you_mean(str(norm), ['ortho'])}")
    if type == 1 and norm == "ortho":
        problems.append("there is no orthogonal transform of type 1.")
    raise_problems(function, problems)


def _of_length(x: Tensor, n: int) -> Tensor:
    missing = b.Maximum(0, n - arrays.shape(x)[-1])
    before = arrays.zeros(b.Pack([b.Rank(x) - 1, 2]), "int32")
    padded: Tensor = b.Pad(x, b.ConcatV2([before, b.ExpandDims(b.Pack([0, missing]), 0)], 0))[..., :n]
    if x.dims is not None:
        padded.set_shape((*x.dims[:-1], n))
    return padded


def _count(x: Tensor) -> Any:
    """The number of samples, which is a number if it is known."""
    known = (x.dims or (None,))[-1]
    return arrays.shape(x)[-1] if known is None else known


def _places(x: Tensor, count: Any, first: float = 0.0) -> Tensor:
    """``first``, ``first + 1``, ... in the type of x."""
    return b.Cast(arrays.range(count), DstT=x.dtype) + first


def _turned(x: Tensor, angles: Tensor) -> Tensor:
    """``cos(angles) + i sin(angles)``."""
    return b.Complex(b.Cos(angles), b.Sin(angles), Tout=_COMPLEX[x.dtype])


def _type_1(x: Tensor, is_orthogonal: bool) -> Tensor:
    size = _count(x) - 1
    both = b.ConcatV2([x, x[..., -2:0:-1]], -1)
    return b.Real(rfft(both, b.Pack([size * 2])), Tout=x.dtype)


def _type_2(x: Tensor, is_orthogonal: bool) -> Tensor:
    count = _count(x)
    samples = b.Cast(count, DstT=x.dtype)
    turns = 2.0 * _turned(x, _places(x, count) * (-math.pi * 0.5) / samples)
    found = b.Real(rfft(x, b.Pack([2 * count]))[..., :count] * turns, Tout=x.dtype)
    if not is_orthogonal:
        return found
    scale = b.Rsqrt(samples)
    return found * _ends(0.5 * scale, math.sqrt(0.5) * scale, count)


def _ends(first: Any, others: Any, count: Any) -> Tensor:
    """A factor for the first number and one for all others."""
    is_first = b.Equal(arrays.range(count), 0)
    result: Tensor = b.SelectV2(is_first, first, others)
    return result


def _type_3(x: Tensor, is_orthogonal: bool) -> Tensor:
    count = _count(x)
    samples = b.Cast(count, DstT=x.dtype)
    if is_orthogonal:
        x = x * _ends(b.Sqrt(samples), b.Sqrt(samples) * math.sqrt(0.5), count)
    else:
        x = x * samples
    turns = 2.0 * _turned(x, _places(x, count) * (math.pi * 0.5) / samples)
    spectrum = turns * b.Complex(x, b.ZerosLike(x), Tout=_COMPLEX[x.dtype])
    result: Tensor = irfft(spectrum, b.Pack([2 * count]))[..., :count]
    return result


def _type_4(x: Tensor, is_orthogonal: bool) -> Tensor:
    count = _count(x)
    samples = b.Cast(count, DstT=x.dtype)
    before = arrays.zeros(b.Pack([b.Rank(x) - 1, 2]), "int32")
    padded = b.Pad(x, b.ConcatV2([before, b.ExpandDims(b.Pack([0, count]), 0)], 0))
    second = _type_2(padded, False)
    found: Tensor = second[..., 1::2]
    return found * (math.sqrt(0.5) * b.Rsqrt(samples)) if is_orthogonal else found


_TRANSFORMS = {1: _type_1, 2: _type_2, 3: _type_3, 4: _type_4}


def linear_to_mel_weight_matrix(
    num_mel_bins: int = 20,
    num_spectrogram_bins: Any = 129,
    sample_rate: Any = 8000,
    lower_edge_hertz: Any = 125.0,
    upper_edge_hertz: Any = 3800.0,
    dtype: DTypeLike = float32,
    name: str | None = None,
) -> Tensor:
    """The matrix by which a spectrum is multiplied to have bands as the ear has them: triangles, evenly spread in mel.

    Parameters
    ----------
    num_mel_bins : int
        How many bands there are.
    num_spectrogram_bins : int
        How many frequencies the spectrum has, from 0 to half the sample rate.
    sample_rate : float
        Samples a second.
    lower_edge_hertz, upper_edge_hertz : float
        Where the lowest band begins and the highest ends.
    dtype : DType
        Floating point.
    name : str, optional

    Shape
    -----
    -> [num_spectrogram_bins, num_mel_bins]

    Raises
    ------
    ValueError
        If a number is not what it should be. The error has all problems.

    Source
    ------
    tf.signal.linear_to_mel_weight_matrix, TF 2.15 mel_ops.py; mel by HTK: 1127 log(1 + hertz / 700)
    """
    kind = as_dtype(dtype)
    given = (num_spectrogram_bins, sample_rate, lower_edge_hertz, upper_edge_hertz)
    known: list[Any] = [static_value(x) if isinstance(x, Tensor) else x for x in given]
    if any(value is None for value in known):
        raise ValueError("linear_to_mel_weight_matrix takes numbers, or tensors whose values are known.")
    count, rate, low, high = int(known[0]), *map(float, known[1:])
    _check_mel(num_mel_bins, rate, low, high, kind)
    weights = _mel_weights(num_mel_bins, count, rate, low, high).astype(kind.np)
    return get_default_graph().constant(weights, name=name or "linear_to_mel_weight_matrix")


def _check_mel(bins: int, rate: float, low: float, high: float, kind: DType) -> None:
    problems = []
    if bins <= 0:
        problems.append(f"num_mel_bins must be positive. Got: {bins}.")
    if low < 0.0:
        problems.append(f"lower_edge_hertz must be non-negative. Got: {low}.")
    if low >= high:
        problems.append(f"lower_edge_hertz {low:.1f} >= upper_edge_hertz {high:.1f}.")
    if rate <= 0.0:
        problems.append(f"sample_rate must be positive. Got: {rate}.")
    elif high > rate / 2:
        problems.append(
            f"upper_edge_hertz must not be larger than the Nyquist frequency {rate / 2}. Got {high}."
        )
    if not kind.is_floating:
        problems.append(f"dtype must be a floating point type. Got: {kind.name}.")
    raise_problems("linear_to_mel_weight_matrix", problems)


def _mel_weights(bins: int, count: int, rate: float, low: float, high: float) -> np.ndarray[Any, Any]:
    def mel(hertz: Any) -> Any:
        return 1127.0 * np.log1p(np.asarray(hertz) / 700.0)

    frequencies = mel(np.linspace(0.0, rate / 2, count)[1:])[:, None]  # the first, 0 hertz, is left out
    edges = np.linspace(mel(low), mel(high), bins + 2)
    begin, middle, end = edges[:-2], edges[1:-1], edges[2:]
    rising = (frequencies - begin) / (middle - begin)
    falling = (end - frequencies) / (end - middle)
    weights: np.ndarray[Any, Any] = np.maximum(0.0, np.minimum(rising, falling))
    return np.pad(weights, [[1, 0], [0, 0]])


def mfccs_from_log_mel_spectrograms(log_mel_spectrograms: TensorLike, name: str | None = None) -> Tensor:
    """The cepstrum of spectra by ear: their cosine transform, scaled as HTK does.

    Parameters
    ----------
    log_mel_spectrograms : Tensor, float32
        Logarithms of what :func:`linear_to_mel_weight_matrix` gives.
    name : str, optional

    Shape
    -----
    [..., num_mel_bins] -> [..., num_mel_bins]

    Raises
    ------
    ValueError
        If there is no band.
    """
    with function_scope(name, "mfccs_from_log_mel_spectrograms", log_mel_spectrograms):
        spectra = tensor_of(log_mel_spectrograms)
        count = arrays.shape(spectra)[-1]
        if spectra.dims and spectra.dims[-1] == 0:
            raise ValueError("mfccs_from_log_mel_spectrograms: num_mel_bins must be positive. Got: 0.")
        return dct(spectra, type=2) * b.Rsqrt(b.Cast(count, DstT=spectra.dtype) * 2.0)


def fftshift(x: TensorLike, axes: Any = None, name: str | None = None) -> Tensor:
    """A spectrum with the frequency 0 in the middle.

    Parameters
    ----------
    x : Tensor
    axes : int or sequence of int, optional
        By default all.
    name : str, optional
    """
    with function_scope(name, "fftshift", x) as (_, scope):
        return _shifted(tensor_of(x), axes, lambda size: size // 2, scope)


def ifftshift(x: TensorLike, axes: Any = None, name: str | None = None) -> Tensor:
    """What :func:`fftshift` was given; parameters as there."""
    with function_scope(name, "ifftshift", x) as (_, scope):
        return _shifted(tensor_of(x), axes, lambda size: -(size // 2), scope)


def _shifted(x: Tensor, axes: Any, shift: Callable[[Any], Any], name: str) -> Tensor:
    if x.dims is not None:
        places = list(range(len(x.dims))) if axes is None else [axes] if isinstance(axes, int) else list(axes)
        if all(x.dims[place] is not None for place in places):
            return roll(x, [shift(x.dims[place]) for place in places], places, name)
    sizes = arrays.shape(x)
    if axes is None:
        return roll(x, shift(sizes), arrays.range(arrays.rank(x)), name)
    listed = [axes] if isinstance(axes, int) else list(axes)
    return roll(x, b.Pack([shift(sizes[place]) for place in listed]), listed, name)


near_keywords_of_functions(__name__)
