"""The numbers of all epochs: what fit returns.

Source
------
tf.keras.callbacks.History, TF 2.15 keras/src/callbacks.py
"""

from __future__ import annotations

from typing import Any

from estimator.keras.callbacks.callback import Callback, Logs


class History(Callback):
    """Keeps what each epoch came to.

    Attributes
    ----------
    history : dict of str to list
        Loss and metrics by name, one value an epoch; those of the validation begin with ``val_``.
    epoch : list of int
        The epochs of the last fit, from 0.
    """

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[Any]] = {}
        self.epoch: list[int] = []

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forget the epochs, but not their numbers: fits that share a History go on with it."""
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Append what the epoch came to."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
        self.model.history = self
