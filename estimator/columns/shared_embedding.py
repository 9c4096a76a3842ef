"""Shared embedding columns: several features, one table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.columns.column import CategoricalColumn, Weights, categorical_problems, scope_name
from estimator.columns.embedding import TableColumn, default_initializer, table_problems
from estimator.columns.features import IdWeightPair
from estimator.columns.sequence import SequenceCategoricalColumn
from estimator.columns.weighted import WeightedCategoricalColumn
from estimator.core.errors import raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor


@frozen
class SharedEmbeddingColumn(TableColumn):
    """The rows, in a table that several columns share, which ids name; made by :func:`shared_embedding_columns`.

    The first column of a graph that needs the table makes it; the others find it in the collection of its name.
    """

    categorical_column: CategoricalColumn
    dimension: int
    combiner: str
    initializer: Callable[..., Any]
    shared_embedding_collection_name: str
    ckpt_to_load_from: str | None
    tensor_name_in_ckpt: str | None
    max_norm: float | None
    trainable: bool
    use_safe_embedding_lookup: bool

    @property
    def name(self) -> str:
        """The name of the categorical column, marked."""
        return f"{self.categorical_column.name}_shared_embedding"

    @property
    def shares_table(self) -> bool:
        """It does, with those that were made with it."""
        return True

    @property
    def variable_scope_name(self) -> str:
        """The name that the columns share."""
        return self.shared_embedding_collection_name

    def _looked_up(self, ids: IdWeightPair, weights: Weights) -> Tensor:
        with get_default_graph().name_scope(scope_name(self.name)):
            return super()._looked_up(ids, weights)

    def _table(self, weights: Weights) -> Any:
        kept = get_default_graph().get_collection_ref(self.shared_embedding_collection_name)
        if not kept:
            kept.append(self._made(weights))
        self._check(kept, (self.categorical_column.num_buckets, self.dimension))
        return kept[0]

    def _check(self, kept: Sequence[Any], shape: tuple[int, int]) -> None:
        collection = f"collection {self.shared_embedding_collection_name}"
        fix = "Choose a unique name for this collection, and do not add any variables to it: the columns do."
        if len(kept) > 1:
            raise ValueError(f"Collection {kept} can only contain one variable. {fix}")
        if kept[0].dims != shape:
            raise ValueError(
                f"Shared embedding {collection} contains variable {kept[0].name} of unexpected shape "
                f"{kept[0].dims}. Expected shape is {shape}. {fix}"
            )


@near_keywords
def shared_embedding_columns(
    categorical_columns: Sequence[CategoricalColumn],
    dimension: int,
    combiner: str = "mean",
    initializer: Callable[..., Any] | None = None,
    shared_embedding_collection_name: str | None = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
    use_safe_embedding_lookup: bool = True,
) -> list[SharedEmbeddingColumn]:
    """Embedding columns of several features whose ids mean the same, such as two cities: they share one table.

    Parameters
    ----------
    categorical_columns : sequence of categorical columns
        Of one kind and with the same number of buckets.
    shared_embedding_collection_name : str, optional
        The scope of the table, and the collection that holds it: by default the columns' sorted names.
    dimension, combiner, initializer, ckpt_to_load_from, tensor_name_in_ckpt, max_norm, trainable, \
use_safe_embedding_lookup
        As :func:`~estimator.columns.embedding.embedding_column` has them.

    Returns
    -------
    list of columns
        One for each of `categorical_columns`, in their order.

    Raises
    ------
    ValueError
        If an argument is wrong; all problems at once.

    Source
    ------
    tf.feature_column.shared_embedding_columns, TF 1.15; the variable is ``<layer>/<collection>/embedding_weights``
    """
    columns = list(categorical_columns)
    problems = [problem for column in columns for problem in categorical_problems(column)]
    if not columns:
        problems.append("categorical_columns must not be empty.")
    if not problems:
        problems += _differences(sorted(columns, key=lambda column: column.name))
    problems += table_problems(dimension, combiner, initializer, ckpt_to_load_from, tensor_name_in_ckpt)
    raise_problems("shared_embedding_columns", problems)
    name = shared_embedding_collection_name or "_".join(
        [*sorted(column.name for column in columns), "shared_embedding"]
    )
    first = initializer or default_initializer(dimension)
    return [
        SharedEmbeddingColumn(
            column, dimension, combiner, first, name, ckpt_to_load_from, tensor_name_in_ckpt, max_norm, trainable,
            use_safe_embedding_lookup,
        )
        for column in columns
    ]  # fmt: skip


def _differences(columns: Sequence[CategoricalColumn]) -> list[str]:
    """In what the columns differ from the first, though they are to share a table."""
    first = _innermost(columns[0])
    problems = []
    for column in map(_innermost, columns[1:]):
        if type(column) is not type(first):
            problems.append(
                "To use shared_embedding_column, all categorical_columns must have the same type, or be "
                "weighted_categorical_column or sequence column of the same type. Given column: "
                f"{first!r} of type: {type(first).__name__} does not match given column: {column!r} of type: "
                f"{type(column).__name__}."
            )
        elif column.num_buckets != first.num_buckets:
            problems.append(
                "To use shared_embedding_column, all categorical_columns must have the same number of buckets. Given "
                f"column: {first!r} with buckets: {first.num_buckets} does not match column: {column!r} with "
                f"buckets: {column.num_buckets}."
            )
    return problems


def _innermost(column: CategoricalColumn) -> CategoricalColumn:
    while isinstance(column, (WeightedCategoricalColumn, SequenceCategoricalColumn)):
        column = column.categorical_column
    return column
