"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.tf.examples.tutorials.mnist import input_data as input_data
