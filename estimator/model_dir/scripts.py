"""The state file and the checkpoints of a directory, as scripts ask for them.

::

    state = get_checkpoint_state("models/mine")
    if state is not None:
        saver.restore(session, state.model_checkpoint_path)

    for prefix in checkpoints_iterator("models/mine", timeout=600):
        evaluate(prefix)

:func:`get_checkpoint_state` says what the file says; :func:`latest_checkpoint` gives what can be restored, and
rescues what it can: if the state file is missing, damaged or names a checkpoint that is gone, the newest whole
checkpoint is used and one warning names both.

Source
------
tf.train: get_checkpoint_state, latest_checkpoint, update_checkpoint_state, checkpoint_exists, get_checkpoint_mtimes,
remove_checkpoint and tf.train.checkpoints_iterator of TensorFlow 1.15 and 2.15
"""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from estimator.core import errors, log
from estimator.core.files import explained, local_path
from estimator.core.keywords import near_keywords_of_functions
from estimator.model_dir import finding, state
from estimator.model_dir.background import wait_for_saves
from estimator.model_dir.file_names import STATE_FILE
from estimator.model_dir.retention import remove_files
from estimator.model_dir.state import CheckpointState
from estimator.model_dir.storage import LOCAL, retried

AnyPath: TypeAlias = "str | os.PathLike[str]"


def get_checkpoint_state(
    checkpoint_dir: AnyPath, latest_filename: str | None = None
) -> CheckpointState | None:
    """What the state file says; None if there is none or it cannot be read.

    The paths are joined with the directory. An absolute one under which nothing is there any more stands for the
    checkpoint of that name in the directory: the directory was moved.

    Parameters
    ----------
    checkpoint_dir : path
    latest_filename : str, optional
        What the state file is called, if not ``checkpoint``.

    Raises
    ------
    ValueError
        If the file names no checkpoint.
    """
    folder = local_path(checkpoint_dir)
    wait_for_saves(folder)
    path = os.path.join(folder, latest_filename or STATE_FILE)
    try:
        contents = state.read_contents(path)
        if contents is None:
            return None
        proto = state.state_message(contents, path)
    except (errors.DataLossError, errors.PermissionDeniedError, errors.UnavailableError) as error:
        log.warning("%s", error)
        log.warning("%s: Checkpoint ignored", path)
        return None
    if not proto.model_checkpoint_path:
        raise ValueError(
            f"Invalid checkpoint state loaded from {folder}: {path} names no model_checkpoint_path. Delete it, and "
            "latest_checkpoint() gives the newest checkpoint that is there."
        )
    return CheckpointState(
        finding.LatestPrefix(_resolved(folder, proto.model_checkpoint_path)),
        [_resolved(folder, path) for path in proto.all_model_checkpoint_paths],
        list(proto.all_model_checkpoint_timestamps),
        proto.last_preserved_timestamp,
    )


def _resolved(folder: str, path: str) -> str:
    moved = os.path.join(folder, os.path.basename(path))
    if os.path.isabs(path) and not checkpoint_exists(path) and checkpoint_exists(moved):
        return moved
    return os.path.join(folder, path)  # which leaves an absolute path as it is


def latest_checkpoint(checkpoint_dir: AnyPath, latest_filename: str | None = None) -> str | None:
    """The prefix of the latest whole checkpoint; None if there is none.

    Parameters
    ----------
    checkpoint_dir : path
    latest_filename : str, optional
        What the state file is called, if not ``checkpoint``. Only with the usual one, checkpoints that it does not
        name are looked for.

    Raises
    ------
    DataLossError
        If there are checkpoints, and none of them is whole: beginning anew beside them would lose them.
    InvalidArgumentError
        If the state file names a checkpoint outside the directory.
    PermissionDeniedError, UnavailableError
        If there may be checkpoints, and the system refuses to say or to open them.
    """
    folder = local_path(checkpoint_dir)
    if latest_filename not in (None, STATE_FILE):
        return _latest_named(folder, latest_filename)
    try:
        return finding.latest_prefix(folder)
    except errors.NotFoundError as error:
        log.error("Couldn't match files for checkpoint %s: %s", _named_in(folder) or folder, error)
    except errors.DataLossError as error:
        if glob.glob(os.path.join(glob.escape(folder), "*.index")):
            raise
        log.error("Couldn't match files for checkpoint in %s: %s", folder, error)
    return None


def _latest_named(folder: str, latest_filename: str | None) -> str | None:
    found = get_checkpoint_state(folder, latest_filename)
    if found is None or checkpoint_exists(found.model_checkpoint_path):
        return None if found is None else found.model_checkpoint_path
    log.error("Couldn't match files for checkpoint %s", found.model_checkpoint_path)
    return None


def _named_in(folder: str) -> str | None:
    named = state.read_state(folder)
    return None if named is None else os.path.join(folder, named.model_checkpoint_path)


def update_checkpoint_state(
    save_dir: AnyPath,
    model_checkpoint_path: AnyPath,
    all_model_checkpoint_paths: Sequence[AnyPath] | None = None,
    latest_filename: str | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
) -> None:
    """Write the state file: which checkpoint of the directory is the latest, and which are kept.

    Parameters
    ----------
    save_dir : path
    model_checkpoint_path : path
        The latest; it is added to the others if it is not among them.
    all_model_checkpoint_paths : sequence of path, optional
        Those that are kept, oldest first.
    latest_filename : str, optional
        What the state file is called, if not ``checkpoint``.
    all_model_checkpoint_timestamps : sequence of float, optional
        When each was saved.
    last_preserved_timestamp : float, optional
        When the last one that is kept for good was saved.

    Raises
    ------
    ValueError
        If a checkpoint lies in another directory, or the numbers of paths and times differ.
    OpError
        If the file cannot be written.
    """
    folder = local_path(save_dir)
    wait_for_saves(folder)
    latest_name = _name_in(folder, model_checkpoint_path)
    names = _with_latest([_name_in(folder, path) for path in all_model_checkpoint_paths or ()], latest_name)
    times = _times_of(names, all_model_checkpoint_timestamps)
    named = CheckpointState(latest_name, tuple(names), tuple(times), last_preserved_timestamp)
    state.write_state(folder, named, file_name=latest_filename or STATE_FILE)


def generate_checkpoint_state_proto(
    save_dir: AnyPath,
    model_checkpoint_path: AnyPath,
    all_model_checkpoint_paths: Sequence[AnyPath] | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
) -> Any:
    """What a state file would say, as a CheckpointState message; nothing is written.

    Parameters
    ----------
    save_dir : path
        If it is relative, relative paths become relative to it.
    model_checkpoint_path : path
        The latest; it is added to the others if it is not the last of them.
    all_model_checkpoint_paths : sequence of path, optional
    all_model_checkpoint_timestamps : sequence of float, optional
    last_preserved_timestamp : float, optional
        As of :func:`update_checkpoint_state`.

    Raises
    ------
    ValueError
        If the numbers of paths and times differ.
    """
    from estimator.formats import messages  # loads protobuf

    def shown(path: AnyPath) -> str:
        text = os.fspath(path)
        is_kept = os.path.isabs(save_dir) or os.path.isabs(text)
        return text if is_kept else os.path.relpath(text, save_dir)

    latest = os.fspath(model_checkpoint_path)
    paths = _with_latest([os.fspath(path) for path in all_model_checkpoint_paths or ()], latest)
    return messages.CheckpointState(
        model_checkpoint_path=shown(latest),
        all_model_checkpoint_paths=map(shown, paths),
        all_model_checkpoint_timestamps=_times_of(paths, all_model_checkpoint_timestamps),
        last_preserved_timestamp=last_preserved_timestamp,
    )


def _with_latest(paths: list[str], latest: str) -> list[str]:
    return paths if latest in paths else [*paths, latest]


def _times_of(paths: Sequence[str], times: Sequence[float] | None) -> list[float]:
    if times and len(times) != len(paths):
        raise ValueError(
            f"there are {len(paths)} checkpoints, the latest counted, but {len(times)} timestamps; give one for each."
        )
    return list(times or ())


def _name_in(folder: str, path: AnyPath) -> str:
    where, name = os.path.split(os.fspath(path))
    if not name or (where and os.path.realpath(where) != os.path.realpath(folder or os.curdir)):
        raise ValueError(
            f"the checkpoint {os.fspath(path)!r} does not lie in {folder!r}: a state file names checkpoints beside it."
        )
    return name


def checkpoint_exists(checkpoint_prefix: AnyPath) -> bool:
    """Whether there is a checkpoint of that prefix; ``*`` and ``?`` stand for anything."""
    return bool(_index_files(checkpoint_prefix))


def get_checkpoint_mtimes(checkpoint_prefixes: Iterable[AnyPath]) -> list[float]:
    """When the checkpoints were written, in seconds since 1970; those that are not there are left out."""
    found = (_index_files(prefix) for prefix in checkpoint_prefixes)
    return [os.stat(files[0]).st_mtime for files in found if files]


def _index_files(prefix: AnyPath) -> list[str]:
    """The index of each checkpoint of that prefix, or the one file that a checkpoint of the V1 format is."""
    path = local_path(prefix)
    wait_for_saves(os.path.dirname(path))
    return sorted(glob.glob(f"{path}.index")) or [found for found in glob.glob(path) if os.path.isfile(found)]


def remove_checkpoint(
    checkpoint_prefix: AnyPath, checkpoint_format_version: Any = None, meta_graph_suffix: str = "meta"
) -> None:
    """Delete the files of a checkpoint; the state file still names it.

    Parameters
    ----------
    checkpoint_prefix : path
    checkpoint_format_version
        Accepted for old scripts.
    meta_graph_suffix : str
        How the name of the file with the graph ends.

    Raises
    ------
    OpError
        If the system refuses.
    """
    directory, name = os.path.split(os.fspath(checkpoint_prefix))
    wait_for_saves(directory)
    with explained(f"cannot delete {os.fspath(checkpoint_prefix)!r}", directory or os.curdir):
        remove_files(LOCAL, directory or os.curdir, name)
        other = f"{os.fspath(checkpoint_prefix)}.{meta_graph_suffix}"
        if os.path.exists(other):
            retried(LOCAL.unlink, other)


def checkpoints_iterator(
    checkpoint_dir: AnyPath,
    min_interval_secs: float = 0,
    timeout: float | None = None,
    timeout_fn: Callable[[], bool] | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[str]:
    """Each new latest checkpoint of a directory, as soon as it is there.

    Parameters
    ----------
    checkpoint_dir : path
        It need not exist yet.
    min_interval_secs : float
        How long to wait at least between two of them.
    timeout : float, optional
        How many seconds to wait for one; by default for ever.
    timeout_fn : callable, optional
        Asked when that time is over: True ends the iterator, False goes on waiting. Without it the iterator ends.
    clock, sleep : callable
        The seconds that pass.
    """
    prefix = None
    while True:
        found = wait_for_new_checkpoint(checkpoint_dir, prefix, timeout=timeout, clock=clock, sleep=sleep)
        if found is None:
            if timeout_fn is None or timeout_fn():
                return
            continue
        prefix = found
        start = clock()
        yield prefix
        sleep(max(0.0, start + min_interval_secs - clock()))


def wait_for_new_checkpoint(
    checkpoint_dir: AnyPath,
    last_checkpoint: str | None = None,
    seconds_to_sleep: float = 1,
    timeout: float | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> str | None:
    """The latest checkpoint, once it is another one than `last_checkpoint`; None if the time is over.

    Parameters
    ----------
    checkpoint_dir : path
    last_checkpoint : str, optional
        The prefix that is known already.
    seconds_to_sleep : float
        Between two looks.
    timeout : float, optional
        How many seconds to wait; by default for ever.
    clock, sleep : callable
        The seconds that pass.
    """
    end = None if timeout is None else clock() + timeout
    while True:
        found = latest_checkpoint(checkpoint_dir)
        if found is not None and found != last_checkpoint:
            return found
        if end is not None and clock() + seconds_to_sleep > end:
            return None
        sleep(seconds_to_sleep)


near_keywords_of_functions(__name__)
