"""Written by `make stub` from the table in datasets.py; do not edit."""

from estimator.keras.datasets import *
