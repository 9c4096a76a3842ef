"""What no loader could run is refused, with all problems at once; what it would leave empty is a warning."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.formats import messages
from estimator.graph.graph import Graph
from estimator.graph.importer import from_graph_def
from estimator.saved_model.checks import check, warn_of_empty_resources
from estimator.saved_model.signatures import build_signature_def, predict_signature_def
from estimator.saved_model.tensor_info import build_tensor_info


def test_all_that_is_wrong_with_signatures_is_said_at_once(graph: Graph) -> None:
    x = build_tensor_info(tf.placeholder(tf.float32, name="x"))
    no_such = messages.TensorInfo(name="z:0", dtype=1)
    signatures = {
        "a": build_signature_def({"x": messages.TensorInfo(dtype=1)}, {"y": no_such}),
        "b": build_signature_def({"x": messages.TensorInfo(name="x:0")}, {"x": x}),
        "__saved_model_init_op": build_signature_def({}, {}),
    }
    with pytest.raises(AssertionError) as caught:
        check(graph, signatures, None)
    said = str(caught.value)
    assert "4 problems" in said
    assert "signature 'a', input 'x': Invalid TensorInfo.encoding: None" in said
    assert "signature 'a', output 'y': the graph has no tensor 'z:0'" in said
    assert "signature 'b', input 'x': the TensorInfo of 'x:0' has no dtype" in said
    assert "'__saved_model_init_op' is reserved" in said


def test_an_output_that_needs_the_input_of_training_is_refused(graph: Graph) -> None:
    element = tf.data.Dataset.from_tensor_slices([[1.0, 2.0]]).batch(2).make_one_shot_iterator().get_next()
    x = tf.placeholder(tf.float32, name="x")
    y = x + tf.identity(element)
    with pytest.raises(ValueError, match="tf.placeholder") as caught:
        check(graph, {"f": predict_signature_def({"x": x}, {"y": y})}, None)
    assert "signature 'f', output 'y' needs 'IteratorGetNext' (IteratorGetNext)" in str(caught.value)
    check(graph, {"f": predict_signature_def({"x": x, "element": element}, {"y": y})}, None)


def test_what_only_waits_for_an_iterator_is_not_refused(graph: Graph) -> None:
    iterator = tf.data.Dataset.from_tensors(1.0).make_initializable_iterator()
    with tf.control_dependencies([iterator.initializer]):
        y = tf.constant(2.0) + 1.0
    main_op = tf.group(iterator.initializer, tf.no_op())
    check(graph, {"f": predict_signature_def({"x": tf.placeholder(tf.float32)}, {"y": y})}, main_op)


@pytest.mark.parametrize("is_inside", [False, True], ids=["plain", "in a branch"])
def test_an_output_that_needs_a_function_of_python_is_refused(graph: Graph, is_inside: bool) -> None:
    x = tf.placeholder(tf.float32, [], name="x")

    def doubled() -> Any:
        made = tf.py_func(lambda value: 2 * value, [x], tf.float32)
        made.set_shape([])
        return made

    y = tf.cond(x > 0.0, doubled, lambda: x) if is_inside else doubled()
    with pytest.raises(ValueError, match="needs .* of Python"):
        check(graph, {"f": predict_signature_def({"x": x}, {"y": y})}, None)


def test_an_op_of_tensorflows_that_is_not_here_is_there(graph: Graph) -> None:
    text = """
        node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }
        node { name: "p" op: "Puzzle" input: "x" attr { key: "solver" value { func { name: "somebody" } } } }
    """
    described = """
        op { name: "Puzzle" input_arg { name: "x" type: DT_FLOAT } output_arg { name: "y" type: DT_FLOAT }
             attr { name: "solver" type: "func" } }
    """
    known = messages.parse_text("OpList", described, "test").op
    from_graph_def(messages.parse_text("GraphDef", text, "test"), graph, described=known)
    x, y = (graph.get_tensor_by_name(name) for name in ("x:0", "p:0"))
    check(graph, {"f": predict_signature_def({"x": x}, {"y": y})}, None)


def test_a_main_op_is_an_operation_that_others_have(graph: Graph) -> None:
    called = tf.py_func(lambda: np.float32(0), [], tf.float32)
    with pytest.raises(ValueError, match="the main_op 'PyFunc' needs 'PyFunc'"):
        check(graph, {}, called.op)
    with pytest.raises(TypeError, match="main_op is an Operation"):
        check(graph, {}, called)


def test_what_a_load_leaves_without_a_value_is_a_warning(
    graph: Graph, caplog: pytest.LogCaptureFixture
) -> None:
    word = tf.placeholder(tf.string, [None])
    ids = tf.contrib.lookup.index_table_from_tensor(["a", "b"], name="words").lookup(word)
    count = tf.get_variable("count", initializer=1, collections=[tf.GraphKeys.LOCAL_VARIABLES])
    saved = tf.get_variable("saved", initializer=1)
    tf.get_variable("not_asked", initializer=1, collections=[tf.GraphKeys.LOCAL_VARIABLES])
    signatures = {"f": predict_signature_def({"word": word}, {"ids": ids, "count": count, "saved": saved})}
    warn_of_empty_resources(graph, signatures, None, tf.train.Saver())
    (record,) = caplog.records
    assert "neither saved nor initialised" in record.getMessage()
    assert "lookup table 'hash_table" in record.getMessage()
    assert "variable 'count'" in record.getMessage()
    assert "'saved'" not in record.getMessage()
    assert "'not_asked'" not in record.getMessage()


def test_what_the_main_op_initialises_is_none(graph: Graph, caplog: pytest.LogCaptureFixture) -> None:
    word = tf.placeholder(tf.string, [None])
    ids = tf.contrib.lookup.index_table_from_tensor(["a", "b"]).lookup(word)
    count = tf.get_variable("count", initializer=1, collections=[tf.GraphKeys.LOCAL_VARIABLES])
    signatures = {"f": predict_signature_def({"word": word}, {"ids": ids, "count": count})}
    main_op = tf.group(tf.local_variables_initializer(), tf.tables_initializer())
    warn_of_empty_resources(graph, signatures, main_op, tf.train.Saver(allow_empty=True))
    assert not caplog.records
