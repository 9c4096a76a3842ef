"""Calls in YAML: what is made of them, and what is said where they are wrong."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.columns.crossed import CrossedColumn
from estimator.columns.embedding import EmbeddingColumn
from estimator.columns.numeric import NumericColumn
from estimator.core.errors import UsageError
from estimator.experiments.imports import Imports
from estimator.experiments.making import Made, Maker
from estimator.experiments.problems import Problems
from estimator.functions.math import log1p
from estimator.optimizers.adam import AdamOptimizer
from estimator.settings.given import read_given


def made(text: str, kind: str) -> Made:
    """What the text describes as a thing of that kind."""
    problems = Problems("it.yaml")
    found = Maker(problems, Imports()).made(read_given(f"it: {text}\n").value["it"], kind, "it")
    problems.raise_all()
    assert found is not None
    return found


def test_columns_are_nested() -> None:
    found = made(
        "{embedding_column: {categorical_column: {crossed_column: {keys: [a, b], hash_bucket_size: 7}}, dimension: 3}}",
        "column",
    )
    assert isinstance(found.value, EmbeddingColumn)
    assert isinstance(found.value.categorical_column, CrossedColumn)
    written = found.plain["embedding_column"]
    assert written["combiner"] == "mean"
    assert written["categorical_column"]["crossed_column"] == {
        "keys": ["a", "b"],
        "hash_bucket_size": 7,
        "hash_key": None,
    }


def test_a_text_is_a_text_where_one_is_wanted() -> None:
    column = made("{numeric_column: {key: 007}}", "column").value
    assert isinstance(column, NumericColumn)
    assert column.key == "007"
    words = made(
        "{categorical_column_with_vocabulary_list: {key: no, vocabulary_list: [no, yes, off]}}", "column"
    ).value
    assert (words.key, words.vocabulary_list) == ("no", ("no", "yes", "off"))
    numbers = made(
        "{categorical_column_with_vocabulary_list: {key: n, vocabulary_list: [010, 2]}}", "column"
    ).value
    assert numbers.vocabulary_list == (10, 2)


def test_an_optimizer_is_a_word_or_a_class_with_its_arguments() -> None:
    assert made("Adam", "optimizer").value == "Adam"
    adam = made("{Adam: {learning_rate: 1e-3}}", "optimizer")
    assert type(adam.value) is AdamOptimizer
    assert adam.plain["Adam"]["learning_rate"] == 0.001
    assert type(made("AdamOptimizer", "optimizer").value) is AdamOptimizer


def test_a_function_is_given_and_not_called() -> None:
    column = made("{numeric_column: {key: a, normalizer_fn: log1p}}", "column")
    assert column.value.normalizer_fn is log1p
    assert column.plain["numeric_column"]["normalizer_fn"] == "log1p"


@pytest.mark.parametrize(
    ("text", "kind", "complaint"),
    [
        ("{numeric_colum: {key: a}}", "column", "unknown feature column 'numeric_colum'. Did you mean 'numeric_column'"),
        ("{numeric_column: {kye: a}}", "column", "unknown key 'kye' of numeric_column. Did you mean 'key'?"),
        ("{numeric_column: {key: a, zzz: 1}}", "column", "It takes: key, shape, default_value, dtype, normalizer_fn."),
        ("numeric_column", "column", "numeric_column needs key."),
        ("{numeric_column: [a]}", "column", "the arguments of numeric_column should be lines such as 'name: value'"),
        ("3", "column", "unknown feature column '3'"),
        ("[a]", "column", "it should be {name: arguments} or a name, given: ['a']."),
        ("{a: 1, b: 2}", "column", "given: a, b in one mapping."),
        ("{numeric_column: {key: a, dtype: flot32}}", "column", "flot32"),
        ("{numeric_column: {key: a, shape: [0]}}", "column", "shape dimensions must be greater than 0"),
        ("{MultiClassHead: {n_classes: 2}}", "head", "MultiClassHead: n_classes must be > 2"),
        ("{os.system: ls}", "column", "'os.system' is in no module that may be imported"),
        ("log1", "function", "unknown function 'log1'. Did you mean 'log1p' or 'log'?"),
        ("{Adam: {learning_rate: fast}}", "optimizer", "learning_rate should be a number, given: 'fast'."),
        ("{Momentum: {learning_rate: 1}}", "optimizer", "Momentum needs momentum."),
        ("{a: b}", "columns", "it should be a list of columns, given: {'a': 'b'}."),
        ("{bucketized_column: {source_column: {numeric_column: {key: a}}, boundaries: [2, 1]}}", "column", "boundaries"),
        ("{crossed_column: {keys: [a, {no_column: {}}], hash_bucket_size: 3}}", "column", "unknown feature column 'no_col"),
        ("{MultiHead: {heads: {a: b}}}", "head", "heads should be a list of heads"),
        ("{glorot_unifrm: {}}", "initializer", "Did you mean 'glorot_uniform'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_line(text: str, kind: str, complaint: str) -> None:
    with pytest.raises(UsageError) as caught:
        made(text, kind)
    assert complaint in str(caught.value)
    assert "the YAML text:1: " in str(caught.value)


def test_all_problems_of_a_tree_come_at_once() -> None:
    text = """
  - numeric_column: {key: a, shap: 3}
  - bucketized_column: {source_column: {numeric_colum: {key: a}}, boundaries: [1, x]}
  - numeric_column: {key: ok}
  - indicator_column: {categorical_column: {categorical_column_with_identity: {key: a, num_buckets: -1}}}
"""
    problems = Problems("it.yaml")
    found = Maker(problems, Imports()).columns(read_given(f"it:{text}").value["it"], "columns")
    with pytest.raises(UsageError) as caught:
        problems.raise_all()
    lines = [problem.split(": ")[0].rpartition(":")[2] for problem in caught.value.problems]
    assert lines == ["2", "3", "3", "5"]
    assert found is not None and not found.is_whole
    assert [column.key for column in found.value] == ["a", "ok"] or [
        column.key for column in found.value
    ] == ["ok"]


def test_an_argument_from_elsewhere_is_not_given_twice() -> None:
    def make(name: str, size: int = 3, **more: Any) -> tuple[Any, ...]:
        return name, size, more

    problems = Problems("it.yaml")
    maker = Maker(problems, Imports())
    given = read_given("a: {size: 4}\nb: {name: x}\n")
    found = maker.call(make, given.value["a"], "make", {"name": "given"})
    assert found is not None
    assert found.value == ("given", 4, {})
    maker.call(make, given.value["b"], "make", {"name": "given"})
    with pytest.raises(
        UsageError, match="name is no argument of make here: it stands elsewhere in the experiment"
    ):
        problems.raise_all()
