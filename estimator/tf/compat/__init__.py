"""tf.compat: version 1 of the interface, which is the one there is."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {},
    modules=("estimator.tf.compat.v1"),
)
