"""One line that says how far a training, an evaluation or a prediction is, rewritten in place.

What it says depends on the room there is. 80 columns have all of it, 60 a shorter form of it, and what is narrower
loses the speed, the last checkpoint and the time left, in this order::

    train 12010/20000, loss 0.312345, 4213 steps/s, 0:02 left, saved 12000, 1 s ago
    train 12010/20000 loss 0.3123 4213/s 0:02 left saved 1s
    12010/20000 loss 0.312 0:02 left

It is text alone without a bar, so that a script may read it, too.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from estimator.core.frozen import frozen
from estimator.training.places import Place
from estimator.training.triggers import Clock

_SAMPLES = 40  # of the speed: the last few seconds


@frozen
class Standing:
    """How far it is.

    Attributes
    ----------
    what : str
        ``train``.
    count : int
        Steps, or batches.
    total : int or None
    unit : str
        ``steps``: of what the speed is.
    elapsed : float
        Seconds since the beginning.
    rate : float or None
        A second.
    loss : float or None
    saved : tuple of (int, float) or None
        The step of the last checkpoint, and its age in seconds.
    is_over : bool
        Whether nothing comes after it.
    """

    what: str
    count: int
    total: int | None = None
    unit: str = "steps"
    elapsed: float = 0.0
    rate: float | None = None
    loss: float | None = None
    saved: tuple[int, float] | None = None
    is_over: bool = False

    @property
    def step(self) -> str:
        """``12010/20000``."""
        return f"{self.count}" if self.total is None else f"{self.count}/{self.total}"

    @property
    def time(self) -> str | None:
        """``0:02 left``, or how long it has taken where nobody knows how much is left."""
        if self.is_over:
            return f"{duration(self.elapsed)} in all"
        if self.total is None:
            return duration(self.elapsed)
        return f"{duration((self.total - self.count) / self.rate)} left" if self.rate else None


Parts = Callable[[Standing], "list[str | None]"]

# from wide to narrow: what stands between the parts, and the parts
_FORMS: tuple[tuple[str, Parts], ...] = (
    (", ", lambda now: [_name(now), _loss(now, 6), _speed(now, f" {now.unit}/s"), now.time, _saved(now)]),
    (", ", lambda now: [_name(now), _loss(now, 4), _speed(now, "/s"), now.time, _saved_step(now)]),
    (" ", lambda now: [_name(now), _loss(now, 4), _speed(now, "/s"), now.time, _saved_age(now)]),
    (" ", lambda now: [now.step, _loss(now, 3), _speed(now, "/s"), now.time, _saved_age(now)]),
    (" ", lambda now: [now.step, _loss(now, 3), now.time, _saved_age(now)]),
    (" ", lambda now: [now.step, _loss(now, 3), now.time]),
    (" ", lambda now: [now.step, _loss(now, 3)]),
    (" ", lambda now: [now.step]),
)


def _name(now: Standing) -> str:
    return f"{now.what} {now.step}"


def _loss(now: Standing, digits: int) -> str | None:
    return None if now.loss is None else f"loss {now.loss:.{digits}g}"


def _speed(now: Standing, unit: str) -> str | None:
    if not now.rate:
        return None
    if now.rate >= 100:
        return f"{now.rate:.0f}{unit}"
    return f"{now.rate:.3g}{unit}" if now.rate >= 1 else f"{1 / now.rate:.3g} s each"


def _saved(now: Standing) -> str | None:
    return None if now.saved is None else f"{_saved_step(now)}, {_age(now.saved[1])} ago"


def _saved_step(now: Standing) -> str | None:
    return None if now.saved is None else f"saved {now.saved[0]}"


def _saved_age(now: Standing) -> str | None:
    return None if now.saved is None else f"saved {_age(now.saved[1]).replace(' ', '')}"


def text_of(now: Standing, columns: int, widest: int = 0) -> tuple[str, int]:
    """The line, and which form it has.

    Parameters
    ----------
    now : Standing
    columns : int
        How many characters there is room for.
    widest : int
        The form to begin with: the one of before, so that the line does not jump from one to another.
    """
    for form, (between, parts) in enumerate(_FORMS[widest:], widest):
        text = between.join(part for part in parts(now) if part is not None)
        if len(text) <= columns:
            return text, form
    return now.step[: max(columns, 0)], len(_FORMS) - 1


def duration(seconds: float) -> str:
    """``0:02``, ``1:02:03`` or ``5 d 3 h``.

    Example
    -------
    >>> duration(62.4), duration(3723), duration(5 * 86400 + 3 * 3600)
    ('1:02', '1:02:03', '5 d 3 h')
    """
    whole = round(seconds)
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if days >= 4:
        return f"{days} d {hours % 24} h"
    return f"{hours}:{minutes % 60:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def _age(seconds: float) -> str:
    """In the largest unit of which there are two or more."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


class ProgressLine:
    """The line at its place.

    Parameters
    ----------
    place : Place
    what : str
        What it begins with: ``"train"``.
    start : int
        Where counting begins.
    total : int, optional
        Where it ends, if that is known.
    unit : str
        Of what there are so many a second.
    clock : callable
        Gives seconds.

    Attributes
    ----------
    next_draw : float
        When, by the clock, it is drawn again: not more often than the eye follows.
    """

    def __init__(
        self,
        place: Place,
        what: str,
        start: int = 0,
        total: int | None = None,
        unit: str = "steps",
        *,
        clock: Clock = time.monotonic,
    ) -> None:
        self._place, self._what, self._total, self._unit = place, what, total, unit
        self.clock = clock
        self._start, self._begun = start, clock()
        self._samples: deque[tuple[float, int]] = deque(
            maxlen=_SAMPLES
        )  # without the start: the first step is slow
        self._columns, self._form = 0, 0
        self.next_draw = self._begun
        place.open()
        self.move_to(start)

    def move_to(self, count: int, loss: float | None = None, saved: tuple[int, float] | None = None) -> None:
        """Show the count, the loss, and the step and age of the last checkpoint."""
        now = self.clock()
        if count != self._start:
            self._samples.append((now, count))
        self._draw(self._standing(now, count, self._rate(), loss, saved))
        self.next_draw = now + self._place.interval

    def hide(self) -> None:
        """Empty the line, until it is moved the next time."""
        self._place.make_room()
        self.next_draw = self.clock()

    def close(
        self, count: int | None = None, loss: float | None = None, saved: tuple[int, float] | None = None
    ) -> None:
        """Leave what it has come to where the place keeps that, and free the place.

        Parameters
        ----------
        count : int, optional
            How many there are in the end; without it there is nothing to leave.
        loss, saved
            As in :meth:`move_to`.
        """
        if count is not None and self._place.keeps_last:
            now = self.clock()
            done, seconds = count - self._start, now - self._begun
            rate = done / seconds if done > 0 and seconds > 0 else None
            self._draw(self._standing(now, count, rate, loss, saved, is_over=True))
        self._place.close()

    def _standing(
        self,
        now: float,
        count: int,
        rate: float | None,
        loss: float | None,
        saved: tuple[int, float] | None,
        is_over: bool = False,
    ) -> Standing:
        elapsed = now - self._begun
        return Standing(self._what, count, self._total, self._unit, elapsed, rate, loss, saved, is_over)

    def _rate(self) -> float | None:
        """Over the last few seconds."""
        if len(self._samples) < 2:
            return None
        (first, least), (last, most) = self._samples[0], self._samples[-1]
        return (most - least) / (last - first) if last > first and most > least else None

    def _draw(self, standing: Standing) -> None:
        columns = self._place.columns()
        widest = self._form if columns == self._columns else 0
        text, self._form = text_of(standing, columns, widest)
        self._columns = columns
        self._place.show(text)
