"""The state file ``checkpoint``: which checkpoint is the latest, and which others are kept.

TensorFlow's text, plus one comment line that TensorFlow skips and that lets us tell damage from
contents::

    model_checkpoint_path: "model.ckpt-200"
    all_model_checkpoint_paths: "model.ckpt-1"
    all_model_checkpoint_paths: "model.ckpt-200"
    # estimator-crc32c: 5c1f9c3a

Paths are relative to the directory of the file, so a model_dir can be moved and copied. What
TensorFlow wrote is read as well: no comment, timestamps, single quotes, CRLF, absolute paths.
Inside this package a checkpoint is its bare name; a path that would lead out of the directory is
refused. Naming a checkpoint here is what acknowledges it: the file is replaced after the checkpoint
has been committed, never before.

Source
------
CheckpointState of tensorflow/python/training/checkpoint_state.proto, text format, TensorFlow 2.15.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from estimator.core import errors, log
from estimator.core.files import read_regular
from estimator.core.frozen import frozen
from estimator.core.tracebacks import cause_of
from estimator.formats import messages
from estimator.formats.checksum import crc32c
from estimator.model_dir.file_names import STATE_FILE
from estimator.model_dir.storage import LOCAL, FileOps, write_atomically

_MAX_BYTES = 16 << 20  # some hundred thousand names; a state file is a few hundred bytes
# protobuf's parser takes a second for so much; what programs write, and thus all long files, has plain lines
_MAX_PARSED_BYTES = 64 << 10
_PLAIN_TEXT = re.compile(
    rb'(model_checkpoint_path|all_model_checkpoint_paths): "((?:[^"\\\x00-\x1f]|\\[0-7]{3}|\\["\'\\])*)"'
)
_PLAIN_NUMBER = re.compile(
    rb"(all_model_checkpoint_timestamps|last_preserved_timestamp): ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)"
)
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_COMMENT = re.compile(rb"^# estimator-crc32c: ([0-9a-f]{8})[ \t]*\n?\Z", re.MULTILINE)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:[/\\]")
_SEPARATORS = re.compile(r"[/\\]+")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f*?]")

_HOW_TO_GO_ON = (
    "Delete that file to let the newest complete checkpoint of the directory be used, or put back a "
    "copy of it."
)


@frozen
class CheckpointState:
    """What the state file says; the paths are bare names in the directory of the file.

    Parameters
    ----------
    model_checkpoint_path : str
        The latest checkpoint.
    all_model_checkpoint_paths : sequence of str
        All that are kept, oldest first; the latest is among them.
    all_model_checkpoint_timestamps : sequence of float
        When each was saved, or empty.
    last_preserved_timestamp : float, optional
        When the last one that is kept for good was saved.
    """

    model_checkpoint_path: str
    all_model_checkpoint_paths: Sequence[str] = ()
    all_model_checkpoint_timestamps: Sequence[float] = ()
    last_preserved_timestamp: float | None = None

    @classmethod
    def of(cls, names: Sequence[str]) -> CheckpointState:
        """The state in which the last of `names` is the latest."""
        return cls(names[-1], tuple(names))

    def with_older(self, name: str, timestamp: float) -> CheckpointState:
        """The state that keeps one checkpoint more; the latest stays the latest."""
        place = self.all_model_checkpoint_paths.index(self.model_checkpoint_path)
        names, times = list(self.all_model_checkpoint_paths), list(self.all_model_checkpoint_timestamps)
        names.insert(place, name)
        if times:
            times.insert(place, timestamp)
        return replace(
            self, all_model_checkpoint_paths=tuple(names), all_model_checkpoint_timestamps=tuple(times)
        )


def read_state(directory: str | os.PathLike[str], file_name: str = STATE_FILE) -> CheckpointState | None:
    """What the state file of the directory says; None if there is none.

    Raises
    ------
    DataLossError
        If the file is not a state file, names no checkpoint, or differs from its checksum.
    InvalidArgumentError
        If the latest checkpoint's path leads out of the directory or is a URL.
    PermissionDeniedError, UnavailableError
        If it cannot be read.
    """
    path = os.path.join(directory, file_name)
    contents = read_contents(path)
    return None if contents is None else parse_state(contents, path)


def read_contents(path: str) -> bytes | None:
    """The bytes of a state file; None if there is no file.

    Raises
    ------
    DataLossError
        If it is not a regular file, or longer than a state file may be.
    PermissionDeniedError, UnavailableError
        If it cannot be read.
    """
    try:
        return read_regular(path, _MAX_BYTES)
    except errors.NotFoundError:
        return None
    except errors.DataLossError as error:
        raise errors.DataLossError(f"{error.message} {_HOW_TO_GO_ON}") from cause_of(error)


def parse_state(contents: bytes, path: str) -> CheckpointState:
    """The state in the bytes of a state file; `path` is the file's own, for the messages.

    Raises
    ------
    DataLossError, InvalidArgumentError
        As :func:`read_state`.
    """
    proto = state_message(contents, path)
    if not proto.model_checkpoint_path:
        raise _damaged(path, "it names no model_checkpoint_path")
    latest = local_name(proto.model_checkpoint_path, path)
    names, times = _kept_names(proto, path)
    if latest not in names:
        names, times = [*names, latest], []
    preserved = proto.last_preserved_timestamp
    return CheckpointState(latest, tuple(names), tuple(times), preserved or None)


def state_message(contents: bytes, path: str) -> Any:  # a message
    """The CheckpointState message in the bytes of a state file, whatever paths it has.

    Raises
    ------
    DataLossError
        If the bytes are not such a text, or differ from their checksum.
    """
    if len(contents) > _MAX_BYTES:
        raise _damaged(path, f"it is longer than {_MAX_BYTES} bytes")
    text = contents.replace(b"\r\n", b"\n")
    _check_crc(text, path)
    plain = _plain_message(text)
    if plain is not None:
        return plain
    if len(text) > _MAX_PARSED_BYTES:
        raise _damaged(path, f"it has {len(text)} bytes, and lines that no program writes into it")
    try:
        return messages.parse_text("CheckpointState", text, path)
    except errors.DataLossError as error:
        raise _damaged(
            path, f"it is not the text of a CheckpointState ({error.message.rstrip('.')})"
        ) from cause_of(error)


def _plain_message(text: bytes) -> Any | None:  # a message
    """The message in lines as TensorFlow and we write them; None if there are others."""
    found: dict[str, list[Any]] = {}
    for line in text.split(b"\n"):
        if not line or line.startswith(b"#"):
            continue
        matched = _PLAIN_TEXT.fullmatch(line) or _PLAIN_NUMBER.fullmatch(line)
        if matched is None:
            return None
        try:
            value = _unescaped(matched[2]) if matched.re is _PLAIN_TEXT else float(matched[2])
        except ValueError:  # an escape beyond a byte, or no UTF-8
            return None
        found.setdefault(matched[1].decode(), []).append(value)
    singles = [found.pop(key, []) for key in ("model_checkpoint_path", "last_preserved_timestamp")]
    if any(len(values) > 1 for values in singles):
        return None
    path, preserved = (values[0] if values else None for values in singles)
    return messages.CheckpointState(model_checkpoint_path=path, last_preserved_timestamp=preserved, **found)


def _unescaped(value: bytes) -> str:
    if b"\\" not in value:
        return value.decode()
    return _ESCAPE.sub(lambda found: _escaped_byte(found[1]), value).decode()


def _escaped_byte(escape: bytes) -> bytes:
    return bytes([int(escape, 8)]) if len(escape) == 3 else escape


def was_written_by_us(directory: str | os.PathLike[str]) -> bool:
    """Whether the state file carries our checksum line, that is, whether we keep this directory."""
    try:
        contents = read_contents(os.path.join(directory, STATE_FILE)) or b""
    except errors.OpError:
        return False
    return _COMMENT.search(contents.replace(b"\r\n", b"\n")) is not None


def encode_state(state: CheckpointState) -> bytes:
    """The bytes of the state file."""
    proto = messages.get("CheckpointState")()
    proto.model_checkpoint_path = state.model_checkpoint_path
    proto.all_model_checkpoint_paths.extend(state.all_model_checkpoint_paths)
    proto.all_model_checkpoint_timestamps.extend(state.all_model_checkpoint_timestamps)
    if state.last_preserved_timestamp is not None:
        proto.last_preserved_timestamp = state.last_preserved_timestamp
    text = messages.to_text(proto).encode()
    return text + b"# estimator-crc32c: %08x\n" % crc32c(text)


def write_state(
    directory: str | os.PathLike[str],
    state: CheckpointState,
    ops: FileOps = LOCAL,
    file_name: str = STATE_FILE,
) -> None:
    """Replace the state file: from now on `state` is acknowledged.

    Raises
    ------
    OpError
        As :func:`estimator.model_dir.storage.write_atomically`.
    """
    write_atomically(os.path.join(directory, file_name), encode_state(state), ops)


def local_name(path: str, state_path: str) -> str:
    """The bare name of a checkpoint that a state file gives as `path`.

    An absolute path stands for its last part: it points into the directory, or it did before the
    directory was moved.

    Raises
    ------
    InvalidArgumentError
        For ``..``, another directory, a URL, control characters and wildcards.
    """
    if _URL.match(path):
        raise _refused(path, state_path, "it is a URL")
    if _FORBIDDEN.search(path):
        raise _refused(path, state_path, "it has control characters or wildcards in it")
    parts = _SEPARATORS.split(path)
    if ".." in parts:
        raise _refused(path, state_path, "it leads out of the directory")
    relative = [part for part in parts if part != "."]
    if len(relative) != 1 and not _ABSOLUTE.match(path):
        raise _refused(path, state_path, "it lies in another directory")
    if not relative or not relative[-1]:
        raise _refused(path, state_path, "it names no file")
    return relative[-1]


# The message classes are made at run time, so their attributes are not known to a type checker.
def _kept_names(proto: object, path: str) -> tuple[list[str], list[float]]:
    stored = list(proto.all_model_checkpoint_paths)  # type: ignore[attr-defined]
    times = list(proto.all_model_checkpoint_timestamps)  # type: ignore[attr-defined]
    if len(times) != len(stored):
        times = []
    found: dict[str, float | None] = {}
    for i, stored_path in enumerate(stored):
        try:
            name = local_name(stored_path, path)
        except errors.InvalidArgumentError as error:
            # A Saver of TensorFlow that served several directories lists those of the others here.
            log.debug("leaving out a kept checkpoint: %s", error)
            continue
        found.pop(name, None)
        found[name] = times[i] if times else None
    return list(found), [time for time in found.values() if time is not None]


def _check_crc(text: bytes, path: str) -> None:
    found = _COMMENT.search(text)
    if found:
        stored, actual = int(found[1], 16), crc32c(text[: found.start()])
        if stored != actual:
            raise _damaged(path, f"its checksum line says {stored:08x}, its contents have {actual:08x}")


def _damaged(path: str, what: str) -> errors.DataLossError:
    return errors.DataLossError(f"{path!r} is damaged: {what}. {_HOW_TO_GO_ON}")


def _refused(path: str, state_path: str, why: str) -> errors.InvalidArgumentError:
    return errors.InvalidArgumentError(
        f"{state_path!r} names the checkpoint {path!r}, which is refused: {why}. "
        f"Only checkpoints in the same directory count. {_HOW_TO_GO_ON}"
    )
