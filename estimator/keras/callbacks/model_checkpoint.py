"""Saves the model, or its weights, in the course of a fit.

Source
------
tf.keras.callbacks.ModelCheckpoint, TF 2.15 keras/src/callbacks.py
"""

from __future__ import annotations

import os
from typing import Any

from estimator.core import log
from estimator.core.keywords import near_keywords
from estimator.files import tree
from estimator.keras.callbacks.callback import Callback, Logs
from estimator.keras.callbacks.monitored import Monitored
from estimator.keras.callbacks.screen import show
from estimator.training.triggers import Due


@near_keywords
class ModelCheckpoint(Callback):
    """Saves after each epoch, or each so many batches.

    Parameters
    ----------
    filepath : str or path
        May have fields for the number of the epoch and what is in the logs: ``"{epoch:02d}-{val_loss:.2f}.h5"``. The
        ending says the format, as ``model.save`` and ``model.save_weights`` take it.
    monitor : str
        By which the best is known.
    verbose : int
        1: say what is done.
    save_best_only : bool
        Whether to save only what is better than all before.
    save_weights_only : bool
        Whether to save the weights, and not the model.
    mode : str
        ``"min"``, ``"max"``, or ``"auto"``: max for names with acc in them.
    save_freq : "epoch" or int
        An epoch, or so many batches.
    options : object, optional
        Accepted.
    initial_value_threshold : number, optional
        The first is saved if it is better than that.
    **old
        ``period``: how many epochs lie between two; ``load_weights_on_restart`` is refused.

    Raises
    ------
    ValueError
        If `save_freq` is neither.
    TypeError
        If there is no such argument.
    KeyError
        In a fit, if the path has a field that is not in the logs.
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: Any = "epoch",
        options: Any = None,
        initial_value_threshold: float | None = None,
        **old: Any,
    ) -> None:
        super().__init__()
        if save_freq != "epoch" and not isinstance(save_freq, int):
            raise ValueError(
                f'Unrecognized save_freq: {save_freq}. Expected save_freq are "epoch" or integer'
            )
        if unknown := sorted(set(old) - {"period"}):
            raise TypeError(
                f"ModelCheckpoint has no argument {', '.join(unknown)}; instead of load_weights_on_restart call "
                "model.load_weights(path) before fit, or use BackupAndRestore."
            )
        grows = "acc" in monitor or monitor.startswith("fmeasure")
        self._monitored = Monitored(monitor, mode, grows, 0, "ModelCheckpoint")
        if initial_value_threshold is not None:
            self._monitored.best = initial_value_threshold
        self.filepath = os.fspath(filepath)
        self.monitor = monitor
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = save_freq
        self.period = old.get("period", 1)
        self.epochs_since_last_save = 0
        self._epoch = 0
        self._last_batch = -1
        self._unsaved = 0  # batches

    @property
    def best(self) -> float:
        """The best value up to now."""
        return self._monitored.best

    def batch_due(self, mode: str) -> Due | None:
        """When so many batches will have been made."""
        if self.save_freq == "epoch" or mode != "train":
            return Due()
        return Due(runs=max(1, self.save_freq - self._unsaved))

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Remember the number, for the path."""
        self._epoch = epoch
        self._last_batch = -1

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Save, if so many batches have been made."""
        if self.save_freq == "epoch":
            return
        self._unsaved += batch - self._last_batch
        self._last_batch = batch
        if self._unsaved >= self.save_freq:
            self._unsaved = 0
            self._save(self._epoch, batch, logs or {})

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save, if that is to be done after epochs."""
        self.epochs_since_last_save += 1
        if self.save_freq == "epoch" and self.epochs_since_last_save >= self.period:
            self.epochs_since_last_save = 0
            self._save(epoch, None, logs or {})

    def _save(self, epoch: int, batch: int | None, logs: Logs) -> None:
        path = self._path(epoch, batch, logs)
        if os.path.isdir(path) and self.save_weights_only:
            raise OSError(
                "Please specify a non-directory filepath for ModelCheckpoint. Filepath used is an existing directory: "
                f"{path}"
            )
        if not self.save_best_only:
            self._say(f"\nEpoch {epoch + 1}: saving model to {path}")
            self._write(path)
            return
        current = logs.get(self.monitor)
        if current is None:
            log.warning("Can save best model only with %s available, skipping.", self.monitor)
        elif self._monitored.is_better(current, self.best):
            self._say(
                f"\nEpoch {epoch + 1}: {self.monitor} improved from {self.best:.5f} to {current:.5f}, saving model to "
                f"{path}"
            )
            self._monitored.best = current
            self._write(path)
        else:
            self._say(f"\nEpoch {epoch + 1}: {self.monitor} did not improve from {self.best:.5f}")

    def _say(self, text: str) -> None:
        if self.verbose > 0:
            show(text)

    def _path(self, epoch: int, batch: int | None, logs: Logs) -> str:
        fields = {**({} if batch is None else {"batch": batch + 1}), **logs}
        try:
            return self.filepath.format(epoch=epoch + 1, **fields)
        except KeyError as error:
            raise KeyError(
                f'Failed to format this callback filepath: "{self.filepath}". Reason: {error}; the logs have '
                f"{', '.join(logs) or 'nothing'}."
            ) from None

    def _write(self, path: str) -> None:
        folder = os.path.dirname(path)
        if folder:
            tree.makedirs(folder)
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)
