"""Written by `make stub` from the table in schedules.py; do not edit."""

from estimator.keras.optimizers.schedules import *
