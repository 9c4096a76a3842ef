"""Steps per second of a training with all its hooks, by the lines of its own log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from benchmarks.environments import library


class LogClock(logging.Handler):
    """Notes when the lines of ``global_step/sec`` come: a hook of the benchmark's own would be work of each step."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Note the time of such a line."""
        if record.getMessage().startswith("global_step/sec"):
            self.times.append(time.perf_counter())

    @property
    def seconds(self) -> float:
        """From one line to the next."""
        return (self.times[-1] - self.times[0]) / (len(self.times) - 1)


def steps_per_second(estimator: Any, input_fn: Callable[[], Any], steps: int) -> float:
    """Those of a call of train, between the first and the last line of its log.

    So neither the building of the graph counts nor the first steps, but all that is done every so many steps.
    """
    logger, clock = logging.getLogger(library()), LogClock()
    logger.addHandler(clock)
    try:
        estimator.train(input_fn, steps=steps + 1)
    finally:
        logger.removeHandler(clock)
    return float(estimator.config.log_step_count_steps) / clock.seconds
