"""Written by `make stub` from the table in boston_housing.py; do not edit."""

from estimator.keras.local_data.boston_housing import load_data as load_data
