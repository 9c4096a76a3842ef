"""tf_slim, which is tf.contrib.layers kept alive, says what layers and training steps make.

Request: nothing. Answer, or {missing: "tf_slim"} where it is not installed: {cases: {case: row}, training: {case: row}, signatures: {function: its parameters}}, a row as
the ``record`` of tests/network/slim/cases.py and of tests/optimizers/training_cases.py gives it.
"""

import inspect
import json
import sys
import warnings
from pathlib import Path

import tensorflow.compat.v1 as tf

tests = Path(__file__).parents[1]
sys.path[:0] = [str(tests / "network" / "slim"), str(tests / "optimizers")]
import cases  # noqa: E402
import training_cases  # noqa: E402

warnings.simplefilter("ignore")
tf.disable_v2_behavior()
tf.enable_resource_variables()
tf.logging.set_verbosity(tf.logging.ERROR)

from tensorflow.python.framework import ops  # noqa: E402
from tensorflow.python.ops import control_flow_ops  # noqa: E402

# tf_slim is older than the TensorFlow that put these elsewhere
ops.Tensor, ops.IndexedSlices, control_flow_ops.cond = tf.Tensor, tf.IndexedSlices, tf.cond

try:
    import tf_slim
except ImportError:
    print(json.dumps({"missing": "tf_slim"}))
    sys.exit()

sys.modules[
    "tf_slim.layers.layers"
].normalization_layers = tf.layers  # what it imports wants a package of its own

FRAMEWORK = (
    "arg_scope add_arg_scope arg_scoped_arguments has_arg_scope current_arg_scope add_model_variable "
    "assign_from_checkpoint assign_from_checkpoint_fn assign_from_values assign_from_values_fn filter_variables "
    "get_local_variables get_model_variables get_trainable_variables get_unique_variable get_variable_full_name "
    "get_variables get_variables_by_name get_variables_by_suffix get_variables_to_restore global_variable "
    "local_variable model_variable variable"
)
LAYERS = (
    "avg_pool2d avg_pool3d batch_norm bias_add conv1d conv2d conv2d_in_plane conv2d_transpose conv3d conv3d_transpose "
    "convolution dense_to_sparse dropout flatten fully_connected group_norm instance_norm layer_norm max_pool2d "
    "max_pool3d maxout one_hot_encoding repeat scale_gradient separable_conv2d softmax stack unit_norm "
    "l1_regularizer l2_regularizer l1_l2_regularizer sum_regularizer apply_regularization "
    "xavier_initializer variance_scaling_initializer optimize_loss adaptive_clipping_fn summarize_activation "
    "summarize_tensor summarize_tensors summarize_collection summarize_activations "
    "add_gradients_summaries clip_gradient_norms clip_gradient_norms_fn create_train_op multiply_gradients"
)
ONLY_TF2 = {"synchronization", "aggregation"}


def parameters(name):
    """What a function takes."""
    function = getattr(tf_slim, name, None) or getattr(tf_slim.training, name)
    return [name for name in inspect.signature(function).parameters if name not in ONLY_TF2]


answer = {
    "signatures": {name: parameters(name) for name in f"{FRAMEWORK} {LAYERS}".split()},
    "cases": {case: cases.record(tf, tf_slim, case) for case in cases.CASES},
    "training": {
        case: training_cases.record(tf, tf_slim, tf_slim.training, case) for case in training_cases.CASES
    },
}
print(json.dumps(answer))
