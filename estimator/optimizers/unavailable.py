"""Optimizers that put together what several devices or machines have found, of which there is one here.

They are optimizers to whoever asks, so that packages that list all of tf.train's can be imported.
"""

from __future__ import annotations

from estimator.core.unavailable import unavailable
from estimator.optimizers.optimizer import Optimizer

CrossShardOptimizer = unavailable(
    "tf.contrib.tpu.CrossShardOptimizer", "there are no TPUs here; use the optimizer itself", parent=Optimizer
)
