"""The page of scaling, benchmarks/SCALING.md, as it is made of what was measured."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.environments import ROOT
from benchmarks.results import number
from benchmarks.scaling import simulation
from benchmarks.scaling.models import MODELS
from benchmarks.scaling.network import SUMS, Network, all_sum
from benchmarks.scaling.steps import SHARES, Costs, expected_slowest, pays_until, strong, weak

MEASURED = ROOT / "benchmarks" / "scaling" / "measured.json"
PAGE = ROOT / "benchmarks" / "SCALING.md"
PICTURE = ROOT / "docs" / "pictures" / "scaling.svg"

NODES = [2**power for power in range(1, 10)]
SHOWN = [2, 8, 64, 512]
ASSUMED = (("1 Gb/s", 50e-6, 1e9), ("10 Gb/s", 20e-6, 1e10), ("100 Gb/s", 3e-6, 1e11))
"""Networks: seconds from program to program, and bits a second; twice Ethernet through the kernel, and RDMA."""

_HEAD = """# Scaling

Written by `make bench-scaling`. What a step computes was measured on one processor of one machine, and a sum over
processes on its loopback; **the networks are a model of networks**. No cluster was measured.

- {machine}
- {when}; one process is a node here, with one thread of the BLAS{others}

"""


def read() -> dict[str, Any]:
    """What was measured."""
    found: dict[str, Any] = json.loads(MEASURED.read_text("utf-8"))
    return found


def costs(measured: Mapping[str, Any]) -> dict[str, Costs]:
    """The costs of the models by their names."""
    return {
        name: Costs(
            {int(batch): seconds for batch, seconds in of["seconds"].items()},
            MODELS[name].batch,
            of["sizes"]["dense"],
            of["sizes"]["sparse"],
            of["sizes"]["rows"],
            measured["row"],
            taking_part(measured),
            of["spread"],
        )
        for name, of in measured["models"].items()
    }


def taking_part(measured: Mapping[str, Any]) -> float:
    """Seconds that a step of two ranks takes beside computing and its message: by the model with the shortest steps."""
    of = measured["models"]["iris"]
    if "together" not in of:
        return 0.0
    apart, ranks = of["together"]["apart"]["least"], of["together"]["ranks"]["least"]
    return float(max(0.0, ranks - apart - loopback(measured, of["sizes"]["dense"])))


def networks(measured: Mapping[str, Any]) -> list[Network]:
    """The networks that are looked at; what adds up is this machine."""
    return [Network(name, latency, bits / 8, measured["adding"]) for name, latency, bits in ASSUMED]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def time(seconds: float) -> str:
    """In the unit that has few digits."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1:
            return f"{number(seconds * factor)} {unit}"
    return f"{number(seconds * 1e6)} us"


def size(count: float) -> str:
    """Bytes."""
    if not count:
        return "none"
    return f"{number(count / 1e6)} MB" if count >= 1e6 else f"{number(count / 1e3)} KB"


def computing(measured: Mapping[str, Any]) -> str:
    """What a step costs without others."""
    rows = [
        [MODELS[name].title, str(MODELS[name].batch), size(cost.dense), size(cost.sparse),
         ", ".join(f"{batch}: {time(seconds)}" for batch, seconds in sorted(cost.seconds.items()))]
        for name, cost in costs(measured).items()
    ]  # fmt: skip
    return table(["model", "batch", "gradients", "rows and ids", "seconds of a step by the batch"], rows)


def sums(measured: Mapping[str, Any]) -> str:
    """What a sum costs on the loopback."""
    found = measured["allreduce"]
    two, more = found["2"], {ranks: times for ranks, times in found.items() if ranks != "2"}
    rows = [
        [size(int(count)), time(times["least"]), time(times["median"]),
         f"{number(int(count) / times['least'] / 1e9)} GB/s",
         *(time(others[count]["median"]) if count in others else "" for others in more.values())]
        for count, times in two.items()
    ]  # fmt: skip
    head = [
        "bytes",
        "2 ranks, a tenth are below",
        "2 ranks, median",
        "",
        *(f"{ranks} ranks, median" for ranks in more),
    ]
    return table(head, rows)


def loopback(measured: Mapping[str, Any], count: int) -> float:
    """Seconds of a sum of so many bytes over two ranks here, between the sizes that were measured."""
    times = {int(size): found["least"] for size, found in measured["allreduce"]["2"].items()}
    sizes = sorted(times)
    return float(np.interp(count, sizes, [times[size] for size in sizes]))


def has_ranks(measured: Mapping[str, Any]) -> bool:
    """Whether trainings of two ranks were measured."""
    return any("together" in of for of in measured["models"].values())


def compared(measured: Mapping[str, Any]) -> str:
    """The step of two ranks, and what it should be."""
    rows = []
    for name, cost in costs(measured).items():
        if "together" not in measured["models"][name]:
            continue
        of = measured["models"][name]["together"]
        apart, ranks = of["apart"]["least"], of["ranks"]["least"]
        extra = loopback(measured, cost.dense) + (loopback(measured, cost.sparse) if cost.sparse else 0)
        expected = apart + extra + cost.rows * cost.row + cost.taking_part
        rows.append(
            [MODELS[name].title, time(cost.computing(cost.batch)), time(apart), time(expected), time(ranks),
             number(ranks / expected)]
        )  # fmt: skip
    head = ["model", "alone", "two apart", "expected of two ranks", "two ranks", "measured / expected"]
    return table(head, rows)


def differences(measured: Mapping[str, Any]) -> str:
    """How far the simulation is from the formulas when all start together, at most."""
    worst = 0.0
    for net in networks(measured):
        for nodes in (2, 3, 6, 8, 13, 64):
            for cost in costs(measured).values():
                for way, formula in SUMS.items():
                    wanted = formula(nodes, cost.dense, net)
                    found = simulation.all_sum(way, cost.dense, net, [0.0] * nodes)
                    worst = max(worst, abs(found / wanted - 1))
    return f"{worst:.0e}"


def growing(measured: Mapping[str, Any]) -> str:
    """Each node has a batch of the usual size."""
    rows = []
    for name, cost in costs(measured).items():
        cells = []
        for net in networks(measured):
            shares = ", ".join(f"{weak(cost, nodes, net):.0%}" for nodes in SHOWN)
            until = pays_until(lambda nodes, cost=cost, net=net: weak(cost, nodes, net), NODES)
            cells.append(f"**{until_text(until)}** ({shares})")
        rows.append([f"{MODELS[name].title}, {cost.batch} each", *cells])
    return table(["model", *(name for name, _, _ in ASSUMED)], rows)


def until_text(until: int) -> str:
    """How many nodes pay."""
    return {1: "never", NODES[-1]: f"{until} and more"}.get(until, str(until))


def dividing(measured: Mapping[str, Any]) -> str:
    """One batch is divided among the nodes."""
    rows = []
    for name, cost in costs(measured).items():
        batch, cells = max(cost.seconds), []
        for net in networks(measured):
            gains = {nodes: strong(cost, nodes, net, batch) for nodes in [1, *NODES] if nodes <= batch}
            best = max(gains, key=lambda nodes: gains[nodes])
            until = pays_until(lambda nodes, gains=gains: gains[nodes] / nodes, [n for n in gains if n > 1])
            cells.append(f"**{until_text(until)}**; most at {best}: {number(gains[best])} times")
        rows.append([f"{MODELS[name].title}, {batch} in all", *cells])
    return table(["model", *(name for name, _, _ in ASSUMED)], rows)


def stragglers(measured: Mapping[str, Any]) -> str:
    """How much longer the slowest of n takes, and what the simulation says of a sum that they enter one by one."""
    rows, rng = [], np.random.default_rng(0)
    net = networks(measured)[1]
    for name, cost in costs(measured).items():
        slowest = [number(expected_slowest(cost.spread, nodes)) for nodes in [1, *SHOWN]]
        nodes, alone = 16, cost.computing(cost.batch)
        draws = [drawn(cost, alone, nodes, rng) for _ in range(40)]
        best = min(SUMS, key=lambda way: SUMS[way](nodes, cost.dense, net))
        simulated = np.mean([simulation.all_sum(best, cost.dense, net, starts) for starts in draws])
        formula = expected_slowest(cost.spread, nodes) * alone + all_sum(nodes, cost.dense, net)
        rows.append([MODELS[name].title, *slowest, f"{time(float(simulated))} / {time(formula)}"])
    head = ["model", *(str(nodes) for nodes in [1, *SHOWN]), "16 nodes, simulated / by the formula"]
    return table(head, rows)


def drawn(cost: Costs, alone: float, nodes: int, rng: np.random.Generator) -> list[float]:
    """When nodes have computed, by the times that were measured."""
    return [float(alone * np.interp(u, SHARES, cost.spread)) for u in rng.random(nodes)]


def text(measured: Mapping[str, Any]) -> str:
    """The page."""
    about = measured["about"]
    others = (
        f"; other processes had {about['others']:.0%} of the machine" if about["others"] is not None else ""
    )
    assumed = ", ".join(f"{name} with {time(latency)}" for name, latency, _ in ASSUMED)
    head = _HEAD.format(machine=about["machine"], when=about["when"], others=others)
    parts = [
        ("Where it stops paying: each node has a batch of its own", _GROWING, growing(measured)),
        ("Where it stops paying: one batch divided", _DIVIDING, dividing(measured)),
        ("What a step computes and sends", _COMPUTING, computing(measured)),
        ("A sum on the loopback", _SUMS, sums(measured)),
        ("The model", _MODEL.format(assumed=assumed, adding=number(measured["adding"] / 1e9),
                                    row=number(measured["row"] * 1e9),
                                    part=time(taking_part(measured)), worst=differences(measured)), ""),
        *([("The model beside two ranks", _COMPARED, compared(measured))] if has_ranks(measured) else []),
        ("Nodes that are slow for once", _STRAGGLERS, stragglers(measured)),
        ("What was not measured", _NOT, ""),
    ]  # fmt: skip
    sections = (
        f"## {title}\n\n{said.strip()}\n" + (f"\n{shown}" if shown else "") for title, said, shown in parts
    )
    return head + "\n".join(sections)


_GROWING = """
Up to how many nodes each does at least half of what it does alone; in brackets the share at {shown} nodes. The batch of
a step grows with the nodes, so the learning rate wants to grow too, and at some size the model learns no more from it:
that limit is the model's, often lower than these, and nothing here knows it.
""".replace("{shown}", ", ".join(map(str, SHOWN)))
_DIVIDING = """
The training is the same as that of one process with the whole batch, only faster. First the number of nodes up to which
the work is at least half as fast as if sums cost nothing, then where it is fastest, and how many times one node.
"""
_COMPUTING = """
A tenth of the times that were measured are shorter. Gradients are float32; rows are those of the ids that a batch looks
up.
"""
_SUMS = """
`MPI_Allreduce` in place over shared memory. Ranks wait busily: four of them on two cores take turns at waiting, which
is what the last column shows, and no property of a cluster.
"""
_MODEL = """
A step of n nodes is the computing of one, the best of three sums of all gradients (a ring: 2 (n-1) messages of 1/n;
recursive doubling: log2 n of all; Rabenseifner's halving and doubling: 2 log2 n of 1/2, 1/4, ...), the gathering of
rows along a ring, the applying of the other nodes' rows, and {part} for taking part. A message costs its latency and
its bytes: {assumed}.
Nodes add {adding} GB/s and apply a row in {row} ns, as this machine does. Nothing overlaps: the sum begins when the
last gradient is there.

A simulation of all messages differs from the formulas by {worst} at most, for 2 to 64 nodes.
"""
_COMPARED = """
Both processors compute at once, which alone costs something: they share caches and memory. What is expected of two
ranks is the time of two processes that know nothing of each other, the sum from the table above, and what taking part
costs: that is what the first line has beyond, so its ratio says nothing.
"""
_STRAGGLERS = """
All wait for the slowest. The mean of the slowest of n steps beside an undisturbed one, drawn from the times that were
measured here, with whatever else the machine did meanwhile; steps that write a line of the log are among them. In the
last column nodes enter the sum when they are ready, at 10 Gb/s: the simulation, and the slowest plus the sum.
"""
_NOT = """
A real network: switches that many nodes share, lost packets, other traffic. More than two processes that compute at
once. Nodes with several processes, which would sum in their memory first. Input from a file system that all share.
"""
