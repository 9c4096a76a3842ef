"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.tf.keras.preprocessing import sequence as sequence
from estimator.tf.keras.preprocessing import text as text
