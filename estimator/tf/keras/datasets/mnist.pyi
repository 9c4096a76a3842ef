"""Written by `make stub` from the table in mnist.py; do not edit."""

from estimator.keras.datasets.mnist import *
