"""TensorFlow's functions of tensors, over the graph's ops."""

import estimator.ops  # noqa: F401  declares the ops
