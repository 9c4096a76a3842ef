"""Every op under TensorFlow's name, called by keywords alone: tf.raw_ops."""

from estimator.functions.raw_ops import __all__, __dir__, __getattr__  # noqa: F401
