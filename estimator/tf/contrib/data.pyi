"""Written by `make stub` from the table in data.py; do not edit."""

from estimator.pipeline.transformations import AUTOTUNE as AUTOTUNE
from estimator.pipeline.transformations import batch_and_drop_remainder as batch_and_drop_remainder
from estimator.pipeline.transformations import enumerate_dataset as enumerate_dataset
from estimator.pipeline.transformations import map_and_batch as map_and_batch
from estimator.pipeline.transformations import shuffle_and_repeat as shuffle_and_repeat
from estimator.training.hooks.checkpoint_input_pipeline import CheckpointInputPipelineHook as CheckpointInputPipelineHook
