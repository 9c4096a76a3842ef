"""The ops of lookup tables, in both executors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int64, string
from estimator.core.errors import (
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
    UnimplementedError,
)
from estimator.graph import build as b
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.graphdef import to_graph_def
from estimator.graph.importer import from_graph_def
from estimator.runtime.session import Session

EXECUTORS = pytest.mark.parametrize("executor", ["interpreter", "numpy"])


def words(*texts: str) -> Any:
    return np.array([text.encode() for text in texts], object)


def static(key_dtype: Any = string, value_dtype: Any = int64, **attrs: Any) -> Any:
    return b.HashTableV2(key_dtype=key_dtype, value_dtype=value_dtype, **attrs)


def mutable(key_dtype: Any = string, value_dtype: Any = int64, **attrs: Any) -> Any:
    return b.MutableHashTableV2(key_dtype=key_dtype, value_dtype=value_dtype, **attrs)


def find(table: Any, keys: Any, default: int = -1) -> Any:
    return b.LookupTableFindV2(table, keys, np.int64(default))


@EXECUTORS
@pytest.mark.parametrize("fill", [b.InitializeTableV2, b.LookupTableImportV2])
def test_a_static_table_finds_counts_and_exports(executor: str, fill: Any) -> None:
    table, keys = static(), b.Placeholder(dtype=string, shape=None)
    filled = fill(table, words("a", "b"), np.array([5, 6]))
    fetches = [
        find(table, keys),
        b.LookupTableSizeV2(table),
        b.LookupTableExportV2(table, Tkeys=string, Tvalues=int64),
    ]
    with Session(executor=executor) as session:
        session.run(filled)
        for given in (
            words("b", "z"),
            words("b", "z"),
            words("b", "z"),
            words("b", "z").reshape(2, 1),
            np.array(b"a", object),
        ):
            values, size, (known, numbers) = session.run(fetches, {keys: given})
            assert np.shape(values) == given.shape
            assert np.ravel(values).tolist() == [
                {b"a": 5, b"b": 6}.get(key, -1) for key in given.ravel().tolist()
            ]
            assert (size, known.tolist(), numbers.tolist()) == (2, [b"a", b"b"], [5, 6])
            assert values.dtype == size.dtype == np.int64


@EXECUTORS
def test_each_key_may_have_a_default(executor: str) -> None:
    table, keys, defaults = (
        static(),
        b.Placeholder(dtype=string, shape=None),
        b.Placeholder(dtype=int64, shape=None),
    )
    found = b.LookupTableFindV2(table, keys, defaults)
    filled = b.InitializeTableV2(table, words("a", "b"), np.array([5, 6]))
    with Session(executor=executor) as session:
        session.run(filled)
        for _ in range(3):
            feed = {keys: words("z", "a", "y"), defaults: np.array([1, 2, 3])}
            assert session.run(found, feed).tolist() == [1, 5, 3]
            assert session.run(found, feed | {defaults: np.array(9)}).tolist() == [9, 5, 9]
            for bad in ([1, 2], [1], [[1, 2, 3]]):
                with pytest.raises(
                    InvalidArgumentError, match="default_value must be a scalar, or of the keys' shape"
                ):
                    session.run(found, feed | {defaults: np.array(bad)})


@EXECUTORS
def test_a_table_is_the_sessions_and_a_plan_is_not_tied_to_one(executor: str) -> None:
    """A second graph of the same program takes the plan of the first, with a table of its own."""
    for number in (5, 6):
        with Graph().as_default(), Session(executor=executor) as session:
            table, keys = static(), b.Placeholder(dtype=string, shape=[None])
            value = b.Placeholder(dtype=int64, shape=[1])
            filled, found = b.LookupTableImportV2(table, words("a"), value), find(table, keys)
            with pytest.raises(FailedPreconditionError, match="Table not initialized"):
                session.run(found, {keys: words("a")})
            session.run(filled, {value: [number]})
            for _ in range(4):
                assert session.run(found, {keys: words("a", "b")}).tolist() == [number, -1]


@EXECUTORS
def test_a_static_table_is_initialized_once(executor: str) -> None:
    table, key = static(), b.Placeholder(dtype=string, shape=[None])
    filled = b.LookupTableImportV2(table, key, np.array([1]))
    with Session(executor=executor) as session:
        for word in "ab":
            session.run(filled, {key: words(word)})
        assert session.run(find(table, words("a", "b"))).tolist() == [1, -1]


@EXECUTORS
def test_a_mutable_table_needs_no_initializer_and_changes(executor: str) -> None:
    table, keys = mutable(), b.Placeholder(dtype=string, shape=[None])
    values = b.Placeholder(dtype=int64, shape=[None])
    insert, replace = b.LookupTableInsertV2(table, keys, values), b.LookupTableImportV2(table, keys, values)
    remove, found = b.LookupTableRemoveV2(table, keys), find(table, words("a", "b", "c"))
    with Session(executor=executor) as session:
        assert session.run(found).tolist() == [-1, -1, -1]
        session.run(insert, {keys: words("a", "b", "a"), values: [1, 2, 3]})
        assert session.run(found).tolist() == [3, 2, -1]
        session.run(remove, {keys: words("a", "z")})
        assert session.run(found).tolist() == [-1, 2, -1]
        session.run(replace, {keys: words("c"), values: [4]})
        assert session.run(found).tolist() == [-1, -1, 4]


@EXECUTORS
def test_a_lookup_sees_what_was_there_before_the_run_unless_it_waits(executor: str) -> None:
    table = mutable()
    insert = b.LookupTableInsertV2(table, words("a"), np.array([1]))
    before = find(table, words("a"))
    with get_default_graph().control_dependencies([insert]):
        after = find(table, words("a"))
    with Session(executor=executor) as session:
        assert session.run([before, after])[0].tolist() == [-1]
        assert session.run([insert, after])[1].tolist() == [1]


def test_two_handles_of_one_name_are_one_table() -> None:
    first, second = static(shared_name="t"), static(shared_name="t")
    with Session() as session:
        session.run(b.LookupTableImportV2(first, words("a"), np.array([1])))
        assert session.run(find(second, words("a"))).tolist() == [1]
        other = static(shared_name="t", value_dtype=float32)
        with pytest.raises(
            InvalidArgumentError,
            match="from string to float32, but it is a static table from string to int64",
        ):
            session.run(b.LookupTableSizeV2(other))


def test_two_handles_without_a_name_are_two_tables() -> None:
    first, second = mutable(), mutable()
    with Session() as session:
        session.run(b.LookupTableInsertV2(first, words("a"), np.array([1])))
        assert session.run([b.LookupTableSizeV2(first), b.LookupTableSizeV2(second)]) == [1, 0]


def test_a_key_with_two_values_is_refused_and_the_same_twice_is_not() -> None:
    table = static()
    with Session() as session:
        with pytest.raises(
            FailedPreconditionError, match="different value for same key: key 'a' has 1, and then 2"
        ):
            session.run(b.LookupTableImportV2(table, words("a", "b", "a"), np.array([1, 1, 2])))
        with pytest.raises(FailedPreconditionError, match="Table not initialized"):
            session.run(b.LookupTableSizeV2(table))
        session.run(b.LookupTableImportV2(table, words("a", "a"), np.array([1, 1])))
        assert session.run(b.LookupTableSizeV2(table)) == 1


def test_a_static_table_without_entries_is_refused() -> None:
    with Session() as session, pytest.raises(InvalidArgumentError, match="keys and values cannot be empty"):
        session.run(b.LookupTableImportV2(static(), words(), np.array([], np.int64)))


def test_a_static_table_does_not_change() -> None:
    table = static()
    with Session() as session:
        for change in (
            b.LookupTableInsertV2(table, words("a"), np.array([1])),
            b.LookupTableRemoveV2(table, words("a")),
        ):
            with pytest.raises(UnimplementedError, match="static table .* from its initializer only"):
                session.run(change)


def test_keys_and_values_must_have_the_tables_types() -> None:
    with Session() as session:
        for make in (
            lambda: b.LookupTableFindV2(static(), np.array([1]), np.int64(0)),
            lambda: b.LookupTableFindV2(static(), words("a"), np.float32(0)),
            lambda: b.LookupTableImportV2(static(), np.array([1]), np.array([1])),
        ):
            with pytest.raises(
                InvalidArgumentError, match="is a static table from string to int64; it was given"
            ):
                session.run(make())


def test_what_no_table_can_be_is_refused_when_the_graph_is_made() -> None:
    with pytest.raises(
        ValueError, match="there are no tables from float32 to int64; there are tables from string to"
    ):
        static(float32)
    with pytest.raises(ValueError, match="default_value must be a scalar"):
        b.LookupTableFindV2(static(), words("a"), np.array([1, 2]))
    with pytest.raises(ValueError, match="keys must have 1 dimensions"):
        b.LookupTableImportV2(static(), words("a").reshape(1, 1), np.array([[1]]))
    with pytest.raises(ValueError, match="2"):
        b.LookupTableImportV2(static(), words("a", "b"), np.array([1]))


def test_a_handle_has_no_value_to_fetch() -> None:
    with (
        Session() as session,
        pytest.raises(InvalidArgumentError, match=r"is a lookup table, which has no value: .*lookup"),
    ):
        session.run(static())


@EXECUTORS
def test_a_file_fills_a_table(executor: str, tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("a 7\nb 8\n")
    table, name = static(), b.Placeholder(dtype=string, shape=[])
    filled = b.InitializeTableFromTextFileV2(table, name, key_index=0, value_index=1, delimiter=" ")
    with Session(executor=executor) as session:
        for _ in range(3):
            session.run(filled, {name: str(file)})
        assert session.run(find(table, words("b", "a", "c"))).tolist() == [8, 7, -1]
        file.unlink()
        session.run(filled, {name: str(file)})  # it is initialised: nothing is read


def test_a_missing_file_is_named() -> None:
    with Session() as session, pytest.raises(NotFoundError, match=r"nowhere\.txt.*No such file"):
        session.run(b.InitializeTableFromTextFileV2(static(), "nowhere.txt", key_index=-2, value_index=-1))


def test_a_file_is_described_sensibly() -> None:
    for attrs, message in (
        ({"delimiter": "ab"}, "delimiter should be only 1 char, not 'ab'"),
        ({"vocab_size": 0}, "vocab_size must be positive"),
        ({"key_index": -3}, r"key_index must be a column, -1 \(the line's number\) or -2"),
    ):
        with pytest.raises(ValueError, match=message):
            b.InitializeTableFromTextFileV2(static(), "f", **({"key_index": -2, "value_index": -1} | attrs))


def test_tables_survive_the_way_through_a_file() -> None:
    table = static(shared_name="t")
    b.LookupTableImportV2(table, words("a"), np.array([1]), name="fill")
    find(table, words("a", "b"))
    copy = Graph()
    from_graph_def(to_graph_def(get_default_graph()), copy)
    with Session(graph=copy) as session:
        session.run("fill")
        assert session.run("LookupTableFindV2:0").tolist() == [1, -1]
