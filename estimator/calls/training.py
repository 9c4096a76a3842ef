"""One call of ``Estimator.train``.

The order: build the graph, compare it with the latest checkpoint, take the lock of the model_dir, restore or
initialise, and loop until a hook asks to stop or the input ends. Nothing in the model_dir is written before
model and checkpoint are known to fit and the first step has been made, so that a call which cannot work
leaves everything as it was.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from estimator.calls.continuation import Continuation
from estimator.calls.opening import BuiltModel, Model, build_model, open_graph, read_inputs
from estimator.calls.recipe import record_recipe
from estimator.calls.record import (
    describe_inputs,
    describe_process,
    record_end,
    record_entry,
    tree_is_dirty,
    values_of,
)
from estimator.core import log
from estimator.core.errors import AbortedError, CancelledError, OutOfRangeError
from estimator.core.frozen import frozen
from estimator.core.shown import shown
from estimator.distribution.collective import current
from estimator.graph.handles import variable_of, written_variables
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation, Tensor
from estimator.model_dir.claim import claimed, tidy
from estimator.model_dir.finding import CheckpointInfo, find_latest, kept_with
from estimator.model_dir.lock import demand_unlocked
from estimator.model_dir.path import check_model_dir
from estimator.model_dir.start import Start
from estimator.models.spec import ModeKeys
from estimator.runtime.blas import blas_threads, wanted_threads
from estimator.runtime.order import prune
from estimator.runtime.session import Session
from estimator.summaries.events import events_may_be_lost
from estimator.summaries.ops import scalar
from estimator.summaries.writer import FileWriter
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
from estimator.training.session_run_hook import SessionRunContext, SessionRunHook, SessionRunValues
from estimator.training.triggers import NOW, Due

if TYPE_CHECKING:
    from estimator.calls.ranks import Ranks
    from estimator.training.hooks.metrics_file import MetricsFileHook

# the input and where the files are: the ends of names of arguments
_NO_HYPERPARAMETERS = ("feature_columns", "model_dir", "config", "warm_start_from")


@frozen
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


def train(model: Model, arguments: TrainArguments, clock: Callable[[], float] = time.monotonic) -> None:
    """Train a model.

    Raises
    ------
    OpError
        If the model_dir cannot be used, model and checkpoint do not fit, or a step fails.
    ValueError
        If train_op can never move the global step; as build_model.
    NanLossDuringTrainingError
        If the loss becomes NaN.
    """
    processes = current()
    if processes.size == 1:
        _train(model, arguments, clock, None)
        return
    from estimator.calls.ranks import Ranks  # which one process has no use for

    with Ranks(processes) as ranks:
        _train(model, arguments, clock, ranks)


def _train(model: Model, arguments: TrainArguments, clock: Callable[[], float], ranks: Ranks | None) -> None:
    is_chief = ranks is None or ranks.is_chief
    find = functools.partial(_find_latest, model.model_dir, arguments.max_steps)
    latest = find() if ranks is None else ranks.latest_of_chief(find)
    if _is_enough(latest, arguments.max_steps):
        return
    tree_is_dirty()  # asks; the answer comes while the model is built
    start = Start(latest.prefix if latest and is_chief else None)
    with open_graph(model):
        before_sharing = None if ranks is None else ranks.input_is_read
        inputs = read_inputs(model, arguments.input_fn, ModeKeys.TRAIN, before_sharing)
        built = build_model(model, inputs, ModeKeys.TRAIN, start)
        _demand_counted(built)
        _add_loss_summary(built)
        _warn_of_unused_updates(built)
        if ranks is None:
            creator = built.session_creator()
        else:
            ranks.demand_alike(built, {"steps": arguments.steps, "max_steps": arguments.max_steps})
            creator = built.session_creator(share=ranks.share(built), takes_over=not is_chief)
        continuation = Continuation(built, latest, arguments.steps, arguments.max_steps)
        data = describe_inputs(inputs.features, inputs.labels)
        call = _Call(arguments, built, continuation, data, latest, ranks)
        if not is_chief:
            call.loop(creator, call.hooks_of_others())
            return
        if latest is not None:
            from estimator.calls.changes import tell_changes_of  # which a first training has no use for

            tell_changes_of(model.model_dir, model)
        hooks = call.hooks(clock)
        with (
            claimed(model.model_dir),
            events_may_be_lost(model.model_dir, model.config.on_save_error == "continue"),
        ):
            _demand_unchanged(model.model_dir, latest)
            if latest is not None:  # what earlier calls have saved is thinned along with what comes
                built.saver.recover_last_checkpoints([info.prefix for info in kept_with(latest.prefix)])
            call.loop(creator, hooks)


def _find_latest(directory: str, max_steps: int | None) -> CheckpointInfo | None:
    """The checkpoint to go on from, if training goes on; else a line says that it does not."""
    model_dir = check_model_dir(directory, for_writing=True)
    latest = find_latest(model_dir)
    if latest is not None and _is_enough(latest, max_steps):
        log.warning(
            "Skipping training since max_steps has already saved. max_steps=%d, the checkpoint %s is at step %s.",
            max_steps, latest.prefix, latest.step,
        )  # fmt: skip
        tidy(model_dir)
    else:
        demand_unlocked(model_dir)  # else what is read next may go while it is read
    return latest


def _is_enough(latest: CheckpointInfo | None, max_steps: int | None) -> bool:
    return latest is not None and max_steps is not None and (latest.step or 0) >= max_steps


class _Call:
    """The parts of one call that belong together: the model built, its hooks, and where it goes on."""

    def __init__(
        self,
        arguments: TrainArguments,
        built: BuiltModel,
        continuation: Continuation,
        data: dict[str, Any],
        latest: CheckpointInfo | None,
        ranks: Ranks | None = None,
    ) -> None:
        self._model = built.model
        self._arguments = arguments
        self._built = built
        self._continuation = continuation
        self._data = data
        self._latest = latest
        self._end_step: int | None = None
        self._begun = time.monotonic()
        self._asks_tree = False
        self._metrics: MetricsFileHook | None = None
        self._interruption = Interruption()
        self._ranks = ranks
        if ranks is not None:
            ranks.hear_signals(self._interruption)

    def hooks(self, clock: Callable[[], float]) -> list[SessionRunHook]:
        """All hooks in the order in which they are called.

        It is TensorFlow's, but for the watch over the loss: that comes before whatever writes, so that no
        checkpoint holds what a step with a NaN loss has made of the weights.
        """
        config, spec, step = self._model.config, self._built.spec, self._built.global_step
        hooks: list[SessionRunHook] = [
            NanTensorHook(self._watched_loss()),
            _CallHook(end=self.on_end, first_step=self.on_first_step),
        ]
        hooks += [*self._checkpoint_hooks(clock), *spec.training_chief_hooks]
        every = config.log_step_count_steps
        if every:
            hooks.append(StepCounterHook(every, output_dir=self._model.model_dir, joins_next=True))
        if config.save_summary_steps:
            hooks.append(
                SummarySaverHook(
                    config.save_summary_steps, output_dir=self._model.model_dir, scaffold=spec.scaffold
                )
            )
        hooks += self._hooks_of_all()
        if every:
            hooks.append(LoggingTensorHook({"loss": spec.loss, "step": step}, every_n_iter=every))
        if config.metrics_jsonl:
            self._metrics = self._metrics_hook(every or config.save_summary_steps or 100)
            hooks.append(self._metrics)
        if config.progress is not False:
            hooks.append(self._progress_hook(hooks))
        hooks += spec.training_hooks
        saver = _saver_among(hooks)
        self._interruption.at_second = saver.give_up if saver else None
        return [*hooks, StopOnSignalHook(self._interruption, saver.save_now if saver else None)]

    def _watched_loss(self) -> Tensor:
        """The loss; in several processes that of this one, by which all learn in which it is no number."""
        loss: Tensor = self._built.spec.loss
        together = self._built.graph.losses_of_all.items()
        return next((own for own, of_all in together if of_all is loss), loss)

    def _hooks_of_all(self) -> list[SessionRunHook]:
        """Those that every process has which takes part in the training."""
        hooks = [_CallHook(start=self._continuation.begin), *self._arguments.hooks]
        if self._arguments.steps is not None or self._arguments.max_steps is not None:
            hooks.append(StopAtStepHook(num_steps=self._arguments.steps, last_step=self._arguments.max_steps))
        return hooks

    def hooks_of_others(self) -> list[SessionRunHook]:
        """The hooks of a process that is not the chief: without those that write, or decide for all."""
        spec = self._built.spec
        hooks = [NanTensorHook(self._watched_loss()), *self._hooks_of_all(), *spec.training_hooks]
        return [*(hook for hook in hooks if not hook.only_chief), StopOnSignalHook(self._interruption)]

    def _progress_hook(self, hooks: Sequence[SessionRunHook]) -> SessionRunHook:
        """What shows the progress; before the first save the last checkpoint is the one that was restored."""
        saver, latest = _saver_among([*hooks, *self._built.spec.training_hooks]), self._latest

        def last_save() -> tuple[int, float] | None:
            saved = None if saver is None else saver.last_save
            if saved is None and latest is not None and latest.step is not None:
                return latest.step, time.time() - latest.timestamp
            return saved

        arguments, always = self._arguments, self._model.config.progress is True
        loss = self._built.spec.loss
        return ProgressHook(arguments.max_steps, arguments.steps, loss, last_save, always=always)

    def _metrics_hook(self, every_n_steps: int) -> MetricsFileHook:
        from estimator.summaries.metrics_file import MetricsFile  # which few ask for
        from estimator.training.hooks.metrics_file import MetricsFileHook

        return MetricsFileHook(MetricsFile(self._model.model_dir), self._built.spec.loss, every_n_steps)

    def _checkpoint_hooks(self, clock: Callable[[], float]) -> list[SessionRunHook]:
        """The saver hook; the user's own, if one is given, gets the listeners instead.

        Raises
        ------
        ValueError
            If there are listeners and nothing saves.
        """
        config, listeners = self._model.config, self._arguments.saving_listeners
        given = [
            *self._arguments.hooks,
            *self._built.spec.training_hooks,
            *self._built.spec.training_chief_hooks,
        ]
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
                save_at_start=config.save_at_start,  # type: ignore[arg-type]  # checked by RunConfig
                save_at_end=config.save_at_end,
                async_checkpoint=config.async_checkpoint,
                on_save_error=config.on_save_error,  # type: ignore[arg-type]
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
        fetches = [spec.train_op, spec.loss]
        threads = wanted_threads(self._model.config.session_config)
        with self._interruption, blas_threads(threads):
            together = None if self._ranks is None else self._ranks.together
            with MonitoredSession(creator, hooks, together=together) as session:
                if together is None:  # else all meet after each
                    session.runs_at_once = self._model.config.steps_per_execution or 1
                while not session.should_stop():
                    try:
                        session.run_until_due(fetches)
                    except OutOfRangeError:
                        if session.latest is None and self._continuation.restart_input():
                            continue
                        if session.latest is not None:
                            log.info("The input has ended; repeat() in input_fn would make it go on.")
                        raise
                    except CancelledError:
                        if self._interruption.signal_number is None:
                            raise
                        log.info(
                            "The step that waited for its input is given up; those before it will be saved."
                        )
                        session.coord.request_stop()
            loss = None if session.latest is None else session.latest[1]
            log.info("Loss for final step: %s.", shown(loss))
        if loss is not None and (self._ranks is None or self._ranks.is_chief):
            self._record_end(loss)
            if self._metrics is not None and self._end_step is not None:
                self._metrics.finish(self._end_step, loss)

    def _record_end(self, loss: Any) -> None:
        seconds = round(time.monotonic() - self._begun, 3)
        known = {"end_step": self._end_step, "loss": loss, "seconds": seconds}
        if self._asks_tree:
            known["git_dirty"] = tree_is_dirty(wait_secs=1.0)
        record_end(self._model.model_dir, known)

    def on_end(self, session: Session) -> None:
        """Called when the loop has ended normally, before the last save."""
        self._continuation.has_ended = self._interruption.signal_number is None
        self._end_step = int(session.run(self._built.global_step))

    def on_first_step(self) -> None:
        """Called when the first step has been made: from here on files are written."""
        config = self._model.config.changed()
        config.pop("model_dir", None)  # where the file lies, which may be another place tomorrow
        process = describe_process(self._model.model_dir, wait_secs=0.0)
        self._asks_tree = "git_dirty" not in process
        entry = process | {
            "start_step": self._continuation.start_step,
            "estimator": self._model.class_name,
            "canned": self._model.canned,
            "params": values_of(self._model.params),
            "config": config,
            "data": self._data,
        }
        if self._model.experiment is not None:
            entry["experiment"] = self._model.experiment
        self._begin_curves()
        record_entry(self._model.model_dir, entry)
        record_recipe(self._model.model_dir, self._model.canned, self._model.arguments)

    def _begin_curves(self) -> None:
        """Say in the events file, before anything else is, from which step on the curves are this call's."""
        config, start = self._model.config, self._continuation.start_step
        if config.save_summary_steps or config.log_step_count_steps:
            with FileWriter(self._model.model_dir) as writer:
                writer.begin_session(start + 1, takes_back=start > 0)
                params = _hyperparameters(self._model)
                if params:
                    writer.add_hparams({"estimator": self._model.class_name} | params)


def _saver_among(hooks: Sequence[SessionRunHook]) -> CheckpointSaverHook | None:
    return next((hook for hook in hooks if isinstance(hook, CheckpointSaverHook)), None)


class _CallHook(SessionRunHook):
    """Calls functions: when the variables have values, after the first step, when the loop has ended normally."""

    def __init__(
        self,
        start: Callable[[Session], None] | None = None,
        first_step: Callable[[], None] | None = None,
        end: Callable[[Session], None] | None = None,
    ) -> None:
        self._start = start
        self._first_step = first_step
        self._end = end

    def after_create_session(self, session: Any, coord: Any) -> None:
        """The variables have their values."""
        if self._start is not None:
            self._start(session)

    def next_due(self) -> Due:
        """At the first step, if there is something to call."""
        return Due() if self._first_step is None else NOW

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """A step has been made; only the first counts."""
        first_step, self._first_step = self._first_step, None
        if first_step is not None:
            first_step()

    def end(self, session: Any) -> None:
        """The loop has ended normally."""
        if self._end is not None:
            self._end(session)


def _hyperparameters(model: Model) -> dict[str, Any]:
    """What runs of a model may differ in: the params, or what the constructor of a ready-made one was given."""
    given = values_of(model.params) if model.canned is None else model.arguments
    if not isinstance(given, Mapping):
        return {}
    return {str(name): value for name, value in given.items() if not str(name).endswith(_NO_HYPERPARAMETERS)}


def _demand_unchanged(model_dir: str, latest: CheckpointInfo | None) -> None:
    """Look again, now under the lock.

    Raises
    ------
    AbortedError
        If another process has saved since the first look.
    """
    now = find_latest(model_dir)
    if (now and now.prefix) != (latest and latest.prefix):
        raise AbortedError(
            f"another process trained in {model_dir!r} while this call was starting: its latest checkpoint is "
            f"{now and now.name}, it was {latest and latest.name}. Call train again to go on from there."
        )


def _demand_counted(built: BuiltModel) -> None:
    """Refuse a train_op that can never move the global step: such a training neither ends nor saves.

    It need not move at each run: gradients may be accumulated.

    Raises
    ------
    ValueError
        If nothing that train_op or the loss needs writes the global step.
    """
    targets = [getattr(fetch, "op", fetch) for fetch in (built.spec.train_op, built.spec.loss)]
    counter = built.global_step.handle
    may_count = {variable_of(counter), None}  # None: only the run tells what is written
    if all(may_count.isdisjoint(written_variables(op)) for op in prune(targets, frozenset())):
        raise ValueError(
            f"train_op {targets[0].name!r} never moves the global step ({counter.name}), so that training could "
            "neither count its steps nor save them. Pass it to the optimizer: "
            "minimize(loss, global_step=tf.train.get_global_step()), or to apply_gradients."
        )


def _add_loss_summary(built: BuiltModel) -> None:
    """Show the loss in TensorBoard, unless the model does; list it among the losses."""
    graph, loss = built.graph, built.spec.loss
    names = {op.name for op in graph.get_operations()}
    if "loss" not in names or not any(
        summary.op.name == "loss" for summary in graph.get_collection(GraphKeys.SUMMARIES)
    ):
        with graph.name_scope(None):
            scalar("loss", loss)
    if loss not in graph.get_collection(GraphKeys.LOSSES):
        graph.add_to_collection(GraphKeys.LOSSES, loss)
    if built.spec.train_op not in graph.get_collection(GraphKeys.TRAIN_OP):
        graph.add_to_collection(GraphKeys.TRAIN_OP, built.spec.train_op)


def _warn_of_unused_updates(built: BuiltModel) -> None:
    """Moving averages that nothing runs are a mistake that costs a day."""
    updates = [getattr(update, "op", update) for update in built.graph.get_collection(GraphKeys.UPDATE_OPS)]
    train_op = getattr(built.spec.train_op, "op", built.spec.train_op)
    reached = set(prune([train_op], frozenset()))
    unused = [op.name for op in updates if isinstance(op, Operation) and op not in reached]
    if unused:
        log.warning(
            "train_op does not run %d of the graph's UPDATE_OPS (%s): build it inside "
            "`with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS))`.",
            len(unused), ", ".join(unused[:5]),
        )  # fmt: skip
