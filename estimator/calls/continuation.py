"""Going on where a train call stood when it was interrupted, and what has to be saved for that.

Each checkpoint carries the random counters, the position of the input and the arguments of its call. A call
that ended normally leaves the next one to begin its input afresh; after an interrupted one the input goes on
behind the last step that was saved. An input that is not the saved one, or a position that cannot be read,
is begun afresh, and one line says so.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from estimator.calls.opening import BuiltModel
from estimator.checkpoint.resume import CallState, RandomState, ResumeState
from estimator.core import log
from estimator.core.errors import DataLossError
from estimator.distribution.collective import current
from estimator.model_dir.finding import CheckpointInfo
from estimator.runtime.session import Session


class Continuation:
    """What one train call takes over from the checkpoint, and hands on in its own.

    Parameters
    ----------
    built : BuiltModel
        Its saver has the state of the checkpoint once that is restored, and asks for ours at each save.
    latest : CheckpointInfo or None
        Where training goes on from.
    steps, max_steps : int or None
        The call's arguments; at most one.

    Attributes
    ----------
    start_step : int
        The global step at which the call begins.
    has_ended : bool
        Whether the loop has ended normally.
    """

    def __init__(
        self,
        built: BuiltModel,
        latest: CheckpointInfo | None,
        steps: int | None,
        max_steps: int | None,
    ) -> None:
        self._built = built
        self._latest = latest
        self._steps = steps
        self._max_steps = max_steps
        self._continues_input = False
        self.start_step = 0
        self.has_ended = False
        built.saver.resume = self._state

    def begin(self, session: Session) -> None:
        """The variables have their values: go on where the checkpoint stood, and say so."""
        self.start_step = int(session.run(self._built.global_step))
        if self._latest is None:
            return
        log.info(
            "continuing from step %d (%s, saved %s ago).",
            self.start_step,
            self._latest.name,
            _age(self._latest),
        )
        state = self._built.saver.resumed
        if state is None:
            log.info(
                "%s has no position of the input: the input starts from its beginning.", self._latest.name
            )
            return
        if state.random.seed is not None:
            session.store.restore_random_state({"seed": state.random.seed, "counts": state.random.counts})
        if not state.call.finished:
            self._say_interrupted(state.call)
            self._continue_input(state.input)

    def _say_interrupted(self, call: CallState) -> None:
        step, steps = self.start_step, self._steps
        end = call.start_step + call.steps if call.steps is not None else call.max_steps
        if end is None or steps is None or step >= end:
            return
        log.warning(
            "interrupted at %d of %d; steps=%d now trains to %d, max_steps=%d finishes it.",
            step, end, steps, step + steps, end,
        )  # fmt: skip

    def _continue_input(self, saved: Any) -> None:
        """Let the input go on where the checkpoint stood, if it is the same input."""
        source = self._built.source
        if source is None or not isinstance(saved, dict):
            return
        is_the_same, problem = saved.get("fingerprint") == source.fingerprint(), None
        if is_the_same:
            try:
                source.restore(saved.get("state", {}))
            except DataLossError as error:
                problem = error
        self._continues_input = _holds_for_all(is_the_same and problem is None)
        if self._continues_input:
            return
        if is_the_same:
            source.restart()
        if problem is not None:
            log.warning(
                "the saved input position is not used, the input starts from its beginning: %s", problem
            )
        else:
            log.info("the input is not the one of the interrupted call: it starts from its beginning.")

    def restart_input(self) -> bool:
        """Begin the input again, if it was continued and had nothing left; whether that is so."""
        again = self._continues_input and self._built.source is not None and self._built.source.restart()
        self._continues_input = False
        if again:
            log.info("the input of the interrupted call was at its end: it starts from its beginning.")
        return again

    def _state(self, session: Session) -> ResumeState:
        """What is saved beside the variables."""
        step = int(session.store.of_handle(self._built.global_step.handle).value)
        random = session.store.random_state()
        last = self.start_step + self._steps if self._steps is not None else self._max_steps
        finished = self.has_ended or (last is not None and step >= last)
        source = self._built.source
        position = None
        if source is not None and not finished:
            position = {"fingerprint": source.fingerprint(), "state": source.state()}
        return ResumeState(
            random=RandomState(random["seed"], random["counts"]),
            input=position,
            call=CallState(self.start_step, self._steps, self._max_steps, finished),
        )


def _holds_for_all(condition: bool) -> bool:
    """Whether it holds in all processes that train together; each may have an input of its own."""
    if current().size == 1:
        return condition
    told = np.array([condition], np.int64)
    current().all_sum(told)
    return int(told[0]) == current().size


def _age(info: CheckpointInfo) -> str:
    seconds = max(0, int(time.time() - info.timestamp))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
