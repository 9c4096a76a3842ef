"""Labels of an experiment's data: one column, several side by side, or those of several heads by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.functions.arrays import stack
from estimator.pipeline.dataset import Dataset


def names_of_labels(label: Any) -> list[str]:
    """The columns that an experiment's `label` names."""
    if label is None:
        return []
    if isinstance(label, Mapping):
        return [name for column in label.values() for name in names_of_labels(column)]
    return [label] if isinstance(label, str) else list(label)


def heads_of_labels(label: Any) -> dict[str, str]:
    """The head's name, "" for a head alone, by the column of the labels."""
    if not isinstance(label, Mapping):
        return dict.fromkeys(names_of_labels(label), "")
    return {name: head for head, column in label.items() for name in names_of_labels(column)}


def labelled(dataset: Dataset, label: Any) -> Dataset:
    """Batches of a dict of columns as pairs of features and labels.

    Parameters
    ----------
    dataset : Dataset
    label : str, list of str, or mapping of str to these
        The columns that become labels: several are one of the shape [batch, columns].
    """

    def split(columns: Any) -> Any:
        features = {name: value for name, value in columns.items() if name not in names_of_labels(label)}
        return features, _taken(columns, label)

    return dataset.map(split)


def _taken(columns: Mapping[str, Any], label: Any) -> Any:
    if isinstance(label, str):
        return columns[label]
    if isinstance(label, Mapping):
        return {head: _taken(columns, column) for head, column in label.items()}
    return stack([columns[name] for name in label], axis=1)
