"""A guess as a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.experiments.from_csv.guessing import guess
from estimator.experiments.from_csv.shown import table_of


def shown(folder: Path, text: str, width: int = 120, **arguments: str) -> list[str]:
    (folder / "data.csv").write_text(text)
    return table_of(guess(folder / "data.csv", **arguments), width).splitlines()  # type: ignore[arg-type]


PEOPLE = "id;age;job;hired;label\n" + "".join(
    f"{n};{'' if n % 7 == 0 else 20 + n};{'nurse' if n % 2 else 'smith'};2020-01-{1 + n % 28:02};{n % 3}\n"
    for n in range(1, 61)
)


def test_every_column_has_a_line_with_kind_gaps_values_and_reason(tmp_path: Path) -> None:
    lines = shown(tmp_path, PEOPLE)
    assert lines[0].endswith("data.csv: 60 rows of 5 columns, parted by semicolons, names in the first line")
    assert lines[1] == "label: label (by its name), 3 classes: 0 (20), 1 (20), 2 (20)"
    assert [line.split() for line in lines[3:]] == [
        ["column", "kind", "missing", "values", "why"],
        ["id", "left", "out", "1,", "10,", "11", "an", "id:", "every", "row", "has", "another"],
        ["age", "number", "8", "21,", "22,", "23", "whole", "numbers"],
        ["job", "category", "nurse,", "smith", "2", "different", "texts"],
        ["hired", "left", "out", "2020-01-02,", "2020-01-03,", "2...", *"dates: write numbers, such as the month".split()],
    ]  # fmt: skip
    assert len({line.index("missing") for line in lines[3:4]} | {lines[5].index("8")}) == 1


def test_numbers_to_predict_are_told_with_mean_and_deviation(tmp_path: Path) -> None:
    lines = shown(tmp_path, "x,y\n" + "".join(f"{n % 5},{n}.5\n" for n in range(100)))
    assert (
        lines[1] == "label: y (by its name), numbers, on the average 50, with a standard deviation of 28.87"
    )


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_of_the_table_is_longer_than_the_terminal(tmp_path: Path, width: int) -> None:
    text = f"{'long name ' * 9},b,c\n" + "".join(f"{n % 2},{'漢字' * 20}{n % 3},{n % 2}\n" for n in range(30))
    lines = shown(tmp_path, text, width)[2:]
    assert all(len(line) + line.count("漢") + line.count("字") <= width for line in lines)
    assert any("..." in line for line in lines)


def test_line_ends_and_outer_blanks_of_values_are_visible(tmp_path: Path) -> None:
    lines = shown(tmp_path, "a,b\n" + '" x",0\n"y\nz",1\n' * 10)
    assert lines[-1].split(maxsplit=2)[2].startswith(r"' x', 'y\nz'")
