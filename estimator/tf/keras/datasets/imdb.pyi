"""Written by `make stub` from the table in imdb.py; do not edit."""

from estimator.keras.datasets.imdb import *
