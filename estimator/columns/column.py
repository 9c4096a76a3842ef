"""What a feature column is, and where the kinds of columns are found.

A column says which features it reads and how they are parsed. A *dense* column turns its feature into a [batch, size]
tensor, which is what :func:`~estimator.columns.input_layer.input_layer` joins. A new kind is one file with a subclass.
"""

from __future__ import annotations

import abc
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from estimator.core.dtypes import DType
from estimator.core.registry import did_you_mean
from estimator.core.tracebacks import cause_of
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor


class FixedLenFeature(NamedTuple):
    """How a feature of fixed shape is parsed from a tf.Example.

    Source
    ------
    tf.FixedLenFeature, TF 1.15
    """

    shape: Sequence[int]
    dtype: DType
    default_value: Any = None


class FeatureColumn(abc.ABC):
    """One way to read features."""

    __slots__ = ()

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Its name: the order of columns in a layer, and of its variables."""

    @property
    @abc.abstractmethod
    def parse_example_spec(self) -> dict[str, Any]:
        """Feature name to how it is parsed from a tf.Example."""


class DenseColumn(FeatureColumn):
    """A column that gives numbers of a fixed size for each example."""

    __slots__ = ()

    @property
    @abc.abstractmethod
    def size(self) -> int:
        """How many numbers it gives for an example."""

    @abc.abstractmethod
    def dense_tensor(self, features: Features) -> Tensor:
        """The numbers.

        Shape
        -----
        -> [batch, size]
        """


class Features:
    """The features of a batch as columns see them: tensors, found by name.

    Parameters
    ----------
    features : mapping
        Name to tensor or array.

    Raises
    ------
    ValueError
        If it is not a mapping.
    """

    def __init__(self, features: Any) -> None:
        if not isinstance(features, Mapping):
            raise ValueError(
                "features must be a dictionary of feature name to tensor, because feature columns find their input by "
                f"name; given: {type(features).__name__}. Return ({{'name': values, ...}}, labels) from input_fn."
            )
        self._features = features
        self._tensors: dict[str, Tensor] = {}

    def get(self, key: str) -> Tensor:
        """The feature of that name.

        Raises
        ------
        ValueError
            If there is none (the message lists those there are), or it is a scalar.
        """
        self.check([key])
        if key not in self._tensors:
            self._tensors[key] = self._tensor(key)
        return self._tensors[key]

    def check(self, keys: Iterable[str]) -> None:
        """Raise one error for all of these that are missing.

        Raises
        ------
        ValueError
            If one is.
        """
        missing = [key for key in keys if key not in self._features]
        if not missing:
            return
        names = [name for name in self._features if isinstance(name, str)]
        problems = [
            f"Feature {key} is not in features dictionary.{did_you_mean(key, names)}" for key in missing
        ]
        known = ", ".join(repr(name) for name in sorted(self._features, key=str)) or "none"
        raise ValueError(f"{' '.join(problems)} Features there are: {known}.")

    def _tensor(self, key: str) -> Tensor:
        try:
            tensor = get_default_graph().convert(self._features[key])
        except TypeError as error:
            raise TypeError(f"feature {key!r} cannot be made a tensor: {error}") from cause_of(error)
        if tensor.dims == ():
            raise ValueError(
                f"Feature (key: {key}) cannot have rank 0. Given: {tensor}. "
                "The first dimension of a feature is the batch."
            )
        return tensor


def checked_columns(feature_columns: Any, kind: type[Any] = FeatureColumn) -> list[Any]:
    """The columns as a list sorted by name.

    Raises
    ------
    ValueError
        If there are none, something else is among them, or two have the same name.
    """
    if isinstance(feature_columns, FeatureColumn):
        feature_columns = [feature_columns]
    if isinstance(feature_columns, (Mapping, str)) or not hasattr(feature_columns, "__iter__"):
        raise ValueError(f"Expected feature_columns to be iterable, found {type(feature_columns).__name__}.")
    columns = list(feature_columns)
    if not columns:
        raise ValueError("feature_columns must not be empty.")
    for column in columns:
        if not isinstance(column, FeatureColumn):
            raise ValueError(
                f"Items of feature_columns must be feature columns. Given (type {type(column).__name__}): {column!r}. "
                "For a number write numeric_column('name')."
            )
        if not isinstance(column, kind):
            raise ValueError(
                f"Items of feature_columns must be a {kind.__name__} here. Given: {column!r}. You can wrap a "
                "categorical column with an embedding_column or indicator_column."
            )
    _check_names(columns)
    return sorted(columns, key=lambda column: column.name)


def _check_names(columns: Sequence[FeatureColumn]) -> None:
    seen: dict[str, FeatureColumn] = {}
    for column in columns:
        if column.name in seen:
            raise ValueError(
                f"Duplicate feature column name found for columns: {seen[column.name]} and {column}. This usually "
                "means that these columns refer to same base feature. Either one must be discarded or a duplicated "
                "but renamed item must be inserted in features dict."
            )
        seen[column.name] = column


def make_parse_example_spec(feature_columns: Any) -> dict[str, Any]:
    """How the features of these columns are parsed from tf.Examples.

    Raises
    ------
    ValueError
        If two columns want the same feature parsed in different ways.

    Source
    ------
    tf.feature_column.make_parse_example_spec, TF 1.15
    """
    spec: dict[str, Any] = {}
    for column in [feature_columns] if isinstance(feature_columns, FeatureColumn) else feature_columns:
        if not isinstance(column, FeatureColumn):
            raise ValueError(f"All feature_columns must be feature columns. Given: {column!r}.")
        for key, how in column.parse_example_spec.items():
            if key in spec and spec[key] != how:
                raise ValueError(
                    f"feature_columns contain different parse_spec for key {key}. Given {how} and {spec[key]}."
                )
            spec[key] = how
    return spec
