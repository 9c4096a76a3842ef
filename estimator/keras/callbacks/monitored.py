"""A number of the logs that callbacks go by: which way it gets better, and the best of it up to now."""

from __future__ import annotations

from typing import Any

from estimator.core import log
from estimator.keras.callbacks.callback import Logs

_MODES = ("auto", "min", "max")


class Monitored:
    """A loss or a metric, by its name.

    Parameters
    ----------
    name : str
        Its key in the logs.
    mode : str
        ``"min"``, ``"max"``, or ``"auto"``: then `grows` tells.
    grows : bool
        Whether the name is that of something that is the better the more it is.
    min_delta : number
        How much better is better.
    owner : str
        Whose it is, for messages.

    Attributes
    ----------
    best : number
        Infinite at first, on the bad side.
    is_max : bool
    """

    def __init__(self, name: str, mode: str, grows: bool, min_delta: float, owner: str) -> None:
        if mode not in _MODES:
            log.warning("%s mode %s is unknown, fallback to auto mode.", owner, mode)
        self.name = name
        self.is_max = mode == "max" or (mode != "min" and grows)
        self._min_delta = abs(min_delta)
        self._owner = owner
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.best = float("-inf") if self.is_max else float("inf")

    def is_better(self, value: Any, than: Any) -> bool:
        """Whether a value is better than another one, by more than `min_delta`."""
        margin = self._min_delta if self.is_max else -self._min_delta
        return bool(value - margin > than) if self.is_max else bool(value - margin < than)

    def value(self, logs: Logs | None, what: str) -> Any:
        """The number in the logs; None if it is not there, and a warning says what is."""
        value = (logs or {}).get(self.name)
        if value is None:
            available = ",".join(logs or {})
            log.warning(
                "%s metric `%s` which is not available. Available metrics are: %s", what, self.name, available
            )
        return value
