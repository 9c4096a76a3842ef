from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.columns.embedding import embedding_column
from estimator.columns.identity import categorical_column_with_identity
from estimator.columns.indicator import indicator_column
from estimator.columns.input_layer import input_layer
from estimator.columns.numeric import numeric_column
from estimator.core.errors import InvalidArgumentError
from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph
from estimator.variables.variable import global_variables

Run = Callable[..., Any]


def test_columns_are_joined_in_the_order_of_their_names(graph: Graph, run: Run) -> None:
    features = {"b": placeholder("float32", [None, 2]), "a": placeholder("int64", [None]), "unused": [1.0]}
    net = input_layer(features, [numeric_column("b", 2), numeric_column("a")])
    assert net.dims == (None, 3)
    assert net.op.name == "input_layer/concat"
    values = run(net, {features["b"]: [[1, 2], [3, 4]], features["a"]: [7, 8]})
    assert values.dtype == np.float32
    np.testing.assert_array_equal(values, [[7, 1, 2], [8, 3, 4]])


@pytest.mark.parametrize("dims", [[None, 2, 2], [None, None, 2], [None, None, None], None])
def test_examples_of_any_rank_are_flattened(run: Run, dims: Any) -> None:
    x = placeholder("float32", dims)
    net = input_layer({"x": x}, numeric_column("x", (2, 2)))
    assert net.dims == (None, 4)
    np.testing.assert_array_equal(run(net, {x: np.arange(8).reshape(2, 2, 2)}), np.arange(8).reshape(2, 4))


@pytest.mark.parametrize("dims", [[None], [None, 1], [None, None], None])
def test_a_vector_stands_for_one_number_each(run: Run, dims: Any) -> None:
    x = placeholder("float32", dims)
    value = np.array([1.0, 2.0]) if dims is None or len(dims) == 1 else np.array([[1.0], [2.0]])
    np.testing.assert_array_equal(
        run(input_layer({"x": x}, [numeric_column("x")]), {x: value}), [[1.0], [2.0]]
    )


def test_plain_arrays_are_features_too(graph: Graph, run: Run) -> None:
    net = input_layer({"x": np.array([[1, 2]]), "y": [3.0]}, [numeric_column("x", 2), numeric_column("y")])
    np.testing.assert_array_equal(run(net), [[1, 2, 3]])


def test_normalizers_get_float32(run: Run) -> None:
    x = placeholder("int32", [None])
    net = input_layer({"x": x}, [numeric_column("x", normalizer_fn=lambda each: (each - 3.0) / 2.0)])
    np.testing.assert_array_equal(run(net, {x: [3, 5]}), [[0.0], [1.0]])


def test_outputs_of_columns_are_given_out(graph: Graph) -> None:
    pair, single = numeric_column("x", 2), numeric_column("y")
    outputs: dict[Any, Any] = {}
    variables: dict[Any, Any] = {}
    input_layer(
        {"x": placeholder("float32", [None, 2]), "y": placeholder("float32", [None])},
        [pair, single],
        cols_to_vars=variables,
        cols_to_output_tensors=outputs,
    )
    assert (outputs[pair].dims, outputs[single].dims) == ((None, 2), (None, 1))
    assert variables == {pair: [], single: []}


def test_names_that_are_no_operation_names_work(graph: Graph, run: Run) -> None:
    net = input_layer({"size (cm)": [1.0], "_x": [2.0]}, [numeric_column("size (cm)"), numeric_column("_x")])
    np.testing.assert_array_equal(run(net), [[2.0, 1.0]])


# Source: TensorFlow 2.15.1
@pytest.mark.parametrize("key", ["_x", "-x", ".x", "/x", "a/b", "9x", "a\\b", "A", "a>b"])
def test_the_scope_of_a_column_is_called_as_in_tensorflow(graph: Graph, key: str) -> None:
    column = embedding_column(categorical_column_with_identity(key, 3), 2)
    input_layer({key: [1]}, [column])
    (table,) = global_variables()
    assert table.op.name == f"input_layer/{key}_embedding/embedding_weights"


@pytest.mark.parametrize(
    ("features", "columns", "message"),
    [
        ({"petal": [1.0]}, [numeric_column("petl")],
         "Feature petl is not in features dictionary. Did you mean 'petal'.*Features there are: 'petal'"),
        ({"a": [1.0]}, [numeric_column(key) for key in "abc"],
         "Feature b is not in features dictionary. Feature c is not in .*Features there are: 'a'"),
        ([1.0], [numeric_column("a")], "features must be a dictionary.*given: list"),
        ({"a": [1.0]}, [], "feature_columns must not be empty"),
        ({"a": [1.0]}, {"a": numeric_column("a")}, "to be iterable, found dict"),
        ({"a": [1.0]}, ["a"], r"Given \(type str\): 'a'"),
        ({"a": [1.0]}, [numeric_column("a"), numeric_column("a")], "Duplicate feature column name"),
        ({"a": 1.0}, [numeric_column("a")], r"Feature \(key: a\) cannot have rank 0"),
        ({"a": ["x"]}, [numeric_column("a")], "must be a Tensor of numbers. key: a, given: string"),
        ({"a": [[1.0, 2.0, 3.0]]}, [numeric_column("a", 2)], r"'a' has the shape \(1, 3\).*wants 2.*shape=3\)"),
        ({"a": [1.0]}, [numeric_column("a", 2)], "wants 2 numbers for each example. One number for each example"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_the_way_out(graph: Graph, features: Any, columns: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        input_layer(features, columns)


def test_a_width_known_only_at_run_time_is_checked_then(graph: Graph, run: Run) -> None:
    x = placeholder("float32", [None, None])
    net = input_layer({"x": x}, [numeric_column("x", 4)])
    np.testing.assert_array_equal(run(net, {x: np.ones((2, 4))}), np.ones((2, 4)))
    with pytest.raises(InvalidArgumentError, match=r"feature 'x' has the wrong width.*wants 4.*\[2 8\]"):
        run(net, {x: np.ones((2, 8))})  # 16 values would reshape to [4, 4]: examples would be torn apart


@pytest.mark.parametrize("dims", [[None, None, 2], [None, None, None], None])
@pytest.mark.parametrize("wrap", [indicator_column, lambda column: embedding_column(column, 2)])
def test_ids_of_sequences_do_not_tear_examples_apart(graph: Graph, run: Run, dims: Any, wrap: Any) -> None:
    ids = placeholder("int64", dims)
    net = input_layer({"i": ids}, [wrap(categorical_column_with_identity("i", 3))])
    assert run(net, {ids: np.zeros((3, 1, 2))}).shape[0] == 3
    with pytest.raises(InvalidArgumentError, match="input_layer/i_.*/Reshape"):
        run(net, {ids: np.zeros((3, 2, 2))})


def test_ids_that_are_known_to_be_of_sequences_are_told_where_to_go(graph: Graph) -> None:
    column = indicator_column(categorical_column_with_identity("i", 3))
    with pytest.raises(
        ValueError, match=r"'i_indicator' gives \(1, 2, 3\), and 3 numbers .* sequence_input_layer"
    ):
        input_layer({"i": np.zeros((1, 2, 2), int)}, [column])


def test_entering_the_layer_twice_gives_it_a_number(graph: Graph) -> None:
    names = [
        input_layer({"a": [1.0], "b": [2.0]}, [numeric_column("a"), numeric_column("b")]).op.name
        for _ in range(2)
    ]
    assert names == ["input_layer/concat", "input_layer_1/concat"]
