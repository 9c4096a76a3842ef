"""Decoders and losses of sequences that are lists of tensors: tf.contrib.legacy_seq2seq."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.network.recurrent.seq2seq": "basic_rnn_seq2seq rnn_decoder tied_rnn_seq2seq",
        "estimator.network.step_losses": "sequence_loss sequence_loss_by_example",
    },
)
