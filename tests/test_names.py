"""The names that functions of ``tf`` leave in a graph are TensorFlow's, and so is what waits for control dependencies.

tests/data/tf/names.json was written by TensorFlow 2.15.1; with a new call in tests/calls_of_tf.py it is made again by

    python -c "from tests.calls_of_tf import CALLS; import json; print(json.dumps({'calls': CALLS}))" \\
        | .venv-tf/bin/python tests/interop/tf_names.py | sed 's/}, "/},\\n"/g' > tests/data/tf/names.json
"""

from __future__ import annotations

import functools
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from tests.calls_of_tf import CALLS, record

STORED = Path(__file__).parent / "data" / "tf" / "names.json"
NAMES = json.loads(STORED.read_text())

DROPOUT = {"outputs": ["dropout/mul_1:0"]}  # a product, as in TensorFlow 1
LINSPACE = {
    "outputs": ["linspace:0"],
    "root": ["linspace"],
    "scopes": [],
}  # one operation, as in TensorFlow 1
ASSERT = {
    "outputs": ["Assert"],
    "root": ["Const", "All", "Assert"],
    "scopes": [],
}  # without a branch around it


def _functional(call: str) -> dict[str, list[str]]:
    """What a branch or a loop leaves in the graph: If or While under the name of the scope, and its results in it."""
    theirs = NAMES[call]
    scope = theirs["scopes"][0]
    changed = {"outputs": [re.sub("/(Merge|Exit)", "/Identity", name) for name in theirs["outputs"]]}
    is_root = scope != "case"
    return changed | ({"root": [*theirs["root"], scope], "scopes": []} if is_root else {})


# Where ours is meant to differ: the parts that do, as they are here. docs/differences.md says it in words.
SEARCHES = {
    "given" if "given" in call else "LowerBound": call
    for call in CALLS
    if call.startswith("tf.searchsorted(")
}
SEARCHED = {"scopes": [], "waiting": ["Const", "Shape", "Shape_1", "Shape_2"]}
BEFORE_SEARCH = (
    "Const Shape strided_slice Pack Reshape Shape_1 strided_slice_1 Pack_1 Reshape_1".split()
)  # shapes in one scope less
OF_NUMBERS = {
    # the op that every TensorFlow has takes no sizes
    "tf.matrix_diag(x)": {"waiting": ["diag"]},
    "tf.matrix_diag(x, name='given')": {"waiting": ["given"]},
    "tf.linalg.expm(tf.ones([2, 2]))": {"outputs": ["matrix_exponential/while/Identity_1:0"]},
    # in less operations, or others
    **{
        call: SEARCHED | {"root": [*BEFORE_SEARCH, op, "Shape_2", "Reshape_2"]}
        for op, call in SEARCHES.items()
    },
    "tf.bincount(i)": {"outputs": ["bincount/Bincount:0"]},  # which TensorFlow 1 has
    "tf.histogram_fixed_width_bins(x, [0.0, 5.0], nbins=5)": {
        "outputs": ["histogram_fixed_width_bins/Reshape:0"]
    },
    "tf.repeat(x, [1, 2], axis=0)": {"outputs": ["Repeat/GatherV2:0"]},
    "tf.repeat(x, 3, axis=1)": {"outputs": ["Repeat/GatherV2:0"]},
    "tf.batch_gather(x, [[0], [1]])": {"outputs": ["BatchGather/GatherV2:0"]},
    "tf.sparse.eye(3)": {"outputs": ["eye/stack:0", "eye/ones:0", "eye/Pack:0"]},
    # a check without a branch around it
    **{
        call: {
            "outputs": [
                re.sub("/AssertGuard/Merge$|/Assert(?=/Assert$)", "", name) for name in NAMES[call]["outputs"]
            ]
        }
        for call in CALLS
        if call.startswith("tf.assert_")
        and NAMES[call]["outputs"][0].rpartition("/")[2] in ("Merge", "Assert")
    },
    "tf.assert_equal(x, y)": {"outputs": ["assert_equal/Assert"], "scopes": ["assert_equal"]},
    "tf.nn.sampled_softmax_loss(tf.ones([9, 3]), tf.zeros([9]), tf.constant([[1], [2]], tf.int64), x, 2, 9)": {
        "outputs": ["softmax_cross_entropy_with_logits:0"]
    },
    # windows, frames and sums of frames in less operations
    "tf.signal.hann_window(4)": {"outputs": ["hann_window/SelectV2:0"]},
    "tf.signal.hamming_window(5, periodic=False)": {"outputs": ["hamming_window/SelectV2:0"]},
    "tf.signal.frame(x, 2, 1)": {"outputs": ["frame/GatherV2:0"]},
    "tf.signal.overlap_and_add(x, 1)": {"outputs": ["overlap_and_add/Reshape_2:0"]},
    "tf.signal.inverse_stft(tf.complex(x, y), 4, 2)": {
        "outputs": ["inverse_stft/overlap_and_add/Reshape_2:0"]
    },
}
BETA = "mean/truediv stddev/Sqrt variance/truediv_1 entropy/add_1 mode/SelectV2".split()
AVERAGED = "tf.train.ExponentialMovingAverage(0.9).apply([v])"
EXCEPTIONS: dict[str, dict[str, list[str]]] = {
    "tf.nn.atrous_conv2d_transpose(images, tf.transpose(kernel, [0, 1, 3, 2]), [2, 4, 4, 2], 2, 'SAME')": {
        "outputs": ["atrous_conv2d_transpose:0"],
        "root": ["transpose", "atrous_conv2d_transpose"],
        "scopes": [],
    },
    # ids of two axes are a matrix already: nothing gives the rows their shape back
    "tf.nn.safe_embedding_lookup_sparse([x, y], tf.cast(s, tf.int64))": {"outputs": ["embedding_lookup:0"]},
    "tf.linspace(0.0, 1.0, 3)": LINSPACE,
    "tf.recompute_grad(tf.sin)(x)": {"outputs": ["Sin:0"], "root": ["Sin"]},
    "tf.lin_space(0.0, 1.0, 3)": LINSPACE,
    "tf.Assert(tf.reduce_all(b), [x])": ASSERT,
    "tf.Assert(tf.reduce_all(b), ['text', x], name='given')": {
        "outputs": ["given"],
        "root": ["Const", "All", "given"],
        "scopes": [],
    },
    "tf.feature_column.linear_model({'x': x}, [tf.feature_column.numeric_column('x', [3])])": {
        "outputs": ["linear_model/weighted_sum:0"],
        "scopes": ["linear_model"],
    },
    # a loop of lists
    "tf.hessians(tf.reduce_sum(x * x), [x])": {
        "root": "mul Const Sum Reshape Shape Size Range concat Reshape_1".split(),
        "scopes": ["gradients", "map"],
        "waiting": ["mul", "Const"],
    },
    "tf.nn.dropout(x, 0.5)": DROPOUT,
    "tf.nn.dropout(u, rate=0.5)": DROPOUT,
    "tf.nn.dropout(x, rate=r)": DROPOUT,
    "tf.layers.dropout(x, training=True)": {"outputs": ["dropout/dropout/mul_1:0"]},
    # the permutation is known: a constant
    "tf.nn.softmax(x, axis=0)": {"root": ["transpose", "Softmax", "transpose_1"], "waiting": []},
    "tf.nn.log_softmax(x, axis=0)": {"root": ["transpose", "LogSoftmax", "transpose_1"], "waiting": []},
    # matrices are not reshaped to matrices
    "tf.nn.softmax_cross_entropy_with_logits(labels=x, logits=y)": {
        "outputs": ["softmax_cross_entropy_with_logits_sg:0"]
    },
    "tf.nn.softmax_cross_entropy_with_logits_v2(labels=x, logits=y)": {
        "outputs": ["softmax_cross_entropy_with_logits:0"],
        "waiting": ["softmax_cross_entropy_with_logits"],
    },
    "tf.nn.softmax_cross_entropy_with_logits_v2(labels=u, logits=u)": {
        "outputs": ["softmax_cross_entropy_with_logits:0"],
        "waiting": ["softmax_cross_entropy_with_logits"],
    },
    "tf.nn.swish(x)": {"outputs": ["swish:0"], "root": ["swish"], "waiting": []},  # in a scope of its own
    # of each box by itself, and by borders of zeros
    "tf.image.non_max_suppression_padded(tf.zeros([1, 4]), [0.5], 1)": {
        "outputs": [
            "non_max_suppression_padded/NonMaxSuppressionV4:0",
            "non_max_suppression_padded/NonMaxSuppressionV4:1",
        ]
    },
    "tf.image.image_gradients(tf.zeros([1, 4, 5, 3]))": {
        "outputs": ["Pad:0", "Pad_1:0"],
        "root": [
            *(
                "zeros",
                "strided_slice",
                "strided_slice_1",
                "sub",
                "strided_slice_2",
                "strided_slice_3",
                "sub_1",
            ),
            *("Pad", "Pad_1"),
        ],
        "waiting": ["zeros"],
    },
    # choices instead of branches, and a sum; a turn that is known is one
    "tf.image.random_flip_left_right(tf.zeros([4, 5, 3]))": {
        "outputs": ["random_flip_left_right/SelectV2:0"]
    },
    "tf.image.random_flip_up_down(tf.zeros([2, 4, 5, 3]))": {"outputs": ["random_flip_up_down/SelectV2:0"]},
    "tf.image.rot90(tf.zeros([4, 5, 3]))": {"outputs": ["rot90/ReverseV2:0"]},
    "tf.image.rot90(tf.zeros([2, 4, 5, 3]), 3, name='given')": {"outputs": ["given/ReverseV2:0"]},
    "tf.train.piecewise_constant(step, [1, 2], [0.3, 0.2, 0.1])": {
        "outputs": ["PiecewiseConstant:0"],
        "root": ["Const", "Const_1", "Const_2", "Const_3", "Const_4", "Cast", "Cast_1", "PiecewiseConstant"],
        "scopes": [],
    },
    "tf.gather(v, i)": {
        "outputs": ["Gather:0"],
        "root": ["Gather"],
        "waiting": ["Gather"],
    },  # of its rows alone
    "tf.nn.embedding_lookup(v, i, name='given')": {"waiting": ["given"]},
    # ids without a use are left out once
    "tf.nn.safe_embedding_lookup_sparse(x, tf.cast(s, tf.int64), s, default_id=1)": {
        "outputs": ["embedding_lookup:0"],
    },
    # a variable is read where it is used, so the product waits through the read
    "tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(v * v))": {
        "waiting": ["Const", "GradientDescent"]
    },
    "tf.train.AdamOptimizer(0.1).minimize(tf.reduce_sum(v * v), global_step=tf.train.get_or_create_global_step())": {
        "waiting": ["Const"]
    },
    # an average begins with the initial value, without a branch for what the variable may have become
    AVERAGED: {"root": ["ExponentialMovingAverage"], "scopes": [], "unguarded": []},
    # what a change gives is a read after the write, and waits for both
    **{
        call: {"waiting": NAMES[call]["root"]}
        for call in CALLS
        if call.startswith("tf.scatter_") and "(v, " in call
    },
    # one operation, as in TensorFlow's control flow v2
    **{
        call: _functional(call)
        for call in CALLS
        if call.startswith(("tf.cond(", "tf.case(", "tf.while_loop("))
    },
    # a loop of lists, as in TensorFlow's control flow v2
    **{
        call: {
            "outputs": [
                name.replace("TensorArrayStack", "TensorArrayV2Stack")
                .replace("TensorArrayGatherV3", "TensorListStack")
                .replace("while/Exit_2", "while/Identity_1")
                for name in NAMES[call]["outputs"]
            ]
        }
        for call in CALLS
        if call.startswith(("tf.map_fn(", "tf.scan(", "tf.foldl(", "tf.foldr("))
    },
    "tf.vectorized_map(lambda row: row * 2.0, x)": {
        "outputs": ["map/TensorArrayV2Stack/TensorListStack:0"],
        "root": [],
        "scopes": ["map"],
        "waiting": [],
    },
    next(call for call in CALLS if call.startswith("tf.nn.raw_rnn(")): {
        "outputs": ["TensorArrayV2Stack/TensorListStack:0"],
        "scopes": ["TensorArrayV2Stack", "rnn"],
    },
    **OF_NUMBERS,
    # counts are called like all other metrics
    **{
        call: {"outputs": [f"{case}/value:0", f"{case}/update_op:0"]}
        for case in ("false_negatives", "false_positives", "true_negatives", "true_positives")
        for call in (f"tf.metrics.{case}(b, b)", f"tf.metrics.{case}_at_thresholds(b, p, [0.5])")
    },
    # a logarithm of a sum of three terms, and counts without a loop, in less operations
    "tf.distributions.Normal(x, y).log_cdf(0.5)": {"outputs": ["Normal/log_cdf/log_ndtr/SelectV2_1:0"]},
    "tf.distributions.Multinomial(4.0, logits=x).sample(3)": {"outputs": ["Multinomial/sample/Reshape_6:0"]},
    "tf.distributions.Multinomial(4.0, probs=p).log_prob(x)": {"outputs": ["Multinomial/log_prob/add:0"]},
    "tf.distributions.DirichletMultinomial(4.0, p).sample(3)": {
        "outputs": ["DirichletMultinomial/sample/Reshape_6:0"]
    },
    next(call for call in CALLS if "tf.distributions.Beta(x, y)" in call): {
        "outputs": [f"Beta/{name}:0" for name in BETA]
    },
    # all in its scope
    **{
        call: {"root": [], "waiting": []}
        for call in CALLS
        if call.startswith("tf.distributions.Exponential(")
    },
    # a read of each, where TensorFlow takes the rank of their references
    "tf.assert_variables_initialized([v])": {
        "outputs": ["group_deps"],
        "root": ["group_deps"],
        "waiting": ["group_deps"],
    },
    next(call for call in CALLS if call.startswith("tf.batch_scatter_update(")): {
        "root": ["ScatterNdUpdate"],
        "scopes": ["batch_scatter_update"],
        "waiting": ["ScatterNdUpdate"],
    },
    "tf.signal.linear_to_mel_weight_matrix(4, 9)": {
        "waiting": ["linear_to_mel_weight_matrix"]
    },  # one constant
    "tf.metrics.mean_iou(i, i, 3)": {"outputs": ["mean_iou/value:0", "mean_iou/update_op:0"]},
}

# Functions that add no operation of their own: settings, lists, files, and what makes other functions.
ADD_NOTHING = frozenset(
    "NoGradient NotDifferentiable load_library load_op_library register_tensor_conversion_function no_gradient container op_scope variable_op_scope variable_creator_scope basic_train_loop type_spec_from_value "
    "all_v2_summary_ops initialize tensorboardx_writer "
    "replica_device_setter add_queue_runner start_queue_runners add_loss add_to_collection add_to_collections all_variables as_dtype assert_proper_iterable assert_same_float_dtype "
    "broadcast_static_shape get_seed is_numeric_tensor make_ndarray make_tensor_proto set_seed assert_global_step checkpoint_exists generate_checkpoint_state_proto "
    "checkpoints_iterator colocate_with control_dependencies control_flow_v2_enabled device disable_control_flow_v2 "
    "disable_eager_execution disable_resource_variables disable_v2_behavior enable_control_flow_v2 "
    "enable_resource_variables executing_eagerly export_meta_graph function fixed_size_partitioner get_checkpoint_mtimes "
    "get_checkpoint_state get_collection get_collection_ref get_default_graph get_default_session get_global_step "
    "get_logger get_losses executing_eagerly_outside_functions get_static_value dimension_at_index dimension_value resource_variables_enabled get_regularization_losses get_variable_scope global_step global_variables import_graph_def "
    "import_meta_graph is_tensor latest_checkpoint list_variables load_checkpoint load_variable local_variables "
    "init_scope min_max_variable_partitioner model_variables MonitoredTrainingSession moving_average_variables name_scope "
    "remove_checkpoint reset_default_graph set_random_seed trainable_variables update_checkpoint_state "
    "variable_axis_size_partitioner variable_scope write_graph numeric_column bucketized_column "
    "categorical_column_with_hash_bucket categorical_column_with_identity crossed_column indicator_column "
    "weighted_categorical_column make_parse_example_spec categorical_column_with_vocabulary_file "
    "categorical_column_with_vocabulary_list sequence_categorical_column_with_hash_bucket "
    "sequence_categorical_column_with_identity sequence_categorical_column_with_vocabulary_file "
    "sequence_categorical_column_with_vocabulary_list sequence_numeric_column "
    "embedding_column shared_embedding_columns".split()
)
NEED_FILES = frozenset(
    {"init_from_checkpoint", "summary_iterator", "tf_record_iterator", "warm_start"}
)  # tests/{checkpoint,pipeline,summaries} show them
NOT_THERE = frozenset({"sequence_input_layer"})  # in TensorFlow 2; before, it was in contrib
NAMESPACES = (
    "bitwise distributions feature_column image initializers io layers linalg lookup losses math metrics nn random signal "
    "spectral strings summary train"
).split()


def test_every_call_has_tensorflows_names() -> None:
    assert list(NAMES) == CALLS


@pytest.mark.parametrize("call", CALLS)
def test_names_are_tensorflows(call: str) -> None:
    assert record(tf, call) == NAMES[call] | EXCEPTIONS.get(call, {})


@pytest.mark.parametrize("call", EXCEPTIONS)
def test_an_exception_is_one(call: str) -> None:
    same = [part for part, ours in EXCEPTIONS[call].items() if ours == NAMES[call][part]]
    assert not same


def public_functions() -> Iterator[tuple[str, Any]]:
    """The functions of ``tf`` and of its namespaces for graphs, with their names."""
    for namespace in ("", *NAMESPACES):
        module = functools.reduce(getattr, namespace.split(), tf)
        for name in dir(module):
            value = getattr(module, name)
            if inspect.isfunction(value) and not name.startswith("_"):
                yield ".".join(["tf", *namespace.split(), name]), value


def test_every_function_that_adds_operations_is_called() -> None:
    text = " ".join(CALLS)
    called = [
        functools.reduce(getattr, dotted.split(".")[1:], tf) for dotted in re.findall(r"tf(?:\.\w+)+", text)
    ]
    missing = [
        name
        for name, function in public_functions()
        if function not in called and name.rpartition(".")[2] not in ADD_NOTHING | NEED_FILES | NOT_THERE
    ]
    assert not missing, f"add a call of each to tests/calls_of_tf.py: {missing}"
