"""How many ops are declared, and how they are compared with TensorFlow's.

``python -m tests.ops.count`` prints it, and which ops no comparison of numbers has.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from estimator import tf
from estimator.graph.graph import Graph
from estimator.graph.op import OPS
from tests import control_flow_of_tf, shapes_of_tf, values_of_tf
from tests.network.layers import cases as layers
from tests.network.recurrent import cases as recurrent
from tests.ops import test_tensorflow_values as stored
from tests.ops.example import all_examples, shown_elsewhere


@contextmanager
def types_added() -> Iterator[set[str]]:
    """The types of the operations that any graph gets inside the block."""
    found: set[str] = set()
    apply = Graph.apply

    def noting(self: Graph, op_type: Any, args: Any, kwargs: Any) -> Any:
        found.add(op_type if isinstance(op_type, str) else op_type.name)
        return apply(self, op_type, args, kwargs)

    Graph.apply = noting  # type: ignore[method-assign]
    try:
        yield found
    finally:
        Graph.apply = apply  # type: ignore[method-assign]


def compared_in_numbers() -> set[str]:
    """The ops in graphs whose values and gradients are compared with numbers that TensorFlow wrote."""
    with types_added() as found, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case in stored.CASES:
            stored.test_values_and_gradients_are_tensorflows(case, True)
        for call in values_of_tf.CALLS:
            values_of_tf.outcome(tf, call)
        for case in control_flow_of_tf.CASES.values():
            control_flow_of_tf.answers(tf, case)
        for case in layers.CASES:
            layers.record(tf, case)
        for case in recurrent.lines(recurrent.CASES):
            recurrent.record(tf, case)
    return found & set(OPS)


def report() -> list[str]:
    """The lines."""
    theirs = sorted(name for name in OPS if not OPS.get(name).local)
    rows = all_examples()
    shown = {row.op for row in rows}
    rules = [name for name in OPS if OPS.get(name).gradient_rule is not None]
    numbers = compared_in_numbers()
    shapes = sum(len(shapes_of_tf.VIEWS) for _ in shapes_of_tf.CALLS)
    rest = [name for name in theirs if name not in numbers]
    return [
        f"{len(OPS)} ops are declared: {len(theirs)} have TensorFlow's name, inputs, outputs and attributes.",
        f"{len(shown)} have {len(rows)} rows in tests/ops/test_contract.py, and TensorFlow imports a graph of all of them;",
        f"{len(shown_elsewhere())} are shown by tests of their own. {len(rules)} have a gradient.",
        f"{len(numbers)} stand in graphs whose numbers TensorFlow wrote; shapes are compared for {shapes} graphs.",
        f"The other {len(rest)}: {' '.join(rest)}",
    ]


if __name__ == "__main__":
    tf.logging.set_verbosity(tf.logging.ERROR)
    print("\n".join(report()))
