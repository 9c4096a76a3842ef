"""What may still change in TensorFlow: tf.autograph.experimental."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {"estimator.functions.function": "do_not_convert set_loop_options"},
)
