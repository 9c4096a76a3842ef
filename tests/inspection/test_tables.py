"""Tables that fit the terminal."""

from __future__ import annotations

import pytest

from estimator.inspection.tables import (
    counted,
    number,
    printable,
    shown_time,
    table,
    terminal_width,
    told_time,
)


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_a_table_is_no_wider_than_the_terminal(width: int) -> None:
    rows = [("name", "count"), ("a_very_long_scope/" * 9 + "kernel", "1"), ("b", "1,000,000")]
    lines = table(rows, "lr", width)
    assert max(map(len, lines)) <= width
    assert lines[1].split()[0].endswith("kernel")
    assert lines[0].endswith(" count") and lines[2].endswith(" 1,000,000")
    assert len({len(line) for line in lines}) == 1  # numbers are flush right


def test_a_name_keeps_its_ends_where_there_is_no_room() -> None:
    (_, line) = table([("name", "size"), ("abcdefghijklmnopqrstuvwxyz", "1")], "lr", 5)
    assert line == "  abc...uvwxyz     1"


def test_names_that_would_look_the_same_have_lines_of_their_own() -> None:
    rows = [
        ("name", "shape"),
        ("dnn/hiddenlayer_0/kernel", "(2, 16)"),
        ("dnn/hiddenlayer_1/kernel", "(16, 8)"),
    ]
    assert table(rows, "ll", 24) == [
        "  name  shape",
        "  dnn/hi...ayer_0/kernel",
        "        (2, 16)",
        "  dnn/hi...ayer_1/kernel",
        "        (16, 8)",
    ]
    assert len(table(rows, "ll", 27)) == 3  # a line a row, where they differ


def test_a_strangers_name_does_not_reach_the_terminal_as_it_is() -> None:
    assert printable("a\x1b[2J\r\u202eb\udcff") == "a\\x1b[2J\\r\\u202eb\\udcff"
    assert "\x1b" not in table([("name",), ("\x1b[31m",)], "l", 80)[1]


def test_the_width_is_what_columns_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "123")
    assert terminal_width() == 123


def test_times_are_told_or_a_mark() -> None:
    assert told_time(0.0) == "1970-01-01T00:00:00+00:00" and told_time(None) is None
    assert shown_time(None) == "-" and shown_time(1e300) == "?" and told_time(1e300) is None
    assert len(shown_time(1.7e9)) == 19


def test_numbers_have_four_digits() -> None:
    assert [number(value) for value in (1.23456, 0.0, -1.5e-7, 123456.0, None)] == [
        "1.235", "0", "-1.5e-07", "1.235e+05", "-",
    ]  # fmt: skip
    assert counted(1, "file") == "1 file" and counted(2000, "file") == "2,000 files"
