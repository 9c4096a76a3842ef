"""Written by `make stub` from the table in estimator.py; do not edit."""

from estimator.keras.estimator import *
