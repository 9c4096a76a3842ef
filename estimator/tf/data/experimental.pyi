"""Written by `make stub` from the table in experimental.py; do not edit."""

from estimator.training.hooks.checkpoint_input_pipeline import CheckpointInputPipelineHook as CheckpointInputPipelineHook
