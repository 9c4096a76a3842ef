"""Cells of recurrent networks, and what runs them: tf.contrib.rnn."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.network.recurrent.attention": "AttentionCellWrapper",
        "estimator.network.recurrent.basic": "BasicRNNCell",
        "estimator.network.recurrent.bidirectional": (
            "stack_bidirectional_dynamic_rnn stack_bidirectional_rnn static_bidirectional_rnn"
        ),
        "estimator.network.recurrent.blocks": "GRUBlockCell GRUBlockCellV2 LSTMBlockCell",
        "estimator.network.recurrent.cell": "LayerRNNCell RNNCell",
        "estimator.network.recurrent.dropout": "DropoutWrapper",
        "estimator.network.recurrent.fused": (
            "FusedRNNCell FusedRNNCellAdaptor LSTMBlockFusedCell TimeReversedFusedRNN"
        ),
        "estimator.network.recurrent.gru": "GRUCell",
        "estimator.network.recurrent.layer_norm_lstm": "LayerNormBasicLSTMCell",
        "estimator.network.recurrent.lstm": "BasicLSTMCell LSTMCell LSTMStateTuple",
        "estimator.network.recurrent.multi": "MultiRNNCell",
        "estimator.network.recurrent.projections": (
            "EmbeddingWrapper HighwayWrapper InputProjectionWrapper OutputProjectionWrapper"
        ),
        "estimator.network.recurrent.static": "static_rnn static_state_saving_rnn",
        "estimator.network.recurrent.wrappers": "DeviceWrapper ResidualWrapper",
    },
)
