"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.tf.contrib.tensorboard import plugins as plugins
