"""tf.compat: version 1 of the interface, which is the one there is, and texts as bytes and as text."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.core.texts": "as_bytes as_str as_str_any as_text",
    },
    modules=("estimator.tf.compat.v1"),
)
