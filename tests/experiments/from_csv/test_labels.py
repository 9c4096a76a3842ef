"""What is to be predicted."""

from __future__ import annotations

import pytest

from estimator.core.errors import UsageError
from estimator.experiments.from_csv.labels import CLASSES, NUMBERS, label_of, label_place
from estimator.experiments.from_csv.sample import Sample


def sample_of(values: list[str], name: str = "label") -> Sample:
    return Sample("data.csv", ",", True, ["x", name], [["1", value] for value in values], True, len(values))


@pytest.mark.parametrize(
    ("names", "place", "chosen"),
    [
        (["label", "a", "b"], 0, "by its name"),
        (["a", "Target", "b"], 1, "by its name"),
        (["id", "Survived", "Fare"], 1, "by its name"),
        (["price", "rooms", "town"], 2, "the last column"),
        (["rooms", "town", "Price"], 2, "by its name"),
        (["a", "class", "label"], 2, "by its name"),  # the likelier one
        (["a", "b"], 1, "the last column"),
    ],
)
def test_the_label_is_found_by_its_name_or_is_the_last_column(
    names: list[str], place: int, chosen: str
) -> None:
    sample = Sample("data.csv", ",", True, names, [["1"] * len(names)], True, 1)
    assert label_place(sample, None) == (place, chosen)
    assert label_place(sample, names[0]) == (0, "as told")


def test_a_label_that_is_not_there_and_a_column_alone_are_refused() -> None:
    with pytest.raises(UsageError, match="no column 'lable'. Did you mean 'label'"):
        label_place(sample_of(["1"]), "lable")
    with pytest.raises(UsageError, match="one column alone"):
        label_place(Sample("data.csv", ",", True, ["x"], [["1"]], True, 1), None)


@pytest.mark.parametrize(
    ("values", "classes", "are_ids"),
    [
        (["0", "1", "2"] * 5, ["0", "1", "2"], True),
        (["1", "2", "3"] * 5, ["1", "2", "3"], False),
        (["-1", "1"] * 5, ["-1", "1"], False),
        (["2", "10", "1"] * 5, ["1", "2", "10"], False),  # in the order of numbers
        (["0.0", "1.0"] * 5, ["0.0", "1.0"], False),
        (["true", "false"] * 5, ["false", "true"], False),
        ([" <=50K", " >50K"] * 5, [" <=50K", " >50K"], False),
        (["é", "z", "a b"] * 5, ["a b", "z", "é"], False),
        (["yes", "no"], ["no", "yes"], False),
        ([str(n % 20) for n in range(200)], [str(n) for n in range(20)], True),
    ],
)
def test_few_different_values_are_classes(values: list[str], classes: list[str], are_ids: bool) -> None:
    label = label_of(sample_of(values), 1, "", "")
    assert (label.task, label.classes, label.are_ids) == (CLASSES, classes, are_ids)
    assert label.counts == [values.count(name) for name in classes]


@pytest.mark.parametrize(
    "values",
    [
        [str(n / 10) for n in range(50)],
        [str(n % 30) for n in range(300)],
        ["1.5", "2.5", "3.5"] * 9,
        ["1", "2", "3", "4"],  # in as many rows
    ],
)
def test_many_different_numbers_or_fractions_are_numbers(values: list[str]) -> None:
    assert label_of(sample_of(values), 1, "", "").task == NUMBERS


def test_numbers_have_a_mean_and_a_deviation() -> None:
    label = label_of(sample_of(["2", "4", "4", "4", "5", "5", "7", "9"]), 1, "", "", NUMBERS)
    assert (label.mean, label.std) == (5.0, 2.0)


def test_somebody_may_say_what_there_is_to_learn() -> None:
    assert label_of(sample_of([str(n % 5) for n in range(50)]), 1, "", "", NUMBERS).task == NUMBERS
    assert label_of(sample_of([str(n) for n in range(50)]), 1, "", "", CLASSES).task == CLASSES


def test_classes_of_a_file_for_evaluations_count_too() -> None:
    label = label_of(sample_of(["a", "b"] * 5), 1, "", "", None, ["c", "a"])
    assert (label.classes, label.counts) == (["a", "b", "c"], [5, 5, 0])


@pytest.mark.parametrize(
    ("values", "task", "message"),
    [
        (
            ["a", "", "b", "?"],
            None,
            r"label 'label' \(by its name\): 2 rows have none \(row 2, 4\): remove them, or choose",
        ),
        (["a"] * 9, None, "all rows have the same, 'a': there is nothing to learn"),
        (
            [f"name {n}" for n in range(30)],
            None,
            "30 different texts in 30 rows are neither numbers nor classes",
        ),
        (["1", "2", "x"] * 9, NUMBERS, "these values are not numbers: 'x'"),
        ([str(n) for n in range(101)], CLASSES, "101 different values, more than 100 classes"),
        (["1", "1.0", "2"] * 9, CLASSES, "written in two ways"),
    ],
)
def test_what_nobody_can_learn_is_refused_with_what_to_do(
    values: list[str], task: str | None, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        label_of(sample_of(values), 1, "by its name", "?", task)
