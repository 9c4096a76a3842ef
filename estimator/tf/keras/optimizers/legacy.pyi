"""Written by `make stub` from the table in legacy.py; do not edit."""

from estimator.keras.optimizers.legacy import *
