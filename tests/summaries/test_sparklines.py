"""Curves as text: as wide as there is room, in the characters that there are."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.summaries.curves import Curve
from estimator.summaries.sparklines import BLOCKS, PLAIN, levels_for, sparkline, table


def curve(*values: float) -> Curve:
    return Curve(np.arange(1, len(values) + 1) * 100, np.array(values, np.float64))


def test_the_least_is_the_lowest_and_the_largest_the_highest_block() -> None:
    assert sparkline(np.linspace(-3, 5, 8), 80) == BLOCKS


def test_more_values_than_columns_are_means_of_neighbours() -> None:
    assert sparkline(np.array([0.0, 0.0, 0.0, 2.0, 2.0, 2.0]), 3) == "▁▅█"  # means 0, 1, 2


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([5.0, 5.0], "▅▅"),
        ([np.nan, 0.0, np.inf, 1.0], " ▁ █"),
        ([np.nan, np.inf], "  "),
        ([-1.7e308, 1.7e308], "▁█"),  # their distance is no number
        ([1e-320, 2e-320], "▁█"),
        ([3.0], "▅"),
    ],
)
def test_values_without_a_range(values: list[float], line: str) -> None:
    assert sparkline(np.array(values), 10) == line


@pytest.mark.parametrize(
    ("encoding", "levels"),
    [("utf-8", BLOCKS), ("ascii", PLAIN), ("latin-1", PLAIN), (None, PLAIN), ("no", PLAIN)],
)
def test_an_encoding_without_blocks_gets_plain_characters(encoding: str | None, levels: str) -> None:
    assert levels_for(encoding) == levels


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_line_is_wider_than_there_is_room(width: int) -> None:
    runs = {
        "a_name_that_is_longer_than_it_may_be/eval": curve(*range(500)),
        "b": curve(-1.2345678e-12, 3e300),
    }
    text = table(
        {"a/very/long/tag/of/a/very/deep/network/with/many/scopes/and/more": runs, "loss": runs}, width
    )
    assert max(map(len, text.splitlines())) <= width


def test_the_numbers_beside_a_line() -> None:
    text = table({"loss": {"iris": curve(4.0, np.nan, 1.5, 2.0)}}, 60)
    heading, line = text.splitlines()
    assert heading.split() == ["loss", "min", "max", "last", "steps"]
    assert line.split() == ["iris", "█", "▁▂", "1.5", "4", "2", "100-400"]
    assert heading.index("last") + 4 == line.index(" 2  100") + 2


def test_a_curve_without_a_number_says_so() -> None:
    (_, line) = table({"loss": {"iris": curve(np.nan)}}, 60).splitlines()
    assert line.split() == ["iris", "-", "-", "nan", "100"]
