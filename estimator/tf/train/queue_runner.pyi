"""Written by `make stub` from the table in queue_runner.py; do not edit."""

from estimator.pipeline.queue_runner import QueueRunner as QueueRunner
from estimator.pipeline.queue_runner import add_queue_runner as add_queue_runner
from estimator.pipeline.queue_runner import start_queue_runners as start_queue_runners
