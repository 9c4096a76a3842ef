"""One call of ``Estimator.train``.

The order: build the graph, compare it with the latest checkpoint, take the lock of the model_dir, restore or initialise, and
loop until a hook asks to stop or the input ends. Nothing in the model_dir is touched before model and checkpoint are known to fit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from estimator.checkpoint.latest import CheckpointInfo, find_latest
from estimator.checkpoint.lock import DirectoryLock
from estimator.checkpoint.model_dir import check_model_dir, make_model_dir
from estimator.checkpoint.recovery import recover
from estimator.checkpoint.resume import CallState, RandomState, ResumeState
from estimator.checkpoint.saver import Saver
from estimator.core import log
from estimator.core.errors import OutOfRangeError
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation
from estimator.metadata import describe_process, record_train_call
from estimator.model import BuiltModel, Model, build_model, prepare_saver, session_creator
from estimator.models.spec import ModeKeys
from estimator.runtime.order import prune
from estimator.runtime.session import Session
from estimator.summaries.ops import scalar
from estimator.training.hooks.checkpoint_saver import CheckpointSaverHook, CheckpointSaverListener
from estimator.training.hooks.logging_tensor import LoggingTensorHook
from estimator.training.hooks.nan_tensor import NanTensorHook
from estimator.training.hooks.progress import ProgressHook
from estimator.training.hooks.step_counter import StepCounterHook
from estimator.training.hooks.stop_at_step import StopAtStepHook
from estimator.training.hooks.summary_saver import SummarySaverHook
from estimator.training.interrupt import Interruption, StopOnSignalHook
from estimator.training.monitored import MonitoredSession
from estimator.training.session_creator import SessionCreator
from estimator.training.session_run_hook import SessionRunHook

_FIRST_SAVE: dict[str, Any] = {
    "first_step": "after_first_step",
    "before_first_step": "before_first_step",
    "none": "never",
}


@dataclass(frozen=True)
class TrainArguments:
    """The arguments of one call of train, checked.

    Attributes
    ----------
    input_fn : callable
    hooks : tuple of SessionRunHook
    steps, max_steps : int or None
        At most one.
    saving_listeners : tuple of CheckpointSaverListener
    """

    input_fn: Callable[..., Any]
    hooks: tuple[SessionRunHook, ...]
    steps: int | None
    max_steps: int | None
    saving_listeners: tuple[CheckpointSaverListener, ...]

    def last_step(self, start: int) -> int | None:
        """The step at which a call that starts at `start` ends; None if only the input ends it."""
        return start + self.steps if self.steps is not None else self.max_steps


def train(model: Model, arguments: TrainArguments, clock: Callable[[], float] = time.monotonic) -> None:
    """Train a model.

    Raises
    ------
    OpError
        If the model_dir cannot be used, model and checkpoint do not fit, or a step fails.
    NanLossDuringTrainingError
        If the loss becomes NaN.
    """
    model_dir = check_model_dir(model.model_dir, for_writing=True)
    latest = find_latest(model_dir)
    max_steps = arguments.max_steps
    if latest is not None and max_steps is not None and (latest.step or 0) >= max_steps:
        log.info(
            "Skipping training since max_steps has already saved. max_steps=%d, the checkpoint %s is at step %s.",
            max_steps, latest.prefix, latest.step,
        )  # fmt: skip
        return
    with Graph().as_default() as graph:
        built = build_model(model, graph, arguments.input_fn, ModeKeys.TRAIN)
        _add_loss_summary(built)
        _warn_of_unused_updates(built)
        checkpoint = latest.prefix if latest else None
        saver = prepare_saver(built, model.config, checkpoint)
        creator = session_creator(model, built, checkpoint)
        call = _Call(model, arguments, built, saver, latest)
        hooks = call.hooks(clock)
        make_model_dir(model_dir)
        with DirectoryLock(model_dir):
            recover(model_dir)
            call.loop(creator, hooks)


class _Call:
    """The parts of one call that belong together: the model built, its saver, and where it began."""

    def __init__(
        self, model: Model, arguments: TrainArguments, built: BuiltModel, saver: Saver, latest: CheckpointInfo | None
    ) -> None:
        self._model = model
        self._arguments = arguments
        self._built = built
        self._saver = saver
        self._latest = latest
        self._start_step = 0
        self._ended = False
        self._continues_input = False
        self._interruption = Interruption()
        saver.resume = self._resume_state

    def hooks(self, clock: Callable[[], float]) -> list[SessionRunHook]:
        """All hooks in the order in which they are called."""
        config, spec, step = self._model.config, self._built.spec, self._built.global_step
        hooks: list[SessionRunHook] = [_EndHook(self.on_end), *self._checkpoint_hooks(clock), *spec.training_chief_hooks]
        every = config.log_step_count_steps
        if every:
            hooks.append(StepCounterHook(every, output_dir=self._model.model_dir, require_progress=True))
        if config.save_summary_steps:
            hooks.append(
                SummarySaverHook(config.save_summary_steps, output_dir=self._model.model_dir, scaffold=spec.scaffold)
            )
        hooks += [_StartHook(self.on_start), *self._arguments.hooks]
        if self._arguments.steps is not None or self._arguments.max_steps is not None:
            hooks.append(StopAtStepHook(num_steps=self._arguments.steps, last_step=self._arguments.max_steps))
        hooks.append(NanTensorHook(spec.loss))
        if every:
            hooks.append(LoggingTensorHook({"loss": spec.loss, "step": step}, every_n_iter=every))
        if config.progress is not False:
            hooks.append(ProgressHook(self._arguments.max_steps, self._arguments.steps, spec.loss))
        return [*hooks, *spec.training_hooks, StopOnSignalHook(self._interruption)]

    def _checkpoint_hooks(self, clock: Callable[[], float]) -> list[SessionRunHook]:
        """The saver hook; the user's own, if one is given, gets the listeners instead.

        Raises
        ------
        ValueError
            If there are listeners and nothing saves.
        """
        config, listeners = self._model.config, self._arguments.saving_listeners
        given = [*self._arguments.hooks, *self._built.spec.training_hooks, *self._built.spec.training_chief_hooks]
        own = [hook for hook in given if isinstance(hook, CheckpointSaverHook)]
        if own or not (config.save_checkpoints_secs or config.save_checkpoints_steps):
            if listeners and not own:
                raise ValueError(
                    "There should be a CheckpointSaverHook to use saving_listeners: checkpoints are switched off, "
                    "set RunConfig(save_checkpoints_steps=...) or save_checkpoints_secs."
                )
            if own:
                own[0].add_listeners(listeners)
            return []
        return [
            CheckpointSaverHook(
                self._model.model_dir,
                save_secs=config.save_checkpoints_secs or None,
                save_steps=config.save_checkpoints_steps or None,
                scaffold=self._built.spec.scaffold,
                listeners=listeners,
                save_graph_def=config.checkpoint_save_graph_def,
                first_save=_FIRST_SAVE[config.save_at_start],
                save_at_end=config.save_at_end,
                clock=clock,
            )
        ]

    def loop(self, creator: SessionCreator, hooks: Sequence[SessionRunHook]) -> None:
        """Run until a hook asks to stop, the input ends, or a signal comes.

        Raises
        ------
        KeyboardInterrupt, SystemExit
            After the last checkpoint, if a signal ended the loop.
        """
        spec = self._built.spec
        loss = None
        fetches = [spec.train_op, spec.loss]
        with self._interruption:
            with MonitoredSession(creator, hooks) as session:
                while not session.should_stop():
                    try:
                        loss = session.run(fetches)[1]
                    except OutOfRangeError:
                        if loss is not None or not self._restart_input():
                            raise
            log.info("Loss for final step: %s.", loss)

    def on_end(self) -> None:
        """Called when the loop has ended normally, before the last save."""
        self._ended = self._interruption.signal_number is None

    def on_start(self, session: Session) -> None:
        """Called when the variables have their values: go on where the checkpoint stood, and say so."""
        self._start_step = int(session.run(self._built.global_step))
        if self._latest is not None:
            log.info("continuing from step %d (%s, saved %s ago).", self._start_step, self._latest.name, _age(self._latest))
            self._resume(session)
        entry = describe_process() | {
            "start_step": self._start_step,
            "estimator": self._model.class_name,
            "params": dict(self._model.params),
            "config": self._model.config.as_dict(),
        }
        record_train_call(self._model.model_dir, entry)

    def _resume(self, session: Session) -> None:
        state = self._saver.restored
        if state is None:
            log.info("%s has no position of the input: the input starts from its beginning.", self._latest and self._latest.name)
            return
        if state.random.seed is not None:
            session.store.restore_random_state({"seed": state.random.seed, "counts": state.random.counts})
        if state.call.finished:
            return
        self._say_interrupted(state.call)
        self._continue_input(state.input)

    def _continue_input(self, saved: Any) -> None:
        """Let the input go on where the checkpoint stood, if it is the same input."""
        source = self._built.source
        if source is None or not isinstance(saved, dict):
            return
        if saved.get("fingerprint") != source.fingerprint():
            log.info("the input is not the one of the interrupted call: it starts from its beginning.")
            return
        source.restore(saved["state"])
        self._continues_input = True

    def _restart_input(self) -> bool:
        """Begin the input again, if it was continued and had nothing left; whether that is so."""
        again = self._continues_input and self._built.source is not None and self._built.source.restart()
        self._continues_input = False
        if again:
            log.info("the input of the interrupted call was at its end: it starts from its beginning.")
        return again

    def _say_interrupted(self, call: CallState) -> None:
        step, steps = self._start_step, self._arguments.steps
        end = call.start_step + call.steps if call.steps is not None else call.max_steps
        if end is None or steps is None or step >= end:
            return
        log.warning(
            "interrupted at %d of %d; steps=%d now trains to %d, max_steps=%d finishes it.",
            step, end, steps, step + steps, end,
        )  # fmt: skip

    def _resume_state(self, session: Session) -> ResumeState:
        """What is saved beside the variables."""
        step = int(session.store.of_handle(self._built.global_step.op).value)
        random = session.store.random_state()
        last = self._arguments.last_step(self._start_step)
        finished = self._ended or (last is not None and step >= last)
        source = self._built.source
        position = None
        if source is not None and not finished:
            position = {"fingerprint": source.fingerprint(), "state": source.state()}
        return ResumeState(
            random=RandomState(random["seed"], random["counts"]),
            input=position,
            call=CallState(self._start_step, self._arguments.steps, self._arguments.max_steps, finished),
        )


class _StartHook(SessionRunHook):
    """Calls a function when the session's variables have their values, before user's hooks."""

    def __init__(self, function: Callable[[Session], None]) -> None:
        self._function = function

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Call it."""
        self._function(session)


class _EndHook(SessionRunHook):
    """Calls a function when the loop has ended normally."""

    def __init__(self, function: Callable[[], None]) -> None:
        self._function = function

    def end(self, session: Any) -> None:
        """Call it."""
        self._function()


def _add_loss_summary(built: BuiltModel) -> None:
    """Show the loss in TensorBoard, unless the model does; list it among the losses."""
    graph, loss = built.graph, built.spec.loss
    names = {op.name for op in graph.get_operations()}
    if "loss" not in names or not any(each.op.name == "loss" for each in graph.get_collection(GraphKeys.SUMMARIES)):
        with graph.name_scope(None):
            scalar("loss", loss)
    if loss not in graph.get_collection(GraphKeys.LOSSES):
        graph.add_to_collection(GraphKeys.LOSSES, loss)
    graph.add_to_collection(GraphKeys.TRAIN_OP, built.spec.train_op)


def _warn_of_unused_updates(built: BuiltModel) -> None:
    """Moving averages that nothing runs are a mistake that costs a day."""
    updates = [getattr(each, "op", each) for each in built.graph.get_collection(GraphKeys.UPDATE_OPS)]
    train_op = getattr(built.spec.train_op, "op", built.spec.train_op)
    reached = set(prune([train_op], frozenset()))
    unused = [op.name for op in updates if isinstance(op, Operation) and op not in reached]
    if unused:
        log.warning(
            "train_op does not run %d of the graph's UPDATE_OPS (%s): build it inside "
            "`with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS))`.", len(unused), ", ".join(unused[:5]),
        )  # fmt: skip


def _age(info: CheckpointInfo) -> str:
    seconds = max(0, int(time.time() - info.timestamp))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
