"""Which types the functions of ``tf`` take and give: as TensorFlow, but that a number stays what it is.

tests/data/tf/types.json was written by TensorFlow 2.15.1; for new calls or values it is made again by

    echo {} | .venv-tf/bin/python tests/interop/tf_types.py \
        | sed 's/}}, "/}},\n"/g; s/", "tf/",\n"tf/g' > tests/data/tf/types.json
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.test_names import ADD_NOTHING, NEED_FILES, NOT_THERE, public_functions
from tests.types_of_tf import ARGUMENTS, BINARY, CALLS, TYPES, VALUES, conversions, result_type

STORED = Path(__file__).parent / "data" / "tf" / "types.json"
ANSWERS = json.loads(STORED.read_text())


# -- values that become constants, or are fed --------------------------------------------------------------------------

OVERFLOWS = ("feed", "2**40", "float16")  # to infinity, as other numbers do; TensorFlow refuses this one


def numbers(text: str | None) -> Any:
    """The value that was written by ``repr``, or None."""
    names = {"nan": np.nan, "inf": np.inf, "nanj": complex(0, np.nan)}
    return None if text is None else np.asarray(eval(text, names))  # noqa: S307


def stays_what_it_is(value: Any, result: Any, dtype: str) -> bool:
    """Whether a conversion of numbers changed none of them, but by the rounding of a floating point type."""
    before = np.asarray(value)
    if before.dtype == object:
        before = np.array(before.tolist())
    if before.dtype.kind not in "biufc":
        return result.dtype.kind in "SO"  # text stays text
    if before.dtype.kind == "c" and not dtype.startswith("complex"):
        return not before.imag.any() and stays_what_it_is(before.real, result, dtype)
    return dtype.startswith(("float", "complex")) or np.array_equal(before, result)


@pytest.mark.parametrize("value", VALUES)
def test_values_are_converted_as_tensorflow_does_while_they_stay_what_they_are(value: str) -> None:
    ours, theirs = conversions(tf, value), ANSWERS["conversions"][value]
    given = eval(value, {"np": np})  # noqa: S307  the text of types_of_tf
    assert ours["own"] == theirs["own"]
    for way in ("constant", "feed"):
        for dtype in TYPES:
            result = numbers(theirs[way][dtype])
            if (way, value, dtype) == OVERFLOWS:
                assert ours[way][dtype] == "inf"
            elif result is not None and not stays_what_it_is(given, result, dtype):
                assert ours[way][dtype] is None, f"{way} {value} as {dtype} would be {theirs[way][dtype]}"
            else:
                assert ours[way][dtype] == theirs[way][dtype], f"{way} {value} as {dtype}"


# -- functions ---------------------------------------------------------------------------------------------------------

# What is refused here and taken by TensorFlow: the reason, as the message gives it.
REASONS = {
    "a number would become another one": r"does not fit into|cannot be made (bool|u?int\d+)|is float\d+; it takes .*int",
    "a scalar has no axis and no rows": r"out of range|at least|must have rows|no rows to shuffle",
    "true and false are not numbers of axes": r"axis must be a whole number",
    "true and false are not numbers of rows": r"range\(\) counts in",
    "complex numbers": r"complex64",
    "no bitwise operations": r"must be bool|\(int32\) cannot be made bool",
    "texts have no differences": r"is text, and a loss is made of numbers",
    "segments without rows": r"Segment\w+ .*\(0,\) and \(2,\) are not compatible",
    "a component too many": r"an element has 1 component",
    "nothing to take a norm of, to fill a variable with": r"there are no gradients|do not fill",
    "shapes that cannot fit are refused before the run": (
        r"shapes? .* are not compatible|must be a scalar|must have \d dimensions, given|cannot fill|do not broadcast|"
        r"are not within the|needs one tensor"
    ),
    "true and false are no sizes and no rates": r"the type of '(shape|rate)' is bool",
    "layers are of floating point numbers": r"a floating point type is needed|the input must be one tensor",
    "the kernel of a normalization of integers would be 0": r"'batchnorm/mul_\d': input 'y' is float",
}

# What is taken here and refused by TensorFlow: Python values and arrays take the type of the tensor beside them, whichever
# comes first, and scalars are repeated; metrics cast what they compare; tensors become numbers of the one type that an op
# takes; more types have an op, or one in several steps; a shape is refused when it is known, in a run at the latest; what
# is linear has second derivatives, of 0.
LENIENT = {
    *(f"tf.{name}({{}}, x)" for name in BINARY),
    *"""
tf.Assert({}, [x])
tf.add_n([x, {}])
tf.assert_equal(x, {})
tf.assert_equal({}, x)
tf.assert_greater(i, {})
tf.assert_less({}, x)
tf.assert_near({}, x)
tf.betainc({}, x, x)
tf.bincount({})
tf.broadcast_dynamic_shape({}, [2])
tf.broadcast_to(1.0, {})
tf.clip_by_average_norm({}, 1.0)
tf.complex(x, {})
tf.confusion_matrix({}, [0, 1])
tf.ensure_shape({}, tf.TensorShape(None))
tf.hessians(tf.reduce_sum(x * {}), x)
tf.histogram_fixed_width(x, {})
tf.histogram_fixed_width_bins({}, [0.0, 1.0])
tf.image.non_max_suppression([[0.0, 0.0, 1.0, 1.0]], [0.5], 1, {})
tf.image.non_max_suppression_padded(tf.zeros([2, 4]), {}, 1)
tf.image.rgb_to_yiq(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]))
tf.image.rgb_to_yuv(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]))
tf.image.yiq_to_rgb(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]))
tf.image.yuv_to_rgb(tf.tile(tf.reshape({}, [2, 1, 1]), [1, 1, 3]))
tf.invert_permutation({})
tf.io.parse_sequence_example({}, {'a': tf.FixedLenFeature([], tf.int64)})[0]['a']
tf.linalg.matrix_rank(tf.reshape({}, [-1, 1, 1]))
tf.linalg.pinv(tf.reshape({}, [-1, 1, 1]))
tf.math.polyval([{}, 1.0], x)
tf.matrix_diag({})
tf.matrix_diag_part(tf.reshape({}, [1, -1]))
tf.meshgrid({}, x)
tf.metrics.auc(tf.constant([True, False]), {})
tf.metrics.false_positives_at_thresholds(tf.constant([True, False]), {}, [0.5])
tf.metrics.mean_absolute_error({}, x)
tf.metrics.mean_cosine_distance({}, x, 0)
tf.metrics.mean_iou(i, {}, 2)
tf.metrics.mean_iou({}, i, 2)
tf.metrics.mean_relative_error(x, x, {})
tf.metrics.mean_relative_error({}, x, x)
tf.metrics.mean_squared_error({}, x)
tf.metrics.precision_at_k({}, [[0.1, 0.2], [0.3, 0.4]], 1)
tf.metrics.recall_at_k({}, [[0.1, 0.2], [0.3, 0.4]], 1)
tf.metrics.root_mean_squared_error({}, x)
tf.metrics.sparse_average_precision_at_k({}, [[0.1, 0.2], [0.3, 0.4]], 1)
tf.metrics.sparse_precision_at_k({}, [[0.1, 0.2], [0.3, 0.4]], 1)
tf.nn.batch_norm_with_global_normalization(tf.reshape({}, [1, 1, -1, 1]), [1.0], [1.0], [1.0], [1.0], 0.1, True)
tf.nn.batch_normalization(x, {}, 1.0, None, None, 0.1)
tf.nn.batch_normalization({}, 1.0, 1.0, None, None, 0.1)
tf.nn.conv2d_backprop_input([1, 1, 2, 1], [[[[2.0]]]], tf.reshape({}, [1, 1, 2, 1]), [1, 1, 1, 1], 'SAME')
tf.nn.conv2d_transpose(tf.reshape({}, [1, 1, 2, 1]), [[[[2.0]]]], [1, 1, 2, 1], 1)
tf.nn.conv3d_transpose(tf.reshape({}, [1, 1, 1, 2, 1]), [[[[[2.0]]]]], [1, 1, 1, 2, 1], [1, 1, 1, 1, 1])
tf.nn.log_poisson_loss(x, {})
tf.nn.log_poisson_loss({}, x)
tf.nn.moments({}, [0])
tf.nn.relu_layer(tf.reshape({}, [1, -1]), tf.reshape({}, [-1, 1]), [1.0])
tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits={})
tf.nn.sigmoid_cross_entropy_with_logits(labels={}, logits=x)
tf.nn.weighted_cross_entropy_with_logits(x, x, {})
tf.nn.xw_plus_b(tf.reshape({}, [1, -1]), tf.reshape({}, [-1, 1]), [1.0])
tf.parse_example({}, {'a': tf.FixedLenFeature([], tf.int64)})['a']
tf.polygamma({}, x)
tf.random.stateless_uniform([2], [1, 2], 0, {}, tf.int32)
tf.random.stateless_uniform({}, [1, 2])
tf.random_gamma({}, 1.0)
tf.random_normal({})
tf.random_poisson(1.0, {})
tf.repeat(x, {})
tf.scalar_mul(2, {})
tf.scatter_nd([[0], [1]], x, {})
tf.sequence_mask({})
tf.sparse_reshape(tf.SparseTensor([[0], [1]], x, [2]), {}).values
tf.strided_slice(x, {}, [1])
tf.tile(x, {})
tf.train.cosine_decay({}, 1, 10)
tf.train.piecewise_constant(l, [1], [{}, {}])
tf.truncated_normal({})
tf.unravel_index([0, 1], {})
tf.where([True, False], x, {})
tf.where([True, False], {}, {})
""".strip().splitlines(),
}

# Functions without a row: queues, functions of other functions or structures, of files and names, or whose rows are those
# of what they call.
NO_TYPES = frozenset(
    """
assert_type assert_variables_initialized atrous_conv2d_transpose batch batch_join bidirectional_dynamic_rnn case conv3d_backprop_filter
conv3d_backprop_filter_v2 count_up_to create_global_step custom_gradient depthwise_conv2d_backprop_filter
depthwise_conv2d_backprop_input depthwise_conv2d_native_backprop_filter
depthwise_conv2d_native_backprop_input encode_wav extract_glimpse format get_local_variable get_or_create_global_step
get_regularization_loss get_total_loss global_variables_initializer grad_pass_through group he_normal
he_uniform initialize_all_tables initialize_all_variables initialize_local_variables initialize_variables
input_layer input_producer inverse_stft_window_fn is_variable_initialized kl_divergence lecun_normal
lecun_uniform limit_epochs linear_model local_variables_initializer make_template match_filenames_once
maybe_batch maybe_batch_join maybe_shuffle_batch maybe_shuffle_batch_join merge_all nce_loss no_op
no_regularizer numpy_function placeholder py_func py_function range_input_producer raw_rnn recompute_grad
report_uninitialized_variables required_space_to_batch_paddings shuffle_batch shuffle_batch_join
slice_input_producer sparse_placeholder ssim_multiscale stateless_categorical static_bidirectional_rnn
static_state_saving_rnn string_input_producer tables_initializer timestamp tuple variables
variables_initializer vectorized_map with_space_to_batch
""".split()
)


def test_every_function_of_tensors_has_a_row() -> None:
    text = " ".join(CALLS)
    called = [
        functools.reduce(getattr, dotted.split(".")[1:], tf) for dotted in re.findall(r"tf(?:\.\w+)+", text)
    ]
    missing = [
        name
        for name, function in public_functions()
        if function not in called
        and name.rpartition(".")[2] not in ADD_NOTHING | NEED_FILES | NOT_THERE | NO_TYPES
    ]
    assert not missing, f"add a call of each to tests/types_of_tf.py: {missing}"


@pytest.mark.parametrize("call", CALLS)
def test_a_call_takes_and_gives_tensorflows_types(call: str) -> None:
    for argument, theirs in zip(ARGUMENTS, ANSWERS["calls"][call].split(), strict=True):
        try:
            ours = result_type(tf, call, argument)
        except (TypeError, ValueError) as error:
            known = any(re.search(reason, str(error)) for reason in REASONS.values())
            assert theirs == "-" or known, f"{argument}: {theirs} in TensorFlow, here {error}"
        else:
            assert ours == theirs or (theirs == "-" and call in LENIENT), (
                f"{argument}: {theirs} in TensorFlow"
            )
