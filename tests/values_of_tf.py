"""Calls of functions of ``tf`` with numbers: what they give, and the gradients that go back through them.

The calls are text, so that TensorFlow (tests/interop/tf_values.py) and this package (tests/test_values.py) evaluate the
very same ones; nothing is imported here that either of them lacks. tests/data/tf/values.json has TensorFlow's answers.
"""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

_RANDOM = np.random.RandomState(7)


def _normal(*shape: int) -> Any:
    return _RANDOM.standard_normal(shape).astype(np.float32)


_SQUARE = _normal(2, 3, 3)
INPUTS: dict[str, Any] = {
    "x": _normal(2, 3),
    "y": _normal(2, 3),
    "p": (_RANDOM.random_sample((2, 3)) * 4 + 0.1).astype(np.float32),  # positive
    "q": (_RANDOM.random_sample((2, 3)) * 4 + 0.1).astype(np.float32),
    "f": (_RANDOM.random_sample((2, 3)) * 0.9 + 0.05).astype(np.float32),  # fractions
    "z": (_normal(2, 3) + 1j * _normal(2, 3)).astype(np.complex64),
    "w": (_normal(2, 3) + 1j * _normal(2, 3)).astype(np.complex64),
    "m": _SQUARE + 2 * np.eye(3, dtype=np.float32),  # invertible
    "s": (_SQUARE @ _SQUARE.transpose(0, 2, 1) + np.eye(3)).astype(np.float32),  # symmetric, positive
    "t": _normal(2, 4, 3),  # tall
    "r": _normal(2, 3, 2),  # right hand sides of m
    "v": _normal(5),
    "k": np.array([3, -1, 2, 3, 0, 2], np.int32),
    "l": np.array([[5, 1, 12], [7, 3, 2]], np.int64),
    "b": np.array([[True, False, True], [False, False, True]]),
    "n": np.array([2, 1], np.int32),
}

CALLS = """
tf.math.lgamma(x)
tf.math.digamma(x)
tf.math.polygamma(2.0, p)
tf.math.zeta(p + 1.0, q)
tf.math.igamma(p, q)
tf.math.igammac(p, q)
tf.math.betainc(p, q, f)
tf.math.lbeta(p)
tf.math.bessel_i0(x * 4.0)
tf.math.bessel_i0e(x * 4.0)
tf.math.bessel_i1(x * 4.0)
tf.math.bessel_i1e(x * 4.0)
tf.math.bessel_i1e(x * 0.0)
tf.math.erfinv(f)
tf.math.erfcinv(f)
tf.math.ndtri(f)
tf.math.xlogy(x, q)
tf.math.xlogy(x * 0.0, q)
tf.math.xlog1py(x, q)
tf.math.xdivy(x, y)
tf.math.nextafter(x, y)
tf.math.polyval([1.0, -2.0, 3.0], x)
tf.math.reciprocal_no_nan(x)
tf.complex(x, y)
tf.real(z)
tf.imag(z)
tf.angle(z)
tf.angle(x)
tf.conj(z)
tf.abs(z)
z + w
z * w
z / w
z - w
-z
z ** w
tf.squared_difference(z, w)
tf.math.divide_no_nan(z, w)
tf.sign(z)
tf.sinh(z)
tf.atan(z)
tf.square(z)
tf.sqrt(z)
tf.exp(z)
tf.log(z)
tf.sin(z)
tf.cos(z)
tf.tanh(z)
tf.reciprocal(z)
tf.rsqrt(z)
tf.sigmoid(z)
tf.matmul(z, tf.transpose(w))
tf.matmul(z, w, adjoint_b=True)
tf.matmul(tf.expand_dims(z, 0), tf.expand_dims(w, 0), adjoint_a=True)
tf.reduce_sum(z, 1)
tf.reduce_mean(z)
tf.reduce_prod(z, 1)
tf.cumsum(z, 1)
tf.transpose(z, conjugate=True)
tf.cast(x, tf.complex64)
tf.cast(z, tf.float32)
tf.gather(z, [1, 0])
tf.bitwise.bitwise_and(k, 6)
tf.bitwise.bitwise_or(k, 6)
tf.bitwise.bitwise_xor(k, 6)
tf.bitwise.invert(k)
tf.bitwise.left_shift(k, [1, 2, 31, 32, -1, 5])
tf.bitwise.right_shift(k, [1, 2, 31, 32, -1, 5])
tf.signal.fft(z)
tf.signal.ifft(z)
tf.signal.fft2d(z)
tf.signal.ifft2d(z)
tf.signal.fft3d(tf.stack([z, w]))
tf.signal.rfft(v)
tf.signal.rfft(x, [4])
tf.signal.rfft(t, [3])
tf.signal.rfft2d(t)
tf.signal.rfft3d(t)
tf.signal.irfft(z)
tf.signal.irfft(z, [4])
tf.signal.irfft2d(z)
tf.signal.hann_window(4)
tf.signal.hann_window(5)
tf.signal.hann_window(4, periodic=False, dtype=tf.float64)
tf.signal.hamming_window(6)
tf.signal.hann_window(1)
tf.signal.frame(v, 2, 1)
tf.signal.frame(v, 3, 2, pad_end=True, pad_value=7.0)
tf.signal.frame(t, 2, 1, axis=1)
tf.signal.overlap_and_add(t, 2)
tf.signal.overlap_and_add(x, 3)
tf.strings.unicode_decode([['a\\u00e9', 'b'], ['\\u20ac', '']], 'UTF-8')
tf.strings.unicode_decode('a\\u00e9\\u20ac', 'UTF-8')
tf.strings.unicode_split('a\\u00e9\\u20ac', 'UTF-8')
tf.strings.unicode_split_with_offsets(['a\\u00e9', '\\u20ac'], 'UTF-8')
tf.strings.unicode_decode_with_offsets(tf.ragged.constant([['a\\u00e9'], ['\\u20ac', 'b']]), 'UTF-8')
tf.strings.unicode_encode([[97, 98], [99, 233]], 'UTF-8')
tf.strings.unicode_encode([97, 98], 'UTF-16-BE')
tf.strings.unicode_encode(tf.ragged.constant([[97], [99, 233]]), 'UTF-8')
tf.strings.unicode_encode(tf.ragged.constant([[[97], [99, 233]], [[]]]), 'UTF-8')
tf.strings.unicode_encode([[[97, 98]], [[99, 0x110000]]], 'UTF-8')
tf.strings.unicode_encode([-1, 0xD800, 97, 0xFFFE, 0xFDD0], 'UTF-8', 'replace', 63)
tf.strings.unicode_decode([b'\\xff\\xfea', b'\\xe2\\x82', b'\\xed\\xa0\\x80x', b'\\xf0\\x9f\\x98z', b'\\xc0\\xafa', b'\\xf4\\x90\\x80\\x80'], 'UTF-8')
tf.strings.unicode_decode_with_offsets([b'\\xff\\xfea', b'\\xe2\\x82', b'\\xed\\xa0\\x80x', b'\\xf0\\x9f\\x98z'], 'UTF-8', 'ignore')
tf.strings.unicode_decode([b'\\x00a\\xd8\\x3d', b'\\xde\\x00\\x00b', b'\\x00a\\x00', b'\\xd8\\x3d\\x00a'], 'UTF-16-BE')
tf.strings.unicode_decode([b'\\x00\\x00\\x00a\\x00', b'\\x00\\x11\\x00\\x00', b'\\x00\\x00\\xd8\\x00'], 'UTF-32-BE')
tf.strings.unicode_decode([b'a\\xe9'], 'US-ASCII')
tf.strings.unicode_decode([b'a\\x82\\xa0b'], 'shift-jis')
tf.strings.unicode_decode([b'a\\tb\\x7f'], 'UTF-8', 'replace', 63, True)
tf.strings.unicode_decode([b'\\xef\\xbb\\xbfa'], 'UTF-8')
tf.strings.unicode_transcode([b'a\\xe9\\t'], 'ISO-8859-1', 'UTF-8')
tf.strings.unicode_transcode([b'a\\xff'], 'UTF-8', 'UTF-8', 'ignore')
tf.io.decode_base64(['YQ', 'YQ==', 'YWI', 'YWI=', '-_8A', '', 'YR'])
tf.io.encode_base64([b'\\xfb\\xff', b'ab', b''], True)
tf.io.serialize_tensor([1.5, 2])
tf.io.serialize_tensor(tf.zeros([0, 2], tf.int64))
tf.io.serialize_tensor(tf.constant([True]))
tf.io.serialize_tensor(['a', ''])
tf.io.serialize_tensor(tf.constant([1.5], tf.bfloat16))
tf.io.serialize_tensor(tf.constant([1 + 2j]))
tf.io.serialize_tensor(tf.constant([1.5], tf.float16))
tf.io.parse_tensor(tf.io.serialize_tensor(x), tf.float32)
tf.io.parse_tensor(b'\\x08\\x01\\x12\\x04\\x12\\x02\\x08\\x02\\x2a\\x04\\x00\\x00\\xc0?', tf.float32)
tf.audio.encode_wav(x, 8000)
tf.audio.decode_wav(tf.audio.encode_wav(x, 8000), 4, 3)
tf.quantization.fake_quant_with_min_max_args(x)
tf.quantization.fake_quant_with_min_max_args(x, -0.9, 1.1, 3, narrow_range=True)
tf.quantization.fake_quant_with_min_max_vars(x, -0.8, 0.7)
tf.quantization.fake_quant_with_min_max_vars(x, v[0], p[0, 0] + 2.0, num_bits=4)
tf.quantization.fake_quant_with_min_max_vars_per_channel(x, [-0.5, 0.0, -2.0], [0.5, 0.0, 3.0])
tf.signal.dct(x)
tf.signal.dct(t, 1)
tf.signal.dct(t, 2, norm='ortho')
tf.signal.dct(t, 3)
tf.signal.dct(t, 3, norm='ortho')
tf.signal.dct(t, 4)
tf.signal.dct(t, 4, norm='ortho')
tf.signal.dct(v, n=3)
tf.signal.dct(v, 3, n=8)
tf.signal.idct(tf.signal.dct(v, norm='ortho'), norm='ortho')
tf.signal.idct(t, 3)
tf.signal.linear_to_mel_weight_matrix()
tf.signal.linear_to_mel_weight_matrix(10, 65, 16000, 20.0, 8000.0, tf.float64)
tf.signal.mfccs_from_log_mel_spectrograms(t)
tf.signal.fftshift(t)
tf.signal.fftshift(v, 0)
tf.signal.ifftshift(t, [0, -1])
tf.signal.ifftshift(v)
tf.signal.stft(tf.tile(v, [3]), 4, 2)
tf.signal.stft(tf.tile(v, [3]), 5, 3, fft_length=6, window_fn=tf.signal.hamming_window, pad_end=True)
tf.signal.inverse_stft(tf.signal.stft(tf.tile(v, [3]), 4, 2), 4, 2, window_fn=tf.signal.inverse_stft_window_fn(2))
tf.signal.inverse_stft(z, 3, 2, fft_length=5)
tf.matrix_diag(x)
tf.linalg.diag(x, k=1)
tf.linalg.diag(x, k=(0, 1), padding_value=5.0)
tf.linalg.diag(x, k=-1, num_rows=4, num_cols=4)
tf.linalg.diag(x, k=(-1, 0), align='LEFT_RIGHT')
tf.matrix_diag_part(t)
tf.linalg.diag_part(t, k=-2)
tf.linalg.diag_part(t, k=(-1, 2), padding_value=9.0)
tf.linalg.diag_part(t, k=(-3, -1), align='RIGHT_RIGHT')
tf.matrix_set_diag(m, x)
tf.linalg.set_diag(t, tf.reshape(tf.concat([x, y], 0), [2, 2, 3]), k=(0, 1))
tf.trace(m)
tf.matrix_band_part(m, 0, 1)
tf.matrix_inverse(m)
tf.linalg.inv(m, adjoint=True)
tf.linalg.inv(tf.cast(m, tf.complex64) * tf.complex(1.0, 0.5))
tf.matrix_determinant(m)
tf.linalg.det(tf.cast(m, tf.complex64) * tf.complex(1.0, 0.5))
tf.linalg.slogdet(m)
tf.linalg.logdet(s)
tf.matrix_solve(m, r)
tf.linalg.solve(m, r, adjoint=True)
tf.cholesky(s)
tf.cholesky_solve(tf.cholesky(s), r)
tf.matrix_triangular_solve(m, r)
tf.linalg.triangular_solve(m, r, lower=False, adjoint=True)
tf.linalg.lstsq(tf.reshape(t, [2, 4, 3]), tf.reshape(tf.concat([x, y, p, q], 0), [2, 4, 3]))
tf.linalg.lstsq(tf.reshape(t, [2, 4, 3]), tf.reshape(tf.concat([x, y, p, q], 0), [2, 4, 3]), l2_regularizer=0.5)
tf.linalg.lstsq(tf.reshape(t, [2, 3, 4]), tf.reshape(tf.concat([x, y], 0), [2, 3, 2]), l2_regularizer=0.5)
tf.self_adjoint_eigvals(s)
tf.self_adjoint_eig(s)[0]
tf.abs(tf.linalg.eigh(s)[1])
tf.linalg.svd(t, compute_uv=False)
tf.abs(tf.svd(tf.reshape(t, [2, 4, 3]))[1])
tf.abs(tf.svd(tf.reshape(t, [2, 3, 4]))[2])
tf.abs(tf.svd(m, full_matrices=True)[2])
tf.abs(tf.linalg.qr(t)[0])
tf.linalg.lu(m)
tf.linalg.pinv(t)
tf.linalg.matrix_rank(t)
tf.linalg.expm(m)
tf.linalg.expm(m * 5.0)
tf.linalg.matvec(m, x)
tf.cross(x, y)
tf.matrix_transpose(t)
tf.linalg.adjoint(z)
tf.norm(x)
tf.norm(x, axis=1)
tf.norm(x, ord=1, axis=0)
tf.norm(x, ord=3.0, axis=1, keepdims=True)
tf.norm(x, ord=np.inf)
tf.norm(t, ord='fro', axis=[-2, -1])
tf.norm(t, ord=1, axis=[-2, -1])
tf.norm(t, ord=np.inf, axis=[1, 2], keepdims=True)
tf.linalg.normalize(x, axis=1)
tf.einsum('ij,kj->ik', x, y)
tf.einsum('ij,kj', x, y)
tf.einsum('bij,bjk->bik', m, r)
tf.einsum('b...,b->...', t, f[:, 0])
tf.einsum('bii->b', m)
tf.einsum('ij->', x)
tf.einsum('bij,bjk,bk->bi', m, r, f[:, :2])
tf.einsum('ij,kj->ik', z, w)
tf.tensordot(x, y, [[1], [1]])
tf.tensordot(x, y, [[1, 0], [1, 0]])
tf.tensordot(x, y, 0)
tf.tensordot(t, m, [[2], [1]])
tf.tensordot(m, x, [[0, 1], [0, 1]])
tf.sort(x)
tf.sort(x, axis=0)
tf.sort(t, axis=1, direction='DESCENDING')
tf.sort(k)
tf.sort(tf.cast(k, tf.uint8))
tf.argsort(k, direction='DESCENDING')
tf.argsort(x, axis=0)
tf.searchsorted(tf.sort(p), q)
tf.searchsorted(tf.sort(l), tf.reverse(l, [0]), side='right')
tf.setdiff1d(k, [3, 0])
tf.is_non_decreasing(k)
tf.is_strictly_increasing(tf.sort(v))
tf.bincount(tf.abs(k))
tf.bincount(tf.abs(k), minlength=6)
tf.bincount(tf.abs(k), maxlength=2)
tf.bincount(tf.abs(k), weights=tf.cast(k, tf.float32))
tf.bincount(tf.abs(k)[:0])
tf.confusion_matrix(tf.abs(k), tf.abs(k)[::-1])
tf.confusion_matrix(tf.abs(k), tf.abs(k)[::-1], num_classes=5, weights=[1, 2, 3, 4, 5, 6], dtype=tf.float32)
tf.count_nonzero(k)
tf.count_nonzero(b, axis=1, keepdims=True)
tf.count_nonzero(['', 'a', 'b'], dtype=tf.int32)
tf.histogram_fixed_width(x, [-1.0, 1.0], nbins=4)
tf.histogram_fixed_width_bins(x, [-1.0, 1.0], nbins=4)
tf.roll(t, [1, -2], [0, 1])
tf.repeat(x, [2, 0], axis=0)
tf.repeat(t, 2, axis=-1)
tf.repeat(x, [1, 2, 0, 1, 2, 3])
tf.repeat(x, n, axis=0)
tf.unravel_index(n, [3, 4])
tf.invert_permutation([2, 0, 1])
tf.ensure_shape(x, [None, 3])
tf.identity_n([x, y])
tf.bitcast(x, tf.int32)
tf.bitcast(x, tf.uint8)
tf.broadcast_dynamic_shape([2, 1], [1, 3])
tf.batch_gather(t, l[:, :2] % 4)
tf.tensor_scatter_update(x, [[0, 1], [1, 2]], v[:2])
tf.tensor_scatter_add(x, [[0], [0]], y)
tf.tensor_scatter_sub(x, [[1], [0]], y)
tf.tensor_scatter_nd_max(x, [[1], [0]], y)
tf.tensor_scatter_nd_min(x, [[1], [0]], tf.zeros_like(x))
tf.tensor_scatter_nd_max(x, [[0], [1]], tf.identity(x))
tf.math.cumulative_logsumexp(x)
tf.math.cumulative_logsumexp(x, axis=1, reverse=True)
tf.math.cumulative_logsumexp(t, axis=1, exclusive=True)[:, 1:]
tf.fingerprint(x)
tf.reduce_join([['a', 'b'], ['c', 'd']])
tf.reduce_join([['a', 'b'], ['c', 'd']], 0, separator='-')
tf.sparse.to_dense(tf.sparse.eye(2, 3))
tf.sparse_mask(tf.IndexedSlices(x, n), [1]).values
tf.nn.crelu(x)
tf.nn.relu_layer(x, tf.ones([3, 2]), [0.5, -0.5])
tf.nn.sufficient_statistics(x, [0])[:3]
tf.nn.sufficient_statistics(x, [0, -1], shift=0.5, keepdims=True)
tf.nn.normalize_moments(2.0, x, tf.square(x), y)
tf.nn.weighted_moments(x, [0], f)
tf.nn.weighted_moments(x, [1], 2.0, keepdims=True)
tf.check_numerics(x, 'message')
tf.verify_tensor_all_finite(x, 'message')
tf.random.stateless_uniform([2, 3], [1, 2])
tf.random.stateless_uniform([5], [1, 2], -1.0, 2.0, tf.float64)
tf.random.stateless_uniform([5], [3, 4], -10, 10, tf.int32)
tf.random.stateless_uniform([5], [3, 4], -10, 2**40, tf.int64)
tf.random.stateless_uniform([5], [3, 4], None, None, tf.int32)
tf.random.stateless_normal([7], [1, 2], 3.0, 2.0)
tf.random.stateless_normal([3, 3], [1, 2], dtype=tf.float64)
tf.random.stateless_truncated_normal([50], [1, 2])
tf.random.stateless_categorical(x, 5, [1, 2])
tf.random.stateless_normal([2, 3], [1, 2], x, p)
tf.nn.compute_accidental_hits(l, [5, 1, 7, 5], 3)
tf.nn.softmax_cross_entropy_with_logits_v2(labels=t * t, logits=t, axis=0)
tf.nn.softmax_cross_entropy_with_logits_v2(labels=t * t, logits=t, axis=1)
tf.nn.softmax_cross_entropy_with_logits(labels=t * t, logits=t, dim=1)
tf.math.zero_fraction(k)
tf.reduce_prod(x[:, :0], 1)
tf.math.reduce_euclidean_norm(l, 1)
tf.image.resize_images(tf.cast(t * 9, tf.uint8), [2, 4], preserve_aspect_ratio=True)
tf.image.resize_image_with_pad(tf.cast(t * 9, tf.uint8), 2, 4)
tf.image.resize_image_with_pad(tf.cast(t * 9, tf.uint8), 2, 4, 1)
tf.image.resize_image_with_pad(t, 5, 6)
tf.nn.sampled_softmax_loss(m[0], f[0], l[:, :1] % 3, x, 2, 3, sampled_values=([1, 0], [[0.5], [0.25]], [0.5, 0.75]))
tf.nn.sampled_softmax_loss(m[0], f[0], l[:, :2] % 3, x, 2, 3, num_true=2, sampled_values=([1, 0], [[0.5, 0.1], [0.25, 0.2]], [0.5, 0.75]), remove_accidental_hits=False)
tf.nn.nce_loss(m[0], f[0], l[:, :1] % 3, x, 2, 3, sampled_values=([1, 0], [[0.5], [0.25]], [0.5, 0.75]))
tf.keras.backend.batch_dot(t, r, axes=(2, 1))
tf.keras.backend.batch_dot(t, r)
tf.keras.backend.batch_dot(x, y, axes=1)
tf.keras.backend.batch_dot(x, r)
tf.keras.backend.batch_dot(x, m, axes=(1, 2))
tf.keras.backend.dot(x, r[0])
tf.keras.backend.dot(t, r[0])
tf.keras.backend.clip(x, -0.5, 0.5)
tf.keras.backend.clip(x, 0.5, -0.5)
tf.keras.backend.sqrt(x)
tf.keras.backend.mean(b, axis=1)
tf.keras.backend.mean(x, axis=-1, keepdims=True)
tf.keras.backend.std(x, axis=0)
tf.keras.backend.var(x)
tf.keras.backend.sum(t, axis=[1, 2])
tf.keras.backend.prod(p, axis=1)
tf.keras.backend.max(x, axis=1)
tf.keras.backend.min(x)
tf.keras.backend.any(k)
tf.keras.backend.all(l, axis=0)
tf.keras.backend.argmax(x)
tf.keras.backend.argmin(x, axis=0)
tf.keras.backend.cumsum(x)
tf.keras.backend.concatenate([x, y])
tf.keras.backend.stack([x, y], axis=1)
tf.keras.backend.flatten(t)
tf.keras.backend.batch_flatten(t)
tf.keras.backend.expand_dims(x)
tf.keras.backend.squeeze(x[:, :1], 1)
tf.keras.backend.permute_dimensions(t, (2, 0, 1))
tf.keras.backend.transpose(x)
tf.keras.backend.reverse(x, 1)
tf.keras.backend.repeat(x, 3)
tf.keras.backend.repeat_elements(x, 2, axis=1)
tf.keras.backend.tile(x, (2, 1))
tf.keras.backend.tile(v, 2)
tf.keras.backend.arange(2, 9, 3)
tf.keras.backend.arange(3)
tf.keras.backend.gather(x, [1, 0, 1])
tf.keras.backend.one_hot(n, 4)
tf.keras.backend.softmax(x, axis=0)
tf.keras.backend.l2_normalize(x, axis=1)
tf.keras.backend.switch(b, x, y)
tf.keras.backend.switch(x[0, 0] > 0.0, lambda: x, lambda: y)
tf.keras.backend.constant([1.5, 2.0], shape=(2, 1))
tf.keras.backend.cast(x, 'float64')
tf.keras.backend.pow(p, 1.5)
tf.keras.backend.square(x)
tf.keras.backend.not_equal(k, 3)
tf.keras.backend.maximum(x, y)
tf.keras.backend.reshape(t, (3, -1))
tf.keras.backend.cumprod(p, axis=1)
tf.keras.backend.relu(x, alpha=0.1, max_value=0.5)
tf.keras.backend.elu(x, 0.5)
tf.keras.backend.hard_sigmoid(x)
tf.keras.backend.bias_add(t, x[0])
tf.keras.backend.zeros_like(x)
tf.keras.backend.ones_like(x, dtype='int32')
tf.keras.backend.cast_to_floatx(k)
tf.keras.backend.in_train_phase(x, y, training=True)
tf.keras.backend.in_train_phase(x, y, training=b[0, 1])
tf.keras.backend.in_test_phase(x, y, training=1)
tf.keras.backend.gradients(tf.reduce_sum(x * x), [x])
tf.keras.backend.in_top_k(x, [0, 2], 2)
tf.keras.backend.map_fn(lambda row: row * 2.0, x)
tf.keras.backend.foldl(lambda a, c: a - c, v)
tf.keras.backend.foldr(lambda a, c: a - c, v)
tf.keras.backend.binary_crossentropy(f, tf.nn.sigmoid(x))
tf.keras.backend.binary_crossentropy(f, x, from_logits=True)
tf.keras.backend.categorical_crossentropy(f, p)
tf.keras.backend.categorical_crossentropy(f, x, from_logits=True, axis=0)
tf.keras.backend.sparse_categorical_crossentropy([2, 0], f)
""".strip().splitlines()


def outcome(tf: Any, call: str, known: bool | None = True) -> dict[str, Any]:
    """What a call gives, and what goes back to its inputs when ``cos(1), cos(2), ...`` flow into its outputs.

    Parameters
    ----------
    known : bool, optional
        Whether the graph knows the sizes of the inputs; None if it does not know how many axes there are either.

    Returns
    -------
    dict
        ``"values"``: a list of [type, numbers]. ``"gradients"``: the same by the name of each input that has one, or
        None if an operation has no gradient.
    """
    with tf.Graph().as_default() as graph:
        ys, dxs = traced(tf, call, known)
        with tf.Session() as session:
            feeds = {graph.get_tensor_by_name(f"{name}:0"): INPUTS[name] for name in inputs_of(call)}
            values, slopes = session.run((ys, dxs or {}), feeds)
    return {
        "values": [written(value) for value in values],
        "gradients": None if dxs is None else {name: written(slope) for name, slope in slopes.items()},
    }


def inputs_of(call: str) -> list[str]:
    """The names of the inputs that a call uses."""
    return sorted({node.id for node in ast.walk(ast.parse(call)) if isinstance(node, ast.Name)} & set(INPUTS))


def traced(tf: Any, call: str, known: bool | None = True) -> tuple[list[Any], dict[str, Any] | None]:
    """The tensors that a call gives in the default graph, and the gradients by input; None if there are none."""
    xs, result = _evaluated(tf, call, known)
    ys = _leaves(result)
    smooth = [y for y in ys if y.dtype.is_floating or y.dtype.is_complex]
    try:
        found = tf.gradients(smooth, list(xs.values()), [_flow(tf, y) for y in smooth]) if smooth else []
    except LookupError:
        return ys, None
    return ys, {name: tf.convert_to_tensor(dx) for name, dx in zip(xs, found) if dx is not None}


def static_shape(tf: Any, call: str, known: bool | None = True) -> list[Any] | None:
    """What is known before a run of the shape of what a call gives; None if that is no tensor, or has no known rank."""
    with tf.Graph().as_default():
        result = _evaluated(tf, call, known)[1]
        shape = getattr(result, "shape", None)
        return None if shape is None or shape.rank is None else shape.as_list()


def fault(tf: Any, call: str, known: bool | None = True) -> str:
    """The class of what a call, or its run, raises."""
    try:
        outcome(tf, call, known)
    except Exception as error:
        kinds = ("InvalidArgumentError", "ValueError", "TypeError", "IndexError", "Exception")
        return next(kind.__name__ for kind in type(error).__mro__ if kind.__name__ in kinds)
    return "nothing"


def _evaluated(tf: Any, call: str, known: bool | None) -> tuple[dict[str, Any], Any]:
    """The placeholders of a call, and what it gives."""
    xs = {name: _placeholder(tf, name, known) for name in inputs_of(call)}
    return xs, eval(call, {"tf": tf, "np": np, **xs})  # noqa: S307  those of the tables


def _placeholder(tf: Any, name: str, known: bool | None) -> Any:
    value = INPUTS[name]
    shape = None if known is None else value.shape if known else [None] * value.ndim
    return tf.placeholder(tf.as_dtype(value.dtype), shape, name=name)


def _leaves(result: Any) -> list[Any]:
    if isinstance(result, (list, tuple)):
        return [leaf for part in result for leaf in _leaves(part)]
    if hasattr(result, "flat_values"):  # a ragged tensor
        return [result.flat_values, *result.nested_row_splits]
    return [result]


def _flow(tf: Any, y: Any) -> Any:
    count = tf.cast(tf.range(1, tf.size(y) + 1), tf.float64)
    return tf.cast(tf.reshape(tf.cos(count), tf.shape(y)), y.dtype)


def written(value: Any) -> list[Any]:
    """The type and the numbers as JSON can have them: of complex ones both parts, texts as text."""
    array = np.asarray(value)
    if array.dtype == object or array.dtype.kind == "S":
        return ["string", np.vectorize(lambda text: text.decode("latin-1"), otypes=[object])(array).tolist()]
    if array.dtype.kind == "c":
        return [array.dtype.name, np.stack([array.real, array.imag], -1).tolist()]
    return [array.dtype.name, array.tolist()]
