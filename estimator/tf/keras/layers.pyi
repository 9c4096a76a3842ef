"""Written by `make stub` from the table in layers.py; do not edit."""

from estimator.keras.layers import *
