"""Which column of a table is the label, and what there is to learn: classes or numbers."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

from estimator.core.errors import UsageError
from estimator.core.frozen import frozen
from estimator.core.shown import shorten
from estimator.experiments.from_csv.kinds import is_number, is_whole
from estimator.experiments.from_csv.sample import Sample

CLASSES, NUMBERS = "classes", "numbers"  # what there is to learn

MOST_CLASSES = 100  # of texts
_MOST_WHOLE = 20  # whole numbers that are taken for classes, unless somebody says otherwise
_MOST_PER_ROW = 0.5  # different values, among as many rows: more are no classes
_TOLD = 5  # values in a message
# How labels are called, the likeliest first: wherever the column stands, and only if it is the last one.
_SURELY = "label target class y outcome response species survived churn diagnosis".split()
_PERHAPS = "result category default quality price rating score income salary".split()


@frozen
class Label:
    """The label.

    Attributes
    ----------
    name : str
    place : int
        Of its column.
    chosen : str
        Why it is this column, in a few words.
    task : str
        CLASSES or NUMBERS.
    why : str
        For the task, in a few words.
    classes : list of str
        As they are in the file, in the order of their ids; empty for numbers.
    are_ids : bool
        Whether the classes are the numbers from 0 on already.
    counts : list of int
        How many rows were seen of each class.
    mean, std : float
        Of numbers.
    """

    name: str
    place: int
    chosen: str
    task: str
    why: str
    classes: list[str]
    are_ids: bool
    counts: list[int]
    mean: float
    std: float


def label_place(sample: Sample, name: str | None) -> tuple[int, str]:
    """Where the label is, and why there.

    Parameters
    ----------
    sample : Sample
    name : str, optional
        What somebody says.

    Raises
    ------
    UsageError
        If there is no such column, or no other beside it.
    """
    if len(sample.names) < 2:
        raise UsageError(
            sample.path,
            [f"there is one column alone, {sample.names[0]!r}; a label and a feature are needed."],
        )
    if name is not None:
        return sample.place_of(name), "as told"
    words = [re.sub(r"[^a-z0-9]", "", name.lower()) for name in sample.names]
    for word in [*_SURELY, *(word for word in _PERHAPS if word == words[-1])]:
        if word in words:
            return words.index(word), "by its name"
    return len(words) - 1, "the last column"


def label_of(
    sample: Sample,
    place: int,
    chosen: str,
    missing: str,
    task: str | None = None,
    others: Sequence[str] = (),
) -> Label:
    """What there is to learn of the label in that column.

    Parameters
    ----------
    sample : Sample
    place : int
    chosen : str
        Why it is this column.
    missing : str
        What stands for missing values, beside nothing.
    task : str, optional
        CLASSES or NUMBERS, if somebody says; by default what the values look like.
    others : sequence of str
        Labels of another file, which may have classes that this one lacks.

    Raises
    ------
    UsageError
        If values are missing, are all the same, or are neither numbers nor few enough for classes.
    """
    name, values = sample.names[place], sample.column(place)
    subject = f"{sample.path}, label {name!r} ({chosen})"
    _demand_values(subject, sample, values, missing)
    counts = Counter(values)
    counts.update(dict.fromkeys(others, 0))
    task, why = _task(subject, counts, task)
    if task == NUMBERS:
        return Label(
            name, place, chosen, task, why, [], False, [], *_mean_and_std([float(value) for value in values])
        )
    are_numbers = all(map(is_number, counts))
    classes = sorted(counts, key=float) if are_numbers else sorted(counts)
    if are_numbers and len(set(map(float, classes))) < len(classes):
        raise UsageError(
            subject, [f"some numbers are written in two ways: {_told(classes)}. Write each in one."]
        )
    are_ids = classes == [str(number) for number in range(len(classes))]
    return Label(
        name, place, chosen, task, why, classes, are_ids, [counts[value] for value in classes], 0.0, 1.0
    )


def _demand_values(subject: str, sample: Sample, values: Sequence[str], missing: str) -> None:
    other = "or choose another label by --label"
    gaps = [row for row, value in enumerate(values, 1) if value in ("", missing)]
    if gaps:
        rows = f"{len(gaps)} rows have none (row {_told(gaps)})" if sample.is_whole else "some rows have none"
        raise UsageError(subject, [f"{rows}: remove them, {other}."])
    if len(set(values)) == 1:
        raise UsageError(
            subject, [f"all rows have the same, {values[0]!r}: there is nothing to learn; {other[3:]}."]
        )


def _task(subject: str, counts: Counter[str], task: str | None) -> tuple[str, str]:
    """What there is to learn, and why."""
    total, different = counts.total(), len(counts)
    are_numbers, are_whole = all(map(is_number, counts)), all(map(is_whole, counts))
    if task == NUMBERS:
        if not are_numbers:
            others = [value for value in counts if not is_number(value)]
            raise UsageError(subject, [f"these values are not numbers: {_told(others)}."])
        return NUMBERS, "as told"
    are_few = different <= MOST_CLASSES and (different == 2 or different <= _MOST_PER_ROW * total)
    if task == CLASSES:
        if different > MOST_CLASSES:
            raise UsageError(
                subject, [f"there are {different} different values, more than {MOST_CLASSES} classes."]
            )
        return CLASSES, "as told"
    if are_numbers and not (are_few and (different == 2 or (are_whole and different <= _MOST_WHOLE))):
        return NUMBERS, f"{different} different numbers"
    if not are_few:
        raise UsageError(
            subject,
            [
                f"{different} different texts in {total} rows are neither numbers nor classes: {_told(counts)}. Choose "
                "another label by --label."
            ],
        )
    return (
        CLASSES,
        f"{different} {'whole numbers' if are_whole else 'numbers' if are_numbers else 'different texts'}",
    )


def _told(values: Iterable[object]) -> str:
    first = list(islice(values, _TOLD + 1))
    return ", ".join(map(shorten, first[:_TOLD])) + (", ..." if len(first) > _TOLD else "")


def _mean_and_std(numbers: Sequence[float]) -> tuple[float, float]:
    mean = math.fsum(numbers) / len(numbers)
    return mean, math.sqrt(math.fsum((number - mean) ** 2 for number in numbers) / len(numbers))
