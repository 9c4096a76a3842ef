"""Python that TensorFlow would rewrite as a graph: tf.autograph."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(__name__, {}, modules="estimator.tf.autograph.experimental")
