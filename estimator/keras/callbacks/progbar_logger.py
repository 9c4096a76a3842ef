"""Shows how far a fit, an evaluation or a prediction is.

Source
------
tf.keras.callbacks.ProgbarLogger, TF 2.15 keras/src/callbacks.py
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from estimator.core.keywords import near_keywords
from estimator.keras.callbacks.callback import Callback, Logs
from estimator.keras.callbacks.progress_bar import Progbar
from estimator.keras.callbacks.screen import show
from estimator.training.triggers import Due


@near_keywords
class ProgbarLogger(Callback):
    """Draws the progress bar; a fit with `verbose` has one by itself.

    Parameters
    ----------
    count_mode : str
        ``steps`` or ``samples``; steps are counted in both.
    stateful_metrics : iterable of str, optional
        The values that stand as they are, beside those of the model's metrics.

    Raises
    ------
    ValueError
        If there is no such mode.
    """

    def __init__(self, count_mode: str = "samples", stateful_metrics: Iterable[str] | None = None) -> None:
        super().__init__()
        if count_mode not in ("samples", "steps"):
            raise ValueError(f"Unknown `count_mode`: {count_mode}. Expected values are ['samples', 'steps'].")
        self.stateful_metrics = set(stateful_metrics or ())
        self.target: int | None = None
        self.verbose = 1
        self.epochs = 1
        self._in_fit = False
        self._bar: Progbar | None = None
        self._seen = 0

    def set_params(self, params: dict[str, Any]) -> None:
        """How much to show, and of how many steps and epochs."""
        super().set_params(params)
        self.verbose = params["verbose"]
        self.epochs = params["epochs"]
        self.target = params.get("steps")

    def batch_due(self, mode: str) -> Due:
        """When the bar may be drawn again, by the clock."""
        if self._bar is None or (mode == "test" and self._in_fit):
            return Due()
        return Due(seconds=time.monotonic() + self._bar.next_update - time.time())

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """From here on evaluations are validations, and show nothing."""
        self._in_fit = True

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Begin a bar, unless it is a validation."""
        if not self._in_fit:
            self._begin()

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Begin a bar."""
        self._begin()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Begin a bar, below the number of the epoch."""
        self._begin()
        if self.verbose and self.epochs > 1:
            show(f"Epoch {epoch + 1}/{self.epochs}")

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Move on."""
        self._move_to(batch + 1, logs)

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Move on, unless it is a validation."""
        if not self._in_fit:
            self._move_to(batch + 1, logs)

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Move on; predictions are not shown."""
        self._move_to(batch + 1, None)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Complete the bar, with the numbers of the epoch and of its validation."""
        self._complete(logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Complete the bar, unless it is a validation's."""
        if not self._in_fit:
            self._complete(logs)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Complete the bar."""
        self._complete(None)

    def saw(self, batches: int) -> None:
        """So many batches there have been: where nobody knew before, that is the target from now on."""
        self._seen = batches

    def _begin(self) -> None:
        self._seen = 0
        self._bar = Progbar(self.target, verbose=self.verbose, stateful_metrics=self._stateful())

    def _stateful(self) -> set[str]:
        metrics = [] if self.model is None else self.model.metrics
        return self.stateful_metrics.union(metric.name for metric in metrics)

    def _move_to(self, batches: int, logs: Logs | None) -> None:
        self._seen = batches
        if self.verbose == 1 and self._bar is not None:
            self._bar.stateful_metrics |= self._stateful()  # the first step has made some
            self._bar.update(batches, list((logs or {}).items()), finalize=False)

    def _complete(self, logs: Logs | None) -> None:
        if self._bar is None:
            return
        if self.target is None:
            self.target = self._bar.target = self._seen
        self._bar.stateful_metrics |= self._stateful()
        self._bar.update(self.target or 0, list((logs or {}).items()), finalize=True)
