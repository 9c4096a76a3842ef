"""Which types the functions of ``tf`` take and give, for tensors, arrays and Python values.

TensorFlow (tests/interop/tf_types.py) and this package (tests/test_types.py) evaluate the very same text; nothing is
imported here that either of them lacks. tests/data/tf/types.json and conversions.json have TensorFlow's answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

TYPES = "bool int8 uint8 int32 int64 float16 float32 float64 complex64 string".split()

# -- values that become constants, or are fed --------------------------------------------------------------------------

VALUES = """
True
3
-1
300
2**40
4.0
3.5
1e40
1j
'a'
b'a'
None
[]
[1, 2]
(1, 2)
[1.0]
[1, 2.5]
[True, False]
[True, 1]
[1.5, True]
[2**40]
[1, 'a']
['a']
[None]
[[1], [2, 3]]
[np.int64(1)]
[np.float64(1.0)]
[np.float32(1.0), np.int64(2)]
np.True_
np.int64(1)
np.float32(0.5)
np.float64(3.7)
np.complex64(1)
np.str_('a')
np.array(7)
np.array([])
np.array([True, False])
np.array([1, 0], np.int8)
np.array([1, 0], np.uint64)
np.array([1, 0])
np.array([300])
np.array([-1])
np.array([1.0, 0.0], np.float16)
np.array([1.0, 0.0], np.float32)
np.array([1.0, 0.0])
np.array([3.7])
np.array([1e40])
np.array([np.nan])
np.array([1.0, 0.0], np.complex64)
np.array([1j])
np.array(['a'])
np.array([b'a'])
np.array(['a'], object)
np.array([1, 2], object)
""".strip().splitlines()


def conversions(tf: Any, value: str) -> dict[str, Any]:
    """What becomes of the value: as a constant of its own type, and as a constant of, and fed to, each of TYPES.

    Returns
    -------
    dict
        ``"own"``: [type, value] or None where it is refused; ``"constant"`` and ``"feed"``: type to value or None.
    """
    given = eval(value, {"np": np})  # noqa: S307  those above
    own = _outcome(tf, lambda: tf.constant(given))
    result: dict[str, Any] = {"own": own, "constant": {}, "feed": {}}
    for name in TYPES:
        made = _outcome(tf, lambda name=name: tf.constant(given, getattr(tf, name)))
        fed = _outcome(tf, lambda name=name: tf.placeholder(getattr(tf, name)), [given])
        result["constant"][name] = made and made[1]
        result["feed"][name] = fed and fed[1]
    return result


def _outcome(tf: Any, make: Any, fed: Sequence[Any] = ()) -> list[str] | None:
    """The type of a tensor and its value in a run, both as text; None where either is refused."""
    with tf.Graph().as_default(), tf.Session() as session:
        try:
            tensor = make()
            value = session.run(tf.identity(tensor), {tensor: fed[0]} if fed else {})
        except (TypeError, ValueError, OverflowError, tf.errors.OpError):
            return None
        return [tensor.dtype.name, repr(np.asarray(value).tolist())]


# -- functions ---------------------------------------------------------------------------------------------------------

ARGUMENTS = """
True
3
3.5
[1, 2]
[1.5, 2.0]
[]
'a'
None
np.float64(1.5)
np.array([True, False])
np.array([1, 2])
np.array([1.5, 2.0])
np.array([1.5, 2.0], np.float16)
np.array(['a', 'b'], object)
tensor('bool')
tensor('uint8')
tensor('int32')
tensor('int64')
tensor('float16')
tensor('float32')
tensor('float64')
tensor('complex64')
tensor('string')
""".strip().splitlines()

# Functions of one value.
UNARY = """
abs accumulate_n acos acosh angle argmax argmin as_string asin asinh atan atanh ceil conj convert_to_tensor cos cosh
cumprod cumsum diag digamma erf erfc exp expm1 floor identity imag is_finite is_inf is_nan lbeta lgamma log log1p
log_sigmoid logical_not math.bessel_i0 math.erfinv math.ndtri math.reciprocal_no_nan math.reduce_euclidean_norm
math.reduce_std math.reduce_variance negative nn.elu nn.l2_loss nn.leaky_relu nn.log_softmax nn.relu nn.relu6 nn.selu
nn.softmax nn.softplus nn.softsign nn.swish nn.zero_fraction ones_like random_shuffle rank real reciprocal reduce_all
reduce_any reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_sum rint round rsqrt shape sigmoid sign
sin sinh size sqrt square squeeze stop_gradient tan tanh to_double to_float to_int32 to_int64 transpose unique where
zeros_like
""".split()

# Functions of two values of one type.
BINARY = """
add atan2 complex div div_no_nan divide equal floordiv floormod greater greater_equal less less_equal logical_and
logical_or igamma logical_xor math.multiply_no_nan math.xdivy math.xlog1py math.xlogy maximum minimum mod
multiply not_equal pow realdiv squared_difference subtract truediv truncatediv truncatemod zeta bitwise.bitwise_and
bitwise.left_shift
""".split()

OPERATORS = "+ - * / // % ** < <= > >= & | ^".split()

# Calls with the argument in the place of {}; x is a vector of float32, i of int32, l of int64.
OTHERS = """
[tf.fill([2], {})]
tf.eye({})
tf.range({})
tf.zeros({})
tf.expand_dims({}, 0)
tf.expand_dims(x, {})
tf.reshape(x, {})
tf.tile(x, {})
tf.concat([x, {}], 0)
tf.concat([{}, x], 0)
tf.stack([x, {}])
tf.split(x, 2, {})
tf.gather(x, {})
tf.gather({}, [0])
tf.one_hot({}, 3)
tf.one_hot([0], {})
tf.one_hot([0], 3, on_value={})
tf.boolean_mask(x, {})
tf.where({}, x, x)
tf.where([True, False], x, {})
tf.where([True, False], {}, {})
tf.cast({}, tf.float32)
tf.cast({}, tf.bool)
tf.cast({}, tf.string)
tf.saturate_cast({}, tf.uint8)
tf.clip_by_value({}, 0, 1)
tf.clip_by_value(x, {}, 3.0)
tf.clip_by_norm({}, 1.0)
tf.global_norm([{}])
tf.reduce_sum(x, {})
tf.argmax(x, {})
tf.cumsum(x, {})
tf.sequence_mask({})
tf.sequence_mask([1], {})
tf.unsorted_segment_sum(x, {}, 2)
tf.segment_sum({}, [0, 1])
tf.segment_max({}, [0, 1])
tf.segment_prod({}, [0, 1])
tf.unsorted_segment_min({}, [0, 1], 2)
tf.unsorted_segment_mean({}, [0, 1], 2)
tf.unsorted_segment_sqrt_n({}, [0, 1], 2)
tf.sparse_segment_sum({}, [0, 1], [0, 0])
tf.sparse_segment_mean({}, [0, 1], [0, 0])
tf.sparse_segment_sqrt_n(x, {}, [0, 0])
tf.sparse_segment_sum(x, [0, 1], {})
tf.SparseTensor([[0], [1]], {}, [3]).values
tf.signal.fft({})
tf.signal.rfft({})
tf.signal.dct({})
tf.signal.idct({})
tf.signal.fftshift({})
tf.signal.ifftshift({})
tf.signal.mfccs_from_log_mel_spectrograms({})
tf.signal.linear_to_mel_weight_matrix(dtype=tf.float64)
tf.signal.irfft({})
tf.matmul(tf.reshape({}, [1, -1]), tf.reshape({}, [-1, 1]))
tf.nn.bias_add(tf.reshape({}, [1, -1]), tf.reshape({}, [-1]))
tf.nn.conv2d(tf.reshape({}, [1, 1, -1, 1]), [[[[2]]]], 1, 'SAME')
tf.nn.conv3d(tf.reshape({}, [1, 1, 1, -1, 1]), [[[[[2.0]]]]], [1, 1, 1, 1, 1], 'SAME')
tf.nn.depthwise_conv2d(tf.reshape({}, [1, 1, -1, 1]), [[[[2.0]]]], [1, 1, 1, 1], 'SAME')
tf.nn.max_pool(tf.reshape({}, [1, 1, -1, 1]), 1, 1, 'SAME')
tf.nn.max_pool3d(tf.reshape({}, [1, 1, 1, -1, 1]), 1, 1, 'SAME')
tf.nn.avg_pool(tf.reshape({}, [1, 1, -1, 1]), 1, 1, 'SAME')
tf.nn.lrn(tf.reshape({}, [1, 1, -1, 1]))
tf.space_to_batch_nd(tf.reshape({}, [1, -1]), [1], [[0, 0]])
tf.extract_image_patches(tf.reshape({}, [1, 1, -1, 1]), [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], 'SAME')
tf.nn.dropout({}, 0.5)
tf.nn.dropout(x, rate={})
tf.nn.top_k({}, 1)
tf.nn.top_k(x, {})
tf.nn.in_top_k([[0.1, 0.2], [0.3, 0.4]], {}, 1)
tf.nn.l2_normalize({}, 0)
tf.nn.moments({}, [0])
tf.nn.sigmoid_cross_entropy_with_logits(labels={}, logits=x)
tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits={})
tf.nn.softmax_cross_entropy_with_logits(labels={}, logits=x)
tf.nn.softmax_cross_entropy_with_logits_v2(labels={}, logits=x)
tf.nn.softmax_cross_entropy_with_logits_v2(labels=x, logits={})
tf.nn.sparse_softmax_cross_entropy_with_logits(labels={}, logits=tf.reshape([x, x], [2, 2]))
tf.nn.weighted_cross_entropy_with_logits(x, x, {})
tf.losses.mean_squared_error({}, x)
tf.losses.mean_squared_error(x, {})
tf.losses.absolute_difference(x, x, weights={})
tf.losses.hinge_loss({}, x)
tf.losses.log_loss({}, x)
tf.losses.sigmoid_cross_entropy({}, x)
tf.losses.softmax_cross_entropy({}, x)
tf.losses.sparse_softmax_cross_entropy({}, tf.reshape([x, x], [2, 2]))
tf.metrics.accuracy({}, x)
tf.metrics.accuracy(x, {})
tf.metrics.mean({})
tf.metrics.mean(x, weights={})
tf.metrics.mean_squared_error({}, x)
tf.metrics.mean_tensor({})
tf.metrics.percentage_below({}, 0.5)
tf.metrics.true_positives_at_thresholds({}, x, [0.5])
tf.metrics.sensitivity_at_specificity({}, x, 0.5)
tf.metrics.precision_at_k({}, [[0.1, 0.2], [0.3, 0.4]], 1)
tf.distributions.Normal({}, {}).log_prob({})
tf.distributions.Normal(x, {}).mean()
tf.distributions.Normal(x, 1.0).log_prob({})
tf.distributions.Uniform({}, 9.0).sample(seed=1)
tf.distributions.Gamma(x, x).log_prob({})
tf.distributions.Bernoulli(probs={}).sample(seed=1)
tf.distributions.Bernoulli([0.5, 0.5]).log_prob({})
tf.distributions.Categorical(logits={}).mode()
tf.distributions.Categorical([[0.5, 0.5], [0.1, 0.9]]).log_prob({})
tf.distributions.Dirichlet({}).mean()
tf.distributions.Multinomial({}, probs=x).mean()
tf.metrics.precision_at_k(l, [[0.1, 0.2], [0.3, 0.4]], 1, weights={})
tf.metrics.recall_at_top_k(l, {}, 1)
tf.metrics.average_precision_at_k(l, [[0.1, 0.2], [0.3, 0.4]], 1, {})
tf.losses.mean_pairwise_squared_error({}, x)
tf.metrics.precision({}, x)
tf.train.exponential_decay({}, l, 10, 0.9)
tf.train.exponential_decay(0.1, {}, 10, 0.9)
tf.train.polynomial_decay(0.1, {}, 10)
tf.train.piecewise_constant({}, [1], [0.1, 0.2])
tf.train.piecewise_constant(l, [1], [{}, {}])
tf.string_join([{}, 'b'])
tf.string_split({})
tf.strings.length({})
tf.string_to_number({})
tf.string_to_number({}, tf.int32)
tf.substr({}, 0, 1)
tf.substr(['abc', 'abd'], {}, 1)
tf.image.resize_bilinear(tf.reshape({}, [1, 2, 1, 1]), [1, 1])
tf.image.resize_nearest_neighbor(tf.reshape({}, [1, 2, 1, 1]), [1, 1])
tf.image.resize_images(tf.reshape({}, [2, 1, 1]), [1, 1])
tf.image.resize_images(tf.reshape(x, [2, 1, 1]), tf.abs({}) + 1)
tf.image.per_image_standardization(tf.reshape({}, [2, 1, 1]))
tf.image.convert_image_dtype({}, tf.float32)
tf.image.convert_image_dtype({}, tf.uint8)
tf.image.convert_image_dtype({}, tf.uint8, saturate=True)
tf.image.adjust_brightness({}, 0.1)
tf.image.adjust_brightness(x, {})
tf.image.adjust_contrast(tf.reshape({}, [2, 1, 1]), 0.1)
tf.image.flip_left_right(tf.reshape({}, [2, 1, 1]))
tf.image.grayscale_to_rgb(tf.reshape({}, [2, 1, 1]))
tf.random_crop({}, [1])
tf.random_crop(x, {})
tf.image.decode_png({})
tf.image.decode_image({})
tf.image.is_jpeg({})
tf.image.encode_png(tf.reshape({}, [2, 1, 1]))
tf.image.encode_jpeg(tf.reshape({}, [2, 1, 1]))
tf.decode_raw({}, tf.uint8)
tf.decode_raw({}, tf.float64)
tf.read_file({})
tf.matching_files({})
tf.string_to_hash_bucket({}, 10)
tf.string_to_hash_bucket_fast({}, 10)
tf.string_to_hash_bucket_strong({}, 10, [1, 2])
tf.FIFOQueue(3, tf.float32).enqueue({})
tf.FIFOQueue(3, tf.int32, [[]]).enqueue_many([{}])
tf.summary.histogram('h', {})
tf.summary.image('i', {})
tf.summary.audio('a', {}, 8000)
tf.summary.text('t', tf.convert_to_tensor({}))
tf.summary.tensor_summary('t', {})
tf.random_normal({})
tf.random_uniform([2], 0, {}, dtype=tf.int32)
tf.random_uniform([2], 0, {})
tf.Variable({})
tf.Variable({}, dtype=tf.float32)
tf.get_variable('w', initializer={})
tf.assign(tf.Variable([1.0, 2.0]), {})
tf.constant_initializer({})([2])
tf.add_n([{}])
tf.add_n([x, {}])
tf.arg_max({}, 0)
tf.arg_min({}, 0)
tf.argsort({})
tf.assert_equal({}, x)
tf.assert_equal(x, {})
tf.assert_none_equal({}, {})
tf.assert_less({}, x)
tf.assert_less_equal({}, {})
tf.assert_greater(i, {})
tf.assert_greater_equal({}, {})
tf.assert_near({}, x)
tf.assert_near({}, {})
tf.assert_negative({})
tf.assert_non_negative({})
tf.assert_non_positive({})
tf.assert_positive({})
tf.assert_integer({})
tf.assert_rank({}, 1)
tf.assert_rank_at_least({}, 0)
tf.assert_rank_in({}, [0, 1])
tf.assert_scalar({})
tf.Assert({}, [x])
tf.Assert(True, [{}])
tf.Print(x, [{}])
tf.Print({}, [x])
tf.print({})
tf.assign_add(tf.Variable([1.0, 2.0]), {})
tf.assign_sub(tf.Variable([1, 2]), {})
tf.batch_gather({}, [0])
tf.batch_gather(x, {})
tf.batch_to_space_nd(tf.reshape({}, [1, -1]), [1], [[0, 0]])
tf.batch_to_space(tf.reshape({}, [1, 1, -1, 1]), [[0, 0], [0, 0]], 1)
tf.space_to_batch(tf.reshape({}, [1, 1, -1, 1]), [[0, 0], [0, 0]], 1)
tf.space_to_depth(tf.reshape({}, [1, 1, 1, -1]), 1)
tf.depth_to_space(tf.reshape({}, [1, 1, 1, -1]), 1)
tf.betainc({}, x, x)
tf.betainc({}, {}, {})
tf.bincount({})
tf.bincount(i, {})
tf.bitcast({}, tf.int32)
tf.bitcast({}, tf.uint8)
tf.broadcast_dynamic_shape({}, [2])
tf.broadcast_to({}, [2])
tf.broadcast_to(1.0, {})
tf.check_numerics({}, 'm')
tf.verify_tensor_all_finite({}, 'm')
tf.cholesky(tf.reshape({}, [-1, 1, 1]))
tf.cholesky_solve(tf.reshape({}, [-1, 1, 1]), tf.reshape({}, [-1, 1, 1]))
tf.clip_by_average_norm({}, 1.0)
tf.clip_by_average_norm(x, {})
tf.clip_by_global_norm([{}], 1.0)
tf.confusion_matrix({}, [0, 1])
tf.confusion_matrix([0, 1], [0, 1], weights={})
tf.convert_to_tensor_or_indexed_slices({})
tf.convert_to_tensor_or_sparse_tensor({})
tf.count_nonzero({})
tf.count_nonzero(x, {})
tf.cross(tf.tile(tf.reshape({}, [-1, 1]), [1, 3]), tf.tile(tf.reshape({}, [-1, 1]), [1, 3]))
tf.decode_csv({}, [[0.0]])
tf.diag_part(tf.reshape({}, [1, -1])[:, :1])
tf.dynamic_partition({}, [0, 1], 2)
tf.dynamic_partition(x, {}, 2)
tf.dynamic_stitch([[0, 1]], [{}])
tf.dynamic_stitch([{}], [x])
tf.einsum('i,i->', tf.reshape({}, [-1]), tf.reshape({}, [-1]))
tf.tensordot(tf.reshape({}, [-1]), tf.reshape({}, [-1]), 1)
tf.ensure_shape({}, tf.TensorShape(None))
tf.fingerprint({})
tf.gather_nd({}, [[0]])
tf.gather_nd(x, {})
tf.gradients(tf.reduce_sum({}), x)
tf.guarantee_const({})
tf.histogram_fixed_width({}, [0.0, 1.0])
tf.histogram_fixed_width(x, {})
tf.histogram_fixed_width_bins({}, [0.0, 1.0])
tf.identity_n([{}, x])
tf.igammac({}, {})
tf.invert_permutation({})
tf.is_non_decreasing({})
tf.is_strictly_increasing({})
tf.lin_space(tf.reduce_max({}), 1.0, 3)
tf.map_fn(lambda x: x, {})
tf.scan(lambda a, b: b, {})
tf.foldl(lambda a, b: b, {})
tf.foldr(lambda a, b: b, {})
tf.cond({}, lambda: x, lambda: x)
tf.cond(True, lambda: tf.constant({}), lambda: tf.constant({}))
tf.switch_case({}, [lambda: x, lambda: x])
tf.matrix_band_part(tf.reshape({}, [1, -1]), 0, 0)
tf.matrix_band_part([[1.0]], {}, 0)
tf.matrix_determinant(tf.reshape({}, [-1, 1, 1]))
tf.matrix_diag({})
tf.matrix_diag_part(tf.reshape({}, [1, -1]))
tf.matrix_set_diag(tf.reshape({}, [1, -1]), tf.reshape({}, [-1])[:1])
tf.matrix_inverse(tf.reshape({}, [-1, 1, 1]))
tf.matrix_solve(tf.reshape({}, [-1, 1, 1]), tf.reshape({}, [-1, 1, 1]))
tf.matrix_solve_ls(tf.reshape({}, [-1, 1, 1]), tf.reshape({}, [-1, 1, 1]))
tf.matrix_triangular_solve(tf.reshape({}, [-1, 1, 1]), tf.reshape({}, [-1, 1, 1]))
tf.matrix_transpose(tf.reshape({}, [-1, 1]))
tf.meshgrid({}, x)
tf.multinomial(tf.reshape({}, [1, -1]), 1)
tf.random.categorical(tf.reshape({}, [1, -1]), 1)
tf.random.stateless_multinomial([[0.5, 0.5]], 1, {})
tf.random.stateless_normal([2], {})
tf.random.stateless_uniform({}, [1, 2])
tf.random.stateless_uniform([2], [1, 2], 0, {}, tf.int32)
tf.random.stateless_truncated_normal([2], [1, 2], {})
tf.norm({})
tf.norm(x, axis={})
tf.ones({})
tf.pad({}, [[1, 1]])
tf.pad(x, {})
tf.pad(x, [[1, 1]], constant_values={})
tf.parallel_stack([{}, {}])
tf.placeholder_with_default({}, None)
tf.polygamma({}, x)
tf.polygamma({}, {})
tf.qr(tf.reshape({}, [-1, 1, 1]))
tf.svd(tf.reshape({}, [-1, 1, 1]))
tf.self_adjoint_eig(tf.reshape({}, [-1, 1, 1]))
tf.self_adjoint_eigvals(tf.reshape({}, [-1, 1, 1]))
tf.random_gamma([2], {})
tf.random_gamma({}, 1.0)
tf.random_poisson({}, [2])
tf.random_poisson(1.0, {})
tf.truncated_normal({})
tf.truncated_normal([2], {})
tf.reduce_join({}, 0)
tf.reduce_join(['a'], {})
tf.regex_replace({}, 'a', 'b')
tf.repeat({}, 2)
tf.repeat(x, {})
tf.reverse({}, [0])
tf.reverse(x, {})
tf.reverse_sequence(tf.reshape({}, [1, -1]), [1], 1)
tf.reverse_sequence([[1.0]], {}, 1)
tf.roll({}, 1, 0)
tf.roll(x, {}, 0)
tf.roll(x, 1, {})
tf.scalar_mul(2, {})
tf.scalar_mul({}, x)
tf.scatter_nd([[0], [1]], {}, [3])
tf.scatter_nd({}, x, [3])
tf.scatter_nd([[0], [1]], x, {})
tf.scatter_add(tf.Variable([1.0, 2.0]), [0, 1], {})
tf.scatter_add(tf.Variable([1.0, 2.0]), {}, x)
tf.scatter_sub(tf.Variable([1, 2]), [0, 1], {})
tf.scatter_mul(tf.Variable([1.0, 2.0]), [0, 1], {})
tf.scatter_div(tf.Variable([1.0, 2.0]), [0, 1], {})
tf.scatter_min(tf.Variable([1.0, 2.0]), [0, 1], {})
tf.scatter_max(tf.Variable([1.0, 2.0]), [0, 1], {})
tf.scatter_update(tf.Variable([1.0, 2.0]), [0, 1], {})
tf.scatter_nd_add(tf.Variable([1.0, 2.0]), [[0], [1]], {})
tf.scatter_nd_sub(tf.Variable([1.0, 2.0]), [[0], [1]], {})
tf.scatter_nd_update(tf.Variable([1.0, 2.0]), [[0], [1]], {})
tf.batch_scatter_update(tf.Variable([1.0, 2.0]), [0, 1], {})
tf.tensor_scatter_add(x, [[0], [1]], {})
tf.tensor_scatter_sub(x, [[0], [1]], {})
tf.tensor_scatter_update(x, [[0], [1]], {})
tf.tensor_scatter_nd_max(x, [[0], [1]], {})
tf.tensor_scatter_nd_min(x, [[0], [1]], {})
tf.searchsorted({}, {})
tf.searchsorted(x, {})
tf.segment_mean({}, [0, 1])
tf.segment_min({}, [0, 1])
tf.unsorted_segment_max({}, [0, 1], 2)
tf.unsorted_segment_prod({}, [0, 1], 2)
tf.setdiff1d({}, {})
tf.shape_n([{}, x])
tf.slice({}, [0], [1])
tf.slice(x, {}, [1])
tf.strided_slice({}, [0], [1])
tf.strided_slice(x, {}, [1])
tf.sort({})
tf.unstack({})
tf.trace(tf.reshape({}, [1, -1]))
tf.unique_with_counts({})
tf.unravel_index({}, [3])
tf.unravel_index([0, 1], {})
tf.where_v2({}, x, x)
tf.where_v2([True, False], {}, {})
tf.to_bfloat16({})
tf.to_complex64({})
tf.to_complex128({})
tf.string_strip({})
tf.strings.unicode_decode({}, 'UTF-8')
tf.strings.unicode_decode_with_offsets({}, 'UTF-8')
tf.strings.unicode_split({}, 'UTF-8')
tf.strings.unicode_split_with_offsets({}, 'UTF-8')
tf.strings.unicode_encode({}, 'UTF-8')
tf.strings.unicode_transcode({}, 'UTF-8', 'UTF-8')
tf.io.encode_base64({})
tf.io.decode_base64({})
tf.io.serialize_tensor({})
tf.io.parse_tensor('', tf.float32)
tf.audio.decode_wav('')
tf.quantization.fake_quant_with_min_max_args({})
tf.quantization.fake_quant_with_min_max_args_gradient({}, {})
tf.quantization.fake_quant_with_min_max_vars({}, 0.0, 1.0)
tf.quantization.fake_quant_with_min_max_vars_gradient({}, {}, 0.0, 1.0)
tf.quantization.fake_quant_with_min_max_vars_per_channel({}, x, x)
tf.quantization.fake_quant_with_min_max_vars_per_channel_gradient({}, {}, x, x)
tf.strings.lower({})
tf.strings.upper({})
tf.strings.regex_full_match({}, 'a')
tf.strings.split({}).values
tf.write_file('unused', {})
tf.edit_distance(tf.SparseTensor([[0, 0]], ['a'], [1, 1]), tf.SparseTensor([[0, 0]], {}, [1, 1]))
tf.fft2d(tf.reshape({}, [1, -1]))
tf.fft3d(tf.reshape({}, [1, 1, -1]))
tf.ifft({})
tf.ifft2d(tf.reshape({}, [1, -1]))
tf.ifft3d(tf.reshape({}, [1, 1, -1]))
tf.signal.rfft2d(tf.reshape({}, [1, -1]))
tf.signal.rfft3d(tf.reshape({}, [1, 1, -1]))
tf.signal.irfft2d(tf.reshape({}, [1, -1]))
tf.signal.irfft3d(tf.reshape({}, [1, 1, -1]))
tf.signal.frame({}, 1, 1)
tf.signal.hann_window({})
tf.signal.hamming_window({})
tf.signal.stft({}, 1, 1)
tf.signal.inverse_stft(tf.reshape({}, [1, -1]), 1, 1)
tf.signal.overlap_and_add(tf.reshape({}, [1, -1]), 1)
tf.sparse_add(tf.SparseTensor([[0], [1]], {}, [2]), tf.SparseTensor([[0], [1]], {}, [2])).values
tf.sparse_add(tf.SparseTensor([[0], [1]], x, [2]), {})
tf.sparse_concat(0, [tf.SparseTensor([[0], [1]], {}, [2])]).values
tf.sparse_fill_empty_rows(tf.SparseTensor([[0, 0], [1, 0]], {}, [2, 1]), 0)[0].values
tf.sparse_fill_empty_rows(tf.SparseTensor([[0, 0], [1, 0]], x, [2, 1]), {})[0].values
tf.sparse_maximum(tf.SparseTensor([[0], [1]], {}, [2]), tf.SparseTensor([[0], [1]], {}, [2])).values
tf.sparse_minimum(tf.SparseTensor([[0], [1]], {}, [2]), tf.SparseTensor([[0], [1]], {}, [2])).values
tf.sparse_merge(tf.SparseTensor([[0], [1]], {}, [2]), tf.SparseTensor([[0], [1]], x, [2]), 3).values
tf.sparse_reduce_max(tf.SparseTensor([[0], [1]], {}, [2]))
tf.sparse_reduce_sum(tf.SparseTensor([[0], [1]], {}, [2]))
tf.sparse_reduce_sum_sparse(tf.SparseTensor([[0], [1]], {}, [2])).values
tf.sparse_reduce_max_sparse(tf.SparseTensor([[0], [1]], {}, [2])).values
tf.sparse_reduce_sum(tf.SparseTensor([[0], [1]], x, [2]), {})
tf.sparse_reorder(tf.SparseTensor([[0], [1]], {}, [2])).values
tf.sparse_reset_shape(tf.SparseTensor([[0], [1]], {}, [2])).values
tf.sparse_reshape(tf.SparseTensor([[0], [1]], {}, [2]), [1, 2]).values
tf.sparse_reshape(tf.SparseTensor([[0], [1]], x, [2]), {}).values
tf.sparse_retain(tf.SparseTensor([[0], [1]], {}, [2]), [True, False]).values
tf.sparse_retain(tf.SparseTensor([[0], [1]], x, [2]), {}).values
tf.sparse_slice(tf.SparseTensor([[0], [1]], {}, [2]), [0], [1]).values
tf.sparse_slice(tf.SparseTensor([[0], [1]], x, [2]), {}, [1]).values
tf.sparse_softmax(tf.SparseTensor([[0, 0], [1, 0]], {}, [2, 1])).values
tf.sparse_split(sp_input=tf.SparseTensor([[0], [1]], {}, [2]), num_split=1, axis=0)[0].values
tf.sparse_tensor_dense_matmul(tf.SparseTensor([[0, 0], [1, 0]], {}, [2, 1]), tf.reshape({}, [1, -1]))
tf.sparse_tensor_to_dense(tf.SparseTensor([[0], [1]], {}, [2]))
tf.sparse_tensor_to_dense(tf.SparseTensor([[0], [1]], x, [2]), tf.reduce_max({}))
tf.sparse_to_dense([0, 1], [2], {})
tf.sparse_to_dense({}, [2], x)
tf.sparse_to_dense([0, 1], {}, x)
tf.sparse_to_indicator(tf.SparseTensor([[0], [1]], {}, [2]), 3)
tf.sparse_transpose(tf.SparseTensor([[0], [1]], {}, [2])).values
tf.sparse_mask(tf.IndexedSlices({}, [0, 1]), [0]).values
tf.bitwise.bitwise_or({}, {})
tf.bitwise.bitwise_xor(i, {})
tf.bitwise.right_shift({}, {})
tf.bitwise.invert({})
tf.image.adjust_gamma(tf.reshape({}, [2, 1, 1]), 1.0)
tf.image.adjust_hue(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]), 0.1)
tf.image.adjust_saturation(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]), 0.1)
tf.image.adjust_hue(tf.ones([1, 1, 3]), tf.reduce_max({}))
tf.image.adjust_saturation(tf.ones([1, 1, 3]), tf.reduce_max({}))
tf.image.adjust_jpeg_quality(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]), 50)
tf.image.central_crop(tf.reshape({}, [2, 1, 1]), 0.5)
tf.image.crop_and_resize(tf.reshape({}, [1, 2, 1, 1]), [[0.0, 0.0, 1.0, 1.0]], [0], [1, 1])
tf.image.crop_to_bounding_box(tf.reshape({}, [2, 1, 1]), 0, 0, 1, 1)
tf.image.pad_to_bounding_box(tf.reshape({}, [2, 1, 1]), 0, 0, 3, 3)
tf.image.decode_jpeg({})
tf.image.decode_bmp({})
tf.image.decode_gif({})
tf.image.decode_and_crop_jpeg({}, [0, 0, 1, 1])
tf.image.extract_jpeg_shape({})
tf.image.draw_bounding_boxes(tf.tile(tf.reshape({}, [1, 2, 1, 1]), [1, 1, 1, 3]), [[[0.0, 0.0, 1.0, 1.0]]])
tf.image.flip_up_down(tf.reshape({}, [2, 1, 1]))
tf.image.random_flip_up_down(tf.reshape({}, [2, 1, 1]))
tf.image.random_flip_left_right(tf.reshape({}, [2, 1, 1]))
tf.image.rot90(tf.reshape({}, [2, 1, 1]))
tf.image.transpose(tf.reshape({}, [2, 1, 1]))
tf.image.hsv_to_rgb(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]))
tf.image.rgb_to_hsv(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]))
tf.image.rgb_to_grayscale(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]))
tf.image.rgb_to_yiq(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]))
tf.image.rgb_to_yuv(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]))
tf.image.yiq_to_rgb(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]))
tf.image.yuv_to_rgb(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]))
tf.image.image_gradients(tf.reshape({}, [1, 2, 1, 1]))
tf.image.sobel_edges(tf.tile(tf.reshape({}, [1, 2, 1, 1]), [1, 1, 2, 1]))
tf.image.total_variation(tf.reshape({}, [2, 1, 1]))
tf.image.psnr(tf.reshape({}, [2, 1, 1]), tf.reshape({}, [2, 1, 1]), 1.0)
tf.image.ssim(tf.tile(tf.reshape({}, [2, 1, 1]), [6, 12, 1]), tf.tile(tf.reshape({}, [2, 1, 1]), [6, 12, 1]), 1.0)
tf.image.non_max_suppression(tf.zeros([2, 4]), {}, 1)
tf.image.non_max_suppression([[0.0, 0.0, 1.0, 1.0]], [0.5], 1, {})
tf.image.non_max_suppression_with_scores(tf.zeros([2, 4]), {}, 1)
tf.image.non_max_suppression_padded(tf.zeros([2, 4]), {}, 1)
tf.image.non_max_suppression_overlaps([[0.5, 0.0], [0.0, 0.5]], {}, 1)
tf.image.random_brightness(tf.reshape({}, [2, 1, 1]), 0.1)
tf.image.random_contrast(tf.reshape({}, [2, 1, 1]), 0.1, 0.2)
tf.image.random_hue(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]), 0.1)
tf.image.random_saturation(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]), 0.1, 0.2)
tf.image.random_jpeg_quality(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]), 50, 60)
tf.image.resize_area(tf.reshape({}, [1, 2, 1, 1]), [1, 1])
tf.image.resize_bicubic(tf.reshape({}, [1, 2, 1, 1]), [1, 1])
tf.image.resize_image_with_crop_or_pad(tf.reshape({}, [2, 1, 1]), 1, 1)
tf.image.resize_image_with_pad(tf.reshape({}, [2, 1, 1]), 1, 1)
tf.image.sample_distorted_bounding_box({}, [[[0.0, 0.0, 1.0, 1.0]]])
tf.io.decode_proto({}, 'tensorflow.NodeDef', ['name'], [tf.string])
tf.io.encode_proto([[1], [1]], [tf.reshape({}, [2, 1])], ['name'], 'tensorflow.NodeDef')
tf.parse_example({}, {'a': tf.FixedLenFeature([], tf.int64)})['a']
tf.parse_single_example({}, {'a': tf.FixedLenFeature([], tf.int64)})['a']
tf.parse_single_sequence_example({}, {'a': tf.FixedLenFeature([], tf.int64)})[0]['a']
tf.io.parse_sequence_example({}, {'a': tf.FixedLenFeature([], tf.int64)})[0]['a']
tf.layers.dense(tf.reshape({}, [1, 2]), 1)
tf.layers.dropout({}, training=True)
tf.layers.flatten(tf.reshape({}, [1, 2]))
tf.layers.batch_normalization(tf.reshape({}, [1, 2]))
tf.layers.conv1d(tf.reshape({}, [1, 2, 1]), 1, 1)
tf.layers.conv2d(tf.reshape({}, [1, 2, 1, 1]), 1, 1)
tf.layers.conv3d(tf.reshape({}, [1, 2, 1, 1, 1]), 1, 1)
tf.layers.conv2d_transpose(tf.reshape({}, [1, 2, 1, 1]), 1, 1)
tf.layers.conv3d_transpose(tf.reshape({}, [1, 2, 1, 1, 1]), 1, 1)
tf.while_loop(lambda *_: False, lambda a: [a], ({},))
tf.layers.separable_conv1d(tf.reshape({}, [1, 2, 1]), 1, 1)
tf.layers.separable_conv2d(tf.reshape({}, [1, 2, 1, 1]), 1, 1)
tf.layers.max_pooling1d(tf.reshape({}, [1, 2, 1]), 1, 1)
tf.layers.max_pooling2d(tf.reshape({}, [1, 2, 1, 1]), 1, 1)
tf.layers.max_pooling3d(tf.reshape({}, [1, 2, 1, 1, 1]), 1, 1)
tf.layers.average_pooling1d(tf.reshape({}, [1, 2, 1]), 1, 1)
tf.layers.average_pooling2d(tf.reshape({}, [1, 2, 1, 1]), 1, 1)
tf.layers.average_pooling3d(tf.reshape({}, [1, 2, 1, 1, 1]), 1, 1)
tf.linalg.adjoint(tf.reshape({}, [1, 2]))
tf.linalg.expm(tf.reshape({}, [-1, 1, 1]))
tf.linalg.logdet(tf.reshape({}, [-1, 1, 1]))
tf.linalg.slogdet(tf.reshape({}, [-1, 1, 1]))
tf.linalg.lu(tf.reshape({}, [-1, 1, 1]))
tf.linalg.matrix_rank(tf.reshape({}, [-1, 1, 1]))
tf.linalg.matvec(tf.reshape({}, [1, -1]), tf.reshape({}, [-1]))
tf.linalg.normalize({})
tf.linalg.pinv(tf.reshape({}, [-1, 1, 1]))
tf.losses.compute_weighted_loss(x, {})
tf.losses.cosine_distance({}, x, axis=0)
tf.losses.huber_loss({}, x)
tf.losses.huber_loss(x, {})
tf.math.bessel_i0e({})
tf.math.bessel_i1({})
tf.math.bessel_i1e({})
tf.math.cumulative_logsumexp({})
tf.math.erfcinv({})
tf.math.nextafter({}, {})
tf.math.nextafter(x, {})
tf.math.polyval([{}, 1.0], x)
tf.metrics.auc({}, x)
tf.metrics.auc(tf.constant([True, False]), {})
tf.metrics.false_negatives({}, x)
tf.metrics.false_positives(x, {})
tf.metrics.true_negatives({}, {})
tf.metrics.true_positives({}, x)
tf.metrics.true_positives([True, False], [True, False], {})
tf.metrics.false_negatives_at_thresholds({}, x, [0.5])
tf.metrics.false_positives_at_thresholds(tf.constant([True, False]), {}, [0.5])
tf.metrics.true_negatives_at_thresholds({}, x, [0.5])
tf.metrics.mean_absolute_error({}, x)
tf.metrics.mean_cosine_distance({}, x, 0)
tf.metrics.mean_iou({}, i, 2)
tf.metrics.mean_iou(i, {}, 2)
tf.metrics.mean_per_class_accuracy({}, i, 2)
tf.metrics.mean_relative_error({}, x, x)
tf.metrics.mean_relative_error(x, x, {})
tf.metrics.precision_at_thresholds({}, x, [0.5])
tf.metrics.precision_at_top_k(l, {}, 1)
tf.metrics.recall({}, x)
tf.metrics.recall_at_k({}, [[0.1, 0.2], [0.3, 0.4]], 1)
tf.metrics.recall_at_thresholds({}, x, [0.5])
tf.metrics.root_mean_squared_error({}, x)
tf.metrics.sparse_average_precision_at_k({}, [[0.1, 0.2], [0.3, 0.4]], 1)
tf.metrics.sparse_precision_at_k({}, [[0.1, 0.2], [0.3, 0.4]], 1)
tf.metrics.specificity_at_sensitivity({}, x, 0.5)
tf.nn.atrous_conv2d(tf.reshape({}, [1, 1, -1, 1]), [[[[2.0]]]], 1, 'SAME')
tf.nn.avg_pool1d(tf.reshape({}, [1, -1, 1]), 1, 1, 'SAME')
tf.nn.avg_pool2d(tf.reshape({}, [1, 1, -1, 1]), 1, 1, 'SAME')
tf.nn.avg_pool3d(tf.reshape({}, [1, 1, 1, -1, 1]), 1, 1, 'SAME')
tf.nn.avg_pool_v2(tf.reshape({}, [1, 1, -1, 1]), 1, 1, 'SAME')
tf.nn.max_pool1d(tf.reshape({}, [1, -1, 1]), 1, 1, 'SAME')
tf.nn.max_pool2d(tf.reshape({}, [1, 1, -1, 1]), 1, 1, 'SAME')
tf.nn.max_pool_v2(tf.reshape({}, [1, 1, -1, 1]), 1, 1, 'SAME')
tf.nn.max_pool_with_argmax(tf.reshape({}, [1, 1, -1, 1]), [1, 1, 1, 1], [1, 1, 1, 1], 'SAME')
tf.nn.pool(tf.reshape({}, [1, -1, 1]), [1], 'MAX', 'SAME')
tf.nn.batch_norm_with_global_normalization(tf.reshape({}, [1, 1, -1, 1]), [1.0], [1.0], [1.0], [1.0], 0.1, True)
tf.nn.batch_normalization({}, 1.0, 1.0, None, None, 0.1)
tf.nn.batch_normalization(x, {}, 1.0, None, None, 0.1)
tf.nn.fused_batch_norm(tf.reshape({}, [1, 1, -1, 1]), [1.0], [1.0])
tf.nn.conv1d(tf.reshape({}, [1, -1, 1]), [[[2.0]]], 1, 'SAME')
tf.nn.conv1d_transpose(tf.reshape({}, [1, 2, 1]), [[[2.0]]], [1, 2, 1], 1)
tf.nn.conv2d_transpose(tf.reshape({}, [1, 1, 2, 1]), [[[[2.0]]]], [1, 1, 2, 1], 1)
tf.nn.conv3d_transpose(tf.reshape({}, [1, 1, 1, 2, 1]), [[[[[2.0]]]]], [1, 1, 1, 2, 1], [1, 1, 1, 1, 1])
tf.nn.conv_transpose(tf.reshape({}, [1, 2, 1]), [[[2.0]]], [1, 2, 1], 1)
tf.nn.convolution(tf.reshape({}, [1, -1, 1]), [[[2.0]]], 'SAME')
tf.nn.conv2d_backprop_filter(tf.reshape({}, [1, 1, -1, 1]), [1, 1, 1, 1], tf.reshape({}, [1, 1, -1, 1]), [1, 1, 1, 1], 'SAME')
tf.nn.conv2d_backprop_input([1, 1, 2, 1], [[[[2.0]]]], tf.reshape({}, [1, 1, 2, 1]), [1, 1, 1, 1], 'SAME')
tf.nn.depthwise_conv2d_native(tf.reshape({}, [1, 1, -1, 1]), [[[[2.0]]]], [1, 1, 1, 1], 'SAME')
tf.nn.separable_conv2d(tf.reshape({}, [1, 1, -1, 1]), [[[[2.0]]]], [[[[2.0]]]], [1, 1, 1, 1], 'SAME')
tf.nn.dilation2d(tf.reshape({}, [1, 1, -1, 1]), tf.reshape({}, [1, -1, 1])[:, :1], [1, 1, 1, 1], [1, 1, 1, 1], 'SAME')
tf.nn.erosion2d(tf.reshape({}, [1, 1, -1, 1]), [[[1.0]]], [1, 1, 1, 1], [1, 1, 1, 1], 'SAME')
tf.nn.crelu({})
tf.nn.embedding_lookup([x], {})
tf.nn.embedding_lookup([{}], [0])
tf.nn.embedding_lookup_sparse([[1.0], [2.0]], tf.SparseTensor([[0, 0], [1, 0]], {}, [2, 1]), None)
tf.nn.safe_embedding_lookup_sparse([[1.0], [2.0]], tf.SparseTensor([[0, 0], [1, 0]], {}, [2, 1]))
tf.nn.log_poisson_loss({}, x)
tf.nn.log_poisson_loss(x, {})
tf.nn.normalize_moments({}, x, x, None)
tf.nn.sufficient_statistics({}, [0])
tf.nn.weighted_moments({}, [0], x)
tf.nn.weighted_moments(x, [0], {})
tf.nn.relu_layer(tf.reshape({}, [1, -1]), tf.reshape({}, [-1, 1]), [1.0])
tf.nn.xw_plus_b(tf.reshape({}, [1, -1]), tf.reshape({}, [-1, 1]), [1.0])
tf.nn.all_candidate_sampler(tf.reshape({}, [1, -1]), 2, 2, True)
tf.nn.uniform_candidate_sampler(tf.reshape({}, [1, -1]), 2, 2, True, 3)
tf.nn.log_uniform_candidate_sampler(tf.reshape({}, [1, -1]), 2, 2, True, 3)
tf.nn.fixed_unigram_candidate_sampler(tf.reshape({}, [1, -1]), 2, 2, True, 3, unigrams=[1, 1, 1])
tf.nn.compute_accidental_hits(tf.reshape({}, [1, -1]), l + [0, 1], 2)
tf.nn.sampled_softmax_loss(tf.ones([3, 1]), [0.0, 0.0, 0.0], tf.reshape({}, [-1, 1]), [[1.0], [2.0]], 2, 3)
tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicRNNCell(1), tf.reshape({}, [1, 2, 1]), dtype=tf.float32)
tf.nn.static_rnn(tf.nn.rnn_cell.BasicRNNCell(1), [tf.reshape({}, [1, 2])], dtype=tf.float32)
tf.summary.scalar('s', {})
tf.summary.merge([{}])
tf.train.cosine_decay(0.1, {}, 10)
tf.train.cosine_decay({}, 1, 10)
tf.train.cosine_decay_restarts(0.1, {}, 10)
tf.train.inverse_time_decay(0.1, {}, 10, 0.5)
tf.train.inverse_time_decay({}, 1, 10, 0.5)
tf.train.linear_cosine_decay(0.1, {}, 10)
tf.train.noisy_linear_cosine_decay(0.1, {}, 10)
tf.train.natural_exp_decay(0.1, {}, 10, 0.5)
tf.hessians(tf.reduce_sum(x * {}), x)
""".strip().splitlines()

CALLS = [
    *(f"tf.{name}({{}})" if name != "accumulate_n" else "tf.accumulate_n([{}])" for name in UNARY),
    *(f"tf.{name}({operands})" for name in BINARY for operands in ("x, {}", "{}, x", "i, {}", "{}, {}")),
    *(
        f"{left} {sign} {right}"
        for sign in OPERATORS
        for left, right in (("x", "{}"), ("{}", "x"), ("i", "{}"))
    ),
    *OTHERS,
]


def result_type(tf: Any, call: str, argument: str) -> str:
    """The type of what a call gives for an argument, of the first part of it if there are several."""
    with tf.Graph().as_default():
        names = {
            "tf": tf,
            "np": np,
            "tensor": lambda dtype: tf.placeholder(getattr(tf, dtype), [2]),
            "x": tf.placeholder(tf.float32, [2]),
            "i": tf.placeholder(tf.int32, [2]),
            "l": tf.placeholder(tf.int64, []),
        }
        result = eval(call.replace("{}", argument), names)  # noqa: S307  those above
    while isinstance(result, (list, tuple)) and result:
        result = result[0]
    return str(getattr(result, "dtype", None) and result.dtype.base_dtype.name)
