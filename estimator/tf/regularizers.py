"""Losses on the size of weights, for `regularizer` and `kernel_regularizer` arguments: tf.contrib.layers had them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core.facade import fixed_names
from estimator.variables.regularizers import (
    l1_l2_regularizer,
    l1_regularizer,
    l2_regularizer,
    sum_regularizer,
)

__all__ = ["l1_l2_regularizer", "l1_regularizer", "l2_regularizer", "sum_regularizer"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(__name__)
