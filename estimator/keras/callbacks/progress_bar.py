"""One line that grows with the steps of an epoch, as Keras draws it.

::

     8/32 [======>.......................] - ETA: 0s - loss: 0.4123
    32/32 [==============================] - 1s 21ms/step - loss: 0.2517

On a terminal the line is written over again and again; elsewhere, in a file or a pipe, it stands once, when it is
complete.

Source
------
tf.keras.utils.Progbar, TF 2.15 keras/src/utils/generic_utils.py
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords
from estimator.keras.callbacks.screen import can_rewrite, show


@near_keywords
class Progbar:
    """The line.

    Parameters
    ----------
    target : int or None
        How many steps there are, if that is known.
    width : int
        Of the bar between the brackets.
    verbose : int
        0: nothing, 1: the line, 2: a line without the bar, at the end only.
    interval : number
        How many seconds lie between two drawings, at least.
    stateful_metrics : iterable of str, optional
        The values that stand as they are; of others the mean of all steps does.
    unit_name : str
        ``step`` or ``sample``.
    clock : callable
        Gives seconds.
    """

    def __init__(
        self,
        target: int | None,
        width: int = 30,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.unit_name = unit_name
        self.stateful_metrics = set(stateful_metrics or ())
        self._clock = clock
        self._start = clock()
        self._after_first: float | None = None
        self._last_update = 0.0
        self._seen = 0
        self._shown_width = 0
        self._values: dict[str, tuple[Any, int]] = {}  # sums, and of how many steps

    @property
    def next_update(self) -> float:
        """When, by the clock, it may be drawn again; infinite where it is not drawn before its end."""
        return self._last_update + self.interval if self.verbose == 1 and can_rewrite() else float("inf")

    def update(
        self, current: int, values: Sequence[tuple[str, Any]] | None = None, finalize: bool | None = None
    ) -> None:
        """Move the line on to a step.

        Parameters
        ----------
        current : int
            How many steps are made.
        values : list of (str, number), optional
            What to show behind it.
        finalize : bool, optional
            Whether it is complete; by default when `current` has reached the target.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        self._take(current, values or ())
        now = self._clock()
        self._after_first = now if current == 1 else self._after_first
        if self.verbose == 1 and (finalize or (now - self._last_update >= self.interval and can_rewrite())):
            self._draw(current, now, finalize)
        elif self.verbose == 2 and finalize:
            show(self._summary(current, now), end="")
        elif self.verbose == 1:
            return
        self._last_update = now

    def add(self, n: int, values: Sequence[tuple[str, Any]] | None = None) -> None:
        """Move the line on by some steps."""
        self.update(self._seen + n, values)

    def _take(self, current: int, values: Sequence[tuple[str, Any]]) -> None:
        steps = max(current - self._seen, 1)
        for name, value in values:
            if name in self.stateful_metrics:
                self._values[name] = (value, 1)
            else:
                total, count = self._values.get(name, (0, 0))
                self._values[name] = (total + value * steps, count + steps)
        self._seen = current

    def _draw(self, current: int, now: float, finalize: bool) -> None:
        per_unit = self._seconds_per_unit(current, now)
        if self.target is None or finalize:
            info = f" - {now - self._start:.0f}s{_per(per_unit, self.unit_name)}"
        else:
            info = f" - ETA: {_duration(per_unit * (self.target - current))}"
        line = self._bar(current) + info + self._shown_values(abs)
        rewrites = can_rewrite()
        start = "\b" * self._shown_width + "\r" if rewrites else ""
        blanks = " " * (self._shown_width - len(line)) if rewrites else ""
        self._shown_width = len(line)
        show(start + line + blanks + ("\n" if finalize else ""), end="")

    def _bar(self, current: int) -> str:
        if self.target is None:
            return f"{current:7d}/Unknown"
        filled = int(self.width * (current / self.target))
        head = "" if filled <= 0 else "=" * (filled - 1) + (">" if current < self.target else "=")
        return f"{self._count(current)} [{head}{'.' * (self.width - filled)}]"

    def _count(self, current: int) -> str:
        return f"{current:{len(str(self.target))}d}/{self.target}"

    def _summary(self, current: int, now: float) -> str:
        line = f"{self._count(current)} - {now - self._start:.0f}s{self._shown_values(lambda value: value)}"
        if current == self.target:
            seconds = now - self._start
            line += f" -{_per(seconds, 'epoch')} -{_per(seconds / current, self.unit_name)}\n"
        return line

    def _shown_values(self, size: Callable[[Any], Any]) -> str:
        shown = []
        for name, (total, count) in self._values.items():
            mean = np.mean(total / max(1, count))
            shown.append(f" - {name}: {mean:.4f}" if size(mean) > 1e-3 else f" - {name}: {mean:.4e}")
        return "".join(shown)

    def _seconds_per_unit(self, current: int, now: float) -> float:
        """The first step is left out, as soon as there are others: it is slower than these."""
        if not current:
            return 0
        if self._after_first is not None and current > 1:
            return (now - self._after_first) / (current - 1)
        return (now - self._start) / current


def _per(seconds: float, unit: str) -> str:
    if seconds >= 1 or seconds == 0:
        return f" {seconds:.0f}s/{unit}"
    if seconds >= 1e-3:
        return f" {seconds * 1e3:.0f}ms/{unit}"
    return f" {seconds * 1e6:.0f}us/{unit}"


def _duration(seconds: float) -> str:
    whole = int(seconds)
    if seconds > 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}" if seconds > 60 else f"{whole}s"
