"""Data on its way into the graph: datasets, their iterators, and whatever else an input_fn may return."""

from __future__ import annotations

import estimator.ops  # noqa: F401  declares the ops
