"""Activations, normalization and cross entropies: tf.nn."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.indexing": "in_top_k top_k",
        "estimator.functions.linalg": "l2_loss",
        "estimator.functions.math": "sigmoid tanh",
        "estimator.functions.nn": (
            "bias_add dropout elu leaky_relu log_poisson_loss log_softmax relu relu6 selu "
            "sigmoid_cross_entropy_with_logits silu softmax softmax_cross_entropy_with_logits "
            "softmax_cross_entropy_with_logits_v2 softplus softsign "
            "sparse_softmax_cross_entropy_with_logits swish weighted_cross_entropy_with_logits xw_plus_b "
            "zero_fraction"
        ),
        "estimator.functions.normalization": (
            "batch_norm_with_global_normalization batch_normalization fused_batch_norm l2_normalize moments"
        ),
        "estimator.network.recurrent.bidirectional": "bidirectional_dynamic_rnn static_bidirectional_rnn",
        "estimator.network.recurrent.dynamic": "dynamic_rnn",
        "estimator.network.recurrent.raw": "raw_rnn",
        "estimator.network.recurrent.static": "static_rnn static_state_saving_rnn",
        "estimator.variables.embedding": "embedding_lookup embedding_lookup_sparse safe_embedding_lookup_sparse",
    },
    modules="estimator.tf.nn.rnn_cell",
)
