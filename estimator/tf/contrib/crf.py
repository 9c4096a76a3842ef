"""Conditional random fields over sequences of tags: tf.contrib.crf."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.network.crf": (
            "crf_binary_score crf_decode crf_log_likelihood crf_log_norm crf_multitag_sequence_score "
            "crf_sequence_score crf_unary_score viterbi_decode"
        ),
    },
)
