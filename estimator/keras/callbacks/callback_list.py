"""The callbacks of a fit, one after the other.

Source
------
tf.keras.callbacks.CallbackList, TF 2.15 keras/src/callbacks.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from estimator.keras.callbacks.callback import Callback, Logs
from estimator.keras.callbacks.history import History
from estimator.keras.callbacks.progbar_logger import ProgbarLogger
from estimator.training.triggers import Due


class CallbackList:
    """Callbacks that are called one after the other.

    Parameters
    ----------
    callbacks : Callback, list of Callback or CallbackList, optional
    add_history : bool
        Whether to add a History, unless there is one; it comes last.
    add_progbar : bool
        Whether to add a ProgbarLogger, unless there is one.
    model : Model, optional
    **params
        ``verbose``, ``epochs``, ``steps``.

    Raises
    ------
    TypeError
        If one of them is no callback.
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        self.callbacks: list[Any] = _checked(callbacks)
        self._add_default(add_history, add_progbar)
        self.model: Any = None
        self.params: dict[str, Any] = {}
        if model is not None:
            self.set_model(model)
        if params:
            self.set_params(params)

    def _add_default(self, history: bool, progbar: bool) -> None:
        if progbar and not any(isinstance(callback, ProgbarLogger) for callback in self.callbacks):
            self.callbacks.append(ProgbarLogger(count_mode="steps"))
        if history and self.history is None:
            self.callbacks.append(History())

    @property
    def history(self) -> Any:
        """The History among them; None if there is none."""
        return next((callback for callback in self.callbacks if isinstance(callback, History)), None)

    def append(self, callback: Any) -> None:
        """Let another one be called, after the others."""
        self.callbacks.append(callback)

    def set_params(self, params: dict[str, Any]) -> None:
        """Tell all."""
        self.params = params
        for callback in self.callbacks:
            callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Tell all."""
        self.model = model
        if (history := self.history) is not None:
            model.history = history
        for callback in self.callbacks:
            callback.set_model(model)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.callbacks)

    def batch_due(self, mode: str) -> Due | None:
        """Of which batch somebody wants to be told next; None: of each."""
        runs = seconds = float("inf")
        for callback in self.callbacks:
            due = callback.batch_due(mode) if _speaks_for_itself(callback, mode) else None
            if due is None:
                return None
            runs, seconds = min(runs, due.runs), min(seconds, due.seconds)
        return Due(runs=runs, seconds=seconds)

    def saw(self, batches: int) -> None:
        """So many batches there have been, as the end of the data has shown."""
        for callback in self.callbacks:
            if isinstance(callback, ProgbarLogger):
                callback.saw(batches)

    def on_batch(self, mode: str, moment: str, batch: int, logs: Logs | None = None) -> None:
        """A batch of a `mode` has come to its ``"begin"`` or ``"end"``."""
        self._call(f"on_{mode}_batch_{moment}", batch, logs)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Tell all, in their order."""
        self._call("on_epoch_begin", epoch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Tell all; what one writes into `logs`, those after it find there."""
        self._call("on_epoch_end", epoch, logs)

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Tell all."""
        self.on_batch("train", "begin", batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Tell all."""
        self.on_batch("train", "end", batch, logs)

    def on_begin(self, mode: str, logs: Logs | None = None) -> None:
        """A fit (``"train"``), an evaluation or a prediction begins."""
        for callback in self.callbacks:
            getattr(callback, f"on_{mode}_begin")({} if logs is None else logs)

    def on_end(self, mode: str, logs: Logs | None = None) -> None:
        """It has ended."""
        for callback in self.callbacks:
            getattr(callback, f"on_{mode}_end")({} if logs is None else logs)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """A fit begins."""
        self.on_begin("train", logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """A fit has ended."""
        self.on_end("train", logs)

    def _call(self, method: str, number: int, logs: Logs | None) -> None:
        logs = {} if logs is None else logs
        for callback in self.callbacks:
            getattr(callback, method)(number, logs)


def _speaks_for_itself(callback: Any, mode: str) -> bool:
    """Whether ``batch_due`` goes for what the callback does: not where a class below has another method for batches."""
    names = [f"on_{mode}_batch_begin", f"on_{mode}_batch_end"]
    names += ["on_batch_begin", "on_batch_end"] if mode == "train" else []
    if not vars(callback).keys().isdisjoint(names):
        return False
    classes = type(callback).__mro__
    ranks = {name: rank for rank, kind in reversed(list(enumerate(classes))) for name in vars(kind)}
    return "batch_due" in ranks and all(ranks["batch_due"] <= ranks.get(name, len(classes)) for name in names)


def _checked(callbacks: Any) -> list[Any]:
    if callbacks is None:
        return []
    if isinstance(callbacks, Callback):
        return [callbacks]
    if isinstance(callbacks, (str, bytes)) or not isinstance(callbacks, Iterable):
        raise TypeError(f"callbacks must be a list of keras.callbacks.Callback, given: {callbacks!r}.")
    found = list(callbacks)
    for callback in found:
        if isinstance(callback, type) or not hasattr(callback, "set_model"):
            hint = " Pass an instance, not the class." if isinstance(callback, type) else ""
            raise TypeError(
                f"callbacks must be instances of keras.callbacks.Callback, given: {callback!r}.{hint}"
            )
    return found
