"""What a model needs of its data: features as its columns say, labels as its head does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from estimator.columns.numeric import NumericColumn
from estimator.columns.parse_spec import make_parse_example_spec
from estimator.core.dtypes import DType, float32, int64, string
from estimator.core.frozen import frozen
from estimator.estimators.recipe import READY_MADE
from estimator.experiments.classes import Classes, classes_of
from estimator.functions.parsing import FixedLenFeature

_REGRESSION_HEADS = (
    "RegressionHead",
    "PoissonRegressionHead",
    "LogisticRegressionHead",
    "StandardizedRegressionHead",
)


@frozen
class Needs:
    """Features and labels of a model.

    Attributes
    ----------
    model : str
        What messages call it.
    features : mapping of str to FixedLenFeature or VarLenFeature
        Those of its columns and of its weights, by name.
    is_complete : bool
        Whether these are all; of a model without columns all that the data has are features.
    labels : mapping of str to DType
        The type of the labels of each head by its name, "" for a head alone; empty if the type is the data's.
    classes : mapping of str to Classes
        What labels may name, by the same names.
    """

    model: str
    features: Mapping[str, Any]
    is_complete: bool
    labels: Mapping[str, DType]
    classes: Mapping[str, Classes]

    @property
    def label_is_needed(self) -> bool:
        """Whether a training cannot do without; of heads and models of the user's own nobody knows."""
        return self.model in READY_MADE and self.model.endswith(("Classifier", "Regressor"))

    def label_type(self, head: str = "") -> DType | None:
        """The type of a head's labels; None for that of the data."""
        return self.labels.get(head, self.labels.get(""))

    def classes_by_column(self, label: Any) -> dict[str, Classes]:
        """What the columns may name that an experiment's `label` names, where one column is one label."""
        columns = label if isinstance(label, Mapping) else {"": label}
        named = {column: head for head, column in columns.items() if isinstance(column, str)}
        return {column: self.classes[head] for column, head in named.items() if head in self.classes}


def needs_of(model: str, columns: Sequence[Any], weights: Sequence[Any], written: Any) -> Needs:
    """What a model needs.

    Parameters
    ----------
    model : str
        The name of a ready-made class, or what else it is called.
    columns : sequence of columns
        All that it has.
    weights : sequence of str or numeric column
        The columns of weights.
    written : object
        The model's arguments as plain values.

    Raises
    ------
    ValueError
        If two columns want one feature in different ways.
    """
    numeric = [weight for weight in weights if isinstance(weight, NumericColumn)]
    spec = spec_of([*columns, *numeric])
    spec |= {weight: FixedLenFeature((1,), float32) for weight in weights if isinstance(weight, str)}
    arguments = written if isinstance(written, dict) else {}
    return Needs(model, spec, bool(columns), _label_types(model, arguments), classes_of(model, arguments))


def spec_of(columns: Sequence[Any]) -> dict[str, Any]:
    """How the features of columns are parsed; one that two want as values of one type, dense and not, is dense.

    Raises
    ------
    ValueError
        If two columns want a feature as values of two types, or of two shapes.
    """
    spec: dict[str, Any] = {}
    for column in columns:
        for key, how in make_parse_example_spec([column]).items():
            before = spec.get(key, how)
            if before == how or (before.dtype is how.dtype and type(before) is not type(how)):
                spec[key] = how if isinstance(how, FixedLenFeature) else before
            else:
                raise ValueError(
                    f"two columns want the feature {key!r} in different ways: {before} and {how}. Give them one dtype, "
                    "or two features."
                )
    return spec


def _label_types(model: str, arguments: Mapping[str, Any]) -> dict[str, DType]:
    if model.endswith("Regressor"):
        return {"": float32}
    if model.endswith("Classifier"):
        return {"": _of_classes(arguments)}
    head = arguments.get("head")
    if not isinstance(head, dict):
        return {}
    ((kind, given),) = head.items()
    if kind != "MultiHead":
        return {"": _of_head(kind, given)}
    heads = [next(iter(one.items())) for one in given["heads"]]
    return {str(each.get("name")): _of_head(name, each) for name, each in heads}


def _of_head(kind: str, given: Mapping[str, Any]) -> DType:
    return float32 if kind in _REGRESSION_HEADS else _of_classes(given)


def _of_classes(given: Mapping[str, Any]) -> DType:
    return string if given.get("label_vocabulary") else int64
