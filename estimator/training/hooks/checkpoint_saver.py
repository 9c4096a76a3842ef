"""CheckpointSaverHook: saves the session on a schedule.

The first checkpoint is saved after the first step; then every `save_steps` steps or `save_secs`
seconds counted from the last save; when a listener wants it; and at the end, if the last step is not saved yet. With
``save_steps=100`` that is 1, 101, 201, ... and the last step. TensorFlow since 1.8 saves before the
first step instead (0, 100, 200, ...): ``save_at_start="before_first_step"``.

Nothing is written before the first step has been made: a call whose input or model fails at once
changes no file.

Around each save the listeners are called: all `before_save`, the save, all `after_save`.

What is large is saved in a thread (:mod:`estimator.model_dir.background`): the training stops for a copy of the
variables, the position of the input and the random counters, all of one step, and goes on while they are written. It
learns what has come of that at the first step that ends later; a save that is due meanwhile waits, as do the end of the
training and its failure. A listener's `after_save` is promised the checkpoint: with one the training waits for the
save, unless the listener says that it need not (`awaits_save`), and it waits where there is no memory for a copy. The
last step, and what is saved because of a signal, is saved at once: nothing goes on then.
A save that is refused ends the training, or with ``on_save_error="continue"`` waits for the next time, if there is one.

Source
------
tf.train.CheckpointSaverHook, CheckpointSaverListener, TF 1.7 and 2.15 basic_session_run_hooks.py
"""

from __future__ import annotations

import dataclasses
import functools
import os
import re
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from estimator.checkpoint.saver import Saver
from estimator.checkpoint.variables import byte_sizes
from estimator.core import errors, log
from estimator.core.garbage import no_search_for_cycles
from estimator.formats import messages
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.text import graph_text
from estimator.graph.written import check_size
from estimator.model_dir.background import BackgroundSave
from estimator.model_dir.finding import latest_prefix
from estimator.model_dir.own_files import own_path
from estimator.model_dir.storage import LOCAL, FileOps, make_directory, write_atomically
from estimator.summaries.writer import FileWriter
from estimator.training.scaffold import Scaffold
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    global_step_variable,
)
from estimator.training.triggers import NOW, Clock, Due, SecondOrStepTimer

if TYPE_CHECKING:
    from estimator.checkpoint.prepared_save import PreparedSave
    from estimator.checkpoint.snapshot import SnapshotMemory

_MOST_GRAPH_BYTES = 1 << 30
# bytes of values; less is on the disk in some 15 ms, of which most are for its files' syncs
_WORTH_A_THREAD = 16 << 20

SaveAtStart = Literal["first_step", "before_first_step", "none"]  # as RunConfig.save_at_start
OnSaveError = Literal["raise", "continue"]  # as RunConfig.on_save_error


class CheckpointSaverListener:
    """What is called around each save; every method does nothing unless it is overridden."""

    def begin(self) -> None:
        """The hook's begin: the graph may still be added to."""

    def wants_save(self, global_step_value: int) -> bool:
        """Whether this step is to be saved, whatever the schedule says; TensorFlow has no such call."""
        return False

    def next_wish(self) -> float | None:
        """The step at which it has to be asked next; None: at each. TensorFlow has no such call."""
        return None

    def before_save(self, session: Any, global_step_value: int) -> None:
        """A save comes next."""

    def awaits_save(self, global_step_value: int) -> bool:
        """Whether the training must wait for the save that comes next; TensorFlow, which always does, has no such call.

        If no listener says so, the training may go on while the checkpoint is written, and `after_save` is not called.
        By default one that overrides `after_save` does.
        """
        return _overrides(self, "after_save")

    def after_save(self, session: Any, global_step_value: int) -> bool | None:
        """A save is done; True stops the training."""
        return None

    def end(self, session: Any, global_step_value: int) -> None:
        """The training has ended, the last save is done."""


def check_listeners(listeners: Sequence[Any] | None) -> list[CheckpointSaverListener]:
    """A list of the listeners that were given.

    Raises
    ------
    TypeError
        If it is not a list, or one is not a :class:`CheckpointSaverListener`.
    """
    if listeners is not None and (isinstance(listeners, str) or not isinstance(listeners, Iterable)):
        advice = (
            "; put it into a list: saving_listeners=[...]"
            if isinstance(listeners, CheckpointSaverListener)
            else ""
        )
        raise TypeError(
            f"saving_listeners must be a list of CheckpointSaverListener, given: {listeners!r}{advice}."
        )
    found = list(listeners or ())
    for listener in found:
        if not isinstance(listener, CheckpointSaverListener):
            raise TypeError(
                f"saving_listeners must be a list of CheckpointSaverListener, given: {listener!r}."
            )
    return found


class CheckpointSaverHook(SessionRunHook):
    """Saves checkpoints into a directory.

    Parameters
    ----------
    checkpoint_dir : str or path
    save_secs, save_steps : number, optional
        Exactly one of them.
    saver : Saver, optional
        Or `scaffold`, whose saver is used; neither: the graph's own.
    checkpoint_basename : str
        Checkpoints are called ``<basename>-<step>``.
    scaffold : Scaffold, optional
    listeners : sequence of CheckpointSaverListener, optional
    save_graph_def : bool
        Whether to write graph.pbtxt, the graph for TensorBoard, and a .meta beside each checkpoint.
    save_at_start : str
        ``"first_step"``, ``"before_first_step"``, or ``"none"``: only what the schedule says, counted
        from the start.
    save_at_end : bool
        Whether the last step is saved, if the schedule did not.
    async_checkpoint : bool, optional
        Whether the training goes on while a checkpoint is written; None: if it has 16 MiB or more.
    on_save_error : str
        If the system refuses to write a checkpoint: ``"raise"``, or ``"continue"`` to warn and try again later.
    clock : callable
        Gives seconds.

    Raises
    ------
    ValueError
        If `save_secs` and `save_steps` are not exactly one, or saver and scaffold are both given.
    """

    only_chief = True

    def __init__(
        self,
        checkpoint_dir: str | os.PathLike[str],
        save_secs: float | None = None,
        save_steps: int | None = None,
        saver: Any = None,
        checkpoint_basename: str = "model.ckpt",
        scaffold: Scaffold | None = None,
        listeners: Sequence[CheckpointSaverListener] | None = None,
        save_graph_def: bool = True,
        *,
        save_at_start: SaveAtStart = "first_step",
        save_at_end: bool = True,
        async_checkpoint: bool | None = None,
        on_save_error: OnSaveError = "raise",
        clock: Clock = time.monotonic,
    ) -> None:
        if on_save_error not in ("raise", "continue"):
            raise ValueError(f"on_save_error should be 'raise' or 'continue', given: {on_save_error!r}.")
        if saver is not None and scaffold is not None:
            raise ValueError("You cannot provide both saver and scaffold.")
        if (save_secs is None) == (save_steps is None):
            raise ValueError(
                f"exactly one of save_secs and save_steps must be given, given: {save_secs} and {save_steps}."
            )
        log.info("Create CheckpointSaverHook.")
        self._checkpoint_dir = os.fspath(checkpoint_dir)
        self._save_path = os.path.join(self._checkpoint_dir, checkpoint_basename)
        self._saver = saver
        self._scaffold = scaffold
        self._clock = clock
        self._timer = SecondOrStepTimer(save_secs, save_steps, clock=clock)
        self._listeners: tuple[CheckpointSaverListener, ...] = ()
        self._wishful: list[CheckpointSaverListener] = []
        self._save_graph_def = save_graph_def
        self._save_at_start = save_at_start
        self._save_at_end = save_at_end
        self._saved_step: int | None = None
        self._saved_at = 0.0  # by the clock
        self._async_checkpoint = async_checkpoint
        self._on_save_error = on_save_error
        self._running: tuple[int, BackgroundSave] | None = None  # the step and its save
        self._nothing_goes_on = False  # while a save would run
        self._memory: SnapshotMemory | None = None  # of the last copy
        self._writer = FileWriter(self._checkpoint_dir)  # nothing is written before the first event
        self.add_listeners(listeners or ())

    def add_listeners(self, listeners: Sequence[CheckpointSaverListener]) -> None:
        """Call these around each save, too; before the session begins.

        Raises
        ------
        TypeError
            If one is not a :class:`CheckpointSaverListener`.
        """
        self._listeners += tuple(check_listeners(listeners))
        never = CheckpointSaverListener.wants_save
        self._wishful = [
            listener
            for listener in self._listeners
            if getattr(type(listener), "wants_save", never) is not never  # a mock wants nothing
        ]

    def begin(self) -> None:
        """Find the global step; refuse a graph that no file can hold while nothing is written yet."""
        if self._save_graph_def:
            check_size(get_default_graph())
        self._step = global_step_variable()
        self._args = SessionRunArgs(self._step)
        self._start_step = 0
        self._graph_is_written = self._graph_was_tried = not self._save_graph_def
        self._writer.reopen()
        self._reserve()
        for listener in self._listeners:
            listener.begin()

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Save if the first checkpoint is due before the first step."""
        step = self._start_step = int(session.run(self._step))
        if self._save_at_start == "before_first_step":
            self._timer.update_last_triggered_step(step)
            self._save(session, step)
        elif self._save_at_start == "none":
            self._timer.update_last_triggered_step(step)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the step."""
        return self._args

    def next_due(self) -> Due | None:
        """When the schedule says, a listener may want it, or what a thread saves is saved."""
        due = self._timer.next_due() if self._graph_was_tried else NOW
        wishes = [listener.next_wish() for listener in self._wishful]
        if due is None or None in wishes:
            return None
        due = due._replace(step=min([due.step, *filter(None, wishes)]))
        return due if self._running is None else due._replace(event=self._has_saved)

    def _has_saved(self) -> bool:
        return self._running is not None and self._running[1].is_done

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Save if it is due; raise what a save in a thread has raised."""
        if self._has_saved():
            self._finish()
        if not self._graph_was_tried:
            self._write_graph(run_context.session.graph)
        step = run_values.results
        if self._timer.should_trigger_for_step(step) or self._is_wanted(step):
            step = int(step)
            self._timer.update_last_triggered_step(step)
            if self._save(run_context.session, step):
                run_context.request_stop()

    def _is_wanted(self, step: Any) -> bool:
        return any(listener.wants_save(int(step)) for listener in self._wishful)

    def save_now(self, session: Any) -> None:
        """Save whatever the schedule says, unless the step is on the disk; it is when this returns."""
        self._finish()
        step = int(session.run(self._step))
        if step != self._saved_step and not self._was_restored(step):
            self._nothing_goes_on = True
            try:
                self._save(session, step)
            finally:
                self._nothing_goes_on = False

    def end(self, session: Any) -> None:
        """Save the last step."""
        self._finish()
        self._free()
        if self._save_at_end:
            self.save_now(session)
        step = int(session.run(self._step))
        for listener in self._listeners:
            listener.end(session, step)
        self._writer.close()

    def failed(self, error: BaseException) -> None:
        """Say where the next call will go on."""
        try:
            self._finish()
        except Exception as second:  # the first error is the one to see
            log.error("what was being saved when the training stopped is not saved: %s", second)
        self._free()
        self._writer.close()
        if self._saved_step is not None:
            log.warning(
                "training stopped by %s; the last checkpoint is %s-%d.",
                type(error).__name__,
                self._save_path,
                self._saved_step,
            )

    @property
    def last_save(self) -> tuple[int, float] | None:
        """The step that was saved last, and how many seconds ago; None before the first save."""
        return None if self._saved_step is None else (self._saved_step, self._clock() - self._saved_at)

    def give_up(self) -> None:
        """Let what a thread saves not be saved, so that nobody has to wait for it."""
        if self._running is not None:
            self._running[1].give_up()

    def _write_graph(self, graph: Graph) -> None:
        self._graph_was_tried = True
        try:
            write_graph(graph, os.path.join(self._checkpoint_dir, "graph.pbtxt"), self._step.op.name)
        except errors.OpError as error:
            self._go_on_after(error, "the graph is not written")
            return
        self._writer.add_graph(graph)
        self._graph_is_written = True

    def _go_on_after(self, error: errors.OpError, what: str) -> None:
        """Warn of what the system refused, or raise it, if the training is to end or has ended."""
        mends_itself = not isinstance(error, (errors.InvalidArgumentError, errors.CancelledError))
        if self._on_save_error == "raise" or self._nothing_goes_on or not mends_itself:
            raise error
        log.warning(
            "%s: %s The training goes on and tries again when the next save is due.", what, error.message
        )

    def _was_restored(self, step: int) -> bool:
        """Whether no step was made since the checkpoint of this step was read."""
        return step == self._start_step and latest_prefix(self._checkpoint_dir) == f"{self._save_path}-{step}"

    def _save(self, session: Any, step: int) -> bool:  # TensorFlow's name and parameters: scripts override it
        """Save, or begin to; True if a listener asks to stop."""
        self._finish()
        if not self._graph_is_written:
            self._write_graph(session.graph)
        log.info("Saving checkpoints for %d into %s.", step, self._save_path)
        for listener in self._listeners:
            listener.before_save(session, step)
        awaited = [listener.awaits_save(step) for listener in self._listeners]
        try:
            saved = self._write(session, step, self._nothing_goes_on or any(awaited))
        except errors.OpError as error:
            self._go_on_after(error, f"step {step} is not saved")
            return False
        if isinstance(saved, BackgroundSave):
            self._running = step, saved
            return False
        self._note_saved(saved, step)
        wants_stop = [bool(listener.after_save(session, step)) for listener in self._listeners]
        if any(wants_stop):
            log.info("a CheckpointSaverListener asked to stop the training at step %d.", step)
        return any(wants_stop)

    @no_search_for_cycles()
    def _write(self, session: Any, step: int, at_once: bool) -> str | BackgroundSave | None:
        """The prefix of what is saved, or the save that runs."""
        saver, options = self._get_saver(session.graph), {"write_meta_graph": self._save_graph_def}
        if at_once or not self._may_go_on(saver):
            saved: str | None = saver.save(session, self._save_path, global_step=step, **options)
            return saved
        with session.store.lock:  # whatever else runs in the session shall not run between two variables
            prepared = saver.prepare(session, self._save_path, global_step=step, **options)
            copy = None if prepared is None else self._copy(prepared)
        if copy is not None:
            return BackgroundSave(copy.series.directory, copy.write)
        return None if prepared is None else prepared.write()

    def _may_go_on(self, saver: Any) -> bool:
        """Whether the training may go on while that saver saves."""
        own = (
            getattr(getattr(saver, "save", None), "__func__", None) is Saver.save
        )  # a script's may do anything
        return own and self._async_checkpoint is not False

    def _reserve(self) -> None:
        """Let memory for copies be found while variables get their first values, if the first step will be saved."""
        saver = self._scaffold.saver if self._scaffold is not None else self._saver
        never = any(map(_awaits_every_save, self._listeners))
        if never or self._save_at_start == "none" or not self._may_go_on(saver):
            return
        sizes = byte_sizes(saver.keys().values())
        if sum(sizes) >= _WORTH_A_THREAD:
            self._memory_for_copies().reserve(sizes)

    def _memory_for_copies(self) -> SnapshotMemory:
        if self._memory is None:
            from estimator.checkpoint.snapshot import SnapshotMemory  # which a small model has no use for

            self._memory = SnapshotMemory()
        return self._memory

    def _free(self) -> None:
        memory, self._memory = self._memory, None
        if memory is not None:
            memory.free()

    def _copy(self, prepared: PreparedSave) -> PreparedSave | None:
        """The save with a copy of the values; None if it is not worth one, or there is no memory for it."""
        if self._async_checkpoint is None and prepared.nbytes < _WORTH_A_THREAD:
            return None
        values = self._memory_for_copies().copy(prepared.tensors)
        if values is None:
            log.log_first_n(
                log.INFO, "there is no memory for a copy of %d bytes: the training waits for each save.", 1,
                prepared.nbytes,
            )  # fmt: skip
            return None
        return dataclasses.replace(prepared, tensors=values)

    def _finish(self) -> None:
        """Wait for the save that runs, if one does, and note it.

        Raises
        ------
        BaseException
            What it has raised.
        """
        if self._running is None:
            return
        step, save = self._running
        try:
            path = save.finish()
        except errors.OpError as error:
            self._go_on_after(error, f"step {step} is not saved")
            return
        finally:
            self._running = None
        if path is not None:  # else this is a forked process
            self._note_saved(path, step)

    def _note_saved(self, path: str | None, step: int) -> None:
        self._saved_step, self._saved_at = step, self._clock()
        log_type = messages.SessionLog
        self._writer.add_session_log(log_type(status=log_type.CHECKPOINT, checkpoint_path=str(path)), step)

    def _get_saver(self, graph: Graph) -> Any:
        if self._saver is None and self._scaffold is not None:
            self._saver = self._scaffold.saver
        elif self._saver is None:
            self._saver = next(iter(graph.get_collection(GraphKeys.SAVERS)), None)
        if self._saver is None:
            raise RuntimeError(
                "there is no saver, neither in the scaffold nor in the graph's collection 'savers': "
                "pass saver= to CheckpointSaverHook."
            )
        return self._saver


def _overrides(listener: CheckpointSaverListener, method: str) -> bool:
    """Whether the listener has a method of its own; a mock has."""
    inherited = getattr(CheckpointSaverListener, method)
    return getattr(getattr(listener, method), "__func__", None) is not inherited


def _awaits_every_save(listener: CheckpointSaverListener) -> bool:
    return _overrides(listener, "after_save") and not _overrides(listener, "awaits_save")


def write_graph(graph: Graph, path: str, step_name: str, ops: FileOps = LOCAL) -> None:
    """Write the graph in text form, as graph.pbtxt.

    A graph of that name that counts steps is an earlier training's, ours or TensorFlow's, and is replaced, as they
    replace it. Beside any other file it gets a name of its own.
    """
    make_directory(os.path.dirname(path) or os.curdir, ops)
    own = own_path(path, _MOST_GRAPH_BYTES, functools.partial(_counts_steps, step_name))
    if own != path:
        log.warning(
            "%s is not the graph of a training and stays as it is; the graph is written to %s.", path, own
        )
    write_atomically(own, graph_text(graph).encode(), ops)


def _counts_steps(step_name: str, contents: bytes) -> bool:
    """Whether it is the text of a graph with a global step, or empty."""
    node = rf'^ *name: "({GraphKeys.GLOBAL_STEP}|{re.escape(step_name)})"$'.encode()
    return not contents.strip() or re.search(node, contents, re.MULTILINE) is not None
