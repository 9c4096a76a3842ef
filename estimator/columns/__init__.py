"""Feature columns: from a dict of features to what a model's first layer takes."""

import estimator.network  # noqa: F401  declares the ops
