"""How graphs would be rewritten: tf.config.optimizer."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.settings.devices": "get_experimental_options get_jit set_experimental_options set_jit",
    },
)
