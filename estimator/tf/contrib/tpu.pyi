"""Written by `make stub` from the table in tpu.py; do not edit."""

from estimator.core.unavailable import InputPipelineConfig as InputPipelineConfig
from estimator.core.unavailable import TPURunConfig as RunConfig
from estimator.core.unavailable import TPUConfig as TPUConfig
from estimator.core.unavailable import TPUEstimator as TPUEstimator
from estimator.core.unavailable import TPUEstimatorSpec as TPUEstimatorSpec
from estimator.optimizers.unavailable import CrossShardOptimizer as CrossShardOptimizer
