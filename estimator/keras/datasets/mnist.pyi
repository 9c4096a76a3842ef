"""Written by `make stub` from the table in mnist.py; do not edit."""

from estimator.keras.local_data.mnist import load_data as load_data
