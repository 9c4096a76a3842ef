"""Written by `make stub` from the table in saving.py; do not edit."""

from estimator.keras.saving import *
