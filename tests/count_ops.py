"""How many ops there are, how many rows show them, and how much is compared with TensorFlow.

``python -m tests.count_ops`` prints it.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
STORED = ROOT / "tests" / "data" / "tf"


def counts() -> dict[str, int]:
    """What is counted, and the number."""
    import estimator.ops  # noqa: F401  declares them
    from estimator import tf
    from estimator.graph.op import OPS
    from tests.ops.example import all_examples, shown_elsewhere
    from tests.values_of_tf import CALLS, outcome

    logging.disable(logging.WARNING)  # some calls have no gradient, and say so
    ops = [OPS.get(name) for name in OPS]
    rows = all_examples()
    answers = json.loads((STORED / "ops" / "ops.json").read_text())
    values = json.loads((STORED / "values.json").read_text())
    compared = ops_of(lambda: [outcome(tf, call) for call in CALLS])
    return {
        "ops declared": len(ops),
        "of them TensorFlow's": sum(not op.local for op in ops),
        "with a gradient": sum(op.gradient_rule is not None for op in ops),
        "shown by rows of the contract test": len({row.op for row in rows}),
        "rows": len(rows),
        "shown by other tests": len(set(shown_elsewhere()) - {row.op for row in rows}),
        "stored cases that TensorFlow computed": len(answers),
        "calls whose numbers TensorFlow computed": len(values),
        "gradients among them": sum(len(row["gradients"] or ()) for row in values.values()),
        "ops in the graphs of these calls": len(compared),
        "calls whose names in the graph TensorFlow gave": len(
            json.loads((STORED / "names.json").read_text())
        ),
    }


def ops_of(build: Callable[[], Any]) -> set[str]:
    """The types of the operations that are made meanwhile."""
    from estimator.graph.graph import Graph

    found: set[str] = set()
    apply = Graph.apply

    def noted(self: Any, op_type: str, *args: Any, **kwargs: Any) -> Any:
        found.add(op_type)
        return apply(self, op_type, *args, **kwargs)

    Graph.apply = noted  # type: ignore[method-assign]
    try:
        build()
    finally:
        Graph.apply = apply  # type: ignore[method-assign]
    return found


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    for what, number in counts().items():
        print(f"{number:6} {what}")
