"""Ops on rows of variables: no row of arrays can show them, tests/ops/test_rows.py does."""

from __future__ import annotations

from estimator.graph.op import OPS
from tests.ops.example import Example

EXAMPLES: list[Example] = []
ELSEWHERE = dict.fromkeys(
    [*(name for name in OPS if OPS.get(name).writes_rows), "ResourceGather", "ResourceGatherNd"],
    "tests/ops/test_rows.py",
) | {"ResourceStridedSliceAssign": "tests/variables/test_variable_slice.py"}
