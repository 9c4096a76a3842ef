"""Fourier transforms, windows and frames of signals, under TensorFlow's names: tf.signal.

Source: names and arguments of tf.signal.* in TensorFlow 1.15.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import DTypeLike, as_dtype, complex64, complex128, float32, float64, int32
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import arrays
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.scoping import convert_to_tensor
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor

Window = Callable[..., Tensor]  # (length, dtype=...) -> [length]

# -- transforms --------------------------------------------------------------------------------------------------------


def _complex_transform(op_name: str, meaning: str) -> Callable[..., Tensor]:
    def transform(input: TensorLike, name: str | None = None) -> Tensor:
        return getattr(b, op_name)(input, name=name)

    return _named(transform, op_name.lower(), meaning)


def _named(function: Callable[..., Tensor], name: str, meaning: str) -> Callable[..., Tensor]:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = meaning
    return function


fft = _complex_transform("FFT", "The Fourier transform of the last axis of complex numbers.")
fft2d = _complex_transform("FFT2D", "The Fourier transform of the last two axes of complex numbers.")
fft3d = _complex_transform("FFT3D", "The Fourier transform of the last three axes of complex numbers.")
ifft = _complex_transform("IFFT", "What has the last axis as its Fourier transform.")
ifft2d = _complex_transform("IFFT2D", "What has the last two axes as its Fourier transform.")
ifft3d = _complex_transform("IFFT3D", "What has the last three axes as its Fourier transform.")


def _real_transform(op_name: str, axes: int, inverse: bool) -> Callable[..., Tensor]:
    wide = {float32: complex64, float64: complex128}
    types = {after: before for before, after in wide.items()} if inverse else wide
    wanted, attr = ("complex64 or complex128", "Treal") if inverse else ("float32 or float64", "Tcomplex")

    def transform(input_tensor: TensorLike, fft_length: Any = None, name: str | None = None) -> Tensor:
        with function_scope(name, op_name.lower(), input_tensor) as (graph, scope):
            x = convert_to_tensor(input_tensor, dtype_hint=complex64 if inverse else float32)
            if x.dtype not in types:
                raise ValueError(f"{op_name} takes {wanted}, given: {x.dtype.name}; use tf.cast.")
            length = _natural_length(x, axes, inverse) if fft_length is None else fft_length
            sizes = graph.convert(length, int32, "fft_length")
            return getattr(b, op_name)(
                _filled_up(x, sizes, axes, inverse), sizes, **{attr: types[x.dtype]}, name=scope
            )

    way = "What has, as its Fourier transform over the last axes, the spectrum of which half is given"
    other = "Half of the spectrum of real numbers: their Fourier transform over the last axes"
    meaning = f"""{way if inverse else other}; over {axes} of them.

    `fft_length` has the sizes of these axes of the real numbers, to which they are cut or filled with 0.

    Raises
    ------
    ValueError
        If the input is not {wanted}.
    """
    return _named(transform, op_name.lower(), meaning)


def _natural_length(x: Tensor, axes: int, inverse: bool) -> Tensor:
    """The sizes of the last axes; a half of a spectrum of n frequencies is that of 2 (n - 1) numbers."""
    sizes = arrays.shape(x)[-axes:]
    if not inverse:
        return sizes
    return b.ConcatV2([sizes[:-1], b.Maximum(0, b.Mul(2, b.Sub(sizes[-1:], 1)))], 0)


def _filled_up(x: Tensor, sizes: Tensor, axes: int, inverse: bool) -> Tensor:
    """The last axes filled with 0 to what the transform needs, as TensorFlow's op does not do it itself."""
    needed = b.ConcatV2([sizes[:-1], b.AddV2(b.FloorDiv(sizes[-1:], 2), 1)], 0) if inverse else sizes
    have = arrays.shape(x)[-axes:]
    if (known := static_value(have)) is not None and (wanted := static_value(needed)) is not None:
        if (known >= wanted).all():
            return x
    after = b.Maximum(0, b.Sub(needed, have))
    behind = b.Pack([b.ZerosLike(after), after], axis=1)
    before = arrays.zeros(b.Pack([b.Sub(b.Rank(x), axes), 2]), int32)
    padded: Tensor = b.Pad(x, b.ConcatV2([before, behind], 0))
    return padded


rfft = _real_transform("RFFT", 1, inverse=False)
rfft2d = _real_transform("RFFT2D", 2, inverse=False)
rfft3d = _real_transform("RFFT3D", 3, inverse=False)
irfft = _real_transform("IRFFT", 1, inverse=True)
irfft2d = _real_transform("IRFFT2D", 2, inverse=True)
irfft3d = _real_transform("IRFFT3D", 3, inverse=True)

# -- windows -----------------------------------------------------------------------------------------------------------


def hann_window(
    window_length: TensorLike, periodic: bool = True, dtype: DTypeLike = float32, name: str | None = None
) -> Tensor:
    """Half of 1 - cos over one period: 0 at the ends, 1 in the middle.

    Parameters
    ----------
    window_length : int or scalar Tensor
    periodic : bool
        Whether the period of an even length is the length; else it is one less, and the window symmetric.
    """
    return _raised_cosine("hann_window", 0.5, window_length, periodic, dtype, name)


def hamming_window(
    window_length: Any, periodic: bool = True, dtype: DTypeLike = float32, name: str | None = None
) -> Tensor:
    """0.54 - 0.46 cos over one period; see :func:`hann_window`."""
    return _raised_cosine("hamming_window", 0.54, window_length, periodic, dtype, name)


def _raised_cosine(
    label: str, mean: float, window_length: Any, periodic: bool, dtype: Any, name: str | None
) -> Tensor:
    kind = as_dtype(dtype)
    with function_scope(name, label, window_length) as (graph, _):
        length = graph.convert(window_length, int32, "window_length")
        even = 1 - length % 2 if periodic else 0  # of odd lengths TensorFlow's is symmetric either way
        period = graph.cast(length + even - 1, kind)
        place = graph.cast(arrays.range(length), kind)
        angle = place * graph.constant(2 * math.pi, kind) / b.Maximum(period, 1)
        window = graph.constant(mean, kind) - graph.constant(1 - mean, kind) * b.Cos(angle)
        return b.SelectV2(b.Equal(length, 1), b.OnesLike(window), window)


# -- frames ------------------------------------------------------------------------------------------------------------


def frame(
    signal: TensorLike,
    frame_length: TensorLike,
    frame_step: TensorLike,
    pad_end: bool = False,
    pad_value: Any = 0,
    axis: int = -1,
    name: str | None = None,
) -> Tensor:
    """The pieces of an axis that begin at every `frame_step`-th place.

    Parameters
    ----------
    frame_length, frame_step : int or scalar Tensor
    pad_end : bool
        Whether pieces that reach beyond the end are given too, filled with `pad_value`; else they are left out.

    Shape
    -----
    signal [..., samples, ...] -> [..., frames, frame_length, ...]
    """
    with function_scope(name, "frame", signal, frame_length, frame_step, pad_value) as (graph, _):
        x = tensor_of(signal, name="signal")
        length, step = graph.convert(frame_length, int32), graph.convert(frame_step, int32)
        place = axis if axis >= 0 or x.dims is None else axis + len(x.dims)
        samples = arrays.shape(x)[place]
        if pad_end:
            count = -(-samples // step)
            missing = b.Maximum(0, length + step * (count - 1) - samples)
            rank = arrays.rank(x)
            at_axis = b.Equal(arrays.range(rank), place % rank)
            paddings = b.Pack([arrays.zeros_like(arrays.shape(x)), b.SelectV2(at_axis, missing, 0)], axis=1)
            x = b.PadV2(x, paddings, graph.convert(pad_value, x.dtype))
        else:
            count = b.Maximum(0, 1 + (samples - length) // step)
        places = b.ExpandDims(arrays.range(count) * step, 1) + arrays.range(length)
        result: Tensor = b.GatherV2(x, places, place)
        return result


def overlap_and_add(signal: TensorLike, frame_step: Any, name: str | None = None) -> Tensor:
    """Frames put together again: each begins `frame_step` behind the one before, and what overlaps is added.

    Shape
    -----
    signal [..., frames, frame_length] -> [..., (frames - 1) * frame_step + frame_length]

    Raises
    ------
    ValueError
        If the signal is known to have less than two dimensions.
    """
    with function_scope(name, "overlap_and_add", signal, frame_step) as (graph, _):
        x, step = tensor_of(signal, name="signal"), graph.convert(frame_step, int32, "frame_step")
        if x.dims is not None and len(x.dims) < 2:
            raise ValueError(f"the frames of overlap_and_add have 2 dimensions or more, given: {x.shape}.")
        sizes = arrays.shape(x)
        count, length = sizes[-2], sizes[-1]
        samples = b.Maximum(0, length + step * (count - 1))
        places = b.ExpandDims(arrays.range(count) * step, 1) + arrays.range(length)
        rows = b.Transpose(b.Reshape(x, b.Pack([-1, count * length])), [1, 0])
        added = b.Transpose(b.UnsortedSegmentSum(rows, b.Reshape(places, [-1]), samples), [1, 0])
        result: Tensor = b.Reshape(added, b.ConcatV2([sizes[:-2], b.Pack([samples])], 0))
        if x.dims is not None:
            result.set_shape((*x.dims[:-2], None))
        return result


def stft(
    signals: TensorLike,
    frame_length: Any,
    frame_step: Any,
    fft_length: TensorLike | None = None,
    window_fn: Window | None = hann_window,
    pad_end: bool = False,
    name: str | None = None,
) -> Tensor:
    """The spectrum of each frame of a signal, under a window.

    Parameters
    ----------
    fft_length : int or scalar Tensor, optional
        The power of 2 from `frame_length` on by default.
    window_fn : callable, optional
        ``(frame_length, dtype=...)`` -> [frame_length]; None for none.

    Shape
    -----
    signals [..., samples] -> [..., frames, fft_length // 2 + 1], complex
    """
    with function_scope(name, "stft", signals, frame_length, frame_step) as (graph, _):
        x = tensor_of(signals, name="signals")
        length = graph.convert(frame_length, int32, "frame_length")
        framed = frame(x, length, frame_step, pad_end=pad_end)
        if window_fn is not None:
            framed = framed * window_fn(length, dtype=framed.dtype)
        return rfft(framed, b.Pack([_transform_length(length, fft_length)]))


def inverse_stft(
    stfts: TensorLike,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Window | None = hann_window,
    name: str | None = None,
) -> Tensor:
    """The signal of which :func:`stft` gives these spectra, if the windows fit: see :func:`inverse_stft_window_fn`.

    Shape
    -----
    stfts [..., frames, fft_length // 2 + 1] -> [..., samples]
    """
    with function_scope(name, "inverse_stft", stfts) as (graph, _):
        spectra = tensor_of(stfts, name="stfts")
        length = graph.convert(frame_length, int32, "frame_length")
        size = _transform_length(length, fft_length)
        frames = irfft(spectra, b.Pack([size]))[..., :length]
        missing = b.Pack([0, b.Maximum(0, length - size)])
        before = arrays.zeros(b.Pack([b.Rank(frames) - 1, 2]), int32)
        frames = b.Pad(frames, b.ConcatV2([before, b.ExpandDims(missing, 0)], 0))
        if window_fn is not None:
            frames = frames * window_fn(length, dtype=frames.dtype)
        return overlap_and_add(frames, frame_step)


def inverse_stft_window_fn(
    frame_step: Any, forward_window_fn: Window = hann_window, name: str | None = None
) -> Window:
    """The window for :func:`inverse_stft` with which it undoes :func:`stft` under `forward_window_fn`.

    Source
    ------
    D. Griffin, J. Lim, Signal estimation from modified short-time Fourier transform, 1984, equation 7
    """

    def window_fn(frame_length: Any, dtype: Any) -> Tensor:
        with function_scope(name, "inverse_stft_window_fn", frame_length, frame_step) as (graph, _):
            length, step = graph.convert(frame_length, int32), graph.convert(frame_step, int32)
            forward = forward_window_fn(length, dtype=dtype)
            overlaps = -(-length // step)
            squares = b.Pad(b.Square(forward), [[0, overlaps * step - length]])
            sums = b.Sum(b.Reshape(squares, [overlaps, step]), 0, keep_dims=True)
            whole = b.Reshape(b.Tile(sums, [overlaps, 1]), [overlaps * step])
            return forward / whole[:length]

    return window_fn


def _transform_length(frame_length: Tensor, fft_length: Any) -> Tensor:
    """The given length, or the power of 2 from that of the frames on."""
    graph = frame_length.graph.at_work()
    if fft_length is not None:
        return graph.convert(fft_length, int32, "fft_length")
    if (known := static_value(frame_length)) is not None:
        return graph.constant(2 ** math.ceil(math.log2(int(known))), int32)
    power = b.Ceil(b.RealDiv(b.Log(b.Cast(frame_length, DstT=float64)), math.log(2)))
    return b.Cast(b.Round(b.Pow(graph.constant(2, float64), power)), DstT=int32)


near_keywords_of_functions(__name__)
