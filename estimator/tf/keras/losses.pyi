"""Written by `make stub` from the table in losses.py; do not edit."""

from estimator.keras.losses import *
