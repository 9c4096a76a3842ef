"""Tables of ids out of vocabularies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int32, int64
from estimator.functions.arrays import constant
from estimator.functions.index_tables import (
    HashTable,
    index_table_from_file,
    index_table_from_tensor,
    index_to_string_table_from_file,
    index_to_string_table_from_tensor,
)
from estimator.functions.table_initializers import KeyValueTensorInitializer, tables_initializer
from estimator.runtime.session import Session


def ids(table: Any, keys: Any) -> Any:
    found = table.lookup(constant(keys))
    with Session() as session:
        session.run(tables_initializer())
        return session.run(found).tolist()


def test_a_word_has_its_place_in_the_list() -> None:
    words = ["emerson", "lake", "palmer"]
    assert ids(index_table_from_tensor(words), ["lake", "king"]) == [1, -1]
    assert ids(index_table_from_tensor(words, default_value=7), ["lake", "king"]) == [1, 7]
    assert ids(index_table_from_tensor(words, num_oov_buckets=1), ["emerson", "lake", "and", "palmer"]) == [
        0,
        1,
        3,
        2,
    ]


def test_integers_have_their_place_too() -> None:
    table = index_table_from_tensor(np.int32([42, 1, -1000]), num_oov_buckets=1, dtype=int32)
    assert ids(table, np.int32([1000, 1, 2, -1000])) == [3, 1, 3, 2]


def test_a_word_has_its_line_in_the_file(tmp_path: Path) -> None:
    file = str(tmp_path / "words.txt")
    Path(file).write_text("emerson\nlake\npalmer\n")
    assert ids(index_table_from_file(file), ["lake", "king"]) == [1, -1]
    assert ids(index_table_from_file(file, vocab_size=2, num_oov_buckets=1), ["palmer", "lake"]) == [2, 1]
    Path(file).write_text("a 5\nb 6\n")
    by_column = index_table_from_file(file, key_column_index=0, value_column_index=1, delimiter=" ")
    assert ids(by_column, ["b", "c"]) == [6, -1]


def test_a_file_of_integers_is_asked_for_integers(tmp_path: Path) -> None:
    file = str(tmp_path / "numbers.txt")
    Path(file).write_text("42\n1\n-1000\n")
    assert ids(index_table_from_file(file, key_dtype=int64), np.array([1, 7])) == [1, -1]
    assert ids(index_table_from_file(file, 1, key_dtype=int32), np.int32([-1000, 7])) == [2, 3]


def test_a_number_has_the_word_at_its_place(tmp_path: Path) -> None:
    words = ["emerson", "lake", "palmer"]
    numbers = np.array([2, 0, 7])
    by_list = index_to_string_table_from_tensor(words, default_value="none")
    assert ids(by_list, numbers) == [b"palmer", b"emerson", b"none"]
    file = str(tmp_path / "words.txt")
    Path(file).write_text("emerson\nlake\npalmer\n")
    assert ids(index_to_string_table_from_file(file), numbers) == [b"palmer", b"emerson", b"UNK"]
    assert ids(index_to_string_table_from_file(file, vocab_size=1), numbers) == [b"UNK", b"emerson", b"UNK"]
    Path(file).write_text("5 five\n7 seven\n")
    columns = {"key_column_index": 0, "value_column_index": 1, "delimiter": " "}
    assert ids(index_to_string_table_from_file(file, **columns), numbers) == [b"UNK", b"UNK", b"seven"]  # type: ignore[arg-type]


def test_a_table_of_contrib_is_initialised_by_its_name_there() -> None:
    table = HashTable(
        KeyValueTensorInitializer(["a", "b"], [5, 6]), default_value=-1, shared_name="mine", name="t"
    )
    found = table.lookup(constant(["b", "c"]))
    with Session() as session:
        session.run(table.init)
        assert session.run(found).tolist() == [6, -1]


def test_what_is_no_vocabulary_is_refused() -> None:
    for make, kind, message in (
        (lambda: index_table_from_tensor(None), ValueError, "`mapping` must be specified"),
        (lambda: index_to_string_table_from_tensor(None), ValueError, "`mapping` must be specified"),
        (lambda: index_to_string_table_from_tensor([1]), ValueError, "text is needed, given int32"),
        (lambda: index_to_string_table_from_file(""), ValueError, "`vocabulary_file` must be specified"),
        (lambda: index_table_from_tensor(["a"], -1), ValueError, "must be greater or equal than 0, got -1"),
        (
            lambda: index_table_from_tensor(["a"], dtype=int64),
            ValueError,
            "expected int64, but the vocabulary is string",
        ),
        (
            lambda: index_table_from_tensor([1.5], dtype=float32),
            TypeError,
            "either be integer or string, not float32",
        ),
        (
            lambda: index_table_from_tensor([1.5]),
            ValueError,
            "expected string, but the vocabulary is float32",
        ),
        (lambda: index_table_from_file(""), ValueError, "`vocabulary_file` must be specified"),
        (
            lambda: index_table_from_file("f", vocab_size=0),
            ValueError,
            "`vocab_size` must be greater than 0, got 0 .*: f",
        ),
    ):
        with pytest.raises(kind, match=message):
            make()
