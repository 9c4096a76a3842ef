"""Sums over the ranks of this machine: ``mpiexec -n 2 python -m benchmarks.scaling.allreduce``.

Prints, from rank 0, a JSON object of bytes to seconds of an Allreduce in place. Ranks wait busily: more of them than
there are free cores take turns, and a sum then takes as long as the system lets another one run.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np

SIZES = [8, 1_000, 10_000, 100_000, 1_000_000, 3_000_000, 10_000_000, 100_000_000]
SECONDS, FEWEST, MOST = 0.8, 7, 3000


def main() -> None:
    """Sum, and print what it took."""
    from mpi4py import MPI

    world, found = MPI.COMM_WORLD, {}
    largest = float(sys.argv[1]) if sys.argv[1:] else SIZES[-1]
    for size in [size for size in SIZES if size <= largest]:
        buffer, times = np.zeros(size // 4, np.float32), []
        deadline = time.perf_counter() + SECONDS
        goes_on = np.ones(1, np.int32)
        while goes_on[0]:
            for _ in range(FEWEST):
                start = time.perf_counter()
                world.Allreduce(MPI.IN_PLACE, buffer, MPI.SUM)
                times.append(time.perf_counter() - start)
            goes_on[0] = time.perf_counter() < deadline and len(times) < MOST
            world.Bcast(goes_on)
        found[str(size)] = {"least": float(np.quantile(times, 0.1)), "median": float(np.median(times))}
    if world.rank == 0:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
