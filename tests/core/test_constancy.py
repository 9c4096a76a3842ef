"""Values that never change, and those of which nobody knows."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from estimator.columns.numeric import numeric_column
from estimator.columns.vocabulary_list import categorical_column_with_vocabulary_list
from estimator.core.constancy import never_changes
from estimator.core.dtypes import float32
from estimator.core.shapes import TensorShape
from estimator.estimators.dnn import Network
from estimator.functions import nn
from estimator.graph.graph import Graph
from estimator.models.heads.canned import classifier_head
from estimator.models.heads.multi_class import MultiClassHead
from estimator.network.weighted_loss import Reduction
from estimator.variables.initializers import Constant, RandomNormal
from estimator.variables.partitioners import fixed_size_partitioner
from estimator.variables.regularizers import sum_regularizer


def of_a_user(x: Any) -> Any:
    return x


class Head(MultiClassHead):
    """A head of a user's."""


AGE = numeric_column("age")

CONSTANT = [
    None, 3, 2.5, "text", b"bytes", True, np.float32(1), float32, TensorShape([None, 2]), (1, ("a", None)),
    frozenset({"a"}), nn.relu, partial(nn.leaky_relu, alpha=0.1), AGE, RandomNormal(stddev=0.1),
    fixed_size_partitioner(2), categorical_column_with_vocabulary_list("word", ["a", "b"]),
    Network([4], [AGE]), classifier_head(2, AGE, ["no", "yes"], Reduction.SUM),
    classifier_head(3, None, ["a", "b", "c"], Reduction.SUM), MultiClassHead(3),
]  # fmt: skip

UNKNOWN = [
    [1], {"a": 1}, {1}, np.zeros(2), of_a_user, lambda x: x, len, np.log, partial(nn.relu, name=[]),
    numeric_column("age", normalizer_fn=of_a_user), Constant([1.0, 2.0]), Network([4], [AGE], of_a_user),
    Network([4], [AGE], input_layer_partitioner=of_a_user), MultiClassHead(3, loss_fn=lambda labels, logits: logits),
    Head(3), Graph(), object(), (1, [2]),
]  # fmt: skip


def _kind(value: Any) -> str:
    """What a test is called by: an address would be another one in each process."""
    return type(value).__name__


@pytest.mark.parametrize("value", CONSTANT, ids=_kind)
def test_what_this_package_makes_of_plain_values_never_changes(value: Any) -> None:
    assert never_changes(value)


@pytest.mark.parametrize("value", UNKNOWN, ids=_kind)
def test_of_what_can_be_changed_or_is_a_user_s_nothing_is_known(value: Any) -> None:
    assert not never_changes(value)


def test_of_a_function_that_another_has_made_all_counts_that_it_holds() -> None:
    assert never_changes(fixed_size_partitioner(2))
    assert not never_changes(sum_regularizer([of_a_user]))
