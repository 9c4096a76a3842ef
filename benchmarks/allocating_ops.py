"""Which ops a plan still runs by their kernels, which allocate, and why: a table in Markdown.

    python benchmarks/allocating_ops.py > benchmarks/allocating_ops.md

Each op's examples in tests/ops are planned with all sizes known. An op stands in the table if one of them goes by its
kernel and gives arrays that are neither views of what it was given nor texts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for the examples of the tests

from estimator.core.shapes import is_static
from estimator.graph.op import OPS, OpDef
from estimator.runtime.facts import Facts
from estimator.runtime.lifetimes import Way, way_of
from estimator.runtime.program import make_program
from tests.ops.example import Example, all_examples
from tests.ops.test_contract import Call

MODULES = {
    "solving": "LAPACK allocates its results",
    "spectra": "LAPACK allocates its results",
    "fourier": "numpy.fft allocates its results",
    "segments": "rows are sorted and counted; how many there are is data",
    "sparse": "how many entries there are is data",
    "sparse_math": "how many entries there are is data",
    "ranking": "sorting allocates",
    "sorting": "sorting allocates",
}


def shares_memory(row: Example) -> bool:
    """Whether the kernel gives views of its inputs."""
    call = Call(row)
    feeds = list(call.feeds.values())
    definition = OPS.get(row.op)
    attrs = {name: call.outputs[0].op.attrs[name] for name in definition.kernel_attrs}
    inputs = [list(map(np.asarray, one)) if isinstance(one, list) else np.asarray(one) for one in row.inputs]
    try:
        result = definition(np, *inputs, **attrs)
    except TypeError:  # it needs a session
        return False
    results = list(result) if isinstance(result, (list, tuple)) else [result]
    flat = [array for one in inputs for array in (one if isinstance(one, list) else [one])]
    return bool(feeds) and all(
        any(np.may_share_memory(np.asarray(array), given) for given in flat) or np.asarray(array).size <= 16
        for array in results
    )


def reason(definition: OpDef, dims: list[Any]) -> str:
    """Why it goes by its kernel."""
    if definition.function_attrs:
        return "runs bodies, which have plans of their own"
    if definition.effect == "random":
        return "numpy's generators allocate what they draw"
    if not all(map(is_static, dims)):
        return "only the run tells how large its result is"
    return MODULES.get(definition.module.rpartition(".")[2], "no emitter yet: seldom on large arrays")


def planned(row: Example) -> tuple[bool, list[Any]]:
    """Whether a plan runs the row by its op's kernel, and the shapes that it knows of the results."""
    call = Call(row)
    program = make_program(call.graph, call.outputs, [], list(call.feeds))
    facts = Facts(program, [array.shape for array in call.feeds.values()])
    ways = [way_of(output.op, facts) for output in call.outputs]
    return Way.KERNEL in ways, [facts.dims[output] for output in call.outputs]


def rows_by_op() -> dict[str, list[Example]]:
    """The examples of each op that computes something; where there are any, those whose results have a known size."""
    found: dict[str, list[Example]] = {}
    for row in all_examples():
        definition = OPS.get(row.op)
        if not definition.host and definition.effect in ("pure", "random"):
            found.setdefault(row.op, []).append(row)
    for rows in found.values():
        rows[:] = [row for row in rows if all(map(is_static, planned(row)[1]))] or rows
    return found


def by_kernel(examples: dict[str, list[Example]]) -> Iterator[tuple[str, str, str]]:
    """Why, family and op of those in the table."""
    for name, rows in examples.items():
        for row in rows:
            is_kernel, dims = planned(row)
            if is_kernel and not shares_memory(row):
                definition = OPS.get(name)
                yield reason(definition, dims), definition.module.rpartition(".")[2], name
                break


def main() -> None:
    """Print the table."""
    with np.errstate(all="ignore"):  # constants among them are folded
        examples = rows_by_op()
        found = sorted(by_kernel(examples))
    print(
        f"Of {len(examples)} ops that compute, {len(found)} allocate in a plan (benchmarks/allocating_ops.py).\n"
    )
    print("| why | family | ops |\n|---|---|---|")
    groups: dict[tuple[str, str], list[str]] = {}
    for why, family, name in found:
        groups.setdefault((why, family), []).append(name)
    for (why, family), names in groups.items():
        print(f"| {why} | {family} | {', '.join(names)} |")


if __name__ == "__main__":
    main()
