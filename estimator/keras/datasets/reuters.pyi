"""Written by `make stub` from the table in reuters.py; do not edit."""

from estimator.keras.local_data.reuters import get_word_index as get_word_index
from estimator.keras.local_data.reuters import load_data as load_data
