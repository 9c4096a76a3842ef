"""Written by `make stub` from the table in cifar10.py; do not edit."""

from estimator.keras.local_data.cifar10 import load_data as load_data
