"""Summaries: what a model shows in TensorBoard, and the files that TensorBoard reads."""

import estimator.ops  # noqa: F401  declares the ops
