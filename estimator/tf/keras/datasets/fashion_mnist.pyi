"""Written by `make stub` from the table in fashion_mnist.py; do not edit."""

from estimator.keras.datasets.fashion_mnist import *
