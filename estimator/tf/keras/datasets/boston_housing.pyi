"""Written by `make stub` from the table in boston_housing.py; do not edit."""

from estimator.keras.datasets.boston_housing import *
