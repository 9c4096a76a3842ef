"""Ops of state.py, control.py, functional.py, inputs.py and summaries.py: none of them is a function of arrays alone."""

from __future__ import annotations

from tests.ops.example import Example

EXAMPLES: list[Example] = []

_SHOWN_IN = {
    "tests/ops/test_state.py": [
        "VarHandleOp", "ReadVariableOp", "AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp",
        "VarIsInitializedOp", "DisableCopyOnRead", "ResourceCountUpTo",
    ],
    "tests/ops/test_control.py": ["NoOp", "Assert"],
    "tests/ops/test_functional.py": [
        "If", "StatelessIf", "While", "StatelessWhile", "PartitionedCall", "StatefulPartitionedCall",
    ],
    "tests/ops/test_inputs.py": ["IteratorGetNext", "MakeIterator"],
    "tests/ops/test_summaries.py": [
        "ScalarSummary",
        "HistogramSummary",
        "MergeSummary",
        "ImageSummary",
        "TensorSummaryV2",
    ],
}  # fmt: skip
ELSEWHERE = {op: file for file, ops in _SHOWN_IN.items() for op in ops}
