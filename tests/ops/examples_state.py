"""Ops that are no functions of arrays alone: of state, control, functions, lists, inputs and summaries."""

from __future__ import annotations

from tests.ops.example import Example

EXAMPLES: list[Example] = []

_SHOWN_IN = {
    "tests/ops/test_state.py": [
        "VarHandleOp", "ReadVariableOp", "AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp",
        "VarIsInitializedOp", "VariableShape", "DisableCopyOnRead", "ResourceCountUpTo",
    ],
    "tests/ops/test_control.py": ["NoOp", "Assert"],
    "tests/ops/test_functional.py": [
        "If", "StatelessIf", "While", "StatelessWhile", "PartitionedCall", "StatefulPartitionedCall", "Case", "StatelessCase",
    ],
    "tests/ops/test_lists.py": [
        "EmptyTensorList", "TensorListReserve", "TensorListFromTensor", "TensorListScatterV2", "TensorListScatter",
        "TensorListScatterIntoExistingList", "TensorListSplit", "TensorListPushBack", "TensorListPopBack",
        "TensorListGetItem", "TensorListSetItem", "TensorListStack", "TensorListGather", "TensorListConcatV2",
        "TensorListResize", "TensorListLength", "TensorListElementShape",
    ],
    "tests/ops/test_optionals.py": [
        "OptionalNone", "OptionalFromValue", "OptionalHasValue", "OptionalGetValue",
    ],
    "tests/runtime/executors/test_frames.py": [
        "Switch", "Merge", "Enter", "Exit", "NextIteration", "LoopCond", "ControlTrigger",
    ],
    "tests/ops/test_tensor_arrays.py": [
        "TensorArrayV3", "TensorArrayGradV3", "TensorArrayGradWithShape", "TensorArrayWriteV3", "TensorArrayReadV3",
        "TensorArrayGatherV3", "TensorArrayScatterV3", "TensorArrayConcatV3", "TensorArraySplitV3",
        "TensorArraySizeV3", "TensorArrayCloseV3",
    ],
    "tests/ops/test_stacks.py": ["StackV2", "StackPushV2", "StackPopV2", "StackCloseV2"],
    "tests/ops/test_inputs.py": [
        "IteratorGetNext", "MakeIterator", "FedIteratorGetNext", "IteratorGetNextAsOptional",
        "FedIteratorGetNextAsOptional",
    ],
    "tests/ops/test_summaries.py": [
        "ScalarSummary",
        "HistogramSummary",
        "MergeSummary",
        "ImageSummary",
        "AudioSummaryV2",
        "TensorSummaryV2",
    ],
}  # fmt: skip
ELSEWHERE = {op: file for file, ops in _SHOWN_IN.items() for op in ops}
