"""Written by `make stub` from the table in fashion_mnist.py; do not edit."""

from estimator.keras.local_data.fashion_mnist import load_data as load_data
