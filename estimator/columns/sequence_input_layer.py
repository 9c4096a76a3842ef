"""The first layer of a model of sequences: columns side by side, step by step."""

from __future__ import annotations

from typing import Any

from estimator.columns.column import SequenceDenseColumn, Weights, checked_columns
from estimator.columns.features import Features
from estimator.columns.input_layer import check_batch_sizes, column_scope
from estimator.core.keywords import near_keywords
from estimator.functions.arrays import concat
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.variables.scopes import variable_scope


@near_keywords
def sequence_input_layer(
    features: Any, feature_columns: Any, weight_collections: Any = None, trainable: bool = True
) -> tuple[Tensor, Tensor]:
    """The features of sequence columns, joined, and the length of each sequence.

    Parameters
    ----------
    features : dict
        Feature name to SparseTensor, or to a tensor [batch, time] in which '' and -1 stand for nothing.
    feature_columns : sequence of FeatureColumn
        ``sequence_numeric_column``, and embeddings and indicators of ``sequence_categorical_column_with_*``; they are
        joined in the order of their *names*.
    weight_collections : sequence of str, optional
        Collections that the variables join beside the global and the model variables.
    trainable : bool
        Whether the variables are trained.

    Shape
    -----
    -> [batch, time, sum of the columns' sizes], [batch]

    Raises
    ------
    ValueError
        If `features` is not a dict, a feature is missing, or a column is not one of sequences or listed twice.
    InvalidArgumentError
        When it runs, if the sequences of the columns differ in length.

    Source
    ------
    tf.contrib.feature_column.sequence_input_layer, TF 1.15
    """
    columns: list[Any] = checked_columns(feature_columns, SequenceDenseColumn)
    batch = Features(features)
    batch.check(columns)
    weights = Weights.of(weight_collections, trainable)
    with variable_scope(None, default_name="sequence_input_layer"):
        outputs, lengths = [], []
        for column in columns:
            with column_scope(column):
                steps, length = column.get_sequence_dense_tensor(batch, weights)
                outputs.append(_flat(column, steps))
                lengths.append(length)
        check_batch_sizes(columns, outputs)
        return concat(outputs, -1), _equal(lengths, [column.name for column in columns])


def _flat(column: Any, steps: Tensor) -> Tensor:
    """The numbers of each step as one axis."""
    shape = b.Shape(steps)
    size = column.variable_shape.num_elements()
    result: Tensor = b.Reshape(steps, b.Pack([shape[0], shape[1], size]))
    return result


def _equal(lengths: list[Tensor], names: list[str]) -> Tensor:
    """The lengths, which must be the same in all columns."""
    first = lengths[0]
    checks = []
    for name, length in zip(names[1:], lengths[1:], strict=True):
        message = (
            f"the sequences of column {names[0]!r} and of column {name!r} differ in length; lengths given:"
        )
        is_equal = b.All(b.Equal(first, length), [0])
        checks.append(b.Assert(is_equal, [message, first, length], summarize=8, name="assert_equal"))
    with first.graph.control_dependencies(checks):
        result: Tensor = b.Identity(first, name="sequence_length")
    return result
