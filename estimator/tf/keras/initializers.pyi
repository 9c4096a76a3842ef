"""Written by `make stub` from the table in initializers.py; do not edit."""

from estimator.keras.initializers import *
