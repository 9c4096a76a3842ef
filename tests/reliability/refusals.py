"""The system refuses a deed, does it by half, or a signal interrupts it: at every deed of a scene.

A signal and a write that is done in part change nothing: the scene ends as if nothing had been. Where the system refuses,
the scene goes on with a warning, or ends with one error: of the class that goes with the errno, in one line that has the
errno and the path in it, and of a full disk how many bytes were needed. Then what was acknowledged is there, no temporary
file is, unless its removal was refused, and the next start works.
"""

from __future__ import annotations

import errno
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from estimator.core import errors
from tests.reliability.crashes import Theatre
from tests.reliability.door import Deed, Fault
from tests.reliability.scene import temporaries, without
from tests.reliability.stage import Ended

CLASSES: dict[int, type[errors.OpError]] = {
    errno.ENOSPC: errors.ResourceExhaustedError,
    errno.EDQUOT: errors.ResourceExhaustedError,
    errno.EIO: errors.UnavailableError,
    errno.EROFS: errors.PermissionDeniedError,
}
_NEEDS_ROOM = ("create", "write", "fsync", "append_all")


def cases(deeds: Sequence[Deed]) -> list[Fault]:
    """All that may go wrong at these deeds."""
    found = [Fault("interrupt", at) for at in range(len(deeds))]
    found += [
        Fault("short", at) for at, deed in enumerate(deeds) if deed.verb == "write" and len(deed.data) > 1
    ]
    for at in range(len(deeds)):
        found += [Fault("errno", at, code, is_sticky=code != errno.EIO) for code in CLASSES]
    return found


def run(folder: Path, scene: str, most: int | None = None, seed: int = 0) -> dict[str, Any]:
    """Let every deed go wrong in every way, or `most` of the cases drawn by `seed`.

    Returns
    -------
    dict
        The scene, how many cases there are, how many faults fired, how many of them ended the scene and how many it went
        on after, and a line for each thing that was bad.
    """
    theatre, chance = Theatre(folder, scene), random.Random(f"{scene} {seed}")
    everything = cases(theatre.score.deeds)
    chosen = everything if most is None or most >= len(everything) else chance.sample(everything, most)
    starts = theatre.scene.starts()
    fired = ended_by_it = 0
    bad: list[str] = []
    for number, fault in enumerate(chosen):
        theatre.reset()
        ended = theatre.acted(fault)
        deed = theatre.score.deeds[fault.at]
        fired += {"fired": True} in ended.said
        ended_by_it += ended.status != 0
        lines = _wrong(theatre, fault, deed, ended)
        start = starts[number % len(starts)] if starts else None
        may_be = theatre.score.may_be(ended.said, theatre.scene.lag)
        if fault.kind == "errno":
            may_be = [without(theatre.scene.optional, state) for state in may_be]
        if ended.status == 0 and fault.kind in ("interrupt", "short"):
            may_be = theatre.score.states[-1:]
        lines += theatre.seen(may_be, start)
        where = f"{scene}, {fault.shown} ({deed.verb} {Path(deed.target or deed.path).name})"
        bad += [f"{where}: {line}" for line in lines]
    return {
        "scene": scene, "deeds": len(theatre.score.deeds), "cases": len(everything), "fired": fired,
        "errors": ended_by_it, "went_on": fired - ended_by_it, "bad": bad,
    }  # fmt: skip


def _wrong(theatre: Theatre, fault: Fault, deed: Deed, ended: Ended) -> list[str]:
    """What is wrong with how the scene has ended."""
    if ended.status == 0:
        return []
    if ended.status != 1:
        return [f"ended with {ended.status}"]
    error = ended.said[-1]
    if fault.kind != "errno":
        return [f"ends with {error}"]
    lines: list[str] = []
    if "could not delete" in error["message"] and error["error"] == "FailedPreconditionError":
        return lines  # what could not be deleted is told by name, and why by a warning
    if error["error"] != CLASSES[fault.code].__name__:
        lines.append(f"{error['error']} and not {CLASSES[fault.code].__name__}: {error['message']}")
    wanted = [errno.errorcode[fault.code], str(theatre.work)]
    is_of_folder = "cannot make the directory" in error["message"]  # which needs no bytes that could be told
    if fault.code in (errno.ENOSPC, errno.EDQUOT) and deed.verb in _NEEDS_ROOM and not is_of_folder:
        wanted.append("bytes needed")
    lines += [
        f"{word!r} is not in the error: {error['message']}" for word in wanted if word not in error["message"]
    ]
    if "\n" in error["message"]:
        lines.append(f"the error has several lines: {error['message']}")
    if fault.code != errno.EROFS and deed.verb not in ("unlink", "rmdir"):
        lines += [
            f"{name} is left" for name in temporaries(str(theatre.work)) if not _is_note_of_done(name, deed)
        ]
    return lines


def _is_note_of_done(name: str, deed: Deed) -> bool:
    """Whether it is the note of a save of which the last sync was refused: what it drops has still to go."""
    return ".tmp.saving." in name and deed.verb == "fsync_dir"
