"""Written by `make stub` from the table in tpu.py; do not edit."""

from estimator.optimizers.unavailable import CrossShardOptimizer as CrossShardOptimizer
