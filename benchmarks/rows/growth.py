"""How costs grow with the model and its input: slopes over a decade, 1 for costs that grow as the work does."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.row import Limit, Row, Run, Turn

SIZES = {  # the upper decade of each, and with which power of the size the work grows
    "layers": (5, 50, 1),
    "width": (102, 1024, 2),
    "batch": (819, 8192, 1),
    "variables": (1000, 10_000, 1),
    "table": (1_000_000, 10_000_000, 1),
    "rows": (1_000_000, 10_000_000, 1),
}
NAMES = {"table": "rows of a table", "rows": "rows of input"}
PARTS = {
    "building": 0.001,
    "initial values": 0.001,
    "first step": 0.001,
    "plan": 0.001,
    "step": 0.0002,
    "save": 0.01,
}
"""What is timed, and what is too short, in seconds, to tell a slope from noise."""
SLOPE, COPIES = 1.1, 1.1
TABLE_AND_SLOT_MIB = 2 * SIZES["table"][1] * 16 * 4 / 2**20


def growing(over: str) -> Turn:
    """The slopes between two sizes, each in a process of its own, and some figures of the larger."""
    smaller, larger, power = SIZES[over]
    work = power * math.log(larger / smaller)

    def at(size: int) -> dict[str, float]:
        command = [sys.executable, "-m", "benchmarks.models.growing", over, str(size)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return found

    def turn() -> dict[str, float]:
        small, large = at(smaller), at(larger)
        slopes = {
            f"slope ({part})": math.log(max(large[part], least) / max(small[part], least)) / work
            for part, least in PARTS.items()
        }
        return slopes | {"s": large["building"], "times": large["MiB"] / TABLE_AND_SLOT_MIB}

    return turn


RUNS = {over: Run("estimator", growing, (over,)) for over in SIZES}


def slopes(over: str) -> Iterator[Limit]:
    """A line for each part."""
    for part in PARTS:
        yield Limit(f"{part}, over {NAMES.get(over, over)}", f"slope ({part})", RUNS[over], SLOPE)


ROW = Row(
    "Growth: slopes in the upper decade, to 50 layers, 1024 units, batches of 8192, 10,000 variables, 10M rows",
    (
        *(line for over in SIZES for line in slopes(over)),
        Limit("building 50 layers", "s", RUNS["layers"], 2),
        Limit("building 10,000 variables", "s", RUNS["variables"], 2),
        Limit(
            "memory of a table of 10M rows and its slot, of what these are", "times", RUNS["table"], COPIES
        ),
    ),
    pairs=2,
)
