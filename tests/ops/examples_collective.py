"""Examples of ops by which processes exchange gradients: no process alone shows them."""

from __future__ import annotations

from tests.ops.example import Example

EXAMPLES: list[Example] = []
ELSEWHERE = dict.fromkeys(["CollectiveSum", "CollectiveRows"], "tests/ops/test_collective.py")
