"""What a proof plays: something that writes, what a reader finds of it, and the next start."""

from __future__ import annotations

import contextlib
import os
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from estimator.core import errors
from estimator.formats.bundle import BundleReader
from estimator.model_dir.finding import find_latest
from estimator.model_dir.state import read_state

Acknowledge = Callable[..., None]  # of what is acknowledged, a name, where that is not told by the order
State = dict[
    str, Any
]  # what a reader finds: a name to what tells its contents; BROKEN... for what nobody can read
BROKEN = "broken: "
# of a session: its own seed, and what its call was given
_NOT_OF_THE_MODEL = re.compile(rb'"seed":[0-9]+|"call":\{[^}]*\}')


class Start(NamedTuple):
    """A way in which the next call begins.

    Attributes
    ----------
    name : str
    call : callable
        Of the folder.
    goes_on : bool
        Whether it writes more: then what is there may change, but nothing may be broken or left over.
    """

    name: str
    call: Callable[[str], object]
    goes_on: bool = False


class Scene:
    """Something that writes into a folder.

    Attributes
    ----------
    name : str
    lag : int
        How many acknowledgements more than the last one that was heard may have been given: those of a thread are
        heard later.
    unsynced, optional : tuple of str
        What names in the state have in them of what a power failure may take, and of what is only warned of if the
        system refuses it.
    cost : float
        About how many seconds one case takes, from which its share of the sample follows.
    """

    name = ""
    lag = 0
    is_undisturbed = False  # in the run that tells what is acknowledged when
    cost = 0.02
    unsynced: tuple[str, ...] = ("/events", "metrics.jsonl")  # what nobody waits for the disk to have
    optional: tuple[str, ...] = ("/events", "metrics.jsonl", "metadata.yaml")

    def prepare(self, folder: str) -> None:
        """Put there what is there before; the folder exists and is empty."""

    def act(self, folder: str, acknowledge: Acknowledge) -> None:
        """Write; `acknowledge` is called whenever somebody may rely on what is there."""
        raise NotImplementedError

    def state(self, folder: str) -> State:
        """What a reader finds, everything under a final name read to its end."""
        raise NotImplementedError

    def starts(self) -> Sequence[Start]:
        """The next starts, of which a case plays one."""
        return ()

    def orphans(self, folder: str) -> list[str]:
        """What is there after the next start and belongs to nothing."""
        return temporaries(folder)


def digest(prefix: str) -> int | str:
    """A checksum over keys, types and values of a checkpoint; why it cannot be read, if so."""
    try:
        with BundleReader(prefix) as reader:
            reader.verify()
            total = 0
            for key in reader.names():
                total = zlib.crc32(f"{key} {reader.dtype(key)} {reader.get(key).shape}".encode(), total)
                value = reader.get(key)
                text = b"\0".join(value.reshape(-1)) if value.dtype.kind == "O" else value.tobytes()
                total = zlib.crc32(_NOT_OF_THE_MODEL.sub(b"", text), total)
            return total
    except (errors.OpError, OSError, ValueError) as error:
        return BROKEN + str(error)


def checkpoints(folder: str) -> State:
    """The latest checkpoint, and all that the state file lists or that have an index, with their checksums."""
    found: State = {}
    try:
        latest = find_latest(folder)
        state = read_state(folder)
    except errors.OpError as error:
        return {"latest": BROKEN + str(error)}
    found["latest"] = None if latest is None else latest.name
    listed = () if state is None else state.all_model_checkpoint_paths
    indexed = [name.removesuffix(".index") for name in listing(folder) if name.endswith(".index")]
    for name in {*listed, *(name for name in indexed if not name.startswith(".tmp."))}:
        found[name] = digest(os.path.join(folder, name))
        with contextlib.suppress(FileNotFoundError), open(os.path.join(folder, f"{name}.meta"), "rb") as file:
            found[f"{name}.meta"] = zlib.crc32(file.read())
    return found


def unlisted(folder: str) -> list[str]:
    """Files of checkpoints that the state file does not list; without one, of those without an index."""
    state = read_state(folder)
    names = [name.removesuffix(".index") for name in listing(folder) if name.endswith(".index")]
    listed = names if state is None else state.all_model_checkpoint_paths
    parts = [
        (name, re.fullmatch(r"(.+?)\.(index|meta|data-\d{5}-of-\d{5})", name)) for name in listing(folder)
    ]
    return [name for name, found in parts if found is not None and found[1] not in listed]


def temporaries(folder: str) -> list[str]:
    """Whatever was never finished, here and below."""
    return [
        os.path.relpath(os.path.join(where, name), folder)
        for where, folders, files in os.walk(folder)
        for name in [*folders, *files]
        if name.startswith((".tmp.", "temp-")) or ".tmp" in name or name.endswith((".tempstate", ".lockfile"))
    ]


def listing(folder: str) -> list[str]:
    """The names there; none, if there is no folder."""
    with contextlib.suppress(FileNotFoundError):
        return sorted(os.listdir(folder))
    return []


def broken(state: State) -> Iterator[str]:
    """A line for what nobody can read."""
    for name, value in state.items():
        if isinstance(value, str) and value.startswith(BROKEN):
            yield f"{name} is {value}"


def without(names: tuple[str, ...], state: State) -> State:
    """The state without that of which the name has one of these in it."""
    return {name: value for name, value in state.items() if not any(each in name for each in names)}


def differences(found: State, may_be: Sequence[State]) -> Iterator[str]:
    """A line for all that is lost or wrong, if one of these states, or something between them, is to be there."""
    yield from broken(found)
    always = set.intersection(*(set(state) for state in may_be)) if may_be else set()
    for name in always:
        values = [state[name] for state in may_be]
        if name not in found:
            yield f"{name} is lost"
        elif found[name] not in values and not str(found[name]).startswith(BROKEN):
            yield f"{name} is {found[name]!r}, neither of {values!r}"
    for name, value in found.items():
        known = [state[name] for state in may_be if name in state]
        if known and value not in known and name not in always:
            yield f"{name} has other values, {value!r}"
