"""Written by `make stub` from the table in data.py; do not edit."""

from estimator.pipeline.transformations import AUTOTUNE as AUTOTUNE
from estimator.pipeline.transformations import counter as Counter
from estimator.pipeline.transformations import random_dataset as RandomDataset
from estimator.pipeline.transformations import batch_and_drop_remainder as batch_and_drop_remainder
from estimator.pipeline.transformations import bucket_by_sequence_length as bucket_by_sequence_length
from estimator.pipeline.transformations import choose_from_datasets as choose_from_datasets
from estimator.pipeline.transformations import copy_to_device as copy_to_device
from estimator.pipeline.transformations import enumerate_dataset as enumerate_dataset
from estimator.pipeline.transformations import get_single_element as get_single_element
from estimator.pipeline.transformations import group_by_window as group_by_window
from estimator.pipeline.transformations import ignore_errors as ignore_errors
from estimator.pipeline.transformations import map_and_batch as map_and_batch
from estimator.pipeline.transformations import parallel_interleave as parallel_interleave
from estimator.pipeline.transformations import prefetch_to_device as prefetch_to_device
from estimator.pipeline.transformations import sample_from_datasets as sample_from_datasets
from estimator.pipeline.transformations import scan as scan
from estimator.pipeline.transformations import shuffle_and_repeat as shuffle_and_repeat
from estimator.pipeline.transformations import unbatch as unbatch
from estimator.pipeline.transformations import unique as unique
from estimator.training.hooks.checkpoint_input_pipeline import CheckpointInputPipelineHook as CheckpointInputPipelineHook
