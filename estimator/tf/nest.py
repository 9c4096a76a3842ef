"""Nested structures: tf.nest."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {"estimator.functions.nest": "assert_same_structure flatten is_nested map_structure pack_sequence_as"},
)
