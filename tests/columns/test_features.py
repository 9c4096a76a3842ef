from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.columns.bucketized import bucketized_column
from estimator.columns.column import Weights
from estimator.columns.embedding import embedding_column
from estimator.columns.features import Features
from estimator.columns.hashed import categorical_column_with_hash_bucket
from estimator.columns.identity import categorical_column_with_identity
from estimator.columns.indicator import indicator_column
from estimator.columns.input_layer import input_layer
from estimator.columns.numeric import numeric_column
from estimator.columns.shared_embedding import shared_embedding_columns
from estimator.columns.vocabulary_list import categorical_column_with_vocabulary_list
from estimator.functions.arrays import placeholder
from estimator.functions.sparse import sparse_placeholder
from estimator.graph.graph import Graph
from estimator.graph.sparse import SparseTensorValue
from estimator.variables.get_variable import get_variable
from estimator.variables.variable import global_variables

Run = Callable[..., Any]


def kinds(graph: Graph) -> Counter[str]:
    return Counter(op.type for op in graph.get_operations())


def test_ids_are_looked_up_once_for_all_layers_of_a_graph(graph: Graph) -> None:
    features = {"colour": placeholder("string", [None])}
    column = indicator_column(categorical_column_with_hash_bucket("colour", 5))
    outputs = [input_layer(features, [column]), input_layer(dict(features), [column])]
    assert (kinds(graph)["StringToHashBucketFast"], kinds(graph)["ScatterNd"]) == (1, 1)
    assert outputs[0] is not outputs[1]


def test_other_features_of_the_same_name_are_looked_up_on_their_own(graph: Graph, run: Run) -> None:
    column = indicator_column(categorical_column_with_identity("i", 3))
    first = input_layer({"i": np.array([0])}, [column])
    second = input_layer({"i": np.array([2])}, [column])
    np.testing.assert_array_equal(run([first, second]), [[[1, 0, 0]], [[0, 0, 1]]])


def test_a_normalizer_makes_variables_of_its_own_in_each_layer(graph: Graph) -> None:
    def scaled(x: Any) -> Any:
        return x * get_variable("scale", [])

    x = placeholder("float32", [None])
    columns = [numeric_column("x", normalizer_fn=scaled)]
    buckets = [bucketized_column(columns[0], [1.0])]
    input_layer({"x": x}, [*columns, *buckets])
    input_layer({"x": x}, columns)
    names = [variable.op.name for variable in global_variables()]
    assert names == ["input_layer/x/scale", "input_layer_1/x/scale"]


@pytest.mark.parametrize("value", [[1, 0, -1], [[1, 0], [2, -1]], [[[1, 0], [2, -1]]]])
def test_a_dense_feature_of_unknown_rank_is_what_it_is_in_the_run(graph: Graph, run: Run, value: Any) -> None:
    column = categorical_column_with_identity("i", 3)
    known, unknown = np.array(value), placeholder("int64", None)
    pairs = [Features({"i": feature}).ids(column).id_tensor for feature in (known, unknown)]
    wanted, given = run(pairs, {unknown: known})
    for part, other in zip(wanted, given, strict=True):
        np.testing.assert_array_equal(part, other)


def test_a_sparse_vector_becomes_a_column(graph: Graph, run: Run) -> None:
    feature = sparse_placeholder("int64", [None])
    column = categorical_column_with_identity("i", 3)
    ids = Features({"i": feature}).ids(column).id_tensor
    result = run(ids, {feature: SparseTensorValue([[0], [2]], [1, 2], [4])})
    np.testing.assert_array_equal(result.indices, [[0, 0], [2, 0]])
    np.testing.assert_array_equal(result.dense_shape, [4, 1])


def test_a_sparse_value_is_a_feature_too(graph: Graph, run: Run) -> None:
    features = {"i": SparseTensorValue([[0, 0], [1, 1]], [2, 0], [2, 2])}
    net = input_layer(features, [indicator_column(categorical_column_with_identity("i", 3))])
    np.testing.assert_array_equal(run(net), [[0, 0, 1], [1, 0, 0]])


def test_missing_features_of_all_columns_are_named_at_once(graph: Graph) -> None:
    columns = [numeric_column("age"), categorical_column_with_identity("citty", 3)]
    with pytest.raises(ValueError, match="Feature age is not .*Feature citty is not .*Did you mean 'city'"):
        Features({"city": [1]}).check(columns)


def test_variables_join_the_collections_of_their_layer(graph: Graph) -> None:
    Weights(("mine",), trainable=False).make("table", [2, 3], None)
    assert {key: len(graph.get_collection(key)) for key in ("mine", "variables", "model_variables")} == {
        "mine": 1, "variables": 1, "model_variables": 1,
    }  # fmt: skip
    assert graph.get_collection("trainable_variables") == []


@pytest.mark.parametrize("key", ["a b", " job", "größe", "a/b", "x:0", "^x", "-", "_a", "7", "a\nb"])
def test_a_feature_may_have_any_name(run: Run, graph: Graph, key: str) -> None:
    """Names of operations have what TensorFlow allows in place of the rest; features and parse specs keep their own."""
    words = categorical_column_with_vocabulary_list(key, ["x", "y"])
    columns = [indicator_column(words), embedding_column(words, 2), *shared_embedding_columns([words], 2)]
    layer = input_layer({key: np.array(["y", "x"])}, columns)
    assert layer.dims == (2, 6)
    assert all(column.parse_example_spec.keys() == {key} for column in columns)
