"""Numbers of a server for Prometheus: what it was asked, what became of it, how long it took, and what it serves.

They are written in Prometheus' text format, by a page of code in place of a library::

    metrics = Metrics(service)
    metrics.text()      # 'estimator_requests_total{method="predict",model="iris",code="OK"} 12' and so on

Source
------
Prometheus' text exposition format, version 0.0.4
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from estimator.formats import messages
from estimator.serving.service import Call, Service

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_BUCKETS = (1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_Labels = tuple[tuple[str, str], ...]


class _Histogram:
    """How many observations fall between two bounds each, and their sum."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(_BUCKETS) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count one more."""
        self.counts[bisect_left(_BUCKETS, value)] += 1
        self.total += value


class Metrics:
    """Counts what a service answers, from now on.

    Parameters
    ----------
    service : Service
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._lock = threading.Lock()
        self._requests = Counter[tuple[str, str, int]]()  # by method, model and code
        self._seconds = dict[tuple[str, str], _Histogram]()
        self._statuses = Counter[int]()
        service.listeners.append(self._count)

    def count_response(self, status: int) -> None:
        """Count a response over HTTP."""
        with self._lock:
            self._statuses[status] += 1

    def _count(self, call: Call) -> None:
        with self._lock:
            self._requests[call.method, call.model, call.code] += 1
            of_model = self._seconds.get((call.method, call.model))
            if of_model is None:
                of_model = self._seconds[call.method, call.model] = _Histogram()
            of_model.observe(call.seconds)

    def text(self) -> str:
        """All numbers as they are now."""
        gate = self._service.gate
        with self._lock:
            lines = [
                *_family(
                    "requests_total",
                    "counter",
                    "Requests, by what became of them.",
                    {
                        (*_of(method, model), ("code", messages.Code.Name(code))): count
                        for (method, model, code), count in self._requests.items()
                    },
                ),
                *_histogram(
                    "request_seconds",
                    "From the gate to the answer.",
                    {_of(*key): found for key, found in self._seconds.items()},
                ),
                *_family(
                    "http_responses_total",
                    "counter",
                    "Responses over HTTP, by their status.",
                    {(("status", str(status)),): count for status, count in self._statuses.items()},
                ),
            ]
        lines += _family("requests_running", "gauge", "Requests that are being answered.", {(): gate.running})
        lines += _family(
            "requests_waiting", "gauge", "Requests that wait for their turn.", {(): gate.waiting}
        )
        lines += _family("model_version_state", "gauge", "1 for the state of a version.", self._states())
        return "\n".join(lines) + "\n"

    def _states(self) -> dict[_Labels, float]:
        models = self._service.models
        return {
            (("model", name), ("version", str(status.version)), ("state", status.state.name)): 1
            for name in models.names()
            for status in models.status(name)
        }


def _of(method: str, model: str) -> _Labels:
    return (("method", method), ("model", model))


def _family(name: str, kind: str, told: str, values: Mapping[_Labels, float]) -> Iterator[str]:
    """The lines of a metric; without a value it is left out."""
    if values:
        yield from _head(name, kind, told)
    for labels, value in values.items():
        yield f"estimator_{name}{_written(labels)} {value}"


def _histogram(name: str, told: str, values: Mapping[_Labels, _Histogram]) -> Iterator[str]:
    if values:
        yield from _head(name, "histogram", told)
    for labels, found in values.items():
        sums = list(accumulate(found.counts))
        for bound, count in zip((*map(str, _BUCKETS), "+Inf"), sums):
            yield f"estimator_{name}_bucket{_written((*labels, ('le', bound)))} {count}"
        yield f"estimator_{name}_sum{_written(labels)} {found.total}"
        yield f"estimator_{name}_count{_written(labels)} {sums[-1]}"


def _head(name: str, kind: str, told: str) -> tuple[str, str]:
    return f"# HELP estimator_{name} {told}", f"# TYPE estimator_{name} {kind}"


def _written(labels: Iterable[tuple[str, str]]) -> str:
    pairs = ",".join(f'{key}="{_escaped(value)}"' for key, value in labels)
    return f"{{{pairs}}}" if pairs else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
