"""What is in a checkpoint: saving and restoring variables, comparing, warm start, and .meta files."""
