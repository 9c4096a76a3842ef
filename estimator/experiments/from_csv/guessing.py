"""What a model of a CSV file's rows could be: the label, and what is to be made of every other column."""

from __future__ import annotations

import os

from estimator.core.errors import UsageError
from estimator.core.frozen import frozen
from estimator.core.registry import shortened
from estimator.experiments.from_csv.kinds import LEFT_OUT, Column, columns_of, missing_mark
from estimator.experiments.from_csv.labels import CLASSES, Label, label_of, label_place
from estimator.experiments.from_csv.sample import Sample, read_sample


@frozen
class Guess:
    """A file, and what it was taken for.

    Attributes
    ----------
    sample : Sample
    missing : str
        What stands for missing values, beside nothing.
    label : Label
    columns : list of Column
        All but the label's.
    test : Sample or None
        Of the file for evaluations, if there is one.
    """

    sample: Sample
    missing: str
    label: Label
    columns: list[Column]
    test: Sample | None

    @property
    def features(self) -> list[Column]:
        """The columns that a model is made of."""
        return [column for column in self.columns if column.kind != LEFT_OUT]


def guess(
    path: str | os.PathLike[str],
    *,
    label: str | None = None,
    test: str | os.PathLike[str] | None = None,
    task: str | None = None,
    delimiter: str | None = None,
    has_header: bool | None = None,
) -> Guess:
    """Look at a CSV file, and guess.

    Parameters
    ----------
    path : str or path
    label : str, optional
        The name of the column that is to be predicted; by default one that is called so, else the last.
    test : str or path, optional
        A file with the same columns, for evaluations.
    task : str, optional
        ``"classes"`` or ``"numbers"``; by default what the label looks like.
    delimiter : str, optional
    has_header : bool, optional
        As of :func:`~estimator.experiments.from_csv.sample.read_sample`.

    Raises
    ------
    OpError
        If a file cannot be read.
    UsageError
        If it is no such file, or there is nothing to learn or to learn from; the message says where and what to do.
    """
    sample = read_sample(path, delimiter, has_header)
    place, chosen = label_place(sample, label)
    missing = missing_mark(sample, place)
    others = None if test is None else _test_sample(test, sample)
    found = label_of(sample, place, chosen, missing, task, [] if others is None else others.column(place))
    columns = columns_of(sample, missing)
    del columns[place]
    guessed = Guess(sample, missing, found, columns, others)
    if not guessed.features:
        reasons = "; ".join(f"{column.name!r}: {column.why}" for column in columns[:20])
        raise UsageError(sample.path, [f"there is no column that a model could learn from ({reasons})."])
    return guessed


def _test_sample(path: str | os.PathLike[str], sample: Sample) -> Sample:
    """The file for evaluations, which has the columns of the other in the same order."""
    test = read_sample(path, sample.delimiter, sample.has_header)
    if test.names == sample.names:
        return test
    lacks = [name for name in sample.names if name not in test.names]
    more = [name for name in test.names if name not in sample.names]
    what = [f"it lacks {shortened(map(repr, lacks))}"] if lacks else []
    what += [f"it has {shortened(map(repr, more))} in addition"] if more else []
    told = " and ".join(what) or "they stand in another order"
    raise UsageError(test.path, [f"its columns are not those of {sample.path}: {told}."])


def classes_told(label: Label) -> str:
    """The classes with how often they were seen, for people: ``no (549 rows), yes (342)``."""
    if label.task != CLASSES:
        return ""
    first = [f"{name.strip() or repr(name)} ({count})" for name, count in zip(label.classes, label.counts)]
    return ", ".join(first[:6]) + (f", and {len(first) - 6} more" if len(first) > 6 else "")
