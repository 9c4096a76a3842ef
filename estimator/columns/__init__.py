"""Feature columns: from a dict of features to what a model's first layer takes."""

import estimator.ops  # noqa: F401  declares the ops
