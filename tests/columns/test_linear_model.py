from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.columns.bucketized import bucketized_column
from estimator.columns.embedding import embedding_column
from estimator.columns.hashed import categorical_column_with_hash_bucket
from estimator.columns.identity import categorical_column_with_identity
from estimator.columns.indicator import indicator_column
from estimator.columns.input_layer import input_layer
from estimator.columns.linear_model import linear_model
from estimator.columns.numeric import numeric_column
from estimator.functions.arrays import placeholder
from estimator.functions.reductions import reduce_sum
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.slices import IndexedSlices
from estimator.optimizers.adam import AdamOptimizer
from estimator.variables.partitioners import fixed_size_partitioner
from estimator.variables.scopes import AUTO_REUSE, variable_scope
from estimator.variables.variable import global_variables, trainable_variables

Run = Callable[..., Any]

AGE, CITY = numeric_column("age"), categorical_column_with_identity("city", 4)
BATCH = {"age": [30.0, 60.0], "city": [1, -1]}


def test_all_weights_begin_at_zero(graph: Graph, run: Run) -> None:
    output = linear_model(BATCH, [AGE, CITY], units=3)
    assert output.dims == (2, 3)
    np.testing.assert_array_equal(run(output), np.zeros((2, 3)))


def test_variables_are_told_for_each_column_and_the_bias(graph: Graph) -> None:
    made: dict[Any, Any] = {}
    linear_model(BATCH, [CITY, AGE], cols_to_vars=made)
    names = {column: [variable.op.name for variable in variables] for column, variables in made.items()}
    assert names == {
        AGE: ["linear_model/age/weights"],
        CITY: ["linear_model/city/weights"],
        "bias": ["linear_model/bias_weights"],
    }


def test_parts_of_a_partitioned_model_are_all_told(graph: Graph, run: Run) -> None:
    made: dict[Any, Any] = {}
    with variable_scope("linear", partitioner=fixed_size_partitioner(2)):
        output = linear_model(BATCH, [CITY], cols_to_vars=made)
    assert [variable.op.name for variable in made[CITY]] == [
        "linear/linear_model/city/weights/part_0", "linear/linear_model/city/weights/part_1",
    ]  # fmt: skip
    assert [variable.shape.as_list() for variable in made[CITY]] == [[2, 1], [2, 1]]
    np.testing.assert_array_equal(run(output), np.zeros((2, 1)))


def test_variables_join_collections_and_may_stay_as_they_are(graph: Graph) -> None:
    linear_model(BATCH, [AGE], weight_collections=["mine"], trainable=False)
    linear_model(BATCH, [CITY], weight_collections="mine", trainable=False)
    assert len(graph.get_collection("mine")) == len(graph.get_collection("model_variables")) == 4
    assert trainable_variables() == []


def test_a_model_may_be_built_twice_on_the_same_variables(graph: Graph) -> None:
    made: list[dict[Any, Any]] = [{}, {}]
    for told in made:
        with variable_scope("model", reuse=AUTO_REUSE):
            output = linear_model(BATCH, [AGE, CITY], cols_to_vars=told)
        AdamOptimizer().minimize(reduce_sum(output))  # its slots are called as the variables, and more
    assert made[0] == made[1]
    assert [len(variables) for variables in made[1].values()] == [1, 1, 1]


def test_a_name_that_a_scope_beside_the_model_has_gets_a_number(graph: Graph) -> None:
    with variable_scope("age"):
        pass
    with variable_scope("s"):
        linear_model(BATCH, [AGE])
    linear_model(BATCH, [AGE, CITY])
    linear_model(BATCH, [CITY])
    assert [variable.op.name for variable in global_variables()] == [  # as TensorFlow 2.15 calls them
        "s/linear_model/age/weights",
        "s/linear_model/bias_weights",
        "linear_model/age_1/weights",
        "linear_model/city/weights",
        "linear_model/bias_weights",
        "linear_model_1/city_1/weights",
        "linear_model_1/bias_weights",
    ]


def test_the_gradient_of_a_table_is_one_of_rows(graph: Graph) -> None:
    output = linear_model(
        {"word": placeholder("string", [None])}, categorical_column_with_hash_bucket("word", 50)
    )
    table = next(variable for variable in global_variables() if variable.op.name.endswith("word/weights"))
    (gradient,) = gradients(reduce_sum(output), [table])
    assert isinstance(gradient, IndexedSlices)


def test_the_linear_and_the_deep_part_look_a_word_up_once(graph: Graph) -> None:
    features = {"word": placeholder("string", [None])}
    word = categorical_column_with_hash_bucket("word", 50)
    linear_model(features, [word])
    input_layer(features, [embedding_column(word, 2), indicator_column(word)])
    assert Counter(op.type for op in graph.get_operations())["StringToHashBucketFast"] == 1


@pytest.mark.parametrize(
    ("features", "columns", "arguments", "message"),
    [
        (
            {"city": [1]},
            [AGE, bucketized_column(AGE, [1.0])],
            {},
            "Feature age is not in features dictionary",
        ),
        ([1.0], [AGE], {}, "features must be a dictionary"),
        (BATCH, [], {}, "feature_columns must not be empty"),
        (BATCH, [AGE, AGE], {}, "Duplicate feature column name"),
        (
            BATCH,
            [AGE],
            {"units": 0, "sparse_combiner": "max"},
            r"2 problems\s+- units .*\s+- sparse_combiner",
        ),
        (
            {"age": [1.0], "city": [1, 2]},
            [AGE, CITY],
            {},
            "Batch size .* must be same: age has 1, city has 2",
        ),
    ],
)
def test_a_mistake_is_named(graph: Graph, features: Any, columns: Any, arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        linear_model(features, columns, **arguments)
    assert global_variables() == [] or "Batch size" in message


@pytest.mark.parametrize("key", ["a.b", "a\\b"])
def test_a_columns_variables_are_found_by_its_name_and_not_by_what_looks_like_it(
    graph: Graph, key: str
) -> None:
    columns = [categorical_column_with_identity(name, 3) for name in (key, "axb")]
    made: dict[Any, Any] = {}
    linear_model({key: [[1]], "axb": [[1]]}, columns, cols_to_vars=made)
    assert [variable.op.name for variable in made[columns[0]]] == [f"linear_model/{key}/weights"]
