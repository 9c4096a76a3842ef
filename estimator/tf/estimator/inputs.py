"""Input functions of arrays and tables: tf.estimator.inputs."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.pipeline.inputs": "numpy_input_fn pandas_input_fn",
    },
)
