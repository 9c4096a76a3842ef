"""What a power failure may leave of the deeds of a scene: whatever was not synced may be missing, torn or out of order.

A model of a file system that promises no more than POSIX does. A file's contents are safe once it was synced; what was
written since may be there, missing, there by half, or zeros of that length. A name that was made, moved or removed is safe
once its directory was synced; until then it may have happened or not, and of several such changes any. After every
prefix of the deeds all that may be on the disk is enumerated, or a sample of it where that is too much, written out, and
looked at as after a crash.
"""

from __future__ import annotations

import itertools
import json
import math
import os
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.reliability.crashes import Score, Theatre
from tests.reliability.door import Deed
from tests.reliability.scene import Scene, State, broken, checkpoints, differences, without
from tests.reliability.stage import forked

Tree = dict[str, bytes | None]  # path to contents; None for a folder
_Key = tuple[int, str]  # the number of a folder, and a name in it
TENSORFLOW = Path(__file__).parents[1] / "data" / "tf" / "saver_trace.json"
ACKNOWLEDGED = "acknowledged"  # among the deeds: from here on somebody relies on what is there
_MOST_OPEN = 12  # changes of names of which all combinations are enumerated


class _Change(NamedTuple):
    """A change of names that is not safe yet: `place` gets `number`, and `source` loses it."""

    folder: int
    place: _Key | None
    source: _Key | None
    number: int


class Disk:
    """Names and contents, what of them is safe and what is not.

    Parameters
    ----------
    tree : Tree
        What is there, and safe, by absolute path.
    """

    def __init__(self, tree: Tree) -> None:
        self._counter = itertools.count(1)
        self._now: dict[_Key, int] = {}
        self._safe: dict[_Key, int] = {}
        self._open: list[_Change] = []
        self._folders = {0}
        self._contents: dict[int, bytes] = {}
        self._synced: dict[int, bytes] = {}
        for path, contents in sorted(tree.items()):
            number = self._add(path, is_folder=contents is None)
            self._contents[number] = self._synced[number] = contents or b""
        self._safe = dict(self._now)
        self._open.clear()

    def _key(self, path: str) -> _Key:
        folder, name = os.path.split(path)
        return (0 if folder in ("/", "") else self._number(folder)), name

    def _number(self, path: str) -> int:
        if path in ("/", ""):
            return 0
        key = self._key(path)
        if key not in self._now:  # a folder above all that is recorded
            self._now[key] = self._safe[key] = number = next(self._counter)
            self._folders.add(number)
        return self._now[key]

    def _add(self, path: str, *, is_folder: bool = False) -> int:
        key, number = self._key(path), next(self._counter)
        if is_folder:
            self._folders.add(number)
        self._contents[number] = self._synced[number] = b""
        self._now[key] = number
        self._open.append(_Change(key[0], key, None, number))
        return number

    def do(self, deed: Deed) -> None:
        """Do a deed; what it was done to is where the writer found it."""
        if deed.verb in ("create", "mkdir") or (
            deed.verb == "append_all" and self._key(deed.path) not in self._now
        ):
            if self._key(deed.path) not in self._now:
                self._add(deed.path, is_folder=deed.verb == "mkdir")
        if deed.verb in ("write", "append_all"):
            self._contents[self._number(deed.path)] += deed.data
        elif deed.verb == "truncate":
            number = self._number(deed.path)
            self._contents[number] = self._contents[number][: deed.size]
        elif deed.verb == "fsync":
            number = self._number(deed.path)
            self._synced[number] = self._contents[number]
        elif deed.verb == "fsync_dir":
            self._sync_names(self._number(deed.path))
        elif deed.verb in ("rename", "link"):
            source, place = self._key(deed.path), self._key(deed.target)
            number = self._now[source]
            self._now[place] = number
            if deed.verb == "rename":
                del self._now[source]
            self._open.append(_Change(place[0], place, source if deed.verb == "rename" else None, number))
        elif deed.verb in ("unlink", "rmdir"):
            source = self._key(deed.path)
            if source in self._now:
                self._open.append(_Change(source[0], None, source, self._now.pop(source)))

    def undisturbed(self) -> Tree:
        """What is there now, if the power stays."""
        return self._tree([True] * len(self._open), self._contents)

    def _sync_names(self, folder: int) -> None:
        for change in self._open:
            if change.folder == folder:
                _apply(self._safe, change)
        self._open = [change for change in self._open if change.folder != folder]

    def may_be(self, most: int, chance: random.Random) -> tuple[int, Iterator[Tree]]:
        """How many states there may be, and all of them, or `most` drawn ones."""
        dirty = [number for number, contents in self._contents.items() if contents != self._synced[number]]
        forms = {number: self._forms(number) for number in dirty}
        count = 2 ** len(self._open) * math.prod(len(each) for each in forms.values())
        if count <= most and len(self._open) <= _MOST_OPEN:
            choices: Any = itertools.product(
                itertools.product((False, True), repeat=len(self._open)), itertools.product(*forms.values())
            )
        else:
            choices = (
                (
                    [chance.random() < 0.5 for _ in self._open],
                    [chance.choice(each) for each in forms.values()],
                )
                for _ in range(most)
            )
        return count, (
            self._tree(kept, dict(zip(dirty, contents, strict=True))) for kept, contents in choices
        )

    def _forms(self, number: int) -> list[bytes]:
        """What the contents of a file that was not synced may be."""
        safe, now = self._synced[number], self._contents[number]
        if not now.startswith(safe):
            return [safe, now]
        new = now[len(safe) :]
        return list(dict.fromkeys([safe, now, safe + new[: len(new) // 2], safe + bytes(len(new))]))

    def _tree(self, kept: Sequence[bool], contents: dict[int, bytes]) -> Tree:
        names = dict(self._safe)
        for change in itertools.compress(self._open, kept):
            _apply(names, change)
        below: dict[int, list[tuple[str, int]]] = {}
        for (folder, name), number in names.items():
            below.setdefault(folder, []).append((name, number))
        found: Tree = {}
        todo = [("", 0)]
        while todo:
            where, folder = todo.pop()
            for name, number in below.get(folder, ()):
                path = f"{where}/{name}"
                if number in self._folders:
                    todo.append((path, number))
                    found[path] = None
                else:
                    found[path] = contents.get(number, self._contents[number])
        return found


def _apply(names: dict[_Key, int], change: _Change) -> None:
    if change.source is not None and names.get(change.source) == change.number:
        del names[change.source]
    if change.place is not None:
        names[change.place] = change.number


class Failure(NamedTuple):
    """What a power failure may leave.

    Attributes
    ----------
    after : int
        After how many deeds.
    tree : Tree
    """

    after: int
    tree: Tree


def failures(tree: Tree, deeds: Sequence[Deed], most: int, seed: int) -> tuple[int, list[Failure]]:
    """How many states the disk may be in after any of the deeds, and those that are to be looked at, each once.

    With a `most` of 0 the power stays, and what is to be looked at is what a kill leaves. Two prefixes between which nothing was acknowledged may leave the same; then the later one counts, of which more is
    asked.
    """
    disk, chance = Disk(tree), random.Random(seed)
    count, found = 0, {}
    for after in range(len(deeds) + 1):
        if after:
            disk.do(deeds[after - 1])
        number, trees = disk.may_be(most, chance)
        count += number
        for each in trees if most else [disk.undisturbed()]:
            found[hash(frozenset(each.items()))] = Failure(after, each)
    return count, list(found.values())


def tree_of(folder: Path) -> Tree:
    """What lies below a folder, and itself."""
    found: Tree = {str(folder): None}
    for path in folder.rglob("*"):
        found[str(path)] = None if path.is_dir() else path.read_bytes()
    return found


def write_tree(tree: Tree, folder: Path) -> None:
    """Put what is below the folder into its place, and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in sorted(tree):
        contents = tree[path]
        if not path.startswith(f"{folder}/"):
            continue
        if contents is None:
            os.makedirs(path, exist_ok=True)
        else:
            with open(path, "wb") as file:
                file.write(contents)


def told_by(score: Score) -> list[Deed]:
    """The deeds of an undisturbed run, with its acknowledgements among them."""
    deeds = list(score.deeds)
    for count, _ in reversed(score.acknowledged):
        deeds.insert(count, Deed(ACKNOWLEDGED, ""))
    return deeds


class Trial(NamedTuple):
    """What was found of the deeds of a scene: how many states there are, how many were looked at and were bad, and why."""

    states: int
    looked_at: int
    bad_states: int
    bad: list[str]


class Stage(NamedTuple):
    """What is needed to look at what a power failure may leave.

    Attributes
    ----------
    scene : Scene
    work : Path
        Where it plays.
    tree : Tree
        What was there before, and safe.
    states : sequence of State
        What was there before, and at each acknowledgement.
    """

    scene: Scene
    work: Path
    tree: Tree
    states: Sequence[State]


def tried(stage: Stage, deeds: Sequence[Deed], most: int, seed: int, first_only: bool = False) -> Trial:
    """Look at what a power failure may leave of these deeds, up to the first that is bad if that will do."""
    count, found = failures(stage.tree, deeds, most, seed)

    def run(say: Any) -> None:
        lines: list[str] = []
        looked_at = bad_states = 0
        for failure in found:
            acknowledged = sum(deed.verb == ACKNOWLEDGED for deed in deeds[: failure.after])
            may_be = stage.states[acknowledged : acknowledged + 2 + stage.scene.lag]
            looked_at += 1
            new = [f"after {failure.after} deeds: {line}" for line in _wrong(stage, failure.tree, may_be)]
            bad_states += bool(new)
            lines += new
            if lines and first_only:
                break
        say([looked_at, bad_states, lines])

    ended = forked(run, 3600)
    assert ended.status == 0, ended
    return Trial(count, *ended.said[-1])


def _wrong(stage: Stage, tree: Tree, may_be: Sequence[State]) -> list[str]:
    scene, folder = stage.scene, str(stage.work)
    write_tree(tree, stage.work)
    may_be = [without(scene.unsynced, state) for state in may_be]
    lines = list(differences(without(scene.unsynced, scene.state(folder)), may_be))
    for start in scene.starts()[:1]:
        try:
            start.call(folder)
            after = without(scene.unsynced, scene.state(folder))
            found = broken(after) if start.goes_on else differences(after, may_be)
            lines += [f"after {start.name}: {line}" for line in found]
            lines += [f"after {start.name}: {name} is left over" for name in scene.orphans(folder)]
        except Exception as error:  # the next start fails
            lines.append(f"{start.name}: {type(error).__name__}: {error}")
    return lines


def mutants(deeds: Sequence[Deed]) -> Iterator[tuple[str, list[Deed]]]:
    """The deeds without one of their syncs, and with two neighbouring renames in the place of one another."""
    for i, deed in enumerate(deeds):
        if deed.verb in ("fsync", "fsync_dir"):
            yield f"without {deed.verb} {_shown(deed)}", [*deeds[:i], *deeds[i + 1 :]]
    renames = [i for i, deed in enumerate(deeds) if deed.verb in ("rename", "link")]
    for first, second in itertools.pairwise(renames):
        if deeds[first].target in (deeds[second].path, deeds[second].target):
            continue  # the second is of the file that the first has named
        if deeds[first].verb == "link" and deeds[first].path == deeds[second].path:
            continue  # and after this one there is nothing to be linked
        changed = [*deeds[:first], *deeds[first + 1 : second + 1], deeds[first], *deeds[second + 1 :]]
        yield f"{_shown(deeds[first])} after {_shown(deeds[second])}", changed


def _shown(deed: Deed) -> str:
    """The deed's file, without what chance has put into its name."""
    name = os.path.basename(deed.target or deed.path)
    return re.sub(r"[0-9a-f]{32}", "*", name)


class OfTensorFlow(Scene):
    """What TensorFlow's Saver has left."""

    def state(self, folder: str) -> State:
        return checkpoints(os.path.join(folder, "mine"))


def tensorflow_stage(folder: Path) -> tuple[Stage, list[Deed]]:
    """The deeds of TensorFlow's Saver, as they were recorded, and what was there at each acknowledgement."""
    work = folder / "work"
    mine = str(work / "mine")
    recorded = json.loads(TENSORFLOW.read_text())
    deeds = [
        Deed(
            verb, os.path.normpath(f"{mine}/{path}"), target and f"{mine}/{target}", bytes.fromhex(data), size
        )
        for verb, path, target, data, size in recorded
    ]
    tree: Tree = {str(work): None, mine: None}
    disk, scene = Disk(tree), OfTensorFlow()
    states = [scene.state(str(work))]
    for deed in deeds:
        disk.do(deed)
        if deed.verb == ACKNOWLEDGED:
            write_tree(disk.undisturbed(), work)
            states.append(scene.state(str(work)))
    return Stage(scene, work, tree, states), deeds


def run(
    folder: Path, scene: str, most: int = 64, seed: int = 0, mutate: bool = False, chosen: int | None = None
) -> dict[str, Any]:
    """Look at what a power failure may leave of a scene; with `mutate` also of its deeds with a fault in each.

    Returns
    -------
    dict
        How many deeds, how many states, how many different ones were looked at, what was bad; which mutants were found
        out, and which were not.
    """
    if scene == "TensorFlow":
        stage, deeds = tensorflow_stage(folder)
        prefixes = tried(stage, deeds, 0, seed)  # what a kill leaves
    else:
        theatre = Theatre(folder, scene)
        theatre.reset()
        stage = Stage(theatre.scene, theatre.work, tree_of(theatre.work), theatre.score.states)
        deeds = told_by(theatre.score)
    own = tried(stage, deeds, most, seed)
    found: dict[str, Any] = {
        "scene": scene, "deeds": sum(deed.verb != ACKNOWLEDGED for deed in deeds), "acknowledged": len(stage.states) - 1,
        "states": own.states, "looked_at": own.looked_at, "bad_states": own.bad_states, "bad": own.bad,
    }  # fmt: skip
    if scene == "TensorFlow":
        found["bad_prefixes"] = prefixes.bad_states
    if mutate:
        changed = list(mutants(deeds))
        if chosen is not None and chosen < len(changed):
            changed = random.Random(seed).sample(changed, chosen)
        bad = [(name, tried(stage, each, most, seed, first_only=True).bad) for name, each in changed]
        found["caught"] = [f"{name}: {lines[0]}" for name, lines in bad if lines]
        found["not_caught"] = [name for name, lines in bad if not lines]
    return found
