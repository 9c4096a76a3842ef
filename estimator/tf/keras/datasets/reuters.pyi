"""Written by `make stub` from the table in reuters.py; do not edit."""

from estimator.keras.datasets.reuters import *
