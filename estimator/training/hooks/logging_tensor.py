"""LoggingTensorHook: values of tensors in the log."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from estimator.core import log
from estimator.core.shown import shown
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.tensor import Operation, Tensor
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)
from estimator.training.triggers import Clock, Due, SecondOrStepTimer


class LoggingTensorHook(SessionRunHook):
    """Logs tensors every so many runs or seconds: ``loss = 0.31, step = 200 (0.034 sec)``.

    Parameters
    ----------
    tensors : mapping of str to tensor or name, or sequence of them
        A mapping's tags are logged in their order if it is an OrderedDict, else sorted; a
        sequence's in its order. A name may be that of an operation with one output, ``"softmax_tensor"``.
    every_n_iter : int, optional
        Runs of this session, not global steps. The first is logged.
    every_n_secs : float, optional
        Instead of `every_n_iter`.
    at_end : bool
        Log once more at the end; alone, only then.
    formatter : callable, optional
        Makes the line from the dict of values by tag.
    clock : callable
        Gives seconds.

    Raises
    ------
    ValueError
        If none of `every_n_iter`, `every_n_secs` and `at_end` is given, both of the first two, or
        `every_n_iter` <= 0. When training begins: if an operation's name stands for no tensor, or for several.
    KeyError
        When training begins, if nothing in the graph has that name.
    TypeError
        If `tensors` is a single one: a name would be taken for a list of letters.

    Source
    ------
    tf.train.LoggingTensorHook, TF 2.15 basic_session_run_hooks.py
    """

    def __init__(
        self,
        tensors: Mapping[str, Any] | Sequence[Any],
        every_n_iter: int | None = None,
        every_n_secs: float | None = None,
        at_end: bool = False,
        formatter: Callable[[Mapping[str, Any]], str] | None = None,
        *,
        clock: Clock = time.monotonic,
    ) -> None:
        only_at_end = at_end and every_n_iter is None and every_n_secs is None
        if not only_at_end and (every_n_iter is None) == (every_n_secs is None):
            raise ValueError(
                "either at_end and/or exactly one of every_n_iter and every_n_secs must be provided."
            )
        if every_n_iter is not None and every_n_iter <= 0:
            raise ValueError(f"invalid every_n_iter={every_n_iter}: it must be > 0.")
        if isinstance(tensors, str) or not isinstance(tensors, Iterable):
            raise TypeError(
                "tensors must be a list of tensors or of their names, or a dict of what to call them in the log; "
                f"given: {tensors!r}. Put it into a list: tensors=[...]."
            )
        if isinstance(tensors, Mapping):
            self._tag_order = list(tensors) if isinstance(tensors, OrderedDict) else sorted(tensors)
            self._tensors = dict(tensors)
        else:
            self._tag_order = [tensor if isinstance(tensor, str) else tensor.name for tensor in tensors]
            self._tensors = dict(zip(self._tag_order, tensors, strict=True))
        self._formatter = formatter
        self._log_at_end = at_end
        self._timer = SecondOrStepTimer(every_n_secs, every_n_iter, clock=clock)

    def begin(self) -> None:
        """Find the tensors in the graph that is trained."""
        graph = get_default_graph()
        self._current_tensors = {tag: _element(graph, tensor) for tag, tensor in self._tensors.items()}
        self._args = SessionRunArgs(self._current_tensors)
        self._iter_count = 0
        self._timer.reset()

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        """Ask for the tensors if they are due."""
        self._should_trigger = self._timer.should_trigger_for_step(self._iter_count)
        return self._args if self._should_trigger else None

    def next_due(self) -> Due | None:
        """When the schedule says, which counts runs."""
        due = self._timer.next_due()
        if due is None or due.step == math.inf:
            return due
        return Due(runs=due.step - self._iter_count + 1)

    def skipped(self, runs: int) -> None:
        """They count."""
        self._iter_count += runs

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Log the values if it is due."""
        if self._should_trigger:
            self._log_tensors(run_values.results)
        self._iter_count += 1

    def end(self, session: Any) -> None:
        """Log the last values, if asked to."""
        if self._log_at_end:
            self._log_tensors(session.run(self._current_tensors))

    def _log_tensors(self, values: Mapping[str, Any]) -> None:  # scripts override it, and use the names above
        elapsed_secs, _ = self._timer.update_last_triggered_step(self._iter_count)
        if self._formatter is not None:
            log.info("%s", self._formatter(values))
            return
        line = ", ".join(f"{tag} = {shown(values[tag])}" for tag in self._tag_order)
        log.info("%s%s", line, "" if elapsed_secs is None else f" ({elapsed_secs:.3f} sec)")


def _element(graph: Graph, given: Any) -> Any:
    """A tensor by itself or by its name; a variable stays one, so that its value after the run is logged."""
    if not isinstance(given, str):
        return given
    return (
        graph.get_tensor_by_name(given) if ":" in given else _only_output(graph.get_operation_by_name(given))
    )


def _only_output(operation: Operation) -> Tensor:
    """What is meant by an operation's name.

    Raises
    ------
    ValueError
        If the operation has several outputs or none.
    """
    if len(operation.outputs) == 1:
        return operation.outputs[0]
    names = ", ".join(repr(output.name) for output in operation.outputs)
    raise ValueError(
        f"LoggingTensorHook cannot tell which tensor {operation.name!r} names: that operation has "
        + (
            f"the outputs {names}. Name one of them."
            if names
            else "no output, so that there is nothing to log."
        )
    )
