"""The embedding column: ids as rows of a table that is trained."""

from __future__ import annotations

import abc
import math
from collections.abc import Callable
from typing import Any

from estimator.checkpoint.init_from_checkpoint import init_from_checkpoint
from estimator.columns.column import (
    CategoricalColumn,
    DenseColumn,
    SequenceDenseColumn,
    TensorSequenceLengthPair,
    Weights,
    WrappingColumn,
    categorical_problems,
    is_count,
    scope_name,
)
from estimator.columns.features import Features, IdWeightPair
from estimator.columns.sequence import ids_of_examples, ids_of_sequences, sequence_length
from estimator.core.errors import raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.core.shapes import TensorShape
from estimator.graph.tensor import Tensor
from estimator.variables.embedding import COMBINERS, embedding_lookup_sparse, safe_embedding_lookup_sparse
from estimator.variables.initializers import TruncatedNormal


class TableColumn(WrappingColumn, DenseColumn, SequenceDenseColumn):
    """A column of rows of a table, which the ids of a categorical column name."""

    __slots__ = ()

    dimension: int
    combiner: str
    initializer: Callable[..., Any]
    ckpt_to_load_from: str | None
    tensor_name_in_ckpt: str | None
    max_norm: float | None
    trainable: bool
    use_safe_embedding_lookup: bool

    @property
    def variable_shape(self) -> TensorShape:
        """One row of the table."""
        return TensorShape([self.dimension])

    def get_dense_tensor(self, features: Features, weights: Weights) -> Tensor:
        """The combined rows of each example; 0 for one without ids.

        Raises
        ------
        ValueError
            If the categorical column is one of sequences.
        """
        return self._looked_up(ids_of_examples(self, features), weights)

    def get_sequence_dense_tensor(self, features: Features, weights: Weights) -> TensorSequenceLengthPair:
        """The combined rows of each step.

        Raises
        ------
        ValueError
            If the categorical column is not one of sequences.
        """
        ids = ids_of_sequences(self, features)
        return TensorSequenceLengthPair(self._looked_up(ids, weights), sequence_length(ids.id_tensor))

    @abc.abstractmethod
    def _table(self, weights: Weights) -> Any:
        """The table, made in the current scope if there is none yet."""

    def _made(self, weights: Weights) -> Any:
        """A new table."""
        shape = [self.categorical_column.num_buckets, self.dimension]
        table = weights.make("embedding_weights", shape, self.initializer, self.trainable)
        if self.ckpt_to_load_from is not None:
            init_from_checkpoint(self.ckpt_to_load_from, {str(self.tensor_name_in_ckpt): table})
        return table

    def _looked_up(self, ids: IdWeightPair, weights: Weights) -> Tensor:
        is_matrix = ids.id_tensor.dense_shape.dims == (2,)  # of which alone the plain lookup keeps the shape
        is_safe = self.use_safe_embedding_lookup or not is_matrix
        lookup = safe_embedding_lookup_sparse if is_safe else embedding_lookup_sparse
        result: Tensor = lookup(
            self._table(weights), ids.id_tensor, ids.weight_tensor,
            combiner=self.combiner, partition_strategy="div", max_norm=self.max_norm,
            name=scope_name(f"{self.name}_weights"),
        )  # fmt: skip
        return result


@frozen
class EmbeddingColumn(TableColumn):
    """The rows of a table of its own that ids name, combined; made by :func:`embedding_column`."""

    categorical_column: CategoricalColumn
    dimension: int
    combiner: str
    initializer: Callable[..., Any]
    ckpt_to_load_from: str | None
    tensor_name_in_ckpt: str | None
    max_norm: float | None
    trainable: bool
    use_safe_embedding_lookup: bool

    @property
    def name(self) -> str:
        """The name of the categorical column, marked."""
        return f"{self.categorical_column.name}_embedding"

    def _table(self, weights: Weights) -> Any:
        return self._made(weights)


@near_keywords
def embedding_column(
    categorical_column: CategoricalColumn,
    dimension: int,
    combiner: str = "mean",
    initializer: Callable[..., Any] | None = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
    use_safe_embedding_lookup: bool = True,
) -> EmbeddingColumn:
    """A dense column of the rows, in a table that is trained, which the ids of a categorical column name.

    Parameters
    ----------
    categorical_column : categorical column
    dimension : int
        The length of a row.
    combiner : str
        How the rows of an example's ids become one: 'mean', 'sum', or 'sqrtn', the sum divided by the square root of
        their number (with weights: of the sum of their squares).
    initializer : callable, optional
        What the table starts with: by default a truncated normal distribution of deviation 1 / sqrt(dimension).
    ckpt_to_load_from, tensor_name_in_ckpt : str, optional
        The checkpoint, and the variable in it, that the table starts with.
    max_norm : float, optional
        Longer rows are scaled to this length before they are combined.
    trainable : bool
        Whether the table is trained.
    use_safe_embedding_lookup : bool
        False leaves out the care for examples without ids and for negative ones.

    Raises
    ------
    ValueError
        If an argument is wrong; all problems at once.

    Source
    ------
    tf.feature_column.embedding_column, TF 1.15; its variable is ``<layer>/<name>/embedding_weights``
    """
    problems = categorical_problems(categorical_column)
    problems += table_problems(dimension, combiner, initializer, ckpt_to_load_from, tensor_name_in_ckpt)
    raise_problems("embedding_column", problems)
    return EmbeddingColumn(
        categorical_column, dimension, combiner, initializer or default_initializer(dimension),
        ckpt_to_load_from, tensor_name_in_ckpt, max_norm, trainable, use_safe_embedding_lookup,
    )  # fmt: skip


def default_initializer(dimension: int) -> TruncatedNormal:
    """What a table starts with: a row is about as long as 1, whatever its dimension."""
    return TruncatedNormal(mean=0.0, stddev=1 / math.sqrt(dimension))


def table_problems(
    dimension: Any, combiner: Any, initializer: Any, ckpt_to_load_from: Any, tensor_name_in_ckpt: Any
) -> list[str]:
    """What is wrong with the arguments that say what a table is."""
    problems = []
    if not is_count(dimension):
        problems.append(f"Invalid dimension {dimension!r}. A whole number above 0 is wanted.")
    if combiner not in COMBINERS:
        problems.append(f"combiner must be one of {', '.join(map(repr, COMBINERS))}. Given: {combiner!r}.")
    if (ckpt_to_load_from is None) != (tensor_name_in_ckpt is None):
        problems.append(
            "Must specify both `ckpt_to_load_from` and `tensor_name_in_ckpt` or none of them. Given: "
            f"{ckpt_to_load_from!r} and {tensor_name_in_ckpt!r}."
        )
    if initializer is not None and not callable(initializer):
        problems.append(f"initializer must be callable if specified. Given: {initializer!r}.")
    return problems
