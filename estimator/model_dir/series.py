"""The checkpoints of one training: save, acknowledge, and let old ones go.

A save is: note what is to be done (notes.py), commit the file set (commit.py), name it in the state file
(state.py), delete what retention lets go (retention.py) and is none of the best (best.py), drop the note, in
this order. Only when :meth:`CheckpointSeries.save` has returned does the checkpoint count as saved. Nothing is
ever deleted but what this object has saved itself, or was told to go on with. A save may go on in a thread
(background.py); all other methods, and the next save, wait for it.

::

    series = CheckpointSeries("models/iris", keep_max=5)
    series.continue_from(SavedCheckpoint(info.name, info.timestamp) for info in kept_with("models/iris/model.ckpt-100"))
    prefix = series.save("model.ckpt-200", {"dnn/logits/bias": bias, "global_step": step}, meta)

A saver may write into several directories (:class:`KeptCheckpoints`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from estimator.core import errors, log
from estimator.core.dtypes import DType
from estimator.core.files import explained
from estimator.formats.written_index import LastIndex
from estimator.model_dir.background import wait_for_saves
from estimator.model_dir.best import best_names
from estimator.model_dir.commit import Value, bytes_needed, write_checkpoint
from estimator.model_dir.file_names import STATE_FILE, owner_of
from estimator.model_dir.lock import briefly_locked
from estimator.model_dir.notes import SaveNote, drop_note, write_note
from estimator.model_dir.recovery import recover_if_abandoned
from estimator.model_dir.retention import (
    SECONDS_PER_HOUR,
    Retention,
    SavedCheckpoint,
    delete_checkpoints,
    plan_retention,
    remove_files,
)
from estimator.model_dir.state import CheckpointState, read_state, write_state
from estimator.model_dir.storage import LOCAL, FileOps, make_directory, retried


class CheckpointSeries:
    """The checkpoints that one saver writes into a directory.

    Parameters
    ----------
    directory : path
        The model_dir; it is made when the first checkpoint is saved.
    keep_max : int or None
        How many stay; None or 0 for all.
    keep_every_n_hours : float
        One checkpoint in so many hours stays for good; counted from the making of this object.
    state_file : str
        What the state file is called.
    clock : callable
        The time in seconds since 1970.
    ops : FileOps
        The file system.
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        *,
        keep_max: int | None = 5,
        keep_every_n_hours: float = 10000.0,
        state_file: str = STATE_FILE,
        clock: Callable[[], float] = time.time,
        ops: FileOps = LOCAL,
    ) -> None:
        self.directory = os.fspath(directory)
        self.keep_max = keep_max
        self._keep_every_n_hours = keep_every_n_hours
        self._clock = clock
        self._ops = ops
        self._next_keep_time = clock() + keep_every_n_hours * SECONDS_PER_HOUR
        self._state_file = state_file
        self._is_made = False  # the directory, by this object
        self._listed: list[SavedCheckpoint] = []
        self._current: set[str] = set()  # names of what this process has restored or written
        self._undeleted: list[str] = []  # names of what has left the list and could not be deleted so far
        self._notes: list[str] = []  # of saves of which something is left to be done
        self._last_index = LastIndex()

    @property
    def saved(self) -> list[SavedCheckpoint]:
        """The checkpoints that are kept, oldest first; one that somebody has deleted is not among them."""
        wait_for_saves(self.directory)
        with explained(f"cannot list the directory {self.directory!r}", self.directory):
            try:
                present = set(retried(self._ops.listdir, self.directory))
            except FileNotFoundError:
                present = set()
        return [checkpoint for checkpoint in self._listed if f"{checkpoint.name}.index" in present]

    def continue_from(self, saved: Iterable[SavedCheckpoint]) -> None:
        """Take these for the ones that are kept, oldest first; they will be deleted when their turn comes."""
        wait_for_saves(self.directory)
        self._listed = list(saved)

    def note_restored(self, prefix: str) -> None:
        """Say that the variables are those of this checkpoint: it need not be written again."""
        where, name = os.path.split(os.fspath(prefix))
        wait_for_saves(self.directory)
        if os.path.realpath(where or os.curdir) == os.path.realpath(self.directory or os.curdir):
            self._current.add(name)

    def is_current(self, name: str) -> bool:
        """Whether this process has restored or saved the checkpoint of that name, and it is there."""
        wait_for_saves(self.directory)
        return name in self._current and self._is_there(name)

    def save(
        self,
        name: str,
        tensors: Mapping[str, Value] | Iterable[tuple[str, Value]],
        meta: bytes | None = None,
        *,
        dtype_of: Mapping[str, DType] | None = None,
        may_be_nonfinite: Collection[str] = (),
        anew: bool = False,
        acknowledge: bool = True,
    ) -> str:
        """Save a checkpoint and return its prefix; from then on it survives a power failure.

        What this process has restored or saved under this name is not written again, but becomes the latest.

        Parameters
        ----------
        name : str
            For example ``"model.ckpt-200"``.
        tensors, meta, dtype_of, may_be_nonfinite
            See :func:`estimator.model_dir.commit.write_checkpoint`.
        anew : bool
            Write it even if this process has restored or saved it before: the values are others.
        acknowledge : bool
            Name it in the state file, and let old ones go.

        Raises
        ------
        OpError
            As write_checkpoint. The checkpoints that were there are untouched, and nothing of this
            one is left.
        """
        wait_for_saves(self.directory)
        tensors = tensors if isinstance(tensors, Mapping) else dict(tensors)
        self._make_directory()
        is_written = anew or not self.is_current(name)
        candidates = self._candidates(name) if acknowledge else []
        plan = self._plan(candidates) if acknowledge else None
        if is_written or (plan is not None and not self._is_said(plan)):
            drops = self._drops(name, plan)
            is_new = is_written and not self._is_there(name)
            is_listed = acknowledge and self._state_file == STATE_FILE
            note = self._note(SaveNote(name, is_listed, tuple(drops)), tensors, meta)
            if is_written:
                self._write(note, name, tensors, meta, dtype_of, may_be_nonfinite)
            self._notes.append(note)
            self._undeleted = drops
            if plan is not None:
                with briefly_locked(self.directory):
                    plan = self._plan(candidates)  # what has become one of the best meanwhile stays
                    self._undeleted = self._drops(name, plan)
                    self._acknowledge(plan, is_new=is_new)
            self._delete()
        if plan is not None:
            self._listed, self._next_keep_time = list(plan.listed), plan.next_keep_time
            self._current.add(name)
        return self._prefix(name)

    def plan(self, name: str) -> Retention:
        """What would become of the checkpoints if one of that name were saved now; nothing is changed."""
        return self._plan(self._candidates(name))

    def _candidates(self, name: str) -> list[SavedCheckpoint]:
        """What may be listed once the checkpoint of this name is the latest."""
        others = [checkpoint for checkpoint in self.saved if checkpoint.name != name]
        return [*others, SavedCheckpoint(name, self._clock())]

    def _plan(self, candidates: Sequence[SavedCheckpoint]) -> Retention:
        """What becomes of each of them; the best stay."""
        return plan_retention(
            candidates,
            keep_max=self.keep_max,
            keep_every_n_hours=self._keep_every_n_hours,
            next_keep_time=self._next_keep_time,
            pinned=best_names(self.directory),
        )

    def _drops(self, name: str, plan: Retention | None) -> list[str]:
        """What is to be deleted after the save: what leaves the list, and what an earlier save could not delete."""
        leaving = [checkpoint.name for checkpoint in plan.deleted] if plan else []
        kept = {name, *(checkpoint.name for checkpoint in (plan.listed if plan else self._listed))}
        return list(dict.fromkeys(old for old in [*self._undeleted, *leaving] if old not in kept))

    def _make_directory(self) -> None:
        if not (
            self._is_made and os.path.isdir(self.directory)
        ):  # each time would be a sync of the one above it
            make_directory(self.directory, self._ops)
            recover_if_abandoned(self.directory, self._ops)
            self._is_made = True

    def _delete(self) -> None:
        gone = delete_checkpoints(self._ops, self.directory, self._undeleted)
        self._current.difference_update(gone)
        self._undeleted = [name for name in self._undeleted if name not in gone]
        if self._is_safe(gone):
            self._drop_notes()

    def _drop_notes(self) -> None:
        """Drop them, unless something has still to be deleted."""
        if not self._undeleted:
            self._notes = [note for note in self._notes if not self._dropped(note)]

    def _is_safe(self, gone: Sequence[str]) -> bool:
        """Whether what is gone would be gone after a power failure, too: until then a note has to say that it goes."""
        try:
            if gone:
                retried(self._ops.fsync_dir, self.directory)
        except OSError:
            return False
        return True

    def _is_said(self, plan: Retention) -> bool:
        """Whether the state file says already what it is to say."""
        try:
            return read_state(self.directory, self._state_file) == _state_of(plan)
        except errors.OpError:
            return False

    def _note(self, note: SaveNote, tensors: Mapping[str, Value], meta: bytes | None) -> str:
        with explained(
            f"cannot write checkpoint {note.writes!r} into {self.directory!r}", self.directory,
            size_bytes=lambda: bytes_needed(tensors, meta),
        ):  # fmt: skip
            return write_note(self._ops, self.directory, note)

    def _write(
        self,
        note: str,
        name: str,
        tensors: Mapping[str, Value],
        meta: bytes | None,
        dtype_of: Mapping[str, DType] | None,
        may_be_nonfinite: Collection[str],
    ) -> None:
        try:
            write_checkpoint(
                self._ops,
                self.directory,
                name,
                tensors,
                meta,
                dtype_of=dtype_of,
                may_be_nonfinite=may_be_nonfinite,
                last_index=self._last_index,
            )
        except BaseException:
            # Else something could not be removed, and recovery has to know whose it is.
            if self._is_there(name) or not self._has_files(name):
                self._dropped(note)
            raise

    def _acknowledge(self, plan: Retention, *, is_new: bool) -> None:
        name = plan.listed[-1].name
        try:
            write_state(self.directory, _state_of(plan), self._ops, self._state_file)
        except errors.OpError:
            try:
                self._after_failure(plan, name, is_new)
            except (errors.OpError, OSError) as error:
                log.warning("could not remove %r, which is not acknowledged: %s.", self._prefix(name), error)
                self._undeleted += [name] if is_new else []  # the next save tries again
            self._drop_notes()
            raise

    def _after_failure(self, plan: Retention, name: str, is_new: bool) -> None:
        """Take back what is committed and not acknowledged, unless the state file was replaced all the same."""
        state = read_state(self.directory, self._state_file)
        listed = () if state is None else state.all_model_checkpoint_paths
        if state == _state_of(plan):
            self._listed = list(plan.listed)
            return
        self._undeleted = [old for old in self._undeleted if old not in listed]  # those stay
        if is_new and name not in listed:
            remove_files(self._ops, self.directory, name)
            self._dropped(self._notes.pop())

    def _dropped(self, note: str) -> bool:
        """Whether the note is gone now; one that stays is read by the next start, which finds all of it done."""
        try:
            drop_note(self._ops, note)
        except OSError:
            return False
        return True

    def _is_there(self, name: str) -> bool:
        return os.path.exists(self._prefix(name) + ".index")

    def _has_files(self, name: str) -> bool:
        return any(owner_of(file_name) == name for file_name in retried(self._ops.listdir, self.directory))

    def _prefix(self, name: str) -> str:
        return os.path.join(self.directory, name)


class KeptCheckpoints:
    """What a saver has saved or was told of, by directory and state file.

    Parameters
    ----------
    max_to_keep, keep_every_n_hours, clock
        See :class:`CheckpointSeries`.
    """

    def __init__(
        self, max_to_keep: int | None, keep_every_n_hours: float, clock: Callable[[], float]
    ) -> None:
        self._max_to_keep = max_to_keep
        self._keep_every_n_hours = keep_every_n_hours
        self._clock = clock
        # each with the directory as it was written
        self._series: dict[tuple[str, str], tuple[str, CheckpointSeries]] = {}

    def series_in(self, directory: str, state_file: str | None = None) -> CheckpointSeries:
        """The checkpoints in that directory.

        Raises
        ------
        ValueError
            If the state file is not a bare name.
        """
        state_file = state_file or STATE_FILE
        if os.path.basename(state_file) != state_file:
            raise ValueError(f"'latest_filename' must not contain path components, given: {state_file!r}.")
        key = (os.path.abspath(directory), state_file)
        if key not in self._series:
            self._series[key] = directory, CheckpointSeries(
                directory or os.curdir, keep_max=self._max_to_keep,
                keep_every_n_hours=self._keep_every_n_hours, clock=self._clock, state_file=state_file,
            )  # fmt: skip
        return self._series[key][1]

    def prefixes(self) -> list[str]:
        """Of all of them, oldest first, with their directories as they were given."""
        kept = [
            (checkpoint.timestamp, os.path.join(directory, checkpoint.name))
            for directory, series in self._series.values()
            for checkpoint in series.saved
        ]
        return [prefix for _, prefix in sorted(kept, key=lambda pair: pair[0])]

    def replace(self, saved: Iterable[tuple[str, float]]) -> None:
        """Take these prefixes, saved at these times, for all that there are, oldest first."""
        by_directory: dict[str, list[SavedCheckpoint]] = {}
        for prefix, saved_at in saved:
            directory, name = os.path.split(os.fspath(prefix))
            by_directory.setdefault(directory, []).append(SavedCheckpoint(name, saved_at))
        for _, series in self._series.values():
            series.continue_from([])
        for directory, checkpoints in by_directory.items():
            self.series_in(directory).continue_from(checkpoints)


def _state_of(plan: Retention) -> CheckpointState:
    return CheckpointState.of([checkpoint.name for checkpoint in plan.listed])
