"""Written by `make stub` from the table in constraints.py; do not edit."""

from estimator.keras.constraints import *
