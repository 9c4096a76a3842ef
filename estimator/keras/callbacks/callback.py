"""What watches a fit, an evaluation or a prediction.

A callback is told of beginnings and ends: of all, of each epoch, of each batch. Few want to know of batches. So a batch
is told to nobody unless a callback overrides one of the methods for batches, or asks for some by
:meth:`Callback.batch_due`; in between the steps run one after the other, as those of an Estimator do.

Source
------
tf.keras.callbacks.Callback, TF 2.15 keras/src/callbacks.py
"""

from __future__ import annotations

from typing import Any

from estimator.training.triggers import Due

Logs = dict[str, Any]


class Callback:
    """The interface; every method does nothing unless it is overridden.

    Attributes
    ----------
    model : Model or None
        What is trained.
    params : dict
        ``verbose``, ``epochs`` and ``steps``.
    """

    def __init__(self) -> None:
        self.model: Any = None
        self.params: dict[str, Any] = {}

    def set_params(self, params: dict[str, Any]) -> None:
        """Called before anything else: how often and how long."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Called before anything else: what is trained."""
        self.model = model

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """An older name of :meth:`on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """An older name of :meth:`on_train_batch_end`."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch of a fit begins; the first is 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch has ended, and been validated: `logs` has its loss and metrics, by name, ``val_loss`` too."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A step of a fit begins; the first of an epoch is 0."""
        self.on_batch_begin(batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A step has been made: `logs` has loss and metrics of the epoch up to here."""
        self.on_batch_end(batch, logs=logs)

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A batch of an evaluation begins, of a validation too."""

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A batch has been evaluated."""

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A batch of a prediction begins."""

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A batch has been predicted: `logs` has its ``outputs``."""

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """A fit begins."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """A fit has ended: `logs` is that of the last epoch."""

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """An evaluation begins."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """An evaluation has ended."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """A prediction begins."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """A prediction has ended."""

    def batch_due(self, mode: str) -> Due | None:
        """Of which batch it wants to be told next, asked before one; None: of each. Keras has no such method.

        A class that overrides a method for batches and not this one is told of each.

        Parameters
        ----------
        mode : str
            ``"train"``, ``"test"`` or ``"predict"``.
        """
        return Due()
