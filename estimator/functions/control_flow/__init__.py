"""Branches, loops and what they carry, made of TensorFlow's functional ops."""
