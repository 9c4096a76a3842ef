"""Crashes at every deed of a scene, and again at every deed of the start that follows.

A case is: a copy of what was there, a child that ends before deed n (or after half of it, where it is a write), then a
child that looks: what was acknowledged is there with its values, nothing is broken, and after the next start nothing is
left over. What was acknowledged, and which values things have, an undisturbed run of the same scene has told; its
acknowledgements have the same order.
"""

from __future__ import annotations

import importlib
import random
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.reliability import sabotages
from tests.reliability.door import CRASHED, Deed, Door, Fault
from tests.reliability.scene import Acknowledge, Scene, Start, State, broken, differences
from tests.reliability.scenes import SCENES
from tests.reliability.stage import Ended, forked

Say = Callable[[Any], None]


class Score(NamedTuple):
    """What an undisturbed run of a scene has told.

    Attributes
    ----------
    deeds : list of Deed
    acknowledged : list of (int, str or None)
        How many deeds had been done at each acknowledgement, and what was acknowledged, if that was said.
    states : list of State
        What was there before, and at each acknowledgement.
    """

    deeds: list[Deed]
    acknowledged: list[tuple[int, str | None]]
    states: list[State]

    def may_be(self, said: Sequence[Any], lag: int = 0) -> list[State]:
        """Between which states the folder is, after the acknowledgements that a child has said."""
        heard = [each["acknowledged"] for each in said if isinstance(each, dict) and "acknowledged" in each]
        named = [name for _, name in self.acknowledged]
        count = len(heard) if not heard or heard[-1] is None else named.index(heard[-1]) + 1
        return self.states[count : count + 2 + lag]


class Theatre:
    """A scene, prepared, with its undisturbed run.

    Parameters
    ----------
    folder : Path
        Empty; everything happens below.
    name : str
        Of the scene.
    sabotage : str, optional
        The name of a fault that is put into the writer on purpose.
    """

    def __init__(self, folder: Path, name: str, sabotage: str | None = None) -> None:
        self.scene: Scene = SCENES[name]
        self.work = folder / "work"  # always the same: some files hold their paths
        self._pristine = folder / "pristine"
        self._sabotage = sabotage
        self.work.mkdir()
        _import_alike(self._expect(forked(lambda say: self._prepare(say))))
        shutil.copytree(self.work, self._pristine, symlinks=True)
        self.score = self._undisturbed()

    def _prepare(self, say: Say) -> None:
        self.scene.prepare(str(self.work))
        say(sorted(name for name in sys.modules if name.startswith(("estimator", "numpy", "h5py", "yaml"))))

    def reset(self, source: Path | None = None) -> None:
        """Put back what was there before, or a copy that was kept."""
        shutil.rmtree(self.work)
        shutil.copytree(source or self._pristine, self.work, symlinks=True)

    def keep(self, name: str) -> Path:
        """A copy of what is there now."""
        kept = self._pristine.with_name(name)
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(self.work, kept, symlinks=True)
        return kept

    def _undisturbed(self) -> Score:
        def run(say: Say) -> None:
            door = Door(notes=True)
            acknowledged: list[tuple[int, str | None]] = []
            states = [self.scene.state(str(self.work))]
            door.install()

            def acknowledge(name: str | None = None) -> None:
                acknowledged.append((door.count, name))
                states.append(self.scene.state(str(self.work)))

            self.scene.is_undisturbed = True
            self._act(acknowledge)
            door.remove()
            deeds = [deed._replace(data=deed.data.hex()) for deed in door.deeds]  # type: ignore[arg-type]
            imported = sorted(name for name in sys.modules if name.startswith("estimator"))
            say([deeds, acknowledged, states, imported])

        deeds, acknowledged, states, imported = self._expect(forked(run))
        _import_alike(imported)
        for state in states:
            assert not list(broken(state)), f"{self.scene.name}: undisturbed, {list(broken(state))}"
        noted = [Deed(*values)._replace(data=bytes.fromhex(values[3])) for values in deeds]
        return Score(noted, [(count, name) for count, name in acknowledged], states)

    def _act(self, acknowledge: Acknowledge) -> None:
        self._be_sabotaged()
        self.scene.act(str(self.work), acknowledge)

    def _be_sabotaged(self) -> None:
        if self._sabotage is not None:
            sabotages.SABOTAGES[self._sabotage]()

    def acted(self, fault: Fault) -> Ended:
        """How the scene ends with a fault; it says how many acknowledgements it has given."""

        def run(say: Say) -> None:
            door = Door(fault)
            door.install()
            try:
                self._act(lambda name=None: say({"acknowledged": name}))
            finally:
                say({"fired": door.fired})

        return forked(run)

    def started(self, start: Start, fault: Fault | None = None) -> Ended:
        """How the next start ends; without a fault it says how many deeds it took."""

        def run(say: Say) -> None:
            self._be_sabotaged()
            door = Door(fault)
            door.install()
            start.call(str(self.work))
            say(door.count)

        return forked(run)

    def seen(self, may_be: Sequence[State], start: Start | None) -> list[str]:
        """What is wrong with what is there, and with what is there after the next start."""

        def run(say: Say) -> None:
            self._be_sabotaged()
            folder = str(self.work)
            lines = list(differences(self.scene.state(folder), may_be))
            if start is not None:
                start.call(folder)
                after = self.scene.state(folder)
                found = broken(after) if start.goes_on else differences(after, may_be)
                lines += [f"after {start.name}: {line}" for line in found]
                lines += [f"after {start.name}: {name} is left over" for name in self.scene.orphans(folder)]
            say(lines)

        ended = forked(run)
        if ended.status != 0:
            return [f"the next start fails: {ended.said[-1:]} {ended.log[-400:]}"]
        return list(ended.said[-1])

    def _expect(self, ended: Ended) -> Any:
        assert ended.status == 0, f"{self.scene.name}: {ended}"
        return ended.said[-1]


def _import_alike(names: Sequence[str]) -> None:
    """Import what a child has imported, so that no later child has to."""
    for name in names:
        if name not in sys.modules:
            importlib.import_module(name)


def run(
    folder: Path,
    scene: str,
    most: int | None = None,
    seed: int = 0,
    again: int = 0,
    sabotage: str | None = None,
) -> dict[str, Any]:
    """Crash at every deed, or at `most` of them drawn by `seed`; `again` times also in the start that follows.

    Returns
    -------
    dict
        The scene, how many deeds it has, how many crashes were made and fired, in the scene and in the start, and a
        line for each thing that was bad.
    """
    theatre, chance = Theatre(folder, scene, sabotage), random.Random(f"{scene} {seed}")
    cases = _cases(theatre.score.deeds)
    chosen = cases if most is None or most >= len(cases) else sorted(chance.sample(cases, most))
    second = set(chance.sample(range(len(chosen)), min(again, len(chosen))))
    starts = theatre.scene.starts()
    fired = fired_again = 0
    bad: list[str] = []
    for number, fault in enumerate(chosen):
        theatre.reset()
        ended = theatre.acted(fault)
        fired += ended.status == CRASHED
        where = f"{scene}, {fault.shown} ({theatre.score.deeds[fault.at].verb})"
        if ended.status != CRASHED:
            bad.append(f"{where}: did not fire, {ended}")
            continue
        may_be = theatre.score.may_be(ended.said, theatre.scene.lag)
        start = starts[number % len(starts)] if starts else None
        if number in second and start is not None:
            count, lines = _crash_again(theatre, start, may_be, chance, None if most is None else 3)
            fired_again += count
        else:
            lines = theatre.seen(may_be, start)
        bad += [f"{where}: {line}" for line in lines]
    return {
        "scene": scene, "deeds": len(theatre.score.deeds), "acknowledged": len(theatre.score.acknowledged),
        "cases": len(cases), "crashes": fired, "crashes_in_recovery": fired_again, "bad": bad,
    }  # fmt: skip


def _cases(deeds: Sequence[Deed]) -> list[Fault]:
    """A crash before each deed, and in the middle of each that writes more than a byte."""
    before = [Fault("crash", at) for at in range(len(deeds))]
    return before + [
        Fault("half", at)
        for at, deed in enumerate(deeds)
        if deed.verb in ("write", "append_all") and len(deed.data) > 1
    ]


def _crash_again(
    theatre: Theatre, start: Start, may_be: Sequence[State], chance: random.Random, most: int | None
) -> tuple[int, list[str]]:
    """Crash at the deeds of the start; how many crashes fired, and what was bad."""
    crashed = theatre.keep("crashed")
    undisturbed = theatre.started(start)
    if undisturbed.status != 0:
        return 0, [f"the next start fails: {undisturbed.said[-1:]}"]
    count = int(undisturbed.said[-1])
    chosen = range(count) if most is None or most >= count else sorted(chance.sample(range(count), most))
    lines: list[str] = []
    fired = 0
    for at in chosen:
        theatre.reset(crashed)
        ended = theatre.started(start, Fault("crash", at))
        fired += ended.status == CRASHED
        if ended.status != CRASHED:
            lines.append(f"crash at {at} of {start.name} did not fire: {ended}")
            continue
        lines += [
            f"and again at {at} of {start.name}: {line}"
            for line in theatre.seen(() if start.goes_on else may_be, start)
        ]
    return fired, lines
