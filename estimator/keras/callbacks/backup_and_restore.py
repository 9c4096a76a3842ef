"""Lets a fit that was interrupted go on where it stood.

After each epoch, or each so many batches, the weights, the optimizer, the metrics, the position of the data and the
counters of random operations are written as one checkpoint. The next fit with the same folder begins with them: it is
bit for bit the fit that nobody has interrupted.

Source
------
tf.keras.callbacks.BackupAndRestore, TF 2.15 keras/src/callbacks.py
"""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np

from estimator.checkpoint.checkpoint_manager import CheckpointManager
from estimator.checkpoint.object_based import Checkpoint
from estimator.core import log
from estimator.core.errors import DataLossError
from estimator.core.keywords import near_keywords
from estimator.files import tree
from estimator.keras.callbacks.callback import Callback, Logs
from estimator.keras.outside import graph_of_layer
from estimator.runtime.own_session import session_at_hand
from estimator.training.triggers import Due


@near_keywords
class BackupAndRestore(Callback):
    """Backs a fit up, and goes on with it.

    Parameters
    ----------
    backup_dir : str or path
        A folder for this fit alone.
    save_freq : "epoch" or int
        After each epoch, or each so many batches.
    delete_checkpoint : bool
        Whether the backup goes when the fit has ended.
    save_before_preemption : bool
        Must be False: no machine is told of its end here; Ctrl-C and SIGTERM end a fit after its step.

    Raises
    ------
    ValueError
        If `save_freq` is neither, or `save_before_preemption` is True.
    DataLossError
        In a fit, if the backup is of another model or other data.
    """

    def __init__(
        self,
        backup_dir: str | os.PathLike[str],
        save_freq: Any = "epoch",
        delete_checkpoint: bool = True,
        save_before_preemption: bool = False,
    ) -> None:
        super().__init__()
        if save_before_preemption:
            raise ValueError(
                "save_before_preemption=True: no machine is told here that it will be taken away."
            )
        if save_freq != "epoch" and not (isinstance(save_freq, int) and save_freq > 0):
            raise ValueError(f'save_freq is "epoch" or a number of batches above 0, given: {save_freq!r}.')
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq = save_freq
        self.delete_checkpoint = delete_checkpoint

    def batch_due(self, mode: str) -> Due | None:
        """When so many batches will have been made."""
        if self.save_freq == "epoch" or mode != "train":
            return Due()
        return Due(runs=self.save_freq - self._batches % self.save_freq)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Go on with a backup, if there is one."""
        graph = graph_of_layer(self.model)
        self._session = session_at_hand(graph)
        self._state = np.array(b"", object)
        self._batches = 0
        metrics = {str(place): metric.weights for place, metric in enumerate(self.model.metrics)}
        checkpoint = Checkpoint(
            model=self.model, optimizer=self.model.optimizer, metrics=metrics, state=self._state
        )
        self._manager = CheckpointManager(checkpoint, self.backup_dir, max_to_keep=1)
        if self._manager.latest_checkpoint is not None:
            self._restore(checkpoint, self._manager.latest_checkpoint)

    def _restore(self, checkpoint: Checkpoint, prefix: str) -> None:
        checkpoint.restore(prefix, self._session)
        try:
            state = json.loads(self._state.item())
            fit = self.model.current_fit
            fit.epoch, fit.batch = state["epoch"], state["batch"]
            self._batches = fit.batch
            fit.feed.restore(state["feed"])
            self._session.store.restore_random_state(state["random"])
        except (KeyError, TypeError, ValueError) as error:
            raise DataLossError(
                f"the backup {prefix} is of another fit ({error!r}): give each fit a backup_dir of its own."
            ) from error
        log.info(
            "the fit goes on from its backup %s, at epoch %d, batch %d.", prefix, fit.epoch + 1, fit.batch
        )

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Back up, if so many batches have been made."""
        self._batches = self._before + batch + 1
        if self.save_freq != "epoch" and self._batches % self.save_freq == 0:
            self._save(self.model.current_fit.epoch, batch + 1)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Count on."""
        self._before = self._batches - self.model.current_fit.batch

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Back up: the next epoch comes next."""
        self._save(epoch + 1, 0)

    def _save(self, epoch: int, batch: int) -> None:
        state = {
            "epoch": epoch,
            "batch": batch,
            "feed": self.model.current_fit.feed.state(),
            "random": self._session.store.random_state(),
        }
        self._state[()] = json.dumps(state).encode()
        self._manager.save(session=self._session)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Delete the backup, if it is not to be kept."""
        if self.delete_checkpoint and os.path.isdir(self.backup_dir):
            tree.rmtree(self.backup_dir)
