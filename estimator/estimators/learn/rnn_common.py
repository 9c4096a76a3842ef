"""What scripts take from beside tf.contrib.learn's recurrent estimators for models of their own.

Source
------
TF 1.15 contrib/learn estimators/rnn_common.py
"""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import arrays, indexing
from estimator.functions.arguments import tensor_of
from estimator.functions.scoping import name_scope
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


class PredictionType:
    """Whether a model predicts one value for a sequence, or one for each step."""

    SINGLE_VALUE = 1
    MULTIPLE_VALUE = 2


class RNNKeys:
    """The names of features and predictions of recurrent models."""

    FINAL_STATE_KEY = "final_state"
    LABELS_KEY = "__labels__"
    SEQUENCE_LENGTH_KEY = "sequence_length"
    STATE_PREFIX = "rnn_cell_state"


def select_last_activations(activations: TensorLike, sequence_lengths: TensorLike | None) -> Tensor:
    """What stands at the last step of each sequence.

    Parameters
    ----------
    activations : Tensor
    sequence_lengths : Tensor of integers, optional
        By default all steps count.

    Shape
    -----
    activations [batch, time, size], sequence_lengths [batch] -> [batch, size]
    """
    with name_scope(None, "select_last_activations", [activations]):
        steps = tensor_of(activations)
        if sequence_lengths is None:
            return steps[:, -1]
        last = arrays.expand_dims(tensor_of(sequence_lengths) - 1, 1)
        return indexing.gather(steps, last, batch_dims=1)[:, 0]


def mask_activations_and_labels(
    activations: TensorLike, labels: TensorLike, sequence_lengths: TensorLike | None
) -> tuple[Tensor, Tensor]:
    """The steps of all sequences one below the other, without their padding, and the labels likewise.

    Parameters
    ----------
    activations : Tensor
    labels : Tensor
    sequence_lengths : Tensor of integers, optional
        By default all steps count.

    Shape
    -----
    activations [batch, time, size], labels [batch, time], sequence_lengths [batch] -> [steps, size], [steps]
    """
    with name_scope(None, "mask_activations_and_labels", [activations, labels]):
        steps, classes = tensor_of(activations), tensor_of(labels)
        if sequence_lengths is None:
            whole: Any = arrays.shape(classes)[0] * arrays.shape(classes)[1]
            return arrays.reshape(steps, [whole, arrays.shape(steps)[2]]), arrays.reshape(classes, [whole])
        mask = indexing.sequence_mask(sequence_lengths, arrays.shape(classes)[1])
        return indexing.boolean_mask(steps, mask), indexing.boolean_mask(classes, mask)


near_keywords_of_functions(__name__)
