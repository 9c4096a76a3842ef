"""Ending a fit that gets no better. The epochs are those at which TensorFlow 2.15 stops on the same losses."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from estimator.keras.callbacks.early_stopping import EarlyStopping


class Model:
    """What the callback asks of a model."""

    stop_training = False
    metrics = ()

    def __init__(self) -> None:
        self.weights: Any = None

    def get_weights(self) -> Any:
        return self.weights

    def set_weights(self, weights: Any) -> None:
        self.weights = weights


def stopped_at(callback: EarlyStopping, losses: list[float], name: str = "val_loss") -> tuple[int, Any]:
    """After which epoch it stops the model, and the weights then, which are the number of the epoch."""
    model = Model()
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        model.weights = epoch
        callback.on_epoch_end(epoch, {name: loss})
        if model.stop_training:
            break
    callback.on_train_end()
    return epoch, model.weights


@pytest.mark.parametrize(
    ("arguments", "losses", "epoch"),
    [
        ({}, [1.0, 0.5, 0.6, 0.1], 2),
        ({"patience": 2}, [1.0, 0.5, 0.6, 0.7, 0.1], 3),
        ({"min_delta": 0.2, "patience": 1}, [1.0, 0.9, 0.1], 1),
        ({"mode": "max"}, [1.0, 2.0, 2.0], 2),
        ({"monitor": "val_auc"}, [0.5, 0.6, 0.55], 2),
        ({"baseline": 0.4, "patience": 2}, [0.9, 0.5, 0.55, 0.56, 0.1], 2),
        ({"start_from_epoch": 3}, [1.0, 2.0, 3.0, 4.0, 5.0], 4),
        ({"patience": 5}, [1.0, 1.0, 1.0], 2),
    ],
)
def test_stops_where_keras_stops(arguments: dict[str, Any], losses: list[float], epoch: int) -> None:
    name = arguments.get("monitor", "val_loss")
    assert stopped_at(EarlyStopping(**arguments), losses, name)[0] == epoch


def test_the_best_weights_come_back_and_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    callback = EarlyStopping(patience=2, restore_best_weights=True, verbose=1)
    assert stopped_at(callback, [1.0, 0.5, 0.7, 0.6]) == (3, 1)
    assert capsys.readouterr().out == (
        "Restoring model weights from the end of the best epoch: 2.\nEpoch 4: early stopping\n"
    )


def test_one_callback_serves_two_fits() -> None:
    callback = EarlyStopping()
    assert stopped_at(callback, [1.0, 2.0])[0] == 1
    assert stopped_at(callback, [5.0, 4.0, 4.5])[0] == 2


def test_a_number_that_is_not_there_is_said_with_those_that_are(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert stopped_at(EarlyStopping(), [1.0, 2.0], name="loss")[0] == 1
    assert "Early stopping conditioned on metric `val_loss`" in caplog.text
    assert "Available metrics are: loss" in caplog.text
