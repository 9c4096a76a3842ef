"""Written by `make stub` from the table in optimizers.py; do not edit."""

from estimator.keras.optimizers import *
