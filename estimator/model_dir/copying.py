"""A checkpoint copied into a directory of its own, which can be opened, moved and served without the one it is of."""

from __future__ import annotations

import os

from estimator.core import errors
from estimator.core.files import explained, open_regular
from estimator.model_dir.file_names import owner_of
from estimator.model_dir.finding import defect
from estimator.model_dir.state import CheckpointState, write_state
from estimator.model_dir.storage import LOCAL, FileOps, NewFile, make_directory, retried

_CHUNK_BYTES = 8 << 20


def copy_checkpoint(prefix: str, directory: str, ops: FileOps = LOCAL) -> str:
    """Copy the files of a checkpoint, with a state file that names it; the prefix of the copy.

    Parameters
    ----------
    prefix : str
    directory : str
        It is made, and must be the copy's own.

    Raises
    ------
    NotFoundError
        If there is no such checkpoint, or it was deleted meanwhile.
    DataLossError
        If the copy is not whole, because the checkpoint is not or was replaced meanwhile.
    OpError
        If it cannot be read, or the copy not written.
    """
    folder, name = os.path.split(prefix)
    with explained(f"cannot list {folder!r}", folder):
        files = [found for found in retried(ops.listdir, folder or os.curdir) if owner_of(found) == name]
    if f"{name}.index" not in files:
        raise errors.NotFoundError(
            f"there is no checkpoint {prefix!r} to be copied. A trainer deletes all but the newest: "
            "RunConfig(keep_checkpoint_max=...) says how many stay."
        )
    make_directory(directory, ops)
    for file_name in files:
        copy_file(os.path.join(folder, file_name), os.path.join(directory, file_name), ops)
    trouble = defect(directory, name, deep=True)
    if trouble is not None:
        raise errors.DataLossError(
            f"{prefix!r} cannot be copied, it is damaged or was replaced meanwhile: {trouble}"
        )
    write_state(directory, CheckpointState.of([name]), ops)
    return os.path.join(directory, name)


def copy_file(source: str, target: str, ops: FileOps = LOCAL) -> None:
    """Copy a file under a new name, durably; of a copy that fails nothing is left.

    Raises
    ------
    OpError
        If it cannot be read, or the copy not written.
    """
    with (
        open_regular(source) as file,
        explained(
            f"cannot copy {source!r} to {target!r}",
            target,
            size_bytes=lambda: os.fstat(file.fileno()).st_size,
        ),
    ):
        copy = NewFile(ops, target)
        try:
            while chunk := file.read(_CHUNK_BYTES):
                copy.write(chunk)
            copy.finish()
        except BaseException:
            copy.abandon()
            raise
