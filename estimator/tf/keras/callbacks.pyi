"""Written by `make stub` from the table in callbacks.py; do not edit."""

from estimator.keras.callbacks import *
