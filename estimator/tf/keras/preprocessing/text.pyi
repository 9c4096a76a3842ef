"""Written by `make stub` from the table in text.py; do not edit."""

from estimator.keras.preprocessing.text import *
