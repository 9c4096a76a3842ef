"""Curves of precision and recall, for TensorBoard's page of them.

Source
------
tensorboard/plugins/pr_curve (summary.py, metadata.py), TensorBoard 2.15
"""

from __future__ import annotations

from typing import Any

from estimator.formats import messages
from estimator.graph import build as b
from estimator.graph.keys import EVALUATION_SUMMARIES
from estimator.graph.tensor import Tensor
from estimator.summaries.ops import tensor_summary

_PLUGIN = "pr_curves"


def pr_curve(name: str, tp: Tensor, fn: Tensor, fp: Tensor) -> Tensor:
    """A summary of what there is at rising thresholds, which evaluate writes when it has read all batches.

    Parameters
    ----------
    name : str
        The tag, below the current name scope.
    tp, fn, fp : Tensor
        True positives, false negatives and false positives at thresholds that are even from 0 to 1. At the first one
        everything counts as positive, which tells the true negatives at the others.

    Shape
    -----
    tp, fn, fp [n_thresholds] -> []
    """
    precision, recall = b.DivNoNan(tp, tp + fp), b.DivNoNan(tp, tp + fn)
    rows = b.Pack([tp, fp, fp[:1] - fp, fn, precision, recall], axis=0)
    content: Any = messages.PrCurvePluginData(num_thresholds=(tp.dims or (0,))[0])
    metadata = messages.SummaryMetadata()
    metadata.plugin_data.plugin_name = _PLUGIN
    metadata.plugin_data.content = messages.to_bytes(content)
    return tensor_summary(name, rows, collections=[EVALUATION_SUMMARIES], summary_metadata=metadata)
