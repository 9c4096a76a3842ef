"""Written by `make stub` from the table in queue.py; do not edit."""

from estimator.functions.queue_base import QueueBase as QueueBase
from estimator.functions.queues import FIFOQueue as FIFOQueue
from estimator.functions.queues import PaddingFIFOQueue as PaddingFIFOQueue
from estimator.functions.queues import PriorityQueue as PriorityQueue
from estimator.functions.queues import RandomShuffleQueue as RandomShuffleQueue
