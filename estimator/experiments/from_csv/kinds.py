"""What the columns of a table are, as far as their values tell: numbers, categories, and what a model makes nothing of.

A guess is shown with its reason, and whoever knows better edits what was written. So the rules are few and plain; in
doubt a column is used, since a network learns to disregard it, and a column that would spoil a model (row numbers,
dates, free text) is not.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

from estimator.core.frozen import frozen
from estimator.experiments.from_csv.sample import Sample

NUMBER, CATEGORY, HASHED, LEFT_OUT = "number", "category", "hashed", "left out"

MOST_WORDS = 50  # values of a category that are listed one by one
_MOST_LETTERS = 2000  # of all of them
_ID_NAMES = re.compile(
    r"(.*[_ -])?(id|index|key|uuid|guid|rownum|row[_ -]?(number|id)?)|unnamed: \d+||(?-i:.*[a-z]I[dD])",
    re.IGNORECASE,
)
_CODE_NAMES = re.compile(
    r"(.*[_ -])?(code|zip|zipcode|postcode|zip[_ -]code|postal[_ -]code|type|class|pclass|category|cluster|group|"
    r"month|weekday|day[_ -]of[_ -]week|dow|store|region|district|country|[a-z]+[_ -]id)",
    re.IGNORECASE,
)
# What people and programs write for a missing value, beside nothing; some only where all the rest are numbers.
_SURELY_MISSING = ("?", "NA", "N/A", "n/a", "#N/A", "nan", "NaN", "NULL", "null")
_AMONG_NUMBERS = (*_SURELY_MISSING, "NAN", "None", "none", "-", "--", ".", "*", "unknown", "missing", "")
_NUMBER = re.compile(
    r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII
)  # what TensorFlow reads, but inf and nan
_WHOLE = re.compile(r"\s*[+-]?\d+\s*", re.ASCII)
_WITH_ZEROS = re.compile(r"\s*0\d+\s*", re.ASCII)
_LARGEST = 3.4e38  # of a float32
_WITH_SEPARATORS = re.compile(r"\s*[+-]?\d{1,3}(,\d{3})+(\.\d+)?\s*")
_WITH_COMMA = re.compile(r"\s*[+-]?\d{1,3}(\.?\d{3})*,\d+\s*")
_WITH_UNIT = re.compile(r"\s*[+-]?[$€£]?\s?\d[\d,. ]*\s?([%$€£]|[a-zA-Z]{1,3}/?[a-zA-Z]{0,2})?\s*")
_DATE = re.compile(
    r"\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})|\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{2,4}"
    r"|[A-Za-z]{3,9} \d{1,2},? \d{4})([T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?)?\s*"
    r"|\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([AaPp][Mm])?\s*"
)
_MOSTLY = 0.95  # of the values that are there
_ALL_DIFFERENT = 0.9  # distinct values among as many as there are: names, tickets
_FEW_ROWS = 20  # below, that nearly all values differ says nothing
_LONG_WORDS, _LONG_LETTERS = 5, 60  # of a text on the average: prose


@frozen
class Column:
    """A column, and what it was taken for.

    Attributes
    ----------
    name : str
    kind : str
        One of NUMBER, CATEGORY (its values are listed), HASHED (they are too many for that) and LEFT_OUT.
    why : str
        In a few words.
    examples : list of str
        Some values.
    missing : int
        How many are.
    words : list of str
        The values of a category, the most frequent first.
    distinct : int
        How many different values were seen.
    numbers : list of float
        Of a column that could be one of numbers, but for those that are missing.
    """

    name: str
    kind: str
    why: str
    examples: list[str]
    missing: int
    words: list[str]
    distinct: int
    numbers: list[float]

    @property
    def mean(self) -> float:
        """Of the numbers."""
        return math.fsum(self.numbers) / len(self.numbers)

    @property
    def std(self) -> float:
        """The standard deviation of the numbers; 0 if they are all the same."""
        mean = self.mean
        return math.sqrt(math.fsum((number - mean) ** 2 for number in self.numbers) / len(self.numbers))

    @property
    def median(self) -> float:
        """Of the numbers."""
        ordered = sorted(self.numbers)
        return ordered[len(ordered) // 2]


def is_number(value: str) -> bool:
    """Whether a field is a number as TensorFlow reads it, and a finite one."""
    return _NUMBER.fullmatch(value) is not None and abs(float(value)) <= _LARGEST


def is_whole(value: str) -> bool:
    """Whether a number is written without a fraction."""
    return _WHOLE.fullmatch(value) is not None


def columns_of(sample: Sample, missing: str) -> list[Column]:
    """A guess for every column of a table.

    Parameters
    ----------
    sample : Sample
    missing : str
        What stands for a missing value, beside nothing.
    """
    return [column_of(name, sample.column(place), missing) for place, name in enumerate(sample.names)]


def missing_mark(sample: Sample, label: int) -> str:
    """What stands for missing values in the table, beside nothing; ``""`` if nothing does.

    A file has one such mark. It is the one that is most often found among numbers, else in any column; never one that
    the label has, where it is a class.

    Parameters
    ----------
    sample : Sample
    label : int
        The place of the label.
    """
    among_numbers, among_texts = Counter[str](), Counter[str]()
    for place in range(len(sample.names)):
        values = Counter(sample.column(place))
        values.pop("", None)
        marks = {value: count for value, count in values.items() if value.strip() in _AMONG_NUMBERS}
        if (
            marks
            and len(marks) < len(values)
            and all(_NUMBER.fullmatch(value) for value in values.keys() - marks)
        ):
            among_numbers.update(marks)
        among_texts.update(
            {value: count for value, count in marks.items() if value.strip() in _SURELY_MISSING}
        )
    classes = set(sample.column(label))
    found = [
        mark
        for marks in (among_numbers, among_texts)
        for mark, _ in marks.most_common()
        if mark not in classes
    ]
    return found[0] if found else ""


def column_of(name: str, values: Sequence[str], missing: str) -> Column:
    """A guess for one column.

    Parameters
    ----------
    name : str
    values : sequence of str
        Its fields.
    missing : str
        What stands for a missing value, beside nothing.
    """
    gaps = {"", missing}
    counts = Counter(values)
    absent = sum(counts.pop(gap, 0) for gap in gaps)
    seen = _Seen(name, counts, len(values) - absent)
    kind, why = next(found for rule in _RULES if (found := rule(seen)))
    are_numbers = kind in (NUMBER, LEFT_OUT) and all(map(is_number, counts))
    numbers = [float(value) for value in values if value not in gaps] if are_numbers else []
    words = [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    return Column(name, kind, why, words[:3], absent, words if kind == CATEGORY else [], len(counts), numbers)


@frozen
class _Seen:
    """The values of a column, without those that are missing."""

    name: str
    counts: Counter[str]
    total: int

    def share(self, pattern: re.Pattern[str]) -> float:
        """How many of the values are of a form."""
        return sum(count for value, count in self.counts.items() if pattern.fullmatch(value)) / self.total

    @property
    def are_numbers(self) -> bool:
        return all(map(_NUMBER.fullmatch, self.counts))

    @property
    def differ(self) -> bool:
        """Whether nearly every row has a value of its own."""
        return self.total >= _FEW_ROWS and len(self.counts) >= _ALL_DIFFERENT * self.total


Guess = tuple[str, str] | None


def _nameless(seen: _Seen) -> Guess:
    return None if seen.name.strip() else (LEFT_OUT, "has no name")


def _empty(seen: _Seen) -> Guess:
    return None if seen.total else (LEFT_OUT, "no values")


def _constant(seen: _Seen) -> Guess:
    return (LEFT_OUT, "always the same value") if len(seen.counts) == 1 else None


def _numbers(seen: _Seen) -> Guess:
    if not seen.are_numbers:
        return None
    if any(abs(float(value)) > _LARGEST for value in seen.counts):
        return LEFT_OUT, "numbers too large for float32"
    if any(map(_WITH_ZEROS.fullmatch, seen.counts)):
        return None  # codes, which 7 and 07 may both be
    are_whole = all(map(_WHOLE.fullmatch, seen.counts))
    if are_whole and seen.differ and _ID_NAMES.fullmatch(seen.name.strip()):
        return LEFT_OUT, "an id: every row has another"
    if are_whole and seen.total == len(seen.counts) >= _FEW_ROWS and _is_run(seen.counts):
        return LEFT_OUT, "row numbers"
    if are_whole and _CODE_NAMES.fullmatch(seen.name.strip()):
        if len(seen.counts) <= MOST_WORDS:
            return CATEGORY, f"{len(seen.counts)} whole numbers, by its name codes"
        if not seen.differ:
            return HASHED, f"{len(seen.counts)} whole numbers, by its name codes"
    if len(seen.counts) == 2:
        return NUMBER, "two numbers"
    return NUMBER, "whole numbers" if are_whole else "numbers"


def _is_run(values: Counter[str]) -> bool:
    numbers = sorted(map(int, values))
    return numbers[-1] - numbers[0] == len(numbers) - 1


def _nearly_numbers(seen: _Seen) -> Guess:
    """Numbers as people write them and TensorFlow does not read them."""
    for pattern, what in (
        (_WITH_SEPARATORS, "thousands separators: write 1234, not 1,234"),
        (_WITH_COMMA, "decimal commas: write 1.5, not 1,5"),
    ):
        if (
            seen.share(re.compile(f"{pattern.pattern}|{_NUMBER.pattern}")) >= _MOSTLY
            and seen.share(pattern) > 0
        ):
            return LEFT_OUT, what
    if all(map(_NUMBER.fullmatch, seen.counts)):
        return None
    has_unit = seen.share(_WITH_UNIT) >= _MOSTLY and seen.share(_NUMBER) < _MOSTLY
    if has_unit and len(seen.counts) > MOST_WORDS:
        return LEFT_OUT, "units: write the numbers alone"
    if seen.share(_NUMBER) >= _MOSTLY and len(seen.counts) > MOST_WORDS:
        other = next(value for value in seen.counts if not _NUMBER.fullmatch(value))
        return LEFT_OUT, f"numbers, but for {other[:20]!r}"
    return None


def _dates(seen: _Seen) -> Guess:
    is_date = seen.share(_DATE) >= _MOSTLY
    return (LEFT_OUT, "dates: write numbers, such as the month") if is_date else None


def _prose(seen: _Seen) -> Guess:
    words = sum(len(value.split()) * count for value, count in seen.counts.items()) / seen.total
    letters = sum(len(value) * count for value, count in seen.counts.items()) / seen.total
    is_prose = len(seen.counts) > 2 and (words >= _LONG_WORDS or letters >= _LONG_LETTERS)
    return (LEFT_OUT, "free text") if is_prose and (seen.differ or len(seen.counts) > MOST_WORDS) else None


def _names(seen: _Seen) -> Guess:
    return (LEFT_OUT, "names or ids: (nearly) every row has another") if seen.differ else None


def _categories(seen: _Seen) -> Guess:
    count = len(seen.counts)
    if count <= MOST_WORDS and sum(map(len, seen.counts)) <= _MOST_LETTERS:
        are_booleans = {value.strip().lower() for value in seen.counts} <= {
            "true",
            "false",
            "yes",
            "no",
            "t",
            "f",
            "y",
            "n",
        }
        return CATEGORY, "yes or no" if count == 2 and are_booleans else f"{count} different texts"
    return HASHED, f"{count} different texts"


_RULES: tuple[Callable[[_Seen], Guess], ...] = (
    _nameless,
    _empty,
    _constant,
    _numbers,
    _dates,
    _nearly_numbers,
    _prose,
    _names,
    _categories,
)
