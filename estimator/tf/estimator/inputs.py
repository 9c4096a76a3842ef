"""Input functions of arrays and tables: tf.estimator.inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core.facade import fixed_names
from estimator.pipeline.inputs import numpy_input_fn, pandas_input_fn

__all__ = ["numpy_input_fn", "pandas_input_fn"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(__name__)
