"""Written by `make stub` from the table in activations.py; do not edit."""

from estimator.keras.activations import *
