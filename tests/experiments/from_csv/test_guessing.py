"""A CSV file, looked at as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.core.errors import UsageError
from estimator.experiments.from_csv.guessing import guess
from estimator.experiments.from_csv.kinds import LEFT_OUT


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_the_label_is_no_feature(tmp_path: Path) -> None:
    found = guess(write(tmp_path / "a.csv", "x,label,z\n" + "1.5,a,0\n2,b,1\n" * 9))
    assert [column.name for column in found.features] == ["x", "z"]


def test_a_file_without_anything_to_learn_from_is_refused_with_the_reasons(tmp_path: Path) -> None:
    text = "id,day,label\n" + "".join(f"{n},2020-01-{n % 28 + 1:02},{n % 2}\n" for n in range(40))
    with pytest.raises(
        UsageError, match=r"no column that a model could learn from \('id': an id.*'day': dates"
    ):
        guess(write(tmp_path / "a.csv", text))


def test_the_file_for_evaluations_has_the_same_columns(tmp_path: Path) -> None:
    data = write(tmp_path / "a.csv", "x,z,label\n" + "1,2,a\n2,3,b\n" * 9)
    assert guess(data, test=write(tmp_path / "b.csv", "x,z,label\n1,2,c\n")).label.classes == ["a", "b", "c"]
    with pytest.raises(
        UsageError, match=r"b.csv: its columns are not those of .*: it lacks 'z' and it has 'y' in addition"
    ):
        guess(data, test=write(tmp_path / "b.csv", "x,y,label\n1,2,c\n"))
    with pytest.raises(UsageError, match="they stand in another order"):
        guess(data, test=write(tmp_path / "b.csv", "z,x,label\n1,2,c\n"))


def test_many_columns_are_looked_at(tmp_path: Path) -> None:
    names = ",".join(f"c{n}" for n in range(500))
    rows = "".join(",".join(str((row * n) % 17) for n in range(500)) + f",{row % 2}\n" for row in range(60))
    found = guess(write(tmp_path / "a.csv", f"{names},label\n{rows}"))
    assert len(found.columns) == 500
    assert [column.name for column in found.columns if column.kind == LEFT_OUT] == [
        f"c{n}"
        for n in range(0, 500, 17)  # which are 0 in all rows
    ]
