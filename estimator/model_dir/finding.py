"""Which checkpoint of a directory is the latest, also when something in the directory is broken.

The state file's latest counts if it is whole. If it is not, or if there is no readable state file,
the newest whole checkpoint is used instead and one warning names both. If checkpoints are named but
none is whole, that is an error: training never begins again at step 0 beside checkpoints. A whole
checkpoint that is newer than the state file's latest was never acknowledged; one line names it, and
it is neither used nor deleted.

Whole means: the index is a valid table, its shards are there, and (for the one that is chosen)
every tensor has its checksum. What has been checked is remembered until one of the files changes.
Readers take no lock: a writer may replace the state file and delete old checkpoints at any time, so
a look that fails is repeated when the state file has changed meanwhile. Only what a thread of this very process is
saving is waited for.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from estimator.core import errors, log
from estimator.core.files import explained, local_path, open_regular
from estimator.core.frozen import frozen
from estimator.formats.bundle import BundleReader
from estimator.formats.bundle_index import data_path
from estimator.model_dir import file_names
from estimator.model_dir.background import wait_for_saves
from estimator.model_dir.state import CheckpointState, read_state

T = TypeVar("T")

_HOW_TO_GO_ON = (
    "Put the files back from a copy, use another model_dir, or delete the file 'checkpoint' and what "
    "is left of the checkpoints to begin again at step 0."
)
_LOOKS = 20  # a reader that is overtaken by a writer this often in a row meets something else than a writer


@frozen
class CheckpointInfo:
    """A whole checkpoint on disk.

    Parameters
    ----------
    name : str
        For example ``"model.ckpt-200"``.
    prefix : str
        The directory and the name; add ``.index`` for the file.
    step : int or None
        The step in the name.
    timestamp : float
        When its index was written, in seconds since 1970.
    """

    name: str
    prefix: str
    step: int | None
    timestamp: float


class LatestPrefix(str):
    """The prefix of a checkpoint that was looked up as the latest one, not asked for by its name.

    A trainer may delete it before it is read, since a newer one is there; then that one is meant.
    """


def latest_prefix(directory: str | os.PathLike[str]) -> LatestPrefix | None:
    """The prefix of the latest checkpoint, with the directory; None if the directory has none.

    Raises
    ------
    OpError
        As :func:`find_latest`.
    """
    found = find_latest(directory)
    return None if found is None else LatestPrefix(found.prefix)


def find_latest(directory: str | os.PathLike[str], *, deep: bool = True) -> CheckpointInfo | None:
    """The latest checkpoint; None if nothing in the directory is or was one.

    Parameters
    ----------
    directory : path
        The model_dir; it need not exist.
    deep : bool
        Check the checksum of every tensor of the chosen one, not of its index alone.

    Raises
    ------
    InvalidArgumentError
        If the state file names a checkpoint outside the directory.
    DataLossError
        If there are checkpoints but none of them is whole.
    NotFoundError
        If the state file names checkpoints and no file of any is there.
    PermissionDeniedError, UnavailableError
        If the system refuses to list the directory, or to open what would have to be read.
    """
    folder = local_path(directory)
    wait_for_saves(folder)
    for _ in range(_LOOKS):
        look = state, trouble, _ = _look(folder)
        if state is not None:
            found = find_whole(folder, state.model_checkpoint_path, deep=deep)
            if found is not None:
                _announce_newer(folder, state, found)
                return found
        if _look(folder) == look:
            break  # no writer has overtaken us: something is broken
    for name in _fallbacks(folder, state):
        found = find_whole(folder, name, deep=deep)
        if found is not None:
            _warn_of_fallback(folder, state, trouble, found)
            return found
    _raise_if_there_were_any(folder, state, trouble)
    return None


def use_latest(
    directory: str | os.PathLike[str], use: Callable[[str], T], known: str | None = None
) -> T | None:
    """What `use` makes of the prefix of the latest checkpoint; None if there is none.

    A trainer may delete or replace the checkpoint while it is read, since a newer one is there; then
    `use` is called again, with that one. `known` is the latest of a moment ago, to be tried first.

    Raises
    ------
    OpError, ValueError
        As :func:`find_latest`, and what `use` raises.
    """
    folder = local_path(directory)
    prefix = known or latest_prefix(folder)
    # Not deep: the trainer would be gone ahead again, and `use` compares the checksums of what it reads.
    return None if prefix is None else use_moving(prefix, use, lambda: find_latest(folder, deep=False))


def use_named(prefix: str, use: Callable[[str], T]) -> T:
    """What `use` makes of the checkpoint of that name; again, if it was saved anew under this name meanwhile.

    Raises
    ------
    OpError, ValueError
        What `use` raises.
    """
    return use_moving(prefix, use, lambda: _info(*os.path.split(prefix)))


def use_moving(prefix: str, use: Callable[[str], T], find: Callable[[], CheckpointInfo | None]) -> T:
    """What `use` makes of the checkpoint, or of what `find` finds when that one went or changed while it was read.

    Raises
    ------
    OpError, ValueError
        What `use` raises.
    """
    for look in range(_LOOKS):
        # Before the use, so that a change in the middle of it shows afterwards.
        files = signature(*os.path.split(prefix))
        try:
            return use(prefix)
        except (errors.OpError, ValueError) as error:
            if look == _LOOKS - 1 or not _may_be_overtaken(error):
                raise
            now = find()
            if now is None or (now.prefix == prefix and signature(*os.path.split(prefix)) == files):
                raise
            log.debug("%r was replaced while it was read (%s); reading %r.", prefix, error, now.prefix)
            prefix = now.prefix
    raise AssertionError("unreachable: the last look returns or raises")


def _may_be_overtaken(error: Exception) -> bool:
    """Whether the error may come of files that went or changed; Saver.restore says so in a ValueError."""
    lost = (errors.NotFoundError, errors.DataLossError)
    behind = error.__cause__ or error.__context__  # the cause is not shown where the message has told it
    return isinstance(error, lost) or isinstance(behind, lost)


def list_checkpoints(directory: str | os.PathLike[str], *, deep: bool = False) -> list[CheckpointInfo]:
    """The whole checkpoints of the directory, named by the state file or not, by basename and step.

    Without `deep` the tensors' checksums are not looked at.
    """
    folder = local_path(directory)
    wait_for_saves(folder)
    found = _whole_ones(folder, _indexed_names(folder), deep=deep)
    return sorted(found, key=lambda info: (*_age_key(info), info.name))


def _whole_ones(directory: str, names: Iterable[str], *, deep: bool = False) -> list[CheckpointInfo]:
    """Those of these checkpoints that are whole; the directory is listed once for all."""
    data = _data_files(directory)
    found = (
        _info(directory, name) for name in names if defect(directory, name, deep=deep, data=data) is None
    )
    return [info for info in found if info is not None]


def kept_with(prefix: str) -> list[CheckpointInfo]:
    """The whole checkpoints among which this one is kept, oldest first.

    They are those that the state file lists with it. If it lists others, they are those of them that are called like
    this one; without a readable state file, whatever is there and called like it.
    """
    directory, name = os.path.split(prefix)
    state, _ = _read_leniently(directory)
    if state is not None and name in state.all_model_checkpoint_paths:
        return _whole_ones(directory, state.all_model_checkpoint_paths)
    basename = file_names.split_step(name)[0]
    found = (
        list_checkpoints(directory)
        if state is None
        else _whole_ones(directory, state.all_model_checkpoint_paths)
    )
    return [info for info in found if file_names.split_step(info.name)[0] == basename]


def defect(
    directory: str, name: str, *, deep: bool, data: Mapping[str, Sequence[str]] | None = None
) -> str | None:
    """Why the checkpoint cannot be used; None if it is whole.

    Parameters
    ----------
    directory, name : str
        The checkpoint.
    deep : bool
        Check the checksum of every tensor too.
    data : mapping, optional
        Name to data files, of a directory that has been listed already.
    """
    prefix = os.path.join(directory, name)
    files = signature(directory, name, data)
    if files is None:
        return f"{name}.index is not there"
    key = (prefix, deep)
    # A trainer and an evaluator ask often, of the same files; reading gigabytes to hear the same is not worth it.
    if _verified.has(key, files):
        return None
    try:
        with BundleReader(prefix) as reader:
            cut = _cut_off(reader, files)
            if cut is not None:
                return cut
            if deep:
                reader.verify()
    except (errors.OpError, OSError) as error:
        return str(error)
    _verified.add(key, files)
    return None


Signature: TypeAlias = "tuple[tuple[str, int, int, int, int], ...]"
"""What each file of a checkpoint looks like from outside: name, size, time, inode; the index first."""


class _Remembered:
    """Checkpoints found whole, or named in the log, and what their files looked like then."""

    def __init__(self, capacity: int) -> None:
        self._seen: OrderedDict[tuple[str, bool], Signature] = OrderedDict()
        self._capacity = capacity
        self._lock = threading.Lock()

    def has(self, key: tuple[str, bool], files: Signature) -> bool:
        with self._lock:
            return self._seen.get(key) == files

    def add(self, key: tuple[str, bool], files: Signature) -> None:
        with self._lock:
            self._seen[key] = files
            self._seen.move_to_end(key)
            while len(self._seen) > self._capacity:
                self._seen.popitem(last=False)


_verified = _Remembered(256)
_announced = _Remembered(256)  # newer checkpoints that have been named in the log


def signature(directory: str, name: str, data: Mapping[str, Sequence[str]] | None = None) -> Signature | None:
    """What the files of a checkpoint look like; None if it has no index, or one went at this moment.

    All data files of the name count, also those of which the index does not speak. `data` is as for :func:`defect`.
    Copies may keep the time of the last writing; that of the last change nobody can set.
    """
    files = [f"{name}.index", *(_data_files(directory) if data is None else data).get(name, ())]
    try:
        stats = [os.stat(os.path.join(directory, file_name)) for file_name in files]
    except OSError:
        return None
    return tuple(
        (file_name, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
        for file_name, stat in zip(files, stats, strict=True)
    )


def _data_files(directory: str) -> dict[str, list[str]]:
    """Name of a checkpoint to its data files, sorted."""
    found: dict[str, list[str]] = {}
    for file_name in _listing(directory):
        owner = file_names.data_owner(file_name)
        if owner is not None:
            found.setdefault(owner, []).append(file_name)
    return found


def _cut_off(reader: BundleReader, files: Signature) -> str | None:
    """Which data file is not there, or too short for what the index says of it."""
    size_of = {file_name: size for file_name, size, *_ in files}
    pieces = [(name, entry) for name in reader.names() for _, entry in reader.pieces(name)]
    for key, entry in pieces:
        file_name = os.path.basename(data_path(reader.prefix, entry.shard, reader.header.num_shards))
        size = size_of.get(file_name)
        if size is None:
            return f"{file_name}, which holds {key!r}, is not there"
        if entry.offset + entry.size > size:
            return f"{file_name} is cut off: {key!r} ends at {entry.offset + entry.size}, the file at {size}"
    return None


def _look(directory: str) -> tuple[CheckpointState | None, str | None, Signature | None]:
    """What the state file says, what is wrong with it, and how the files of the latest look."""
    state, trouble = _read_leniently(directory)
    return state, trouble, None if state is None else signature(directory, state.model_checkpoint_path)


def _read_leniently(directory: str) -> tuple[CheckpointState | None, str | None]:
    """The state, or None and what is wrong with the file; a path that leads out is an error."""
    try:
        return read_state(directory), None
    except (errors.DataLossError, errors.PermissionDeniedError, errors.UnavailableError) as error:
        return None, error.message


def find_whole(directory: str, name: str, *, deep: bool = False) -> CheckpointInfo | None:
    """The checkpoint of that name if it is whole; without `deep` the tensors' checksums are not looked at."""
    return _info(directory, name) if defect(directory, name, deep=deep) is None else None


def _fallbacks(directory: str, state: CheckpointState | None) -> list[str]:
    """Other checkpoints, best first: acknowledged ones before others, newer before older."""
    latest = state.model_checkpoint_path if state else None
    basename = file_names.split_step(latest or file_names.DEFAULT_BASENAME + "-0")[0]
    kept = state.all_model_checkpoint_paths if state else ()
    infos = [_info(directory, name) for name in _indexed_names(directory) if name != latest]
    present = [info for info in infos if info is not None]
    order = sorted(
        present,
        key=lambda info: (
            info.name in kept,
            file_names.split_step(info.name)[0] == basename,
            -1 if info.step is None else info.step,
            info.timestamp,
        ),
        reverse=True,
    )
    return [info.name for info in order]


def _warn_of_fallback(
    directory: str, state: CheckpointState | None, trouble: str | None, found: CheckpointInfo
) -> None:
    if state is not None:
        named = state.model_checkpoint_path
        reason = defect(directory, named, deep=True) or "it came back meanwhile"
        trouble = f"the latest checkpoint {named!r} of {directory!r} cannot be used ({reason.rstrip('.')})"
    elif trouble is None:
        trouble = f"{directory!r} has no state file {file_names.STATE_FILE!r}"
    log.warning("%s; using %r, the newest complete one there.", trouble.rstrip("."), found.name)


def _announce_newer(directory: str, state: CheckpointState, latest: CheckpointInfo) -> None:
    if latest.step is None:
        return
    basename = file_names.split_step(latest.name)[0]
    for name in _indexed_names(directory):
        other, step = file_names.split_step(name)
        if (
            other != basename
            or step is None
            or step <= latest.step
            or name in state.all_model_checkpoint_paths
        ):
            continue
        files = signature(directory, name)
        key = (os.path.join(directory, name), False)
        if files is None or _announced.has(key, files) or defect(directory, name, deep=False):
            continue
        _announced.add(key, files)
        log.warning(
            "%r is newer than %r, which the state file of %r names as the latest; it is neither used nor "
            "deleted.",
            name, latest.name, directory,
        )  # fmt: skip


def _raise_if_there_were_any(directory: str, state: CheckpointState | None, trouble: str | None) -> None:
    _raise_if_refused(directory)
    broken = sorted(_indexed_names(directory))
    if broken:
        named = state.model_checkpoint_path if state else broken[-1]
        reason = trouble or defect(directory, named, deep=True) or "it came back meanwhile"
        raise errors.DataLossError(
            f"{directory!r} has checkpoints but none that is whole: {', '.join(broken)}. "
            f"{named!r}: {reason.rstrip('.')}. {_HOW_TO_GO_ON}"
        )
    if state is not None:
        named = state.model_checkpoint_path
        if os.path.isfile(os.path.join(directory, named)):
            BundleReader(os.path.join(directory, named))  # says that it is in TensorFlow's first format
        raise errors.NotFoundError(
            f"the state file of {directory!r} names {named!r}, but {named}.index is not there, and "
            f"neither is any other checkpoint. {_HOW_TO_GO_ON}"
        )
    if trouble is not None:
        raise errors.DataLossError(
            f"{trouble.rstrip('.')}. {directory!r} has no checkpoint that could be used instead. "
            f"{_HOW_TO_GO_ON}"
        )


def _raise_if_refused(directory: str) -> None:
    """Let the system's refusal to open a file speak for itself: nothing is known to be broken, nothing may go."""
    for file_name in _listing(directory):
        if file_name == file_names.STATE_FILE or file_names.owner_of(file_name):
            with contextlib.suppress(errors.DataLossError, errors.NotFoundError):
                open_regular(os.path.join(directory, file_name)).close()


def _info(directory: str, name: str) -> CheckpointInfo | None:
    prefix = os.path.join(directory, name)
    try:
        timestamp = os.stat(prefix + ".index").st_mtime
    except OSError:
        return None
    return CheckpointInfo(name, prefix, file_names.step_of(name), timestamp)


def _age_key(info: CheckpointInfo) -> tuple[str, int]:
    basename, step = file_names.split_step(info.name)
    return basename, -1 if step is None else step


def _indexed_names(directory: str) -> list[str]:
    return [
        file_name.removesuffix(".index")
        for file_name in _listing(directory)
        if file_name.endswith(".index") and file_name != ".index" and not file_names.is_temporary(file_name)
    ]


def _listing(directory: str) -> list[str]:
    """What is there: nothing, if there is no such directory; one that may not be listed may hold checkpoints."""
    with explained(f"cannot list the directory {directory!r}", directory):
        try:
            return sorted(os.listdir(directory or os.curdir))
        except (FileNotFoundError, NotADirectoryError):
            return []
