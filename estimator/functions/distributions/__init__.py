"""Probability distributions: what they draw, how probable a value is, and how far one is from another."""
