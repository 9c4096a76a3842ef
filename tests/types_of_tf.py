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
    while isinstance(result, (list, tuple)):
        result = result[0]
    return str(getattr(result, "dtype", None) and result.dtype.base_dtype.name)
