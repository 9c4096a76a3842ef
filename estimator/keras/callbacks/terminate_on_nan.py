"""Ends a fit whose loss is no number.

Source
------
tf.keras.callbacks.TerminateOnNaN, TF 2.15 keras/src/callbacks.py
"""

from __future__ import annotations

import numpy as np

from estimator.keras.callbacks.callback import Callback, Logs
from estimator.keras.callbacks.screen import show


class TerminateOnNaN(Callback):
    """Stops the fit after the step whose loss is NaN or infinite."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Look at the loss."""
        loss = (logs or {}).get("loss")
        if loss is not None and not np.isfinite(loss):
            show(f"Batch {batch}: Invalid loss, terminating training")
            self.model.stop_training = True
