"""Written by `make stub` from the table in utils.py; do not edit."""

from estimator.keras.utils import *
