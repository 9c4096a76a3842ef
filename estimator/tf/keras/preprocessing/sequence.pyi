"""Written by `make stub` from the table in sequence.py; do not edit."""

from estimator.keras.preprocessing.sequence import *
