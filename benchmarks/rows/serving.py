"""Servers that are asked for one row at a time: the model of iris, ready-made, behind ours and behind others'.

Each server has processes of its own, which stay while the load goes from one to the other. What asks is the same for
all of them, and takes its share of the processors, too. Everybody gives the same outputs of the same parameters; only
the plain loop of grpcio gives nothing but probabilities.
"""

from __future__ import annotations

import atexit

from benchmarks.row import Comparison, Limit, Line, Row, Run, Turn
from benchmarks.serving.load import load
from benchmarks.serving.servers import KINDS, Served, trained

CONNECTIONS = (1, 8, 32)
SECS = 0.5  # of each number of connections in a turn


def loaded(kind: str, network: str) -> Turn:
    """A load of a server that is up: requests a second, latencies, and memory after it."""
    server = Served(kind, network, trained(network))
    atexit.register(server.stop)

    def turn() -> dict[str, float]:
        figures, before = {}, server.memory()["now"]
        for connections in CONNECTIONS:
            found = load(server.port, server.conversation, connections, SECS)
            figures[f"requests/s ({connections})"] = found.rate()
            for percent in (50, 99):
                figures[f"ms (p{percent}, {connections})"] = 1000 * found.percentile(percent)
        memory = server.memory()
        grown = memory["now"] - before
        return figures | {"MiB (peak)": memory["peak"], "MiB (now)": memory["now"], "MiB (grown)": grown}

    return turn


def starting(kind: str, network: str) -> Turn:
    """A process each turn, from its start to its first answer."""
    folder = trained(network)

    def turn() -> dict[str, float]:
        server = Served(kind, network, folder)
        server.stop()
        return {"s": server.starting_secs}

    return turn


def lines(network: str) -> tuple[Line, ...]:
    """What is compared of a network."""

    def run(kind: str) -> Run:
        return Run(KINDS[kind].environment, loaded, (kind, network))

    rest, v2, grpc, batching = map(run, ("rest", "v2", "grpc", "rest, batching"))
    mlserver, alone, litserve, plain = map(
        run, ("mlserver", "mlserver, one process", "litserve", "plain grpc")
    )
    return (
        *(
            Comparison(f"p50 of {n} at once, v2 / MLServer", f"ms (p50, {n})", v2, mlserver, 2)
            for n in CONNECTIONS
        ),
        *(
            Comparison(f"p50 of {n} at once, v2 / MLServer without workers", f"ms (p50, {n})", v2, alone)
            for n in CONNECTIONS
        ),
        *(
            Comparison(f"{n} at once, REST / LitServe", f"requests/s ({n})", rest, litserve, 2)
            for n in CONNECTIONS
        ),
        *(
            Comparison(f"{n} at once, gRPC / a plain loop of grpcio", f"requests/s ({n})", grpc, plain)
            for n in CONNECTIONS
        ),
        Comparison("p99 of 32 at once, v2 / MLServer", "ms (p99, 32)", v2, mlserver),
        Comparison("p99 of 32 at once, REST / LitServe", "ms (p99, 32)", rest, litserve),
        Comparison("32 at once, REST, batching / no batching", "requests/s (32)", batching, rest),
        Comparison("p50 of 32 at once, REST, batching / no batching", "ms (p50, 32)", batching, rest),
        Comparison("memory under load / MLServer", "MiB (now)", v2, mlserver),
        Comparison("memory under load / LitServe", "MiB (now)", rest, litserve),
        *(
            Limit(f"most memory, {name}", "MiB (peak)", ours, 100)
            for name, ours in (("REST", rest), ("v2", v2), ("gRPC", grpc))
        ),
        *(
            Limit(f"memory grown in a turn, {name}", "MiB (grown)", ours, 1)
            for name, ours in (("REST", rest), ("v2", v2), ("gRPC", grpc))
        ),
    )


def start_lines(network: str) -> tuple[Line, ...]:
    """How long a process takes until it answers."""
    ours, mlserver, litserve = (
        Run(KINDS[kind].environment, starting, (kind, network)) for kind in ("rest", "mlserver", "litserve")
    )
    return (
        Comparison("start to first answer / MLServer", "s", ours, mlserver),
        Comparison("start to first answer / LitServe", "s", ours, litserve),
        Limit("start to first answer", "s", ours, 1),
    )


ROW = Row("Serving: iris, [10, 10], a row at a time", (*lines("iris"), *start_lines("iris")))
