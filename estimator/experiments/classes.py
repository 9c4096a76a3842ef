"""The classes that the labels of an experiment may name: by their ids, or by the names of a vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core.frozen import frozen
from estimator.core.registry import did_you_mean, shortened
from estimator.core.shown import shorten

_HEADS = ("BinaryClassHead", "MultiClassHead")


@frozen
class Classes:
    """The classes of a head.

    Attributes
    ----------
    model : str
        What messages call it.
    n_classes : int
    vocabulary : sequence of str
        Their names; empty if labels are ids.
    """

    model: str
    n_classes: int
    vocabulary: Sequence[str]

    def unknown(self, labels: Any) -> Any | None:
        """The first of the labels, an array or a sequence, that is no class; None if all are."""
        known = {name.encode() for name in self.vocabulary} if self.vocabulary else range(self.n_classes)
        return next((label for label in dict.fromkeys(np.ravel(labels).tolist()) if label not in known), None)

    def refusal(self, column: str, label: Any) -> str:
        """What is said of a label that is no class.

        Parameters
        ----------
        column : str
            The column of the data that it is in.
        label : int or bytes
        """
        if self.vocabulary:
            name = label.decode(errors="replace")
            hint = did_you_mean(name, self.vocabulary) or ""
            there = f" It has: {shortened(self.vocabulary)}."
            return (
                f"the label {column!r} is {shorten(name)}, which label_vocabulary does not have.{hint}{there}"
            )
        advice = "leave out rows whose class is not known"
        if label >= 0:
            advice = f"subtract 1 from ids that begin at 1, or say n_classes: {label + 1}"
        ids = f"the ids of {self.model}'s {self.n_classes} classes are 0 to {self.n_classes - 1}"
        return f"the label {column!r} is {label}, and {ids}: {advice}."


def classes_of(model: str, arguments: Mapping[str, Any]) -> dict[str, Classes]:
    """The classes of each head by its name, "" for a head alone, as far as one label names one class.

    Parameters
    ----------
    model : str
        The name of a ready-made class. Of others nothing is known.
    arguments : mapping of str to object
        The model's, as plain values.
    """
    if "." in model:
        return {}
    if model.endswith("Classifier"):
        return {"": _of(model, arguments)}
    head = arguments.get("head")
    if not isinstance(head, dict):
        return {}
    ((kind, given),) = head.items()
    heads = [next(iter(one.items())) for one in given["heads"]] if kind == "MultiHead" else [(kind, given)]
    return {
        str(each["name"]) if kind == "MultiHead" else "": _of(model, each)
        for name, each in heads
        if name in _HEADS and (kind != "MultiHead" or each.get("name"))
    }


def _of(model: str, given: Mapping[str, Any]) -> Classes:
    vocabulary = given.get("label_vocabulary") or ()
    return Classes(model, int(given.get("n_classes") or 2), tuple(map(str, vocabulary)))
