"""Heads: from logits to predictions, loss, metrics and a training operation."""
