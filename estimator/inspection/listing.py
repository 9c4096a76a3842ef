"""The checkpoints of a directory and the state each of them is in; what interrupted saves have left beside them.

Nothing is changed, and no lock is taken: a trainer may save and delete meanwhile. What looks broken while the directory
changes is looked at again, so that a checkpoint that is just going is not called damaged.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from estimator.core.errors import NotFoundError, OpError
from estimator.core.files import explained, local_path
from estimator.core.frozen import frozen
from estimator.formats.bundle import BundleReader
from estimator.model_dir import file_names
from estimator.model_dir.background import wait_for_saves
from estimator.model_dir.best import Ranking, best_names, ranked_values
from estimator.model_dir.finding import defect
from estimator.model_dir.notes import read_notes
from estimator.model_dir.retention import indexed_shards
from estimator.model_dir.state import CheckpointState, read_state
from estimator.model_dir.storage import LOCAL

LATEST, KEPT, UNLISTED, UNACKNOWLEDGED = "latest", "kept", "unlisted", "unacknowledged"
DAMAGED, MISSING = "damaged", "missing"
GOOD = (LATEST, KEPT, UNLISTED, UNACKNOWLEDGED)

_LOOKS = 20  # as many as a reader takes that a trainer overtakes


@frozen
class ListedCheckpoint:
    """One checkpoint.

    Parameters
    ----------
    name : str
    step : int or None
        In its name.
    saved : float or None
        When, in seconds since 1970: as the state file says, or when its index was written.
    size_bytes : int
        Of all its files.
    files : tuple of str
    state : str
        ``"latest"`` and ``"kept"``: the state file names it. ``"unlisted"``: it is whole, and the state file does not
        name it; it stays until somebody deletes it. ``"unacknowledged"``: it is whole, and the save that wrote it did
        not come to name it. ``"damaged"``. ``"missing"``: the state file names it, and its index is not there.
    is_listed, is_latest : bool
        Whether the state file names it, as its latest.
    is_best : bool
        Whether it stays as one of the best.
    value : float or None
        The metric by which checkpoints are ranked.
    damage : str or None
        What is wrong with it.
    """

    name: str
    step: int | None
    saved: float | None
    size_bytes: int
    files: tuple[str, ...]
    state: str
    is_listed: bool = False
    is_latest: bool = False
    is_best: bool = False
    value: float | None = None
    damage: str | None = None


@frozen
class Leftover:
    """A file that belongs to no checkpoint: something was interrupted, or is being written now."""

    name: str
    size_bytes: int
    what: str


@frozen
class Listing:
    """What a directory has.

    Parameters
    ----------
    checkpoints : tuple of ListedCheckpoint
        By basename and step.
    leftovers : tuple of Leftover
    ranking : Ranking or None
        By what checkpoints are ranked, if they are.
    trouble : str or None
        What is wrong with the state file.
    """

    checkpoints: tuple[ListedCheckpoint, ...]
    leftovers: tuple[Leftover, ...] = ()
    ranking: Ranking | None = None
    trouble: str | None = None

    @property
    def latest(self) -> ListedCheckpoint | None:
        """What the state file names as the latest."""
        return next((found for found in self.checkpoints if found.is_latest), None)

    def at_step(self, step: int, directory: str) -> ListedCheckpoint:
        """The checkpoint of that step; of several, the one that is called as the latest.

        Raises
        ------
        NotFoundError
            If there is none; the steps that there are are named.
        """
        found = [checkpoint for checkpoint in self.checkpoints if checkpoint.step == step]
        if not found:
            steps = ", ".join(str(other.step) for other in self.checkpoints if other.step is not None)
            raise NotFoundError(
                f"{directory!r} has no checkpoint of step {step}. It has those of {steps or 'no step'}."
            )
        basename = file_names.split_step(self.latest.name)[0] if self.latest else None
        return min(found, key=lambda one: file_names.split_step(one.name)[0] != basename)


def read_listing(directory: str | os.PathLike[str]) -> Listing:
    """The checkpoints of a directory. Their indexes are checked and the sizes of their files, not the tensors.

    Raises
    ------
    OpError
        If the directory cannot be listed.
    """
    folder = local_path(directory)
    wait_for_saves(folder)
    for _ in range(_LOOKS):
        before = _look(folder)
        found = _listing(folder, *before)
        if not any(one.state not in GOOD for one in found.checkpoints) or _look(folder) == before:
            break
    return found


def _look(folder: str) -> tuple[dict[str, int], CheckpointState | None, str | None]:
    """Every file and its size; what the state file says, and what is wrong with it."""
    with explained(f"cannot list the directory {folder!r}", folder):
        sizes = {}
        for name in sorted(os.listdir(folder or os.curdir)):
            try:
                sizes[name] = os.lstat(os.path.join(folder, name)).st_size
            except FileNotFoundError:  # deleted since
                continue
    try:
        return sizes, read_state(folder), None
    except OpError as error:
        return sizes, None, error.message


def _listing(
    folder: str, sizes: Mapping[str, int], state: CheckpointState | None, trouble: str | None
) -> Listing:
    owned: dict[str, list[str]] = {}
    for name in sizes:
        owner = None if file_names.is_temporary(name) else file_names.owner_of(name)
        if owner is not None:
            owned.setdefault(owner, []).append(name)
    listed = state.all_model_checkpoint_paths if state else ()
    names = {name for name, files in owned.items() if f"{name}.index" in files} | set(listed)
    interrupted = {note.writes for note in read_notes(LOCAL, folder, sizes)}
    ranked = ranked_values(folder)
    best = set(best_names(folder)) if ranked else set()
    checkpoints = []
    for name in sorted(names, key=_age):
        files = tuple(owned.get(name, ()))
        kind, damage = _state(folder, name, state, interrupted, files)
        checkpoints.append(
            ListedCheckpoint(
                name,
                file_names.step_of(name),
                _saved(folder, name, state),
                sum(sizes[file_name] for file_name in files),
                files,
                kind,
                is_listed=name in listed,
                is_latest=state is not None and name == state.model_checkpoint_path,
                is_best=name in best,
                value=ranked[1].get(name) if ranked else None,
                damage=damage,
            )
        )
    leftovers = tuple(_leftovers(folder, sizes, owned))
    return Listing(tuple(checkpoints), leftovers, ranked[0] if ranked else None, trouble)


def _age(name: str) -> tuple[str, int]:
    basename, step = file_names.split_step(name)
    return basename, -1 if step is None else step


def _state(
    folder: str, name: str, state: CheckpointState | None, interrupted: set[str], files: Iterable[str]
) -> tuple[str, str | None]:
    if f"{name}.index" not in files:
        return MISSING, _absence(os.path.join(folder, name), name)
    damage = defect(folder, name, deep=False)
    if damage is not None:
        return DAMAGED, damage
    if state is None:
        return UNLISTED, None
    if name == state.model_checkpoint_path:
        return LATEST, None
    if name in state.all_model_checkpoint_paths:
        return KEPT, None
    latest_basename, latest_step = file_names.split_step(state.model_checkpoint_path)
    basename, step = file_names.split_step(name)
    is_newer = basename == latest_basename and step is not None and step > (latest_step or -1)
    return UNACKNOWLEDGED if is_newer or name in interrupted else UNLISTED, None


def _absence(prefix: str, name: str) -> str:
    """What is said of a checkpoint without an index; one in TensorFlow's first format is one file."""
    if os.path.isfile(prefix):
        try:
            BundleReader(prefix)
        except NotFoundError as error:
            return error.message
    return f"the state file names it, and {name}.index is not there"


def _saved(folder: str, name: str, state: CheckpointState | None) -> float | None:
    if state is not None and name in state.all_model_checkpoint_paths:
        times = state.all_model_checkpoint_timestamps
        if times:
            return times[list(state.all_model_checkpoint_paths).index(name)]
    try:
        return os.stat(os.path.join(folder, f"{name}.index")).st_mtime
    except OSError:
        return None


def _leftovers(folder: str, sizes: Mapping[str, int], owned: Mapping[str, list[str]]) -> Iterable[Leftover]:
    for name, size in sizes.items():
        if file_names.is_note(name):
            yield Leftover(name, size, "the note of a save that has not ended")
        elif file_names.is_temporary(name):
            yield Leftover(name, size, "never finished")
    for owner, files in owned.items():
        counts = {name: file_names.shards_counted(name) for name in files}
        has_index = f"{owner}.index" in files
        mixed = has_index and len(set(counts.values()) - {None}) > 1
        counted = indexed_shards(folder, owner) if mixed else None
        for name, count in counts.items():
            if count and not has_index:
                yield Leftover(name, sizes[name], "no index beside it")
            elif count and counted and count != counted:
                yield Leftover(name, sizes[name], "replaced: the index does not speak of it")
