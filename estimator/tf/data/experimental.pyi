"""Written by `make stub` from the table in experimental.py; do not edit."""

from estimator.pipeline.csv_datasets import CsvDataset as CsvDataset
from estimator.pipeline.made_datasets import make_batched_features_dataset as make_batched_features_dataset
from estimator.pipeline.made_datasets import make_csv_dataset as make_csv_dataset
from estimator.pipeline.transformations import AUTOTUNE as AUTOTUNE
from estimator.pipeline.transformations import enumerate_dataset as enumerate_dataset
from estimator.pipeline.transformations import map_and_batch as map_and_batch
from estimator.pipeline.transformations import shuffle_and_repeat as shuffle_and_repeat
from estimator.training.hooks.checkpoint_input_pipeline import CheckpointInputPipelineHook as CheckpointInputPipelineHook
