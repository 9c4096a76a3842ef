"""The parts of train_and_evaluate that processes of their own play on one model_dir, as TF_CONFIG says.

The chief trains. The evaluator waits for its checkpoints, evaluates the newest one and ends with the training; killed
and started again, it goes on with what it has not evaluated. Workers have nothing to do yet, since gradients are not
summed over processes: they wait for the end, so that a job of all roles runs and ends as a whole.

A training has ended when it has reached `max_steps`, or when the chief says so in a note: by a hook's request or at the
end of its input. A chief that was killed or has failed says nothing, and is waited for. A process alone whose note says
that it has not ended evaluates its last checkpoint when it is run again: that is what it may have been killed at.

Source
------
tf.estimator.train_and_evaluate, TF 2.15 training.py
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence

from estimator.calls.evaluator import EvaluatingListener, SpecEvaluator, Trains
from estimator.calls.specs import TrainSpec
from estimator.core import log
from estimator.core.errors import OpError
from estimator.distribution.collective import current
from estimator.model_dir.file_names import step_of
from estimator.model_dir.progress import (
    Training,
    note_evaluated,
    note_training,
    read_training,
    was_evaluated,
)
from estimator.training.hooks.checkpoint_saver import CheckpointSaverListener
from estimator.training.session_run_hook import SessionRunContext, SessionRunHook, SessionRunValues
from estimator.training.triggers import NOW, Clock, Due, Moment, at_multiples, next_multiple

Sleep = Callable[[float], None]

_SHORTEST_WAIT, _LONGEST_WAIT = 0.1, 5.0  # seconds between two looks at the directory
_SECS_BETWEEN_WARNINGS = 600


def run_local(estimator: Trains, train_spec: TrainSpec, evaluators: Sequence[SpecEvaluator]) -> None:
    """Train, evaluate what is saved, and note the end."""
    config = estimator.config
    if not config.cluster_spec:
        log.info("Running training and evaluation locally (non-distributed).")
    log.info(
        "Start train and evaluate loop. The evaluate will happen after every checkpoint. Checkpoint frequency is "
        "determined based on RunConfig arguments: save_checkpoints_steps %s or save_checkpoints_secs %s.",
        config.save_checkpoints_steps, config.save_checkpoints_secs,
    )  # fmt: skip
    listener = EvaluatingListener(estimator, evaluators, skips_start=config.save_at_start != "none")
    before = read_training(estimator.model_dir)
    _train(estimator, train_spec, [listener])
    if before == Training(
        train_spec.max_steps, is_over=False
    ):  # cut off, perhaps between a save and its evaluation
        listener.evaluate_latest(step_of(estimator.latest_checkpoint() or "") or 0)
    _note(estimator, Training(train_spec.max_steps, is_over=True))


def run_chief(estimator: Trains, train_spec: TrainSpec, evaluators: Sequence[SpecEvaluator]) -> None:
    """Train, and note the end; what is saved is the evaluator's to evaluate."""
    counts = [evaluator.spec.every_n_steps for evaluator in evaluators if evaluator.spec.every_n_steps]
    _train(estimator, train_spec, [_SavesAtMultiples(counts)] if counts else [])
    _note(estimator, Training(train_spec.max_steps, is_over=True))


def _train(estimator: Trains, train_spec: TrainSpec, listeners: Sequence[CheckpointSaverListener]) -> None:
    config = estimator.config
    others = config.num_worker_replicas - 1 + config.num_ps_replicas
    if others > 0 and current().size == 1:
        from estimator.settings.processes import BOTH_WAYS  # which one process has no use for

        log.warning(
            "this %s trains alone: the %d workers and parameter servers of TF_CONFIG take no part. To train together, "
            "%s.", config.task_type, others, BOTH_WAYS,
        )  # fmt: skip
    begins = _NotesBeginning(lambda: _note(estimator, Training(train_spec.max_steps, is_over=False)))
    estimator.train(
        input_fn=train_spec.input_fn,
        hooks=[*train_spec.hooks, begins],
        steps=None,
        max_steps=train_spec.max_steps,
        saving_listeners=[*train_spec.saving_listeners, *listeners],
    )


def _note(estimator: Trains, training: Training) -> None:
    try:
        note_training(estimator.model_dir, training)
    except OpError as error:
        log.warning("an evaluator will not be told how far the training is: %s", error)


def run_worker(
    estimator: Trains,
    train_spec: TrainSpec,
    evaluators: Sequence[SpecEvaluator],
    sleep: Sleep = time.sleep,
) -> None:
    """Train with the others; where they are not connected, wait for the end of the training."""
    if current().size > 1:
        estimator.train(
            input_fn=train_spec.input_fn,
            hooks=train_spec.hooks,
            steps=None,
            max_steps=train_spec.max_steps,
            saving_listeners=train_spec.saving_listeners,
        )
        return
    from estimator.settings.processes import BOTH_WAYS  # which one process has no use for

    log.warning(
        "this worker takes no part in the training: the chief trains alone, and the worker ends when it does. To train "
        "together, %s.", BOTH_WAYS,
    )  # fmt: skip
    wait = _Wait(sleep)
    while not _is_over(
        train_spec.max_steps, estimator.latest_checkpoint(), read_training(estimator.model_dir)
    ):
        wait.a_little()


def run_evaluator(
    estimator: Trains,
    train_spec: TrainSpec,
    evaluators: Sequence[SpecEvaluator],
    sleep: Sleep = time.sleep,
    clock: Clock = time.monotonic,
) -> None:
    """Evaluate each new checkpoint until the last one of the training is."""
    wait = _Wait(sleep)
    _delay(evaluators, sleep)
    told = float("-inf")
    while True:
        noted = read_training(
            estimator.model_dir
        )  # first: what is the latest checkpoint after it is the last
        latest = estimator.latest_checkpoint()
        is_over = _is_over(train_spec.max_steps, latest, noted)
        open_ones = [one for one in evaluators if latest and not _is_done(estimator, one, latest)]
        if is_over and not open_ones:
            _tell_end(step_of(latest) if latest else None, train_spec.max_steps)
            return
        due = [one for one in open_ones if is_over or one.is_due(step_of(str(latest)) or 0)]
        for evaluator in due:
            _evaluate(estimator, evaluator, str(latest))
        if due:
            wait.begin_anew()
            continue
        if clock() - told > _SECS_BETWEEN_WARNINGS:
            told = clock()
            _tell_why(latest, open_ones)
        wait.a_little()


def _delay(evaluators: Sequence[SpecEvaluator], sleep: Sleep) -> None:
    seconds = max(evaluator.spec.start_delay_secs for evaluator in evaluators)
    if seconds:
        log.info("Waiting %f secs before starting eval.", seconds)
        sleep(seconds)


def _tell_end(step: int | None, max_steps: int | None) -> None:
    if step is not None and max_steps is not None and step >= max_steps:
        log.info("Exiting evaluation, global_step=%s >= train max_steps=%s", step, max_steps)
    else:
        log.info("Exiting evaluation, the training has ended at global_step=%s.", step)


def _tell_why(latest: str | None, open_ones: Sequence[SpecEvaluator]) -> None:
    if latest is None:
        log.warning("Estimator is not trained yet. Will start an evaluation when a checkpoint is ready.")
    elif open_ones:
        log.info("%s is not evaluated yet due to throttle secs.", latest)
    else:
        log.warning(
            "No new checkpoint ready for evaluation. Skip the current evaluation pass as evaluation results are "
            "expected to be same for the same checkpoint."
        )


def _is_over(max_steps: int | None, latest: str | None, noted: Training | None) -> bool:
    """Whether the training has ended, by its latest checkpoint or by what is noted of it."""
    if latest is not None and max_steps is not None and (step_of(latest) or 0) >= max_steps:
        return True
    return noted == Training(max_steps, is_over=True)


def _is_done(estimator: Trains, evaluator: SpecEvaluator, checkpoint: str) -> bool:
    return evaluator.checkpoint == checkpoint or was_evaluated(
        estimator.eval_dir(evaluator.spec.name), checkpoint
    )


def _evaluate(estimator: Trains, evaluator: SpecEvaluator, checkpoint: str) -> None:
    """Evaluate, export, and note that it is done: what is killed before is done again."""
    try:
        evaluator.evaluate(step_of(checkpoint) or 0, checkpoint)
    except (OpError, ValueError):
        if os.path.exists(f"{checkpoint}.index"):
            raise
        log.warning(
            "%s was deleted before it was evaluated and exported, since newer ones are there. "
            "RunConfig(keep_checkpoint_max=...) says how many stay.", checkpoint,
        )  # fmt: skip
        return
    try:
        note_evaluated(estimator.eval_dir(evaluator.spec.name), checkpoint)
    except OpError as error:
        log.warning("an evaluator that is started again will evaluate %s again: %s", checkpoint, error)


class _Wait:
    """Waits between looks at a directory, longer each time in which nothing has happened.

    A signal ends it at once.
    """

    def __init__(self, sleep: Sleep) -> None:
        self._sleep = sleep
        self.begin_anew()

    def begin_anew(self) -> None:
        """Something has happened."""
        self._seconds = _SHORTEST_WAIT

    def a_little(self) -> None:
        """Nothing has."""
        self._sleep(self._seconds)
        self._seconds = min(_LONGEST_WAIT, 1.5 * self._seconds)


class _NotesBeginning(SessionRunHook):
    """Notes that a training goes on, after its first step: a call that cannot work writes nothing."""

    def __init__(self, note: Callable[[], None]) -> None:
        self._note: Callable[[], None] | None = note

    def next_due(self) -> Due:
        """At the first step."""
        return Due() if self._note is None else NOW

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """A step has been made; only the first counts."""
        note, self._note = self._note, None
        if note is not None:
            note()


class _SavesAtMultiples(CheckpointSaverListener):
    """Wants the saves that an evaluator will look for."""

    def __init__(self, counts: Sequence[int]) -> None:
        self._counts = counts
        self._triggers = [at_multiples(count) for count in counts]
        self._last: Moment | None = None

    def wants_save(self, global_step_value: int) -> bool:
        """Whether a multiple has been reached since the step before."""
        now, last = Moment(global_step_value, 0.0), self._last
        self._last = now
        return any(is_due(now, last) for is_due in self._triggers)

    def next_wish(self) -> float | None:
        """The next multiple."""
        last = self._last
        return None if last is None else min(next_multiple(last.step, count) for count in self._counts)
