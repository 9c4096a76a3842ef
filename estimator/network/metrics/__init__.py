"""Metrics over many batches: pairs of a value and an operation that adds a batch."""
