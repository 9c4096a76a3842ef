"""Written by `make stub` from the table in models.py; do not edit."""

from estimator.keras.models import *
