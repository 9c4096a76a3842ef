"""The loss of sequences: tf.contrib.seq2seq."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.network.sequence_loss": "sequence_loss",
    },
)
