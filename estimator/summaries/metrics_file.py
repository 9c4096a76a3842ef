"""``metrics.jsonl`` in the model_dir: losses and evaluations for programs that read no events files.

A line is a JSON object, and there are three kinds::

    {"step": 101, "time": 1795999050.12, "loss": 1.567217, "steps_per_sec": 7078.8}
    {"step": 300, "time": 1795999051.02, "name": "eval", "metrics": {"accuracy": 0.97, "loss": 0.31}}
    {"resumed_from": 200, "time": 1795999052.77}

``time`` is in seconds since 1970, ``name`` that of the folder of the evaluation's events file. The last kind stands
where a further call of train begins: what stands above it for later steps was lost, and comes again below.

JSON has no number for NaN and infinity: such a value is ``null``. A line is written whole, in one call of the system,
so that a trainer and an evaluator may write the same file, and a crash leaves lines that are complete. What a full disk
has cut off is removed when the next training begins.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.errors import DataLossError, NotFoundError, OpError
from estimator.core.files import explained, open_regular
from estimator.model_dir.storage import append, cut_to

FILE = "metrics.jsonl"
_LONGEST_LINE = 1 << 20  # bytes that are looked at to find out whose a file is
_TAIL = 1 << 16


class MetricsFile:
    """The file of a model_dir, to which lines are added; where that cannot be done there is one warning and no error.

    Parameters
    ----------
    model_dir : str
    clock : callable
        Gives seconds since 1970.
    """

    def __init__(self, model_dir: str, clock: Callable[[], float] = time.time) -> None:
        self._path = os.path.join(model_dir, FILE)
        self._clock = clock
        self._gave_up = False

    def begin(self, step: int) -> None:
        """A training begins at this step; lines of later steps that the file has already do not count any more."""
        if self._has_lines(mend=True):
            self._add({"resumed_from": step})

    def add_step(self, step: int, loss: Any, steps_per_sec: float | None) -> None:
        """How a training stands at a step."""
        rate = None if steps_per_sec is None else float(f"{steps_per_sec:.6g}")
        self._add({"step": step, "loss": _number(loss), "steps_per_sec": _number(rate)})

    def add_evaluation(self, step: int, folder: str, metrics: Mapping[str, Any]) -> None:
        """What an evaluation has found; what is not a number, or an array of numbers, is left out."""
        self._has_lines(mend=False)  # what looks cut off may be a line that a trainer is writing
        names = sorted(metrics.keys() - {"global_step"})  # which is the step
        values = {name: _plain(metrics[name]) for name in names if _is_numeric(metrics[name])}
        self._add({"step": step, "name": folder, "metrics": values})

    def _has_lines(self, mend: bool) -> bool:
        """Whether there are lines before what is written now; gives up on a file of somebody else's."""
        if self._gave_up:
            return False
        try:
            return _size_of_ours(self._path, mend) > 0
        except OpError as error:
            self._give_up(error)
            return False

    def _add(self, entry: dict[str, Any]) -> None:
        if self._gave_up:
            return
        first, *rest = entry.items()
        line = json.dumps(dict([first, ("time", round(self._clock(), 3)), *rest]), allow_nan=False)
        try:
            append(self._path, f"{line}\n".encode())
        except OpError as error:
            self._give_up(error)

    def _give_up(self, error: OpError) -> None:
        self._gave_up = True
        log.warning("%s gets no lines: %s", self._path, error)


def _size_of_ours(path: str, mend: bool) -> int:
    """How long the file is, 0 if there is none; without a last line that has no end, if that is to be removed.

    Raises
    ------
    DataLossError
        If it is no file of ours.
    OpError
        If the system refuses.
    """
    try:
        with open_regular(path) as file, explained(f"cannot read {path!r}", os.path.dirname(path)):
            size = os.fstat(file.fileno()).st_size
            head = file.read(_LONGEST_LINE) or b""
            start = max(0, size - _TAIL)
            file.seek(start)
            tail = file.read(_TAIL) or b""
    except NotFoundError:
        return 0
    if not _is_ours(head):
        raise DataLossError(
            f"{path!r} is not this package's and stays as it is. Rename it, or set RunConfig(metrics_jsonl=False)."
        )
    if mend and tail and not tail.endswith(b"\n"):
        size = start + tail.rfind(b"\n") + 1
        cut_to(path, size)
    return size


def _is_ours(head: bytes) -> bool:
    """Whether a file that begins so has lines like these, or none that is complete."""
    first, end, _ = head.partition(b"\n")
    if not end:  # nothing, or what a crash has left of the first line
        return b'{"step": '.startswith(first[:9]) or b'{"resumed_from": '.startswith(first[:17])
    try:
        entry = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(entry, dict) and "time" in entry and not entry.keys().isdisjoint(("step", "resumed_from"))
    )


def _is_numeric(value: Any) -> bool:
    return isinstance(value, (bool, int, float)) or (
        isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biuf"
    )


def _plain(value: Any) -> Any:
    """The value as JSON has it: arrays as lists."""
    if isinstance(value, np.ndarray) and value.ndim:
        return [_plain(item) for item in value]
    return _number(value)


def _number(value: Any) -> float | int | bool | None:
    """The number with as many digits as tell it from others of its type; None if there is none, or it is not finite."""
    if value is None:
        return None
    if isinstance(value, np.ndarray):
        value = value[()]
    if isinstance(value, (bool, int, np.bool_, np.integer)):
        return value if isinstance(value, (bool, int)) else value.item()
    digits = float(str(value)) if isinstance(value, np.floating) else float(value)
    return digits if math.isfinite(digits) else None
