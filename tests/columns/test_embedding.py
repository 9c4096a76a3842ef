from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.saver import Saver
from estimator.columns.embedding import embedding_column
from estimator.columns.identity import categorical_column_with_identity
from estimator.columns.input_layer import input_layer
from estimator.columns.sequence import sequence_categorical_column_with_identity
from estimator.columns.sequence_input_layer import sequence_input_layer
from estimator.columns.shared_embedding import shared_embedding_columns
from estimator.functions.arrays import placeholder
from estimator.functions.reductions import reduce_sum
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.slices import IndexedSlices
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import Constant
from estimator.variables.partitioners import fixed_size_partitioner
from estimator.variables.scopes import variable_scope
from estimator.variables.variable import global_variables, global_variables_initializer, trainable_variables

Run = Callable[..., Any]

CITY = categorical_column_with_identity("city", 6)
TABLE = np.arange(12.0).reshape(6, 2)


@pytest.fixture
def checkpoint(tmp_path: Path) -> str:
    """A checkpoint whose variable ``table`` is TABLE."""
    with Graph().as_default() as graph:
        get_variable("table", initializer=TABLE.astype(np.float32))
        with Session(graph=graph) as session:
            session.run(global_variables_initializer())
            return str(Saver().save(session, str(tmp_path / "model")))


def test_a_table_begins_as_a_normal_distribution_of_rows_of_length_one(graph: Graph, run: Run) -> None:
    input_layer({"big": [0]}, [embedding_column(categorical_column_with_identity("big", 20_000), 16)])
    (table,) = run(global_variables())
    assert abs(table.mean()) < 0.003
    assert abs(table.std() - 0.25 * 0.87962566) < 0.003  # what cutting off at two deviations leaves
    assert np.abs(table).max() <= 0.5


def test_a_table_that_is_not_trained_stays_out_of_what_is(graph: Graph) -> None:
    columns = [embedding_column(CITY, 2, trainable=False)]
    input_layer({"city": [0]}, columns)
    assert (len(global_variables()), trainable_variables()) == (1, [])


@pytest.mark.parametrize("parts", [None, 3])
def test_a_table_may_begin_as_a_checkpoint_has_it(
    graph: Graph, run: Run, checkpoint: str, parts: Any
) -> None:
    column = embedding_column(CITY, 2, ckpt_to_load_from=checkpoint, tensor_name_in_ckpt="table")
    with variable_scope("model", partitioner=parts and fixed_size_partitioner(parts)):
        net = input_layer({"city": [5, 0]}, [column])
    np.testing.assert_array_equal(run(net), TABLE[[5, 0]])
    assert len(global_variables()) == (parts or 1)


def test_a_checkpoint_that_does_not_fit_is_refused_with_what_it_has(graph: Graph, checkpoint: str) -> None:
    with pytest.raises(
        ValueError, match="Tensor tabel is not found in .*model checkpoint. Did you mean 'table'"
    ):
        column = embedding_column(CITY, 2, ckpt_to_load_from=checkpoint, tensor_name_in_ckpt="tabel")
        input_layer({"city": [0]}, [column])
    with pytest.raises(
        ValueError, match=r"Shape of variable .*embedding_weights:0 .* tensor table \(\[6, 2\]\)"
    ):
        column = embedding_column(CITY, 3, ckpt_to_load_from=checkpoint, tensor_name_in_ckpt="table")
        input_layer({"city": [0]}, [column])


@pytest.mark.parametrize("parts", [1, 2, 4])
def test_a_table_in_parts_gives_the_same_rows(graph: Graph, run: Run, checkpoint: str, parts: int) -> None:
    column = embedding_column(CITY, 2, "sum", ckpt_to_load_from=checkpoint, tensor_name_in_ckpt="table")
    with variable_scope("model", partitioner=fixed_size_partitioner(parts)):
        net = input_layer({"city": [[5, 0], [3, -1]]}, [column])
    np.testing.assert_array_equal(run(net), [TABLE[5] + TABLE[0], TABLE[3]])


def test_the_gradient_of_a_table_is_one_of_rows(graph: Graph) -> None:
    net = input_layer({"city": placeholder("int64", [None])}, [embedding_column(CITY, 2)])
    (gradient,) = gradients(reduce_sum(net), global_variables())
    assert isinstance(gradient, IndexedSlices)


def test_shared_columns_make_one_table_and_each_knows_its_own_variables(graph: Graph) -> None:
    columns = shared_embedding_columns([CITY, categorical_column_with_identity("home", 6)], 2)
    made: dict[Any, Any] = {}
    net = input_layer({"city": [0, 1], "home": [2, 3]}, columns, cols_to_vars=made)
    assert net.dims == (2, 4)
    assert [variable.op.name for variable in global_variables()] == [
        "input_layer/city_home_shared_embedding/embedding_weights"
    ]
    assert [len(made[column]) for column in columns] == [1, 0]


def test_a_collection_that_holds_something_else_is_refused(graph: Graph) -> None:
    graph.add_to_collection("taken", get_variable("other", [2, 2]))
    columns = shared_embedding_columns([CITY], 2, shared_embedding_collection_name="taken")
    with pytest.raises(ValueError, match=r"contains variable other:0 of unexpected shape \(2, 2\).*\(6, 2\)"):
        input_layer({"city": [0]}, columns)


def test_steps_of_a_sequence_are_looked_up_safely_in_any_case(graph: Graph, run: Run) -> None:
    steps = sequence_categorical_column_with_identity("city", 6)
    column = embedding_column(
        steps, 2, initializer=Constant(list(range(12))), use_safe_embedding_lookup=False
    )
    net, _ = sequence_input_layer({"city": [[5, -1], [0, 3]]}, [column])
    np.testing.assert_array_equal(run(net), [[TABLE[5], [0, 0]], [TABLE[0], TABLE[3]]])
