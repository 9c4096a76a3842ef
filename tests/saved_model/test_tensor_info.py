"""What a signature says of a tensor, and the tensor that it names."""

from __future__ import annotations

from typing import Any

import pytest

from estimator import tf
from estimator.formats import messages
from estimator.graph.graph import Graph
from estimator.saved_model.tensor_info import build_tensor_info, get_tensor_from_tensor_info, renamed


def test_a_tensor_has_its_name_its_type_and_minus_one_for_unknown_sizes(graph: Graph) -> None:
    info = build_tensor_info(tf.placeholder(tf.int64, [None, 3], name="x"))
    assert (info.name, info.dtype) == ("x:0", messages.DataType.Value("DT_INT64"))
    assert [dim.size for dim in info.tensor_shape.dim] == [-1, 3]


def test_a_tensor_may_be_of_another_graph_than_the_default_one(graph: Graph) -> None:
    x = tf.placeholder(tf.float32, [None, 3], "x")
    with tf.Graph().as_default():
        assert build_tensor_info(x).name == "x:0"


def test_an_unknown_rank_is_said_and_a_scalar_has_a_shape(graph: Graph) -> None:
    assert build_tensor_info(tf.placeholder(tf.float32)).tensor_shape.unknown_rank
    scalar = build_tensor_info(tf.constant(1.0))
    assert scalar.HasField("tensor_shape")  # TensorFlow 2 refuses a signature without
    assert not scalar.tensor_shape.unknown_rank


def test_a_sparse_tensor_is_named_by_its_three_tensors(graph: Graph) -> None:
    sparse = tf.sparse_placeholder(tf.string, [None, 4], name="s")
    info = build_tensor_info(sparse)
    assert info.coo_sparse.indices_tensor_name == sparse.indices.name
    assert info.coo_sparse.values_tensor_name == sparse.values.name
    assert info.coo_sparse.dense_shape_tensor_name == sparse.dense_shape.name
    assert [dim.size for dim in info.tensor_shape.dim] == [-1, 4]


def test_a_variable_stands_for_the_tensor_that_reads_it(graph: Graph) -> None:
    info = build_tensor_info(tf.get_variable("v", [2]))
    assert graph.get_tensor_by_name(info.name).dtype is tf.float32


@pytest.mark.parametrize("value", [3.0, "x:0", [1, 2]], ids=["number", "name", "list"])
def test_what_is_no_tensor_is_refused_with_its_value(value: object) -> None:
    with pytest.raises(TypeError, match="Tensors, SparseTensors and variables, given: "):
        build_tensor_info(value)


def test_of_a_ragged_tensor_the_parts_are_to_be_given(graph: Graph) -> None:
    with pytest.raises(TypeError, match="values and row_splits"):
        build_tensor_info(tf.ragged.constant([[1], [2, 3]]))


@pytest.mark.parametrize("scope", [None, "below", "below/"])
def test_the_tensor_is_found_also_below_a_scope(graph: Graph, scope: str | None) -> None:
    x = tf.placeholder(tf.float32, name="x")
    with tf.name_scope("below"):
        below = tf.placeholder(tf.float32, name="x")
    assert get_tensor_from_tensor_info(build_tensor_info(x), import_scope=scope) is (below if scope else x)


def test_a_sparse_tensor_is_put_together_again(graph: Graph) -> None:
    sparse = tf.sparse_placeholder(tf.int32, name="s")
    found: Any = get_tensor_from_tensor_info(build_tensor_info(sparse))
    assert found.components == sparse.components


def test_a_name_that_the_graph_has_not_is_answered_with_the_nearest(graph: Graph) -> None:
    tf.placeholder(tf.float32, name="features")
    with pytest.raises(KeyError, match="no tensor 'feature:0'.*'features:0'"):
        get_tensor_from_tensor_info(messages.TensorInfo(name="feature:0"))


def test_a_tensor_info_without_a_name_says_what_it_lacks() -> None:
    with pytest.raises(ValueError, match="Invalid TensorInfo.encoding: None"):
        get_tensor_from_tensor_info(messages.TensorInfo(dtype=1))


def test_names_are_changed_in_place_also_those_of_a_sparse_tensor(graph: Graph) -> None:
    dense = build_tensor_info(tf.placeholder(tf.float32, name="x"))
    sparse = build_tensor_info(tf.sparse_placeholder(tf.float32, name="s"))
    for info in (dense, sparse):
        renamed(info, lambda name: f"new/{name}")
    assert dense.name == "new/x:0"
    assert sparse.coo_sparse.values_tensor_name.startswith("new/s")
    assert sparse.coo_sparse.indices_tensor_name.startswith("new/s")
    assert sparse.coo_sparse.dense_shape_tensor_name.startswith("new/s")
