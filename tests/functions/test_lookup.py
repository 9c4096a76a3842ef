"""Lookup tables as scripts make them; the values are TensorFlow's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int32, int64, string
from estimator.functions.arrays import constant, placeholder
from estimator.functions.lookup import (
    FastHashSpec,
    HasherSpec,
    IdTableWithHashBuckets,
    StaticHashTable,
    StaticVocabularyTable,
    StrongHashSpec,
)
from estimator.functions.table_initializers import (
    KeyValueTensorInitializer,
    TextFileInitializer,
    tables_initializer,
)
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.sparse import SparseTensor
from estimator.runtime.session import Session


def run(*fetches: Any) -> Any:
    """The values, after all tables are initialised."""
    with Session() as session:
        session.run(tables_initializer())
        return session.run(list(fetches))


def ids(*words: str) -> KeyValueTensorInitializer:
    return KeyValueTensorInitializer(list(words), np.arange(len(words)))


def test_a_table_gives_values_and_the_default() -> None:
    table = StaticHashTable(KeyValueTensorInitializer(["a", "b"], [5, 6]), -1)
    (found,) = run(table.lookup(constant(["b", "z", "a"])))
    assert found.tolist() == [6, -1, 5]
    assert found.dtype == np.int32


@pytest.mark.parametrize(
    ("keys", "values", "default", "asked", "found"),
    [
        (np.array([1, 2]), ["x", "y"], "?", np.array([2, 3]), [b"y", b"?"]),
        (np.int32([1, 2]), np.int32([3, 4]), -1, np.int32([2, 3]), [4, -1]),
        (["a"], [1.5], 0.0, ["a", "b"], [1.5, 0.0]),
        (["a"], [True], False, ["a", "b"], [True, False]),
        (["a"], ["b"], "c", ["a", "b"], [b"b", b"c"]),
    ],
)
def test_tables_of_all_types(keys: Any, values: Any, default: Any, asked: Any, found: Any) -> None:
    table = StaticHashTable(KeyValueTensorInitializer(keys, values), default)
    assert run(table.lookup(asked))[0].tolist() == found
    assert run(table[asked])[0].tolist() == found


def test_of_a_sparse_tensor_the_entries_are_looked_up() -> None:
    for table in (StaticHashTable(ids("a", "b"), -1), StaticVocabularyTable(ids("a", "b"), 1)):
        (found,) = run(table.lookup(SparseTensor([[0, 1]], ["b"], [2, 2])))
        assert (found.indices.tolist(), found.values.tolist(), found.dense_shape.tolist()) == (
            [[0, 1]],
            [1],
            [2, 2],
        )


def test_the_static_shape_is_that_of_the_keys() -> None:
    assert StaticHashTable(ids("a"), -1).lookup(placeholder(string, [None, 3])).dims == (None, 3)
    assert StaticVocabularyTable(ids("a"), 2).lookup(placeholder(string, [None, 3])).dims == (None, 3)


def test_keys_of_another_type_are_refused() -> None:
    with pytest.raises(TypeError, match="Dtype of argument `keys` must be string, received: int32"):
        StaticHashTable(ids("a"), -1).lookup(constant([1]))
    with pytest.raises(TypeError, match="Dtype of argument `keys` must be string, received: int32"):
        StaticVocabularyTable(ids("a"), 1).lookup(SparseTensor([[0]], [1], [1]))


def test_a_default_must_fit() -> None:
    with pytest.raises(TypeError, match="cannot be made int32"):
        StaticHashTable(KeyValueTensorInitializer(["a"], [1]), 1.5)
    with pytest.raises(ValueError, match=r"\(1,\)"):
        StaticHashTable(KeyValueTensorInitializer(["a"], [1]), [1])


# -- buckets for other words -------------------------------------------------------------------------------------------


def test_other_words_have_a_bucket_behind_the_last_id() -> None:
    table = StaticVocabularyTable(ids("emerson", "lake", "palmer"), 5)
    found, size = run(table.lookup(constant(["emerson", "lake", "palmer", "king", "crimson"])), table.size())
    assert found.tolist() == [0, 1, 2, 6, 7]
    assert size == 8


def test_the_bucket_of_an_integer_is_that_of_its_digits() -> None:
    table = StaticVocabularyTable(KeyValueTensorInitializer(np.array([5, 6]), np.array([0, 1])), 3, int32)
    texts = StaticVocabularyTable(None, 3)
    found, buckets = run(table.lookup(constant([6, 7, -1])), texts.lookup(constant(["6", "7", "-1"])))
    assert found.tolist() == [1, *(2 + buckets[1:]).tolist()]


def test_without_a_vocabulary_there_are_only_buckets() -> None:
    table = StaticVocabularyTable(None, 1000)
    found, size = run(table.lookup(constant(["", "a"])), table.size())
    assert (found.tolist(), size) == ([263, 939], 1000)
    assert table.resource_handle is None
    assert table.initializer.type == "NoOp"


@pytest.mark.parametrize(
    ("spec", "buckets"),
    [(FastHashSpec, [263, 939]), (HasherSpec("legacy"), [899, 868]), (StrongHashSpec([1, 2]), [435, 646])],
)
def test_the_hasher_decides_the_bucket(spec: HasherSpec, buckets: list[int]) -> None:
    assert run(IdTableWithHashBuckets(None, 1000, spec).lookup(constant(["", "a"])))[0].tolist() == buckets


def test_a_table_whose_buckets_are_none_gives_its_own_ids() -> None:
    table = IdTableWithHashBuckets(StaticHashTable(ids("a"), -7), 0)
    assert run(table.lookup(constant(["a", "b"])))[0].tolist() == [0, -7]


def test_what_makes_no_table_of_ids_is_refused() -> None:
    floats = KeyValueTensorInitializer(["a"], [1.5])
    narrow = KeyValueTensorInitializer(np.int32([1]), np.array([1]))
    for make, kind, message in (
        (
            lambda: StaticVocabularyTable(ids("a"), 0),
            ValueError,
            "`num_oov_buckets` must be > 0; use StaticHashTable",
        ),
        (lambda: IdTableWithHashBuckets(None, 0), ValueError, "`oov_buckets` must be > 0 if no `table`"),
        (lambda: StaticVocabularyTable(floats, 1), TypeError, "expected int64, but got float32"),
        (lambda: StaticVocabularyTable(narrow, 1), TypeError, "expected int64 or string, received int32"),
        (
            lambda: StaticVocabularyTable(ids("a"), 1, int64),
            TypeError,
            "a table of string cannot be asked for int64",
        ),
        (
            lambda: IdTableWithHashBuckets(None, 1, key_dtype=float32),
            TypeError,
            "expected integer or string, got float32",
        ),
        (
            lambda: IdTableWithHashBuckets(None, 1, HasherSpec("md5")),
            ValueError,
            "unknown hasher 'md5'.*known: fasthash",
        ),
        (
            lambda: IdTableWithHashBuckets(None, 1, "fasthash"),
            TypeError,
            "must be of type HasherSpec, got str",
        ),
        (lambda: StrongHashSpec([1]), ValueError, "`key` must have size 2, received 1"),
        (lambda: StrongHashSpec([1, 2.5]), TypeError, "Must be unsigned integer"),
    ):
        with pytest.raises(kind, match=message):
            make()


# -- initializers ------------------------------------------------------------------------------------------------------


def test_initializers_are_collected_and_files_are_assets(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("a\nb\n")
    by_list = StaticHashTable(ids("a"), -1)
    by_file = StaticHashTable(TextFileInitializer(tmp_path / "words.txt", string, -2, int64, -1), -1)
    graph = get_default_graph()
    assert graph.get_collection(GraphKeys.TABLE_INITIALIZERS) == [by_list.initializer, by_file.init]
    assert [path.name for path in graph.get_collection(GraphKeys.ASSET_FILEPATHS)] == ["asset_path:0"]
    assert run(by_file.lookup(constant(["b"])))[0].tolist() == [1]


def test_a_file_that_is_fed_is_no_asset(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("a\nb\n")
    name = placeholder(string, [])
    table = StaticHashTable(TextFileInitializer(name, string, -2, int64, -1), -1)
    found = table.lookup(constant(["b"]))
    with Session() as session:
        session.run(table.initializer, {name: str(tmp_path / "words.txt")})
        assert session.run(found).tolist() == [1]
    assert not get_default_graph().get_collection(GraphKeys.ASSET_FILEPATHS)


def test_tables_of_one_file_are_one() -> None:
    def shared_name(**arguments: Any) -> str:
        made = TextFileInitializer("words.txt", string, -2, int64, -1, **arguments)
        name: str = StaticHashTable(made, -1).resource_handle.op.attrs["shared_name"]
        return name

    # the names are TensorFlow's
    assert shared_name() == "hash_table_words.txt_-2_-1"
    assert shared_name(vocab_size=3) == "hash_table_words.txt_3_-2_-1"
    assert shared_name(value_index_offset=10) == "hash_table_words.txt_-2_-1_10"
    assert shared_name(vocab_size=3, value_index_offset=10) == "hash_table_words.txt_3_-2_-1_10"


def test_the_name_of_a_table_is_made_of_its_entries() -> None:
    def name_of(keys: Any, values: Any) -> str:
        with Graph().as_default():
            return KeyValueTensorInitializer(keys, values).shared_name

    many = [str(number) for number in range(10_000)]
    assert name_of(["a", "b"], [1, 2]) == name_of(["a", "b"], [1, 2])
    assert name_of(many, range(10_000)) == name_of(many, range(10_000))
    assert len({name_of(["a", "b"], [1, 2]), name_of(["a", "c"], [1, 2]), name_of(["a", "b"], [1, 3])}) == 3
    assert name_of(["a"], [1]) != name_of(["a"], np.array([1]))
    assert KeyValueTensorInitializer(placeholder(string, [1]), [1]).shared_name.startswith("hash_table_")


def test_without_tables_their_initializer_does_nothing() -> None:
    assert (tables_initializer().name, tables_initializer().type) == ("init_all_tables", "NoOp")


def test_what_cannot_be_read_from_a_file_is_refused() -> None:
    def make(
        filename: Any = "f",
        key: Any = string,
        key_index: int = -2,
        value: Any = int64,
        value_index: int = -1,
        **more: Any,
    ) -> Any:
        return lambda: TextFileInitializer(filename, key, key_index, value, value_index, **more)

    for build, message in (
        (make(""), "`filename` argument required"),
        (make(key_index=-3), "`key_index` should be >= -2, received: -3"),
        (make(key_index=-1), "`key_dtype` must be int64 if `key_index` is -1, received: string"),
        (
            make(key=float32),
            "`key_dtype` should be either integer or string for `key_index` -2, received: float32",
        ),
        (make(value=string), "`value_dtype` must be int64 if `value_index` is -1, received: string"),
        (make(value_index=-3), "`value_index` should be >= -2"),
        (make(vocab_size=0), "`vocab_size` should be > 0, received: 0"),
    ):
        with pytest.raises(ValueError, match=message):
            build()


def test_an_initializer_fills_tables_of_its_types() -> None:
    table, other = StaticHashTable(ids("a"), -1), KeyValueTensorInitializer(["a"], [1.5])
    with pytest.raises(
        TypeError, match="from string to int64 cannot be initialized with .* values of float32"
    ):
        other.initialize(table)
