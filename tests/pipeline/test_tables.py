"""Tables of other libraries: stand-ins of their shape. tests/interop/test_data_libraries.py has the libraries themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.pipeline.tables import collated, is_data, is_stream, unfolded
from tests.arrow_tables import ArrowTable, Chunk, Type, arrays, bits, numbers, table, texts

PRESENT = bits(1, 0, 1)
INT8 = Chunk(3, [None, numbers("i1", 1, 2, 3)])


def test_a_table_is_a_dict_of_its_columns() -> None:
    people = table(3, age=("c", INT8), name=("u", Chunk(3, [None, *texts(b"a", b"b", b"c")])))
    assert arrays(people) == {"age": [1, 2, 3], "name": [b"a", b"b", b"c"]}
    assert arrays((people, {"y": people})) == (arrays(people), {"y": arrays(people)})


def test_records_are_dicts_and_their_missing_ones_lack_every_field() -> None:
    kind = Type("+s", children=[Type("f", "a"), Type("+s", "b", [Type("c", "c")])])
    whole = Chunk(3, [None], [Chunk(3, [None, numbers("f4", 1, 2, 3)]), Chunk(3, [None], [INT8])])
    assert arrays(table(3, r=(kind, whole))) == {"r": {"a": [1, 2, 3], "b": {"c": [1, 2, 3]}}}
    gone = Chunk(3, [PRESENT], [Chunk(3, [bits(1, 1, 0), numbers("f4", 1, 2, 3)])])
    found = arrays(table(3, r=(Type("+s", children=[Type("f", "a")]), gone)))["r"]["a"]
    np.testing.assert_array_equal(found, [1, np.nan, np.nan])


def test_lists_of_records_are_records_of_lists() -> None:
    kind = Type("+l", children=[Type("+s", children=[Type("c", "a")])])
    assert arrays(
        table(2, x=(kind, Chunk(2, [None, numbers("i4", 0, 2, 3)], [Chunk(3, [None], [INT8])])))
    ) == {"x": {"a": [[1, 2], [3]]}}
    deeper = Type("+w:1", children=[Type("+s", children=[Type("c", "a")])])
    with pytest.raises(TypeError, match="records inside of lists"):
        arrays(table(3, x=(deeper, Chunk(3, [None], [Chunk(3, [None], [INT8])]))))


def test_a_column_alone_is_one_array() -> None:
    assert arrays(ArrowTable(Type("c"), [INT8, INT8])) == [1, 2, 3, 1, 2, 3]


class Query:
    """polars' LazyFrame."""

    def collect_schema(self) -> None:
        raise AssertionError("nobody asks")

    def collect(self) -> ArrowTable:
        return table(3, a=("c", INT8))


class Files:
    """pyarrow's Dataset."""

    def to_table(self) -> ArrowTable:
        return table(3, a=("c", INT8))

    def to_batches(self) -> Any:
        return iter([self.to_table()])


class Stored:
    """A Hugging Face dataset; its own formats round whole numbers."""

    features: dict[str, Any] = {}
    column_names = ("a", "b")

    def __init__(self, kind: str | None = None, columns: Any = ("a", "b")) -> None:
        self.format = {"type": kind, "columns": list(columns)}

    def __len__(self) -> int:
        return 3

    def __iter__(self) -> Any:
        raise AssertionError("row by row is slow, and in the wrong types")

    def with_format(self, kind: str, columns: Any) -> Stored:
        return Stored(kind, columns)

    def __getitem__(self, key: Any) -> Any:
        assert key == slice(None)
        if self.format["type"] == "custom":
            return {"made": [[1.5], [2.5], [3.5]]}
        assert self.format["type"] == "arrow"
        return Named(self.format["columns"])


class Named(ArrowTable):
    """A table that gives a column by its name."""

    def __init__(self, names: Any) -> None:
        super().__init__(
            Type("+s", children=[Type("c", name) for name in names]),
            [Chunk(3, [None], [INT8 for _ in names])],
        )

    def __getitem__(self, name: str) -> ArrowTable:
        return ArrowTable(Type("c"), [INT8])


class StoredColumn:
    """A column of a Hugging Face dataset, or of a column of one."""

    def __init__(self, source: Any, column_name: str) -> None:
        self.source, self.column_name, self.features = source, column_name, None

    def __len__(self) -> int:
        return 3

    def __iter__(self) -> Any:
        return iter([7, 8, 9])


WHOLE = {
    "a query": (Query(), {"a": [1, 2, 3]}),
    "files": (Files(), {"a": [1, 2, 3]}),
    "stored rows": (Stored("torch"), {"a": [1, 2, 3], "b": [1, 2, 3]}),
    "stored rows of one column": (Stored("numpy", ["b"]), {"b": [1, 2, 3]}),
    "stored rows behind a transform": (Stored("custom"), {"made": [[1.5], [2.5], [3.5]]}),
    "a stored column": (StoredColumn(Stored(), "a"), [1, 2, 3]),
    "a column of a stored column": (StoredColumn(StoredColumn(Stored(), "a"), "b"), [7, 8, 9]),
}


@pytest.mark.parametrize("name", WHOLE)
def test_libraries_are_recognised_by_what_they_can(name: str) -> None:
    given, wanted = WHOLE[name]
    assert arrays(given) == wanted
    assert arrays({"x": given})["x"] == wanted


class Reader:
    """pyarrow's RecordBatchReader: tables one after the other."""

    def __arrow_c_stream__(self) -> Any:
        raise AssertionError("it would be read at once")

    def __iter__(self) -> Any:
        return iter([])


def test_only_tables_at_hand_are_data_and_only_files_are_a_stream_without_iterating() -> None:
    tables = [Query(), Stored(), StoredColumn(Stored(), "a"), table(3, a=("c", INT8))]
    others = [Files(), Reader(), [1], np.zeros(1), {"a": 1}, iter([])]
    assert list(map(is_data, [*tables, *others])) == [True] * 4 + [False] * 6
    assert list(map(is_stream, [*others, *tables])) == [True] + [False] * 9


def test_lists_of_torchs_tensors_are_tuples_and_other_lists_arrays() -> None:
    class Tensor:
        """Of torch."""

        detach = numpy = None

    tensor = Tensor()
    assert collated([[tensor, tensor], {"k": [tensor], "s": ["a", "b"]}]) == (
        (tensor, tensor), {"k": (tensor,), "s": ["a", "b"]},
    )  # fmt: skip
    assert collated(([1, 2], {"x": [[1], [2]]})) == ([1, 2], {"x": [[1], [2]]})


def test_data_without_tables_stays_the_same_object() -> None:
    data = ({"a": [1]}, np.zeros(1))
    assert unfolded(data) is data


def test_a_frame_is_refused_if_two_columns_have_one_name() -> None:
    pandas = pytest.importorskip("pandas")
    with pytest.raises(ValueError, match="several columns of the same name: 'a'"):
        unfolded(pandas.DataFrame([[1, 2]], columns=["a", "a"]))
