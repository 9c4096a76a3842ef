"""Data on its way into the graph: datasets, their iterators, and whatever else an input_fn may return."""
