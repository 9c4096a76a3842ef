"""Written by `make stub` from the table in regularizers.py; do not edit."""

from estimator.keras.regularizers import *
