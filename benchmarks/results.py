"""The pages of the results: a section for each row, which a later run of the row replaces.

A line has the medians of both sides, and the ratio of each pair: the median, and the smallest and largest of them. A
ratio above 1 is ours to be better, whether the figure is a rate or a time. The ceiling is the ratio of the same work
without a framework to the same peer: what ours could reach there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median

from benchmarks import machine
from benchmarks.environments import ROOT
from benchmarks.processes import Figures
from benchmarks.row import Comparison, Limit, Line, Row, Run, is_rate, shown

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
REASONS = ROOT / "benchmarks" / "reasons.md"

Measured = Mapping[Run, list[Figures]]

_HEAD = """# Results

Written by `make bench-peers` ([how to measure](../docs/speed.md)). A ratio is above 1 where ours is better; it is the
median of the pairs, with the smallest and the largest. The ceiling is the same work by hand in numpy, without a
framework, beside the same peer.

- {processor}
- {versions}; {blas}

| row | goals met |
|---|---|
{summary}"""
_TABLE = "| what | ours | peer | ratio | goal | ceiling | verdict |\n|---|---|---|---|---|---|---|\n"


def ratios(line: Comparison, measured: Measured, of: Run | None = None) -> list[float]:
    """How many times better ours (or another run) is than the peer in each pair."""
    pairs = zip(measured[of or line.ours], measured[line.peer], strict=True)
    found = [(ours[line.unit], peer[line.unit]) for ours, peer in pairs]
    return [ours / peer if is_rate(line.unit) else peer / ours for ours, peer in found]


def middle(figures: Iterable[Figures], unit: str) -> float:
    """The median of a figure."""
    return median(figure[unit] for figure in figures)


def number(value: float) -> str:
    """With three digits that count: 12,300 or 0.0451."""
    digits = f"{float(f'{value:.3g}'):,.10f}".rstrip("0").rstrip(".")
    return digits if abs(value) >= 100 else f"{value:.3g}"


def spread(values: list[float]) -> str:
    """The median, and the smallest and largest."""
    return f"**{number(median(values))}** [{number(min(values))}..{number(max(values))}]"


def verdict(share: float) -> str:
    """What a share of the goal is called."""
    return "met" if share >= 1 else f"{share:.2f} of the goal"


def line_text(line: Line, measured: Measured) -> str:
    """A line of the table."""
    unit = shown(line.unit)
    ours = f"{number(middle(measured[line.ours], line.unit))} {unit}"
    if isinstance(line, Limit):
        found = middle(measured[line.ours], line.unit)
        said = "met" if found <= line.goal else f"{number(found / line.goal)} times the limit"
        return f"| {line.what} | {ours} | | | at most {number(line.goal)} | | {said} |"
    found = ratios(line, measured)
    peer = f"{number(middle(measured[line.peer], line.unit))} {unit}"
    ceiling = number(median(ratios(line, measured, line.ceiling))) if line.ceiling else ""
    goal, said = (number(line.goal), verdict(median(found) / line.goal)) if line.goal else ("", "")
    return f"| {line.what} | {ours} | {peer} | {spread(found)} | {goal} | {ceiling} | {said} |"


def is_missed(line: Line, measured: Measured) -> bool:
    """Whether a line has a goal that was not reached."""
    if isinstance(line, Limit):
        return middle(measured[line.ours], line.unit) > line.goal
    return line.goal is not None and median(ratios(line, measured)) < line.goal


def section(letter: str, row: Row, measured: Measured, absent: list[str], about: str) -> str:
    """The text of a row.

    Parameters
    ----------
    letter : str
    row : Row
    measured : mapping
        The turns of each run that took part.
    absent : list of str
        What was left out, and why.
    about : str
        When and under which load it was measured.
    """
    lines = [line for line in row.lines if all(run in measured for run in line.runs())]
    text = (
        f"## {letter}. {row.title}\n\n" + _TABLE + "".join(line_text(line, measured) + "\n" for line in lines)
    )
    text += "".join(f"\nLeft out: {reason}\n" for reason in absent)
    reason = reasons().get(letter, "")
    if not reason and any(is_missed(line, measured) for line in lines):
        reason = f"Why a goal is missed is to be said in [{REASONS.name}]({REASONS.name})."
    return f"{text}\n{about}\n" + (f"\n{reason}\n" if reason else "")


def sections(text: str) -> dict[str, str]:
    """The sections of a page, by their letters."""
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    return {part[3:].split(".")[0].strip(): part.rstrip() + "\n" for part in parts}


def reasons() -> dict[str, str]:
    """What is known of each row's distance from its goals: the text under its letter in reasons.md."""
    found = sections(REASONS.read_text("utf-8")) if REASONS.exists() else {}
    return {letter: part.partition("\n")[2].strip() for letter, part in found.items()}


def write(new: Mapping[str, str], path: Path = RESULTS) -> None:
    """Put sections in their places in the page; those of other rows stay as they are."""
    old = sections(path.read_text("utf-8")) if path.exists() else {}
    found = {letter: part.rstrip() + "\n" for letter, part in sorted((old | dict(new)).items())}
    head = _HEAD.format(
        processor=machine.processor(), versions=machine.versions(), blas=machine.blas(),
        summary="".join(map(summary, found.values())),
    )  # fmt: skip
    path.write_text("\n".join([head, *found.values()]), "utf-8")


def summary(part: str) -> str:
    """How many of a section's goals are met, as a line of a table."""
    title, *lines = part.splitlines()
    met = sum(line.endswith("| met |") for line in lines)
    missed = sum(line.endswith((" of the goal |", " times the limit |")) for line in lines)
    goals = f"{met} of {met + missed}" if met + missed else "it has none"
    return f"| {title.removeprefix('## ')} | {goals} |\n"
