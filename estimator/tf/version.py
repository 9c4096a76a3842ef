"""Which TensorFlow this is like: tf.version."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {"estimator.core.interface": "COMPILER_VERSION GIT_VERSION VERSION"},
)
