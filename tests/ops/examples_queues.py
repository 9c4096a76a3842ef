"""Ops of queues take no arrays alone: a queue is a resource of a session, and they wait for one another."""

from __future__ import annotations

from tests.ops.example import Example

EXAMPLES: list[Example] = []
_OPS = (
    "FIFOQueueV2 PaddingFIFOQueueV2 PriorityQueueV2 RandomShuffleQueueV2 QueueEnqueueV2 QueueEnqueueManyV2 "
    "QueueDequeueV2 QueueDequeueManyV2 QueueDequeueUpToV2 QueueCloseV2 QueueSizeV2 QueueIsClosedV2"
)
_READERS = (
    "FixedLengthRecordReaderV2 IdentityReaderV2 TFRecordReaderV2 TextLineReaderV2 WholeFileReaderV2 ReaderReadV2 "
    "ReaderReadUpToV2 ReaderNumRecordsProducedV2 ReaderNumWorkUnitsCompletedV2 ReaderResetV2"
)
ELSEWHERE = {
    **dict.fromkeys(_OPS.split(), "tests/runtime/test_queues.py"),
    **dict.fromkeys(_READERS.split(), "tests/runtime/test_readers.py"),
}
