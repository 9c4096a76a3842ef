"""Cells of recurrent networks, and wrappers around them: tf.nn.rnn_cell."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.network.recurrent.basic": "BasicRNNCell",
        "estimator.network.recurrent.cell": "RNNCell",
        "estimator.network.recurrent.dropout": "DropoutWrapper",
        "estimator.network.recurrent.gru": "GRUCell",
        "estimator.network.recurrent.lstm": "BasicLSTMCell LSTMCell LSTMStateTuple",
        "estimator.network.recurrent.multi": "MultiRNNCell",
        "estimator.network.recurrent.wrappers": "DeviceWrapper ResidualWrapper",
    },
)
