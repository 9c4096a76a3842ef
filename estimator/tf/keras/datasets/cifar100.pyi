"""Written by `make stub` from the table in cifar100.py; do not edit."""

from estimator.keras.datasets.cifar100 import *
