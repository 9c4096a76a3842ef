"""The checkpoints of one training: save, acknowledge, and let old ones go.

A save is: commit the file set (commit.py), name it in the state file (state.py), delete what
retention lets go (retention.py), in this order. Only when :meth:`CheckpointStore.save` has returned
does the checkpoint count as saved.

::

    store = CheckpointStore("models/iris", keep_max=5)
    with DirectoryLock(store.directory):
        store.recover()
        prefix = store.save(200, {"dnn/logits/bias": bias, "global_step": step}, meta)
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from estimator.core import errors, log
from estimator.core.dtypes import DType
from estimator.core.files import explained
from estimator.model_dir import file_names
from estimator.model_dir.commit import Value, write_checkpoint
from estimator.model_dir.finding import latest_checkpoint, list_checkpoints
from estimator.model_dir.recovery import recover
from estimator.model_dir.retention import (
    SECONDS_PER_HOUR,
    SavedCheckpoint,
    delete_checkpoints,
    note_eviction,
    plan_retention,
    remove_files,
)
from estimator.model_dir.state import CheckpointState, read_state, write_state
from estimator.model_dir.storage import LOCAL, FileOps, make_directory, retried


class CheckpointStore:
    """The checkpoints that one trainer writes into a directory.

    Parameters
    ----------
    directory : path
        The model_dir; it is made when the first checkpoint is saved.
    basename : str
        What the names of checkpoints begin with.
    keep_max : int or None
        How many stay; None or 0 for all.
    keep_every_n_hours : float
        One checkpoint in so many hours stays for good; counted from the making of this object.
    state_file : str
        What the state file is called.
    continues : bool
        Whether the checkpoints that are there already count among those kept. If not, only what this
        object saves counts, until :meth:`note_restored` or :meth:`continue_from`: others are neither
        listed nor deleted.
    pinned : iterable of str
        Names that stay beyond `keep_max`.
    clock : callable
        The time in seconds since 1970.
    ops : FileOps
        The file system.
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        basename: str = file_names.DEFAULT_BASENAME,
        *,
        keep_max: int | None = 5,
        keep_every_n_hours: float = 10000.0,
        state_file: str = file_names.STATE_FILE,
        continues: bool = True,
        pinned: Iterable[str] = (),
        clock: Callable[[], float] = time.time,
        ops: FileOps = LOCAL,
    ) -> None:
        self.directory = os.fspath(directory)
        self.basename = basename
        self.keep_max = keep_max
        self.pinned = set(pinned)
        self._keep_every_n_hours = keep_every_n_hours
        self._clock = clock
        self._ops = ops
        self._next_keep_time = clock() + keep_every_n_hours * SECONDS_PER_HOUR
        self._state_file = state_file
        self._listed: list[SavedCheckpoint] | None = None if continues else []  # None: to be read first
        self._current: set[str] = set()  # names of what this process has restored or written
        self._own: set[str] = set()  # names that may be deleted, whatever they begin with

    @property
    def checkpoints(self) -> list[str]:
        """The prefixes of the checkpoints in the state file, oldest first."""
        return [self._prefix(each.name) for each in self._known()]

    @property
    def saved(self) -> list[SavedCheckpoint]:
        """The same with their times."""
        return self._known()

    def continue_from(self, saved: Sequence[SavedCheckpoint]) -> None:
        """Take these for the ones that are kept, oldest first; they may be deleted when their turn comes."""
        self._listed = list(saved)
        self._own = {each.name for each in saved}

    def latest(self) -> str | None:
        """The prefix of the latest whole checkpoint; None if there is none.

        Raises
        ------
        OpError
            As :func:`estimator.model_dir.finding.find_latest`.
        """
        return latest_checkpoint(self.directory)

    def note_restored(self, prefix: str) -> None:
        """Say that the variables are those of this checkpoint: it need not be saved again.

        If it is one of this directory, the checkpoints that are kept with it count from now on.
        """
        where, name = os.path.split(os.fspath(prefix))
        if os.path.realpath(where or os.curdir) != os.path.realpath(self.directory or os.curdir):
            return
        self._current.add(name)
        if not self._listed:
            self._listed = self._kept_with(name)
            self._own.update(each.name for each in self._listed)

    def is_current(self, name: str) -> bool:
        """Whether this process has restored or saved the checkpoint of that name, and it is there."""
        return name in self._current and os.path.exists(self._prefix(name) + ".index")

    def recover(self) -> list[str]:
        """Remove what interrupted saves have left; call it under the directory's lock only."""
        return recover(self.directory, self._ops)

    def save(
        self,
        step: int | None,
        tensors: Mapping[str, Value] | Iterable[tuple[str, Value]],
        meta: bytes | None = None,
        *,
        dtype_of: Mapping[str, DType] | None = None,
        may_be_nonfinite: Collection[str] = (),
        name: str | None = None,
        anew: bool = False,
        acknowledge: bool = True,
    ) -> str:
        """Save a checkpoint and return its prefix; from then on it survives a power failure.

        A step that this process has restored or saved is not saved again: its checkpoint is there.

        Parameters
        ----------
        step, tensors, meta, dtype_of, may_be_nonfinite
            See :func:`estimator.model_dir.commit.write_checkpoint`.
        name : str, optional
            The checkpoint's whole name; by default basename and step.
        anew : bool
            Save it even if this process has restored or saved it before: the values are others.
        acknowledge : bool
            Name it in the state file, and let old ones go.

        Raises
        ------
        OpError
            As write_checkpoint. The checkpoints that were there are untouched, and nothing of this
            one is left.
        """
        usual = file_names.checkpoint_name(self.basename, step)
        name = name or usual
        if self.is_current(name) and not anew:
            log.debug("%r is there already and not saved again.", self._prefix(name))
            return self._prefix(name)
        make_directory(self.directory, self._ops)
        earlier = [each for each in self._known() if each.name != name]
        write_checkpoint(
            self._ops, self.directory, *((self.basename, step) if name == usual else (name, None)), tensors, meta,
            dtype_of=dtype_of, may_be_nonfinite=may_be_nonfinite,
        )  # fmt: skip
        self._listed = earlier  # what stood under this name is withdrawn
        if acknowledge:
            self._own.add(name)
            self._acknowledge([*earlier, SavedCheckpoint(name, self._clock())])
        return self._prefix(name)

    def _acknowledge(self, saved: list[SavedCheckpoint]) -> None:
        latest = saved[-1].name
        plan = plan_retention(
            saved,
            keep_max=self.keep_max,
            keep_every_n_hours=self._keep_every_n_hours,
            next_keep_time=self._next_keep_time,
            pinned=self.pinned,
        )
        leaving = [each.name for each in plan.deleted]
        note = note_eviction(self._ops, self.directory, leaving)
        names = [each.name for each in plan.listed]
        try:
            write_state(self.directory, CheckpointState.of(names), self._ops, self._state_file)
        except errors.OpError:
            self._listed = None  # to be read again: the file may have been replaced all the same
            if self._take_back(latest):
                self._drop(note)
            raise
        self._listed = list(plan.listed)
        self._next_keep_time = plan.next_keep_time
        self._current.add(latest)
        gone = delete_checkpoints(
            self._ops, self.directory, leaving, basename=self.basename, latest=latest, own=self._own
        )
        if gone == leaving:
            self._drop(note)
        self._current.difference_update(leaving)

    def _drop(self, note: str | None) -> None:
        if note is not None:
            with contextlib.suppress(OSError):  # the next start removes it
                retried(self._ops.unlink, note)

    def _take_back(self, name: str) -> bool:
        """Remove a committed checkpoint, unless the state file names it after all; whether it is gone."""
        try:
            state = read_state(self.directory, self._state_file)
            if state is not None and name in state.all_model_checkpoint_paths:
                return False
            remove_files(self._ops, self.directory, name)
        except (errors.OpError, OSError) as error:
            log.warning("could not remove %r, which is not acknowledged: %s.", self._prefix(name), error)
            return False
        return True

    def _known(self) -> list[SavedCheckpoint]:
        if self._listed is None:
            self._listed = self._read_known(self.basename)
        with explained(f"cannot list the directory {self.directory!r}", self.directory):
            try:
                present = set(retried(self._ops.listdir, self.directory))
            except FileNotFoundError:
                present = set()
        return [each for each in self._listed if f"{each.name}.index" in present]

    def _kept_with(self, restored: str) -> list[SavedCheckpoint]:
        """The list that `restored` is on; if it is on none, the checkpoints that are called like it."""
        known = self._read_known(file_names.split_step(restored)[0])
        if any(each.name == restored for each in known):
            return known
        basename = file_names.split_step(restored)[0]
        return [each for each in known if file_names.split_step(each.name)[0] == basename]

    def _read_known(self, basename: str) -> list[SavedCheckpoint]:
        """What the state file lists; if it is missing or broken, what is whole on disk of that basename."""
        try:
            state = read_state(self.directory, self._state_file)
        except errors.OpError:
            state = None
        whole = {info.name: info for info in list_checkpoints(self.directory)}
        if state is not None:
            names = [name for name in state.all_model_checkpoint_paths if name in whole]
        else:
            names = [name for name in whole if file_names.split_step(name)[0] == basename]
        return [SavedCheckpoint(name, whole[name].timestamp) for name in names]

    def _prefix(self, name: str) -> str:
        return os.path.join(self.directory, name)
