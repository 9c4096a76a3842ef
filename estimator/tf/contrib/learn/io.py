"""Input functions over data in memory, shuffled unless told otherwise: tf.contrib.learn.io."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__, {"estimator.pipeline.learn_io": "numpy_input_fn pandas_input_fn"}
)
