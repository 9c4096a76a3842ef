"""Written by `make stub` from the table in metrics.py; do not edit."""

from estimator.keras.metrics import *
