"""Written by `make stub` from the table in preprocessing.py; do not edit."""

from estimator.keras.preprocessing import *
