"""Written by `make stub` from the table in cifar10.py; do not edit."""

from estimator.keras.datasets.cifar10 import *
