"""Written by `make stub` from the table in experimental.py; do not edit."""

from estimator.core.unavailable import DynamicLossScale as DynamicLossScale
from estimator.core.unavailable import FixedLossScale as FixedLossScale
from estimator.core.unavailable import MixedPrecisionLossScaleOptimizer as MixedPrecisionLossScaleOptimizer
from estimator.core.unavailable import enable_mixed_precision_graph_rewrite as enable_mixed_precision_graph_rewrite
