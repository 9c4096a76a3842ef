"""What a feature column is.

A column says which features of an example it reads, how they are parsed, and what they become:

=========== ============================ ==================================== =======================
a column    gives                        is made by                           is taken by
=========== ============================ ==================================== =======================
dense       [batch, ...] numbers         numeric, bucketized, indicator,      input_layer,
                                         embedding                            linear_model
categorical ids (a SparseTensor) and     identity, hash bucket, vocabulary,   indicator, embedding,
            perhaps their weights        crossed, weighted, bucketized        crossed, linear_model
sequence    [batch, time, ...] numbers   indicators and embeddings of         sequence_input_layer
            and the length of each       sequence_* columns
=========== ============================ ==================================== =======================

Columns are values: equal if their fields are, never changed, good as keys. A new kind is one file with a frozen
dataclass of the fields, which print as TensorFlow's named tuples do, and a function that checks what people write.
"""

from __future__ import annotations

import abc
import dataclasses
import math
import operator
import pkgutil
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, TypeVar

from estimator.columns.config import described, rebuilt
from estimator.columns.features import Features, IdWeightPair
from estimator.core.dtypes import DType, float32
from estimator.core.frozen import frozen
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import TensorShape, show
from estimator.graph import build as b
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Tensor
from estimator.variables.get_variable import get_variable

Self = TypeVar("Self", bound="FeatureColumn")


class TensorSequenceLengthPair(NamedTuple):
    """What a column makes of sequences: [batch, time, ...] numbers, and how long each sequence is."""

    dense_tensor: Tensor
    sequence_length: Tensor


@frozen
class Weights:
    """How a layer makes the variables of its columns.

    Parameters
    ----------
    collections : sequence of str
        Those that they join beside the global and the model variables.
    trainable : bool
        False keeps all of them from being trained, whatever their columns say.
    """

    collections: Sequence[str] = ()
    trainable: bool = True

    @classmethod
    def of(cls, weight_collections: Any, trainable: bool) -> Weights:
        """Those that a layer's arguments of these names ask for."""
        given = [weight_collections] if isinstance(weight_collections, str) else weight_collections or ()
        return cls(tuple(given), trainable)

    def make(self, name: str, shape: Any, initializer: Any, trainable: bool = True) -> Any:
        """The variable of that name in the current scope, which may be in parts."""
        keys = dict.fromkeys([*self.collections, GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES])
        return get_variable(
            name, shape, float32, initializer, trainable=trainable and self.trainable, collections=list(keys)
        )


class Normalizer(abc.ABC):
    """A normalizer_fn that is known by its class and a few numbers: it reads nothing else and makes no variables."""

    __slots__ = ()

    @abc.abstractmethod
    def __call__(self, x: Tensor) -> Tensor:
        """What is used of a feature."""

    @abc.abstractmethod
    def get_config(self) -> dict[str, Any]:
        """What it was made of, as plain values by name."""

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Normalizer:
        """What :meth:`get_config` described."""
        return cls(**config)


class FeatureColumn(abc.ABC):
    """One way to read features."""

    __slots__ = ()

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Its name: the order of columns in a layer, and of its variables."""

    @property
    @abc.abstractmethod
    def parents(self) -> list[FeatureColumn | str]:
        """What it is made of: columns, and names of features."""

    @property
    @abc.abstractmethod
    def parse_example_spec(self) -> dict[str, Any]:
        """Feature name to how it is parsed from a tf.Example."""

    @property
    def shares_table(self) -> bool:
        """Whether it looks up its rows in a table that other columns of the model have as well."""
        return False

    @property
    def is_pure(self) -> bool:
        """Whether its features alone decide what it makes of them, so that all layers of a graph may share it."""
        return all(parent.is_pure for parent in self.parents if isinstance(parent, FeatureColumn))

    @property
    def variable_scope_name(self) -> str:
        """The scope of its variables below the layer's."""
        return self.name

    def get_config(self) -> dict[str, Any]:
        """Its fields as plain values."""
        return {name: described(value) for name, value in self._asdict().items()}

    @classmethod
    def from_config(
        cls: type[Self],
        config: Mapping[str, Any],
        custom_objects: Mapping[str, Any] | None = None,
        columns_by_name: Any = None,
    ) -> Self:
        """The column of such a config.

        Parameters
        ----------
        config : mapping
            What :meth:`get_config` gave.
        custom_objects : mapping, optional
            Name to function or class: the normalizer_fn and initializers of one's own.
        columns_by_name : optional
            Accepted for old scripts; columns are values, so that equal ones need not be the same object.

        Raises
        ------
        ValueError
            If fields are missing or unknown, or a function is not known.
        """
        names = tuple(field.name for field in dataclasses.fields(cls))  # type: ignore[arg-type]
        if set(names) != set(config):
            raise ValueError(f"Invalid config: {dict(config)}, expected keys: {', '.join(names)}.")
        known: dict[str, Any] = {**column_kinds(), **_normalizers(), **(custom_objects or {})}
        return cls(**{name: rebuilt(name, value, known) for name, value in config.items()})

    @property
    def _is_v2_column(self) -> bool:
        return True  # what scripts ask that handle TensorFlow's older columns otherwise

    @property
    def _fields(self) -> tuple[str, ...]:
        return tuple(field.name for field in dataclasses.fields(self))  # type: ignore[arg-type]

    def _asdict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self._fields}

    def _replace(self: Self, **changes: Any) -> Self:
        return dataclasses.replace(self, **changes)  # type: ignore[type-var]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._asdict().values())

    def __lt__(self, other: object) -> bool:
        return str(self) < str(other)

    def __gt__(self, other: object) -> bool:
        return str(self) > str(other)


def _normalizers() -> dict[str, type[Normalizer]]:
    return {kind.__name__: kind for kind in Normalizer.__subclasses__()}


def scope_name(name: str) -> str:
    """A column's name with what names inside of a scope do not allow replaced."""
    return re.sub(r"[^A-Za-z0-9_.\\/>-]", "_", name)


def column_kinds() -> dict[str, type[FeatureColumn]]:
    """All kinds of columns, by the names of their classes; whatever module they are in, and those of the user's."""
    package = __name__.rpartition(".")[0]
    for module in pkgutil.iter_modules(import_module(package).__path__):
        import_module(f"{package}.{module.name}")
    kinds: list[type[FeatureColumn]] = FeatureColumn.__subclasses__()
    for kind in kinds:  # which grows meanwhile
        kinds += kind.__subclasses__()
    return {kind.__name__: kind for kind in kinds}


class KeyedColumn(FeatureColumn):
    """A column that reads one feature and bears its name."""

    __slots__ = ()

    key: str

    @property
    def name(self) -> str:
        """The name of the feature, which is the column's own name."""
        return self.key

    @property
    def parents(self) -> list[FeatureColumn | str]:
        """The name of the feature."""
        return [self.key]


class DenseColumn(FeatureColumn):
    """A column that gives numbers of a fixed size for each example."""

    __slots__ = ()

    @property
    @abc.abstractmethod
    def variable_shape(self) -> TensorShape:
        """The shape of what it gives for an example."""

    @property
    def size(self) -> int:
        """How many numbers it gives for an example."""
        return math.prod(map(int, self.variable_shape.dims or ()))

    @abc.abstractmethod
    def get_dense_tensor(self, features: Features, weights: Weights) -> Tensor:
        """The numbers; what variables it has are made in the current scope.

        Shape
        -----
        -> [batch, ...], with `size` numbers for each example
        """


class CategoricalColumn(FeatureColumn):
    """A column that gives each example ids in [0, num_buckets), any number of them; negative ones count as none."""

    __slots__ = ()

    @property
    @abc.abstractmethod
    def num_buckets(self) -> int:
        """How many ids there are."""

    @abc.abstractmethod
    def get_sparse_tensors(self, features: Features) -> IdWeightPair:
        """The ids, made anew; :meth:`Features.ids` gives those that are there already."""


class WrappingColumn(FeatureColumn):
    """A column that makes something else of what a categorical one gives."""

    __slots__ = ()

    categorical_column: CategoricalColumn

    @property
    def parents(self) -> list[FeatureColumn | str]:
        """The categorical column."""
        return [self.categorical_column]

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """As the categorical column has it."""
        return self.categorical_column.parse_example_spec


class SequenceDenseColumn(FeatureColumn):
    """A column that gives numbers of a fixed size for each step of a sequence."""

    __slots__ = ()

    @abc.abstractmethod
    def get_sequence_dense_tensor(self, features: Features, weights: Weights) -> TensorSequenceLengthPair:
        """The numbers of each step, and the length of each sequence.

        Shape
        -----
        -> [batch, time, ...], [batch]
        """


def flat(column: DenseColumn, numbers: Tensor) -> Tensor:
    """The numbers of a dense column as [batch, size].

    Raises
    ------
    ValueError
        If an example has another number of them, as the ids of sequences give; InvalidArgumentError if only the run
        tells so.
    """
    dims, size = numbers.dims, column.size
    if dims is not None and len(dims) == 2 and dims[1] == size:
        return numbers
    found = None if dims is None or None in dims[1:] else math.prod(map(int, dims[1:]))  # type: ignore[arg-type]
    if found not in (None, size):
        raise ValueError(
            f"the column {column.name!r} gives {show(dims)}, and {size} numbers for each example are wanted. Ids of "
            "three dimensions are those of sequences: use sequence_categorical_column_with_* and sequence_input_layer."
        )
    # -1 for the batch would tear examples apart whose width is not known
    shape = b.Pack([b.Shape(numbers)[0], size]) if found is None else [-1, size]
    result: Tensor = b.Reshape(numbers, shape)
    result.set_shape((None if dims is None else dims[0], size))
    return result


def checked_columns(feature_columns: Any, *kinds: type[Any]) -> list[Any]:
    """The columns as a list sorted by name.

    Parameters
    ----------
    feature_columns : column or iterable of columns
    *kinds : class
        Each column must be of one of these.

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
    problems = [_no_column(column) for column in columns if not isinstance(column, FeatureColumn)]
    if not problems:
        problems = [_wrong_kind(column, kinds) for column in columns if not isinstance(column, kinds)]
        problems += _duplicates(columns)
    if problems:
        raise ValueError(" ".join(problems))
    return sorted(columns, key=lambda column: column.name)


def _no_column(value: Any) -> str:
    return (
        f"Items of feature_columns must be feature columns. Given (type {type(value).__name__}): {value!r}. "
        "For a number write numeric_column('name')."
    )


def _wrong_kind(column: FeatureColumn, kinds: Sequence[type[Any]]) -> str:
    wanted = " or ".join(f"a {kind.__name__}" for kind in kinds)
    advice = ""
    if isinstance(column, CategoricalColumn):
        advice = " You can wrap a categorical column with an embedding_column or indicator_column."
    elif SequenceDenseColumn in kinds:
        advice = " A number of each step is a sequence_numeric_column."
    elif isinstance(column, SequenceDenseColumn):
        advice = " A column of sequences is read by sequence_input_layer."
    return f"Items of feature_columns must be {wanted} here. Given: {column!r}.{advice}"


def _duplicates(columns: Sequence[FeatureColumn]) -> Iterator[str]:
    seen: dict[str, FeatureColumn] = {}
    for column in columns:
        if column.name in seen:
            yield (
                f"Duplicate feature column name found for columns: {seen[column.name]} and {column}. This usually "
                "means that these columns refer to same base feature. Either one must be discarded or a duplicated "
                "but renamed item must be inserted in features dict."
            )
        seen[column.name] = column


def check_key(key: Any) -> None:
    """Refuse a feature's name that is no text.

    Raises
    ------
    ValueError
        If it is something else.
    """
    if not isinstance(key, str):
        raise ValueError(f"key must be a string. Got: type {type(key).__name__}. Given key: {key}.")


def is_count(value: Any, least: int = 1) -> bool:
    """Whether it is a whole number of at least `least`."""
    return hasattr(value, "__index__") and not isinstance(value, bool) and operator.index(value) >= least


def type_problems(what: str, dtype: DType) -> list[str]:
    """What is wrong with the type of categories: it is neither string nor an integer type."""
    if dtype.name == "string" or dtype.is_integer:
        return []
    return [f"{what} dtype must be string or integer. dtype: {dtype.name}."]


def categorical_problems(column: Any) -> list[str]:
    """What is wrong with a column whose ids are wanted: it has none."""
    if isinstance(column, CategoricalColumn):
        return []
    advice = " Numbers have ids in a bucketized_column." if isinstance(column, FeatureColumn) else ""
    return [f"categorical_column must be a categorical column. Given: {column!r}.{advice}"]
