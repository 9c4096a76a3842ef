"""``metadata.yaml`` in the model_dir: which code made which checkpoint.

One entry for each train call: when, by which command, from which step, by which class, with which parameters, settings
and data, under which versions, and the git commit of the calling script where there is one, and whether the tree has
changed since; when the call has ended, its last step and loss, and the seconds it took. And one for each conversion
from another library's file. People read it. Of us, the warning that a directory is another ready-made model's depends
on it, and so does what a message says has changed since.

No path in it is absolute, so that it stays true where the directory is copied or moved with what lies around it: the
script's begins where its repository does, or, where there is none, at the model_dir. Arguments stay as they were typed.
"""

from __future__ import annotations

import datetime
import os
import platform
import re
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from estimator.calls.command import command_line
from estimator.core import log
from estimator.core.errors import NotFoundError, OpError
from estimator.core.files import read_regular
from estimator.core.nest import sorted_keys
from estimator.core.shapes import show
from estimator.core.version import VERSION
from estimator.graph.tensor import Tensor
from estimator.model_dir.own_files import own_path
from estimator.model_dir.storage import append, write_atomically
from estimator.settings.yaml_text import parse_mapping, write_mapping

FILE = "metadata.yaml"
_MOST_BYTES = 64 << 20
_HEADER = "# estimator: which code made which checkpoint, one entry for each call of train\n"
# how the first entry of a file begins that was written before files had the header
_FIRST_FORM = re.compile(
    rb"- time: [^\n]+\n  script: [^\n]+\n  git_commit: [^\n]+\n  versions:\n    python: [^\n]+\n    numpy-estimator: "
)
_END = "  end_step:"  # how the lines begin that the end of a call adds
_KEPT = 200  # entries; older ones are dropped
_MOST_FEATURES = 50  # that are described
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # python -m estimator
_COMMANDS = os.path.dirname(
    os.path.abspath(sys.executable)
)  # of this Python's environment, estimator among them
_INSTALLED = {"site-packages", "dist-packages"}


def record_entry(model_dir: str, entry: dict[str, Any]) -> None:
    """Append an entry to the list in the file; a file that cannot be read or written is a warning.

    The file is not parsed, since that would cost more than a small training: an entry begins where a
    line begins with ``- ``. A file of this name that is not ours stays as it is.
    """
    path = os.path.join(model_dir, FILE)
    try:
        own = own_path(path, _MOST_BYTES, _is_ours)
        if own != path:
            log.warning(
                "%s is not this package's and stays as it is; the training is recorded in %s.", path, own
            )
        lines = write_mapping(plain(entry)).splitlines()
        new = "".join(f"{'  ' if number else '- '}{line}\n" for number, line in enumerate(lines))
        kept = _entries(own)[1 - _KEPT :]
        write_atomically(own, "".join([_HEADER, *kept, new]).encode())
    except (OpError, OSError, ValueError, RecursionError) as error:  # odd params, too, end no training
        log.warning("%s is not kept up to date: %s.", path, error)


def record_end(model_dir: str, known: Mapping[str, Any]) -> None:
    """Add to the last entry what is known when its call has ended; nothing happens if there is none, or it has an end.

    What cannot be read or written is a warning. The lines are appended, and the disk is not waited for: that would take
    longer than a few steps, and the call has ended without them, too.

    Parameters
    ----------
    model_dir : str
    known : mapping
        ``end_step``, and what else is to stand there: ``loss``, ``epoch``.
    """
    path = os.path.join(model_dir, FILE)
    try:
        own = own_path(path, _MOST_BYTES, _is_ours)
        entries = _entries(own)
        if not entries or re.search(rf"(?m)^{_END}", entries[-1]):
            return
        lines = write_mapping(plain(known)).splitlines()
        before = "" if entries[-1].endswith("\n") else "\n"
        append(own, (before + "".join(f"  {line}\n" for line in lines)).encode())
    except (OpError, OSError, ValueError) as error:
        log.warning("%s is not kept up to date: %s.", path, error)


def _is_ours(contents: bytes) -> bool:
    is_older = _FIRST_FORM.match(contents) is not None
    return is_older or not contents.strip() or contents.startswith(_HEADER.encode())


def _entries(path: str) -> list[str]:
    """The entries of a file of ours; none if it is not there."""
    try:
        text = read_regular(path, _MOST_BYTES).decode()
    except NotFoundError:
        return []
    # What a power failure has left of lines that were appended may be zeros.
    found = re.split(r"(?m)^(?=- )", text.rstrip("\0"))[1:]
    return [*found[:-1], _without_torn_end(found[-1])] if found else []


def _without_torn_end(entry: str) -> str:
    """The last entry without a line that :func:`record_end` did not come to finish, as on a disk that became full."""
    whole, newline, last = entry.rpartition("\n")
    is_after_end = re.search(rf"(?m)^{_END}", whole) is not None
    is_torn = last and (is_after_end or last.startswith(_END) or _END.startswith(last))
    return whole + newline if is_torn else entry


def read_entries(model_dir: str) -> list[dict[str, Any]]:
    """What the file says, an entry for each call, oldest first; nothing if there is none.

    Raises
    ------
    OpError
        If it cannot be read.
    ValueError
        If an entry is no YAML: somebody has changed it.
    """
    path = own_path(os.path.join(model_dir, FILE), _MOST_BYTES, _is_ours)
    return [parse_mapping(f"  {entry[2:]}", path) for entry in _entries(path)]


def copy_entries(model_dir: str, target: str, step: int | None) -> None:
    """Write the entries of the calls that led to the checkpoint of this step into another directory; None: of all.

    What cannot be read or written is a warning.
    """
    path = os.path.join(model_dir, FILE)
    try:
        own = own_path(path, _MOST_BYTES, _is_ours)
        kept = [entry for entry in _entries(own) if step is None or not _began_after(entry, step)]
        if kept:
            write_atomically(os.path.join(target, FILE), "".join([_HEADER, *kept]).encode())
    except (OpError, OSError, ValueError) as error:
        log.warning("%s is not copied to %s: %s.", path, target, error)


def _began_after(entry: str, step: int) -> bool:
    """Whether the call of the entry has not written a checkpoint of this step or an earlier one."""
    found = re.search(r"(?m)^  start_step: (\d+)$", entry)
    return found is not None and int(found[1]) >= max(step, 1)


def last_params(model_dir: str) -> Any:
    """The params of the training that was recorded last; None if there is none.

    Raises
    ------
    OpError, ValueError
        As :func:`read_entries`.
    """
    path = own_path(os.path.join(model_dir, FILE), _MOST_BYTES, _is_ours)
    blocks = (re.search(r"(?ms)^[- ] params:.*?(?=^  \w|\Z)", entry) for entry in reversed(_entries(path)))
    block = next(filter(None, blocks), None)
    return parse_mapping(f"  {block[0][2:]}", path)["params"] if block else None


def warn_of_another_model(model_dir: str, canned: str | None) -> None:
    """Say so if another ready-made model trained in the directory last: its variables may fit and mean another thing.

    Parameters
    ----------
    model_dir : str
    canned : str or None
        The ready-made class that is to use the directory; None for a model function of the user's own.
    """
    try:
        entries = _entries(own_path(os.path.join(model_dir, FILE), _MOST_BYTES, _is_ours))
    except (OpError, ValueError):
        return
    found = re.search(r"(?m)^  canned: (\w+)$", entries[-1]) if entries else None
    if canned and found and found[1] not in (canned, "null"):
        log.warning(
            "%s was trained by a %s, and this is a %s: variables of the same name and shape are taken from there, "
            "whatever they mean. If that is not meant, use another model_dir.", model_dir, found[1], canned,
        )  # fmt: skip


def describe_process(model_dir: str, wait_secs: float = 1.0) -> dict[str, Any]:
    """When, by which command and program, in which versions.

    Parameters
    ----------
    model_dir : str
    wait_secs : float
        How long git may take to say whether the tree is dirty; without an answer ``git_dirty`` is left out.
    """
    script, repository = _script(), _repository()
    from_here = repository or model_dir
    entry = {
        "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": command_line(lambda path: relative_path(os.path.abspath(path), from_here)),
        "script": script and relative_path(script, from_here),
    }
    return (
        entry
        | _describe_tree(repository, wait_secs)
        | {
            "versions": {
                "python": platform.python_version(),
                "numpy-estimator": VERSION,
                "numpy": np.__version__,
            },
            "platform": _platform(),
        }
    )


def _describe_tree(repository: str | None, wait_secs: float) -> dict[str, Any]:
    if repository is None:
        return {"git_commit": None, "git_dirty": None}
    from estimator.calls.repository import ask_tree, git_commit  # which a script in none has no use for

    tree = ask_tree(repository)
    is_dirty = tree.answer(wait_secs)
    return {"git_commit": git_commit(repository)} | ({"git_dirty": is_dirty} if tree.is_answered else {})


def tree_is_dirty(wait_secs: float = 0.0) -> bool | None:
    """Whether the script's tree differs from its commit; begins to ask git, and waits so long for what it says."""
    return _describe_tree(_repository(), wait_secs).get("git_dirty")


def _repository() -> str | None:
    """The repository that the calling script lies in; of what is installed, as notebooks are, that in which it runs."""
    script = _script()
    if script is None:
        return None
    folder = os.path.dirname(script)
    is_installed = folder in (_COMMANDS, _PACKAGE) or not {*folder.split(os.sep)}.isdisjoint(_INSTALLED)
    return repository_of(os.getcwd() if is_installed else folder)


def repository_of(directory: str) -> str | None:
    """The directory with git's files that this one lies in; None where there is none."""
    while not os.path.exists(os.path.join(directory, ".git")):
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent
    return directory


def _script() -> str | None:
    return os.path.abspath(sys.argv[0]) if sys.argv and sys.argv[0] else None


def _platform() -> str:
    """``Linux x86_64``; the standard library's own answer reads files and starts programs."""
    if not hasattr(os, "uname"):
        return sys.platform
    known = os.uname()
    return f"{known.sysname} {known.machine}"


def relative_path(path: str, start: str) -> str:
    """The path from a directory on, with slashes on every system; of a file on another drive its name."""
    try:
        return os.path.relpath(path, start).replace(os.sep, "/")
    except ValueError:  # of Windows, which has no way from one drive to another
        return os.path.basename(path)


def describe_inputs(features: Any, labels: Any) -> dict[str, Any]:
    """Types and shapes of what a model is trained on, by name where there are names."""
    return {"features": _described(features), "labels": _described(labels)}


def _described(value: Any) -> Any:
    if isinstance(value, Mapping):
        names = sorted_keys(value)
        found = {str(name): _described(value[name]) for name in names[:_MOST_FEATURES]}
        more = len(names) - _MOST_FEATURES
        return found | {"and": f"{more} more"} if more > 0 else found
    if isinstance(value, (list, tuple)):
        return [_described(item) for item in value]
    if not hasattr(value, "dtype") or not hasattr(value, "dims"):
        return None if value is None else type(value).__name__
    kind = "" if isinstance(value, Tensor) else f"{type(value).__name__} "
    return f"{kind}{value.dtype.name} {show(value.dims)}"


def values_of(params: Any) -> Any:
    """The hyper-parameters by name: of a mapping or a tuple with names, or what an object and its class carry."""
    if isinstance(params, Mapping):
        return dict(params)
    if hasattr(params, "_asdict"):
        return params._asdict()
    is_class = isinstance(params, type)
    values: dict[str, Any] = {}
    for kind in reversed((params if is_class else type(params)).__mro__):
        values |= {name: value for name, value in vars(kind).items() if _is_setting(name, value)}
    if not is_class:
        values |= getattr(params, "__dict__", {})
    return values or params


def _is_setting(name: str, value: Any) -> bool:
    """Whether a member of a class is a value, and no method, property or what Python puts into every class."""
    return not name.startswith("_") and not callable(value) and not hasattr(value, "__get__")


def plain(value: Any) -> Any:
    """The value in what YAML has; other objects as their repr."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value) in (bool, int, float, str):  # an Enum of text is not text to YAML
        return value
    return repr(value)
