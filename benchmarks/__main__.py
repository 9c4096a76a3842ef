"""Measure rows: ``python -m benchmarks b c``, or beside their peers: ``python -m benchmarks --peers b c``.

Without peers our own figures are printed; with them benchmarks/RESULTS.md is written.
"""

from __future__ import annotations

import argparse
import importlib
import time

from benchmarks import machine, results
from benchmarks.environments import is_here
from benchmarks.processes import Figures, turns
from benchmarks.row import Row, Run, shown
from benchmarks.rows import MODULES

MOST_OF_OTHERS = 0.2  # of all processors


def find(letter: str) -> Row:
    """The row of that letter."""
    row: Row = importlib.import_module(f"benchmarks.rows.{MODULES[letter]}").ROW
    return row


def measure(row: Row, pairs: int, taking_part: set[str]) -> tuple[dict[Run, list[Figures]], list[str]]:
    """The figures of a row's runs, and what was left out and why."""
    measured: dict[Run, list[Figures]] = {}
    absent: list[str] = []
    for group in row.groups():
        runs = [run for run in group if run.environment in taking_part]
        found, failures = turns(runs, pairs)
        measured |= found
        absent += failures
    return measured, absent


def alone(letters: list[str], pairs: int | None) -> None:
    """Print our own figures."""
    for letter in letters:
        row = find(letter)
        print(f"{letter}. {row.title}", flush=True)
        measured, failed = measure(row, pairs or 1, {"estimator"})
        lines = {(line.ours, line.unit): line.what.partition(" / ")[0] for line in row.lines}
        for (run, unit), what in lines.items():
            if run in measured:
                figure = results.number(results.middle(measured[run], unit))
                print(f"   {what:60} {figure:>10} {shown(unit)}", flush=True)
        if failed:
            raise SystemExit("\n".join(failed))


def load(watch: machine.Watch) -> str:
    """What others had of the machine, and whether that was too much."""
    others = watch.others()
    if others is None:
        return ""
    doubt = ", too much for these figures to be believed" if others > MOST_OF_OTHERS else ""
    return f"; other processes had {others:.0%} of the machine{doubt}"


def beside_peers(letters: list[str], pairs: int | None) -> None:
    """Measure each row, and write its section as soon as it is done."""
    for letter in letters:
        row, watch = find(letter), machine.Watch()
        print(f"{letter}. {row.title} ...", end=" ", flush=True)
        environments = {run.environment for line in row.lines for run in line.runs()}
        missing = sorted(name for name in environments if not is_here(name))
        measured, absent = measure(row, pairs or row.pairs, environments.difference(missing))
        about = f"{time.strftime('%Y-%m-%d %H:%M')}, {machine.revision()}, {pairs or row.pairs} pairs{load(watch)}."
        absent += [f"{name}, which is not installed here" for name in missing]
        results.write({letter: results.section(letter, row, measured, absent, about)})
        print(f"{watch.seconds():.0f} s", flush=True)


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument(
        "rows", nargs="*", metavar="row", help=f"of {' '.join(MODULES)}; all if none is given"
    )
    parser.add_argument("--peers", action="store_true", help="beside the peers; write benchmarks/RESULTS.md")
    parser.add_argument(
        "--pairs", type=int, help="how often each takes its turn (each row has its own number)"
    )
    options = parser.parse_args()
    unknown = [letter for letter in options.rows if letter not in MODULES]
    if unknown:
        parser.error(f"there is no row {', '.join(unknown)}; rows are {', '.join(MODULES)}.")
    (beside_peers if options.peers else alone)(options.rows or list(MODULES), options.pairs)


if __name__ == "__main__":
    main()
