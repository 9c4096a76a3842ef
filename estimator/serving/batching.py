"""Requests that come while another is answered are answered together: one run of the model for all their rows.

Nobody waits for the sake of it. The first request runs at once; those which ask the same of the same version meanwhile
gather, and the first of them runs what has gathered then. So a batch grows with the load, and a request alone is as
fast as without.

It is right only for models whose rows know nothing of one another, which nobody can tell from a graph: hence it is
asked for. Requests whose outputs do not have a row for each row of theirs, or one of which the model refuses, are run
alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from estimator.core.errors import DeadlineExceededError, ResourceExhaustedError
from estimator.serving.limits import Gate, Limits
from estimator.serving.servable import Array, Servable

Results = Mapping[str, Array]


class _Request:
    """One request that waits: for its results, or to lead what has gathered."""

    def __init__(self, arrays: Mapping[str, Array], rows: int, is_wanted: Callable[[], bool] | None) -> None:
        self.arrays = arrays
        self.rows = rows
        self.is_wanted = is_wanted
        self.is_called = threading.Event()
        self.results: Results | None = None
        self.error: BaseException | None = None

    @property
    def is_over(self) -> bool:
        return self.results is not None or self.error is not None


class _Run(NamedTuple):
    """What requests have in common that can be answered together."""

    servable: Servable
    signature_name: str
    outputs: tuple[str, ...] | None
    shapes: Hashable


class Batching:
    """Answers requests together, through a gate.

    Parameters
    ----------
    gate : Gate
    limits : Limits
        ``max_rows`` is how many rows run at once, ``queue`` how many requests gather.
    """

    def __init__(self, gate: Gate, limits: Limits) -> None:
        self._gate = gate
        self._limits = limits
        self._lock = threading.Lock()
        self._gathered: dict[_Run, list[_Request]] = {}  # there is one for each run that goes on

    def run(
        self,
        servable: Servable,
        signature_name: str,
        arrays: Mapping[str, Array],
        outputs: Sequence[str] | None,
        is_wanted: Callable[[], bool] | None,
    ) -> Results:
        """What the model answers to one request; see :meth:`estimator.serving.servable.Servable.run`.

        Raises
        ------
        OpError
            As there, and as :meth:`estimator.serving.limits.Gate.admitted`.
        """
        arrays = servable.fitting(signature_name, arrays, outputs)
        sizes = (
            {len(array) for array in arrays.values()}
            if servable.signature(signature_name).is_batched()
            else set()
        )
        if len(sizes) != 1:
            with self._gate.admitted(is_wanted):
                return servable.run(signature_name, arrays, outputs)
        request = _Request(arrays, sizes.pop(), is_wanted)
        shapes = tuple(sorted((key, array.shape[1:]) for key, array in arrays.items()))
        run = _Run(servable, signature_name, None if outputs is None else tuple(outputs), shapes)
        if not self._leads(run, request):
            request.is_called.wait()
        if not request.is_over:
            self._lead(run, request)
        if request.error is not None:
            raise request.error
        assert request.results is not None
        return request.results

    def _leads(self, run: _Run, request: _Request) -> bool:
        """Whether nobody runs that at this moment; otherwise the request is one of those that gather."""
        with self._lock:
            gathered = self._gathered.get(run)
            if gathered is None:
                self._gathered[run] = []
                return True
            if len(gathered) >= self._limits.queue:
                raise ResourceExhaustedError(
                    f"{len(gathered)} requests are waiting, which is the most this server takes; try again later."
                )
            gathered.append(request)
            return False

    def _lead(self, run: _Run, first: _Request) -> None:
        """Answer a request, with those that have gathered and fit; then the first of the others leads."""
        batch = [first]
        try:
            with self._gate.admitted(first.is_wanted):
                batch += self._taken(run, first.rows)
                self._answer(run, batch)
        except BaseException as error:
            for request in batch:
                if not request.is_over:
                    request.error = error
        finally:
            self._call(run, batch)

    def _taken(self, run: _Run, rows: int) -> list[_Request]:
        """Those that have gathered, as many as may run with so many rows."""
        taken: list[_Request] = []
        with self._lock:
            gathered = self._gathered[run]
            while gathered and rows + gathered[0].rows <= self._limits.max_rows:
                taken.append(gathered.pop(0))
                rows += taken[-1].rows
        return taken

    def _call(self, run: _Run, batch: Sequence[_Request]) -> None:
        """Wake those that are answered, and who leads next."""
        with self._lock:
            gathered = self._gathered[run]
            following = gathered.pop(0) if gathered else None
            if following is None:
                del self._gathered[run]
        for request in (*batch, following):
            if request is not None:
                request.is_called.set()

    @staticmethod
    def _answer(run: _Run, batch: Sequence[_Request]) -> None:
        """Give each request its results, or its error."""
        wanted = [request for request in batch if request.is_wanted is None or request.is_wanted()]
        for request in batch:
            if request not in wanted:
                request.error = DeadlineExceededError("nobody waits for the answer any more.")
        if len(wanted) > 1 and _answer_together(run, wanted):
            return
        for request in wanted:
            try:
                request.results = run.servable.run(run.signature_name, request.arrays, run.outputs)
            except Exception as error:
                request.error = error


def _answer_together(run: _Run, requests: Sequence[_Request]) -> bool:
    """Give each request its rows of one run; whether that could be done."""
    arrays = {
        key: np.concatenate([request.arrays[key] for request in requests]) for key in requests[0].arrays
    }
    try:
        results = run.servable.run(run.signature_name, arrays, run.outputs)
    except Exception:  # of one of them; who, is found out when each runs alone
        return False
    ends = np.cumsum([request.rows for request in requests])
    if any(array.shape[:1] != (ends[-1],) for array in results.values()):
        return False
    for request, end in zip(requests, ends.tolist(), strict=True):
        request.results = {key: array[end - request.rows : end] for key, array in results.items()}
    return True
