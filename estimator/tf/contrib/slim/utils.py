"""Outputs of layers by their names: tf.contrib.slim.utils, which tf.contrib.layers has too."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {"estimator.network.slim.named_outputs": "collect_named_outputs convert_collection_to_dict"},
)
