"""How long operations take.

Source: tf.test.Benchmark, TF 1.15 benchmark.py.
"""

from __future__ import annotations

import inspect
import time
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_methods
from estimator.formats import messages


@near_keywords_of_methods
class Benchmark:
    """A class whose methods called ``benchmark...`` measure something; a subclass has them, and a script calls them.

    Source
    ------
    tf.test.Benchmark, TF 1.15
    """

    def report_benchmark(
        self,
        iters: int | None = None,
        cpu_time: float | None = None,
        wall_time: float | None = None,
        throughput: float | None = None,
        extras: dict[str, Any] | None = None,
        name: str | None = None,
        metrics: list[dict[str, Any]] | None = None,
    ) -> None:
        """Write what was measured into the log, as one line.

        Parameters
        ----------
        iters : int, optional
            How often it was done.
        cpu_time, wall_time : float, optional
            Seconds for once.
        throughput : float, optional
            Megabytes a second.
        extras : dict, optional
            Further facts.
        name : str, optional
            What was measured; by default the class and the method that calls.
        metrics : list of dict, optional
            Further facts.
        """
        facts = {
            "iters": iters, "cpu_time": cpu_time, "wall_time": wall_time, "throughput": throughput,
            **(extras or {}), **({"metrics": metrics} if metrics else {}),
        }  # fmt: skip
        shown = ", ".join(f"{fact}={value}" for fact, value in facts.items() if value is not None)
        log.info("Benchmark [%s] %s", name or self._caller(), shown)

    def run_op_benchmark(
        self,
        sess: Any,
        op_or_tensor: Any,
        feed_dict: Any = None,
        burn_iters: int = 2,
        min_iters: int = 10,
        store_trace: bool = False,
        store_memory_usage: bool = True,
        name: str | None = None,
        extras: dict[str, Any] | None = None,
        mbs: float = 0,
    ) -> dict[str, Any]:
        """Run something again and again, report the median of the seconds that it takes, and give it.

        Parameters
        ----------
        sess : Session
        op_or_tensor : fetch
        feed_dict : dict, optional
        burn_iters : int
            How many runs come first and do not count.
        min_iters : int
            How many count.
        store_trace, store_memory_usage : optional
            Accepted for old scripts; nothing is traced.
        name : str, optional
            As for :meth:`report_benchmark`.
        extras : dict, optional
            Further facts, handed on.
        mbs : float
            How many megabytes a run reads or writes; then a throughput is reported, too.

        Returns
        -------
        dict
            ``name``, ``iters``, ``wall_time``, ``extras``, ``throughput``.

        Raises
        ------
        ValueError
            If no run would count.
        """
        raise_problems(
            "run_op_benchmark",
            [
                f"{what} must not be below {least}, given: {count!r}."
                for what, least, count in (("burn_iters", 0, burn_iters), ("min_iters", 1, min_iters))
                if count < least
            ],
        )
        for _ in range(burn_iters):
            sess.run(op_or_tensor, feed_dict)
        seconds = np.zeros(min_iters)
        for number in range(min_iters):
            begin = time.perf_counter()
            sess.run(op_or_tensor, feed_dict)
            seconds[number] = time.perf_counter() - begin
        median = float(np.median(seconds))
        found: dict[str, Any] = {
            "name": name or self._caller(),
            "iters": min_iters,
            "wall_time": median,
            "throughput": mbs / median if median else 0.0,
            "extras": {**(extras or {}), "wall_time_stdev": float(seconds.std())},
        }
        self.report_benchmark(
            min_iters, None, median, found["throughput"] or None, found["extras"], found["name"]
        )
        return found

    def _caller(self) -> str:
        """The class, and which of its methods measures."""
        methods = (frame.function for frame in inspect.stack() if frame.function.startswith("benchmark"))
        return ".".join([type(self).__name__, *list(methods)[:1]])


def benchmark_config() -> Any:
    """The settings of sessions in benchmarks: a ConfigProto.

    Source
    ------
    tf.test.benchmark_config, TF 1.15
    """
    return messages.ConfigProto()
