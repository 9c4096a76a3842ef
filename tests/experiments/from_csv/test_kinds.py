"""What columns are taken for."""

from __future__ import annotations

import pytest

from estimator.experiments.from_csv.kinds import CATEGORY, HASHED, LEFT_OUT, NUMBER, column_of, missing_mark
from estimator.experiments.from_csv.sample import Sample

LETTERS = "abcdefghij"
DATES = [f"2024-0{1 + n % 9}-{10 + n % 20}" for n in range(40)]
WORDS = [f"{LETTERS[n % 10]}{LETTERS[n // 10 % 10]}" for n in range(100)] * 2


@pytest.mark.parametrize(
    ("name", "values", "kind", "why"),
    [
        ("length", ["1.5", "-2", "3e2", " 4", ".5"] * 4, NUMBER, "numbers"),
        ("rooms", ["1", "2", "3", "7"] * 5, NUMBER, "whole numbers"),
        ("is_new", ["0", "1", "1"] * 5, NUMBER, "two numbers"),
        ("income", [str(1000 + 7 * n) for n in range(50)], NUMBER, "whole numbers"),
        ("zip code", ["10115", "80331"] * 9, CATEGORY, "by its name codes"),
        ("dial", ["010", "030", "040"] * 9, CATEGORY, "3 different texts"),
        ("store_id", [str(n % 200) for n in range(800)], HASHED, "by its name codes"),
        ("PassengerId", [str(n) for n in range(1, 60)], LEFT_OUT, "an id"),
        ("user_id", [str(7919 * n % 10007) for n in range(60)], LEFT_OUT, "an id"),
        ("n", [str(n) for n in range(60)], LEFT_OUT, "row numbers"),
        ("job", ["nurse", "smith", ""] * 9, CATEGORY, "2 different texts"),
        ("alive", ["yes", "no"] * 9, CATEGORY, "yes or no"),
        ("flag", ["True", "False"] * 9, CATEGORY, "yes or no"),
        ("town", WORDS, HASHED, "100 different texts"),
        ("name", [f"Smith {n}" for n in range(40)], LEFT_OUT, "names or ids"),
        ("uuid", [f"{n:08x}-ab" for n in range(40)], LEFT_OUT, "names or ids"),
        ("text", [f"it was {n} times as good as all that we had" for n in range(40)], LEFT_OUT, "free text"),
        ("day", DATES, LEFT_OUT, "dates"),
        ("when", ["12/31/2023 11:59 PM", "1/2/2024 00:01"] * 20, LEFT_OUT, "dates"),
        ("at", ["12:30", "07:15:59"] * 20, LEFT_OUT, "dates"),
        ("same", ["x"] * 30, LEFT_OUT, "always the same"),
        ("same", ["7", ""] * 30, LEFT_OUT, "always the same"),
        ("none", [""] * 30, LEFT_OUT, "no values"),
        ("people", [f"{1 + n},{n:03}" for n in range(60)], LEFT_OUT, "thousands separators"),
        ("people", ["1,200", "300", "15,000"] * 9, LEFT_OUT, "thousands separators"),
        ("size", [f"{n},5" for n in range(60)], LEFT_OUT, "decimal commas"),
        ("price", [f"${n}.99" for n in range(60)], LEFT_OUT, "units"),
        ("share", [f"{n}%" for n in range(60)], LEFT_OUT, "units"),
        ("total", [*map(str, range(1, 99, 1)), "n.a."], LEFT_OUT, "numbers, but for 'n.a.'"),
        ("digits", ["٣", "٤", "2"] * 9, CATEGORY, "3 different texts"),
        ("huge", ["1e39", "2"] * 9, LEFT_OUT, "too large for float32"),
        ("", ["0.5", "0.25"] * 9, LEFT_OUT, "has no name"),
    ],
)  # fmt: skip
def test_a_column_is_taken_for_what_its_values_say(name: str, values: list[str], kind: str, why: str) -> None:
    column = column_of(name, values, "")
    assert column.kind == kind
    assert why in column.why


def test_missing_values_are_counted_and_are_no_values() -> None:
    column = column_of("age", ["30", "?", "", "40"], "?")
    assert (column.kind, column.missing, column.numbers, column.mean, column.std) == (
        NUMBER,
        2,
        [30, 40],
        35,
        5,
    )
    texts = column_of("job", ["smith", "?", "nurse", "smith"] * 5, "?")
    assert (texts.words, texts.missing, texts.examples) == (["smith", "nurse"], 5, ["smith", "nurse"])


def test_blanks_are_part_of_texts_as_the_training_reads_them() -> None:
    assert column_of("job", [" nurse", " smith"] * 9, "").words == [" nurse", " smith"]


def test_long_lists_of_words_are_hashed_however_few_they_are() -> None:
    values = [f"{letter * 50}" for letter in LETTERS * 3][:30] * 4
    assert column_of("a", values, "").kind == CATEGORY
    assert column_of("a", [f"{'x' * 55}{n}" for n in range(50)] * 4, "").kind == HASHED


def sample_of(*columns: list[str]) -> Sample:
    names = [f"c{number}" for number in range(len(columns))]
    return Sample(
        "data.csv", ",", True, names, [list(row) for row in zip(*columns, strict=True)], True, len(columns[0])
    )


@pytest.mark.parametrize(
    ("columns", "mark"),
    [
        ((["1", "NA", "3"], ["x", "y", "y"]), "NA"),
        ((["1", " ", "3"], ["x", "y", "y"]), " "),  # a blank is 0 to the training otherwise
        ((["1", "-", "3"], ["x", "?", "y"]), "-"),  # among numbers first
        ((["1", "2", "3"], ["x", "?", "y"]), "?"),
        ((["1", "2", "3"], ["x", " ?", "y"]), " ?"),
        ((["1", "2", "3"], ["none", "some", "-"]), ""),  # words of a text
        ((["1", "2", "3"], ["x", "y", "y"]), ""),
        ((["1", "nan", "3"], ["x", "y", "y"]), "nan"),
    ],
)
def test_what_stands_for_missing_values(columns: tuple[list[str], ...], mark: str) -> None:
    assert missing_mark(sample_of(*columns, ["a", "b", "a"]), 2) == mark


def test_a_class_is_no_missing_value() -> None:
    assert missing_mark(sample_of(["x", "?", "?"], ["1", "2", "3"]), 0) == ""
