"""Written by `make stub` from the table in keras.py; do not edit."""

from estimator.tf.keras import *
