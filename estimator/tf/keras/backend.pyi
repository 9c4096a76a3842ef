"""Written by `make stub` from the table in backend.py; do not edit."""

from estimator.keras.backend import *
