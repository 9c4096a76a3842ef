"""Arrow's C data interface: what stands in memory laid out after its specification, and what becomes of the memory."""

from __future__ import annotations

import gc
import struct
from typing import Any

import numpy as np
import pytest

from estimator.formats import arrow_memory
from estimator.formats.arrow import Fixed, Flat, Listed, Struct, Unread
from estimator.formats.arrow_memory import read
from tests.arrow_tables import ArrowTable, Chunk, Type, bits, numbers, texts

PRESENT = bits(1, 0, 1)


def plain(column: Any) -> Any:
    """What was read as nested lists, None for what is missing."""
    if isinstance(column, Unread):
        return column.reason
    if isinstance(column, Struct):
        return {name: plain(field) for name, field in column.columns.items()}
    if isinstance(column, Flat):
        rows = column.values.tolist()
    elif isinstance(column, Listed):
        inner, ends = plain(column.inner), column.splits.tolist()
        rows = [inner[a:b] for a, b in zip(ends[:-1], ends[1:], strict=True)]
    else:
        size = int(np.prod(column.shape))
        inner = plain(column.inner)
        rows = [inner[size * row : size * (row + 1)] for row in range(column.rows)]
    missing = [False] * len(rows) if column.missing is None else column.missing.tolist()
    return [None if gone else row for row, gone in zip(rows, missing, strict=True)]


def views(*values: bytes) -> list[bytes]:
    """Texts in the form of string views: short ones inside, long ones in a buffer of their own."""
    data, rows = b"", b""
    for value in values:
        if len(value) <= 12:
            rows += struct.pack("=i12s", len(value), value)
        else:
            rows += struct.pack("=i4sii", len(value), value[:4], 0, len(data))
            data += value
    return [rows, data, struct.pack("=q", len(data))]


def decimal(*values: int, size: int = 16) -> bytes:
    return b"".join(value.to_bytes(size, "little", signed=True) for value in values)


LONG = b"longer than twelve bytes"
# format -> (type, rows, what they are): from "The Arrow C data interface" and "Arrow Columnar Format"
COLUMNS: dict[str, tuple[Type, Chunk, Any]] = {
    **{
        f"numbers {kind}": (Type(kind), Chunk(3, [PRESENT, numbers(dtype, 1, 2, 3)]), [1, None, 3])
        for kind, dtype in zip("cCsSiIlLefg", "i1 u1 i2 u2 i4 u4 i8 u8 f2 f4 f8".split(), strict=True)
    },
    "the greatest whole numbers": (Type("L"), Chunk(1, [None, numbers("u8", 2**64 - 1)]), [2**64 - 1]),
    "bools": (Type("b"), Chunk(3, [PRESENT, bits(1, 1, 0)]), [True, None, False]),
    "texts": (Type("u"), Chunk(3, [PRESENT, *texts(b"a\0", b"x", b"")]), [b"a\0", None, b""]),
    "bytes": (Type("z"), Chunk(2, [None, *texts(b"\xff", b"b")]), [b"\xff", b"b"]),
    "large texts": (Type("U"), Chunk(2, [None, *texts(b"a", b"bc", offsets="i8")]), [b"a", b"bc"]),
    "texts in views": (
        Type("vu"),
        Chunk(3, [PRESENT, *views(LONG, b"gone", b"short")]),
        [LONG, None, b"short"],
    ),
    "short texts in views": (Type("vz"), Chunk(1, [None, *views(b"twelve bytes")[::2]]), [b"twelve bytes"]),
    "texts in views that end with NULs": (
        Type("vz"),
        Chunk(4, [None, *views(b"a\0", b"\0", b"", b"twelve byte\0")]),
        [b"a\0", b"\0", b"", b"twelve byte\0"],
    ),
    "bytes of one size": (Type("w:2"), Chunk(3, [PRESENT, b"abcdef"]), [b"ab", None, b"ef"]),
    "decimals": (Type("d:5,2"), Chunk(3, [PRESENT, decimal(110, 5, -30)]), [1.1, None, -0.3]),
    "decimals of 64 bits": (Type("d:5,1,64"), Chunk(1, [None, decimal(-3, size=8)]), [-0.3]),
    "decimals in tens": (Type("d:5,-1"), Chunk(1, [None, decimal(12)]), [120.0]),
    "nothing": (Type("n"), Chunk(2, []), [None, None]),
    "lists": (
        Type("+l", children=[Type("s")]),
        Chunk(3, [PRESENT, numbers("i4", 0, 2, 2, 3)], [Chunk(3, [None, numbers("i2", 5, 6, 7)])]),
        [[5, 6], None, [7]],
    ),
    "large lists": (
        Type("+L", children=[Type("u")]),
        Chunk(2, [None, numbers("i8", 0, 0, 1)], [Chunk(1, [None, *texts(b"t")])]),
        [[], [b"t"]],
    ),
    "lists of one size": (
        Type("+w:2", children=[Type("f")]),
        Chunk(3, [PRESENT], [Chunk(6, [None, numbers("f4", 1, 2, 3, 4, 5, 6)])]),
        [[1, 2], None, [5, 6]],
    ),
    "codes": (
        Type("c", dictionary=Type("u")),
        Chunk(3, [PRESENT, numbers("i1", 1, 9, 0)], dictionary=Chunk(2, [None, *texts(b"no", b"yes")])),
        [b"yes", None, b"no"],
    ),
    "codes of what is missing": (
        Type("C", dictionary=Type("g")),
        Chunk(2, [None, numbers("u1", 1, 0)], dictionary=Chunk(2, [bits(1, 0), numbers("f8", 2, 3)])),
        [None, 2.0],
    ),
    "codes without words": (
        Type("i", dictionary=Type("u")),
        Chunk(1, [bits(0), numbers("i4", 0)], dictionary=Chunk(0, [None, *texts()])),
        [None],
    ),
    "records": (
        Type("+s", children=[Type("c", "a"), Type("b", "b")]),
        Chunk(2, [None], [Chunk(2, [None, numbers("i1", 1, 2)]), Chunk(2, [None, bits(0, 1)])]),
        {"a": [1, 2], "b": [False, True]},
    ),
    "dates": (Type("tdD"), Chunk(1, [None, numbers("i4", 0)]), "dates or times"),
    "moments": (Type("tsu:UTC"), Chunk(1, [None, numbers("i8", 0)]), "dates or times"),
    "unions": (Type("+us:0"), Chunk(1, [bits(0)]), "values of Arrow's type '+us:0'"),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_rows_of_each_type_are_read(name: str) -> None:
    kind, chunk, wanted = COLUMNS[name]
    assert plain(read(ArrowTable(kind, [chunk]))) == wanted


@pytest.mark.parametrize("name", COLUMNS)
def test_a_type_is_told_where_there_is_no_row(name: str) -> None:
    kind, chunk, wanted = COLUMNS[name]
    empty, one = read(ArrowTable(kind, [])), read(ArrowTable(kind, [chunk]))
    assert type(empty) is type(one)
    if isinstance(empty, Flat) and isinstance(one, Flat):
        assert empty.values.dtype == one.values.dtype
    if isinstance(wanted, list):
        assert plain(empty) == []
    else:
        assert plain(empty) == ({field: [] for field in wanted} if isinstance(wanted, dict) else wanted)


@pytest.mark.parametrize("name", [name for name in COLUMNS if COLUMNS[name][1].length == 3])
def test_a_slice_begins_at_its_offset(name: str) -> None:
    kind, chunk, wanted = COLUMNS[name]
    part = Chunk(2, chunk.buffers, chunk.children, chunk.dictionary, offset=1)
    assert plain(read(ArrowTable(kind, [part]))) == wanted[1:]


@pytest.mark.parametrize("name", COLUMNS)
def test_chunks_are_joined(name: str) -> None:
    kind, chunk, wanted = COLUMNS[name]
    found = plain(read(ArrowTable(kind, [chunk, chunk])))
    if isinstance(wanted, dict):
        assert found == {key: rows * 2 for key, rows in wanted.items()}
    else:
        assert found == (wanted if isinstance(wanted, str) else wanted * 2)


def test_types_of_numbers_are_kept() -> None:
    assert read(ArrowTable(Type("e"), [COLUMNS["numbers e"][1]])).values.dtype == np.float16  # type: ignore[union-attr]


def test_a_bitmap_counts_from_an_offset_across_octets() -> None:
    flags = [row % 3 == 0 for row in range(20)]
    chunk = Chunk(9, [bits(*flags), numbers("i1", *range(20))], offset=10)
    found = plain(read(ArrowTable(Type("c"), [chunk])))
    assert found == [row if row % 3 == 0 else None for row in range(10, 19)]


def test_a_column_that_counts_no_missing_rows_needs_no_bitmap() -> None:
    chunk = Chunk(2, [bits(0, 0), numbers("i1", 1, 2)], null_count=0)
    assert plain(read(ArrowTable(Type("c"), [chunk]))) == [1, 2]


TENSORS = {
    "Arrow's": (
        Type("+w:4", children=[Type("c")], metadata={
            "ARROW:extension:name": "arrow.fixed_shape_tensor", "ARROW:extension:metadata": '{"shape": [2, 2]}',
        }),
        Chunk(2, [None], [Chunk(8, [None, numbers("i1", *range(8))])]),
    ),
    "Hugging Face's": (
        Type("+l", children=[Type("+l", children=[Type("c")])], metadata={
            "ARROW:extension:metadata": '[[2, 2], "int8"]',
            "ARROW:extension:name": "datasets.features.features.Array2DExtensionType",
        }),
        Chunk(2, [None, numbers("i4", 0, 2, 4)], [
            Chunk(4, [None, numbers("i4", 0, 2, 4, 6, 8)], [Chunk(8, [None, numbers("i1", *range(8))])])
        ]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TENSORS)
def test_a_column_of_tensors_has_their_shape(name: str) -> None:
    column = read(ArrowTable(TENSORS[name][0], [TENSORS[name][1]]))
    assert isinstance(column, Fixed) and isinstance(column.inner, Flat)
    assert (column.shape, column.rows, column.inner.values.tolist()) == ((2, 2), 2, list(range(8)))


@pytest.mark.parametrize("said", ['{"shape": [2, 2], "permutation": [1, 0]}', '{"shape": [2, null]}'])
def test_tensors_of_another_order_or_size_are_lists(said: str) -> None:
    kind = Type("+w:4", children=[Type("c")], metadata={
        "ARROW:extension:name": "arrow.fixed_shape_tensor", "ARROW:extension:metadata": said,
    })  # fmt: skip
    column = read(ArrowTable(kind, [TENSORS["Arrow's"][1]]))
    assert isinstance(column, Fixed) and column.shape == (4,)


def test_nothing_is_copied_and_nothing_can_be_written() -> None:
    source = ArrowTable(Type("l"), [Chunk(2, [None, numbers("i8", 1, 2)])])
    column = read(source)
    assert isinstance(column, Flat)
    assert not column.values.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        column.values[0] = 3


def test_memory_is_given_back_when_the_last_array_is_gone_and_not_before() -> None:
    source = ArrowTable(Type("+s", children=[Type("l", "a"), Type("l", "b")]), [
        Chunk(2, [None], [Chunk(2, [None, numbers("i8", 1, 2)]), Chunk(2, [None, numbers("i8", 3, 4)])])
    ])  # fmt: skip
    column = read(source)
    assert isinstance(column, Struct)
    values = column.columns["b"].values  # type: ignore[union-attr]
    del column
    gc.collect()
    assert values.tolist() == [3, 4]  # a chunk that was given back reads 0xA5A5...
    before = source.released
    del values
    gc.collect()
    assert source.released - before == 3  # the chunk and its two columns


def test_memory_is_given_back_when_python_ends_and_has_cleared_modules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = ArrowTable(Type("l"), [Chunk(2, [None, numbers("i8", 1, 2)])])
    column = read(source)
    monkeypatch.setattr(arrow_memory, "ctypes", None)  # as it then is
    before = source.released
    del column
    gc.collect()
    assert source.released - before == 1


def test_texts_do_not_need_the_memory_they_came_from() -> None:
    source = ArrowTable(Type("u"), [Chunk(2, [None, *texts(b"a", b"b")])])
    column = read(source)
    gc.collect()
    assert plain(column) == [b"a", b"b"]


def test_a_library_that_fails_is_quoted() -> None:
    broken = ArrowTable(Type("c"), [Chunk(1, [None, numbers("i1", 1)])], fails_with="no such file")
    with pytest.raises(ValueError, match=r"could not be read: its library says 'no such file' \(error 5\)"):
        read(broken)


def test_two_columns_of_one_name_are_refused() -> None:
    kind = Type("+s", children=[Type("c", "a"), Type("c", "a"), Type("c", "b")])
    with pytest.raises(ValueError, match="several columns of the same name: 'a'"):
        read(ArrowTable(kind, []))
