"""Ends a fit that gets no better.

Source
------
tf.keras.callbacks.EarlyStopping, TF 2.15 keras/src/callbacks.py
"""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords
from estimator.keras.callbacks.callback import Callback, Logs
from estimator.keras.callbacks.monitored import Monitored
from estimator.keras.callbacks.screen import show


@near_keywords
class EarlyStopping(Callback):
    """Stops a fit when a number has not got better for some epochs.

    Parameters
    ----------
    monitor : str
        The number's name in the logs.
    min_delta : number
        How much better is better.
    patience : int
        How many epochs in a row may bring nothing.
    verbose : int
        1: say what is done.
    mode : str
        ``"min"``, ``"max"``, or ``"auto"``: max for names that end in acc, accuracy or auc.
    baseline : number, optional
        The patience is used up by epochs that are no better than that, too.
    restore_best_weights : bool
        Whether the weights of the best epoch come back when the fit is stopped.
    start_from_epoch : int
        The epochs before it do not count.

    Example
    -------
    >>> EarlyStopping(monitor="val_accuracy", patience=3).is_max
    True
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__()
        grows = monitor.endswith(("acc", "accuracy", "auc"))
        self._monitored = Monitored(monitor, mode, grows, min_delta, "EarlyStopping")
        self.monitor = monitor
        self.min_delta = min_delta
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self.on_train_begin()

    @property
    def best(self) -> float:
        """The best value up to now."""
        return self._monitored.best

    @property
    def is_max(self) -> bool:
        """Whether more is better."""
        return self._monitored.is_max

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin anew: one callback may serve several fits."""
        self._monitored.forget()
        self.wait = 0
        self.stopped_epoch = 0
        self.best_epoch = 0
        self.best_weights: Any = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compare, and stop if there has been nothing for too long."""
        current = self._monitored.value(logs, "Early stopping conditioned on")
        if current is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:  # if none is ever better than infinite
            self.best_weights = self.model.get_weights()
        self.wait += 1
        if self._monitored.is_better(current, self.best):
            self._keep(epoch, current)
        elif self.wait >= self.patience and epoch > 0:
            self._stop(epoch)

    def _keep(self, epoch: int, current: Any) -> None:
        self._monitored.best = current
        self.best_epoch = epoch
        if self.restore_best_weights:
            self.best_weights = self.model.get_weights()
        if self.baseline is None or self._monitored.is_better(current, self.baseline):
            self.wait = 0

    def _stop(self, epoch: int) -> None:
        self.stopped_epoch = epoch
        self.model.stop_training = True
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                show(f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.")
            self.model.set_weights(self.best_weights)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Say where it has stopped."""
        if self.stopped_epoch > 0 and self.verbose > 0:
            show(f"Epoch {self.stopped_epoch + 1}: early stopping")
