"""Written by `make stub` from the table in cifar100.py; do not edit."""

from estimator.keras.local_data.cifar100 import load_data as load_data
