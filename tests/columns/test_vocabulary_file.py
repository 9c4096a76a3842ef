from __future__ import annotations

from pathlib import Path

import pytest

from estimator.columns.indicator import indicator_column
from estimator.columns.input_layer import input_layer
from estimator.columns.vocabulary_file import categorical_column_with_vocabulary_file
from estimator.core.errors import OpError
from estimator.functions.table_initializers import tables_initializer
from estimator.graph.graph import Graph
from estimator.runtime.session import Session


def test_the_size_is_the_number_of_lines(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("a\nb\nc")
    column = categorical_column_with_vocabulary_file("v", tmp_path / "words", num_oov_buckets=2)
    assert (column.vocabulary_file, column.vocabulary_size, column.num_buckets) == (
        str(tmp_path / "words"),
        3,
        5,
    )


def test_a_file_that_is_gone_when_tables_are_filled_is_named(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "words"
    net = input_layer({"v": ["a"]}, [indicator_column(categorical_column_with_vocabulary_file("v", path, 2))])
    assert net.dims == (1, 2)
    with Session(graph=graph) as session, pytest.raises(OpError, match="words"):
        session.run(tables_initializer())


def test_one_table_serves_all_layers_that_ask_for_its_ids(graph: Graph) -> None:
    features = {"v": graph.convert(["a"])}
    column = indicator_column(categorical_column_with_vocabulary_file("v", "words", 2))
    input_layer(features, [column])
    input_layer(features, [column])
    assert [op.type for op in graph.get_operations()].count("HashTableV2") == 1
