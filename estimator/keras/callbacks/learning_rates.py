"""Learning rates that change between epochs: by a function, and where nothing gets better.

Source
------
tf.keras.callbacks.LearningRateScheduler, ReduceLROnPlateau, TF 2.15 keras/src/callbacks.py
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.keywords import near_keywords
from estimator.keras.callbacks.callback import Callback, Logs
from estimator.keras.callbacks.monitored import Monitored
from estimator.keras.callbacks.optimizer_numbers import number_of, set_learning_rate
from estimator.keras.callbacks.screen import show
from estimator.runtime.own_session import value_at_hand


@near_keywords
class LearningRateScheduler(Callback):
    """Sets the learning rate at the beginning of each epoch.

    Parameters
    ----------
    schedule : callable
        ``schedule(epoch, learning_rate)``, or ``schedule(epoch)`` as of old, gives the new one, a float.
    verbose : int
        1: say what it is.

    Raises
    ------
    ValueError
        In a fit, if the schedule gives something else than a float.
    """

    def __init__(self, schedule: Callable[..., Any], verbose: int = 0) -> None:
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Ask the schedule."""
        try:
            rate = self.schedule(epoch, float(number_of(self.model, "learning_rate")))
        except TypeError:  # takes the epoch alone
            rate = self.schedule(epoch)
        number = value_at_hand(rate) if hasattr(rate, "graph") else rate
        if not isinstance(number, float) and getattr(getattr(number, "dtype", None), "kind", "") != "f":
            raise ValueError(f'The output of the "schedule" function should be float. Got: {rate!r}')
        set_learning_rate(self.model, number)
        if self.verbose > 0:
            show(f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to {number}.")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the rate into the logs, as ``lr``."""
        if logs is not None:
            logs["lr"] = number_of(self.model, "learning_rate")


@near_keywords
class ReduceLROnPlateau(Callback):
    """Makes the learning rate smaller when a number has not got better for some epochs.

    Parameters
    ----------
    monitor : str
        The number's name in the logs.
    factor : float
        The new rate in parts of the old one; below 1.
    patience : int
        How many epochs in a row may bring nothing.
    verbose : int
        1: say what is done.
    mode : str
        ``"min"``, ``"max"``, or ``"auto"``: max for names with ``acc`` in them.
    min_delta : number
        How much better is better.
    cooldown : int
        For how many epochs after a change nothing counts.
    min_lr : number
        It gets no smaller.
    **old
        ``epsilon``, an older name of `min_delta`.

    Raises
    ------
    ValueError
        If `factor` is not below 1.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0,
        **old: Any,
    ) -> None:
        super().__init__()
        if factor >= 1.0:
            raise ValueError(f"ReduceLROnPlateau does not support a factor >= 1.0. Got {factor}")
        if "epsilon" in old:
            log.warning("`epsilon` argument is deprecated and will be removed, use `min_delta` instead.")
        min_delta = old.get("epsilon", min_delta)
        self._monitored = Monitored(monitor, mode, "acc" in monitor, min_delta, "Learning rate reduction")
        self.monitor = monitor
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.mode = mode
        self.min_delta = min_delta
        self.cooldown = cooldown
        self.min_lr = min_lr
        self.on_train_begin()

    @property
    def best(self) -> float:
        """The best value up to now."""
        return self._monitored.best

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin anew."""
        self._monitored.forget()
        self.cooldown_counter = 0
        self.wait = 0

    def in_cooldown(self) -> bool:
        """Whether the last change is so near that nothing counts."""
        return self.cooldown_counter > 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compare, and change the rate if there has been nothing for too long; the logs get ``lr``."""
        logs = {} if logs is None else logs
        logs["lr"] = number_of(self.model, "learning_rate")
        current = self._monitored.value(logs, "Learning rate reduction is conditioned on")
        if current is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self._monitored.is_better(current, self.best):
            self._monitored.best = current
            self.wait = 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience:
                self._reduce(epoch)

    def _reduce(self, epoch: int) -> None:
        old = number_of(self.model, "learning_rate")
        if old <= np.float32(self.min_lr):
            return
        new = max(old * self.factor, self.min_lr)
        set_learning_rate(self.model, new)
        if self.verbose > 0:
            show(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {new}.")
        self.cooldown_counter = self.cooldown
        self.wait = 0
