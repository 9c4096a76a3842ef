"""How the features of columns are stored in tf.Examples: what tf.parse_example is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from estimator.columns.column import FeatureColumn
from estimator.columns.numeric import NumericColumn, numeric_column
from estimator.core.dtypes import as_dtype, float32, int64
from estimator.core.keywords import near_keywords
from estimator.functions.parsing import FixedLenFeature


@near_keywords
def make_parse_example_spec(feature_columns: Any) -> dict[str, Any]:
    """How the features of these columns are parsed from tf.Examples.

    Parameters
    ----------
    feature_columns : iterable of columns

    Returns
    -------
    dict
        Feature name to FixedLenFeature or VarLenFeature.

    Raises
    ------
    ValueError
        If two columns want the same feature parsed in different ways, or something is no column.

    Source
    ------
    tf.feature_column.make_parse_example_spec, TF 1.15
    """
    columns = [feature_columns] if isinstance(feature_columns, FeatureColumn) else feature_columns
    if not isinstance(columns, Iterable):
        raise ValueError(f"feature_columns must be columns in a list. Given: {feature_columns!r}.")
    spec: dict[str, Any] = {}
    problems = []
    for column in columns:
        if not isinstance(column, FeatureColumn):
            problems.append(f"All feature_columns must be feature columns. Given: {column!r}.")
            continue
        for key, how in column.parse_example_spec.items():
            if spec.setdefault(key, how) != how:
                problems.append(
                    f"feature_columns contain different parse_spec for key {key}. Given {how} and {spec[key]}."
                )
    if problems:
        raise ValueError(" ".join(problems))
    return spec


@near_keywords
def classifier_parse_example_spec(
    feature_columns: Any,
    label_key: str,
    label_dtype: Any = int64,
    label_default: Any = None,
    weight_column: Any = None,
) -> dict[str, Any]:
    """How the features and the label of a classifier are parsed from tf.Examples.

    Parameters
    ----------
    feature_columns : iterable of columns
        Those of the classifier.
    label_key : str
        The feature that holds the class.
    label_dtype : DType
        int64 for class ids, string where the classifier has a label_vocabulary.
    label_default : int or str, optional
        The class of an example without one.
    weight_column : str or numeric column, optional
        The feature with the weights of the examples.

    Raises
    ------
    ValueError
        If the label or the weights are features of a column too.

    Source
    ------
    tf.estimator.classifier_parse_example_spec, TF 1.15
    """
    label = FixedLenFeature((1,), as_dtype(label_dtype), label_default)
    return _with_label(make_parse_example_spec(feature_columns), label_key, label, weight_column)


@near_keywords
def regressor_parse_example_spec(
    feature_columns: Any,
    label_key: str,
    label_dtype: Any = float32,
    label_default: Any = None,
    label_dimension: int = 1,
    weight_column: Any = None,
) -> dict[str, Any]:
    """How the features and the label of a regressor are parsed from tf.Examples.

    Parameters
    ----------
    feature_columns : iterable of columns
        Those of the regressor.
    label_key : str
        The feature that holds the numbers to predict.
    label_dtype : DType
    label_default : number, optional
        The label of an example without one.
    label_dimension : int
        How many numbers a label has.
    weight_column : str or numeric column, optional
        The feature with the weights of the examples.

    Raises
    ------
    ValueError
        If the label or the weights are features of a column too.

    Source
    ------
    tf.estimator.regressor_parse_example_spec, TF 1.15
    """
    label = FixedLenFeature((label_dimension,), as_dtype(label_dtype), label_default)
    return _with_label(make_parse_example_spec(feature_columns), label_key, label, weight_column)


def _with_label(
    spec: dict[str, Any], label_key: str, label: FixedLenFeature, weight_column: Any
) -> dict[str, Any]:
    problems = []
    if label_key is None:
        problems.append("label_key is missing: the name of the feature that holds the label.")
    if label_key in spec:
        problems.append(
            f"label should not be used as feature. label_key: {label_key}, features: {', '.join(spec)}."
        )
    weights = numeric_column(weight_column) if isinstance(weight_column, str) else weight_column
    if weights is not None and not isinstance(weights, NumericColumn):
        problems.append(
            "weight_column should be a feature's name or a numeric_column. "
            f"Given type: {type(weights).__name__} value: {weights!r}."
        )
    elif weights is not None and weights.key in {*spec, label_key}:
        problems.append(
            f"weight_column should not be used as feature. weight_column: {weights.key}, features: {', '.join(spec)}."
        )
    if problems:
        raise ValueError(" ".join(problems))
    return spec | {label_key: label} | ({} if weights is None else weights.parse_example_spec)
