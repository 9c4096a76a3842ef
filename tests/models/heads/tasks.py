"""A head of each kind, with logits and labels that fit it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.models.heads.binary import BinaryClassHead
from estimator.models.heads.head import Head
from estimator.models.heads.multi_class import MultiClassHead
from estimator.models.heads.multi_label import MultiLabelHead
from estimator.models.heads.regression import (
    LogisticRegressionHead,
    PoissonRegressionHead,
    RegressionHead,
)
from estimator.models.heads.standardized import StandardizedRegressionHead

HEADS: dict[str, Callable[..., Head]] = {
    "binary": BinaryClassHead,
    "three classes": lambda **arguments: MultiClassHead(3, **arguments),
    "multi-label": lambda **arguments: MultiLabelHead(2, **arguments),
    "regression": RegressionHead,
    "counts": PoissonRegressionHead,
    "shares": LogisticRegressionHead,
    "prices": lambda **arguments: StandardizedRegressionHead(300.0, 50.0, **arguments),
}
LABELS: dict[str, Any] = {
    "binary": [1, 0],
    "three classes": [2, 0],
    "multi-label": [[1, 1], [0, 1]],
    "regression": [0.5, -1.0],
    "counts": [0, 3],
    "shares": [0.25, 1.0],
    "prices": [280.0, 360.5],
}


def logits_of(head: Head, value: float = 1.0) -> Tensor:
    """Two rows of equal logits."""
    return get_default_graph().constant(np.full((2, head.logits_dimension), value, np.float32))


def labels_of(kind: str) -> Tensor:
    """Two rows of labels for a head of this kind."""
    return get_default_graph().constant(np.array(LABELS[kind]))
