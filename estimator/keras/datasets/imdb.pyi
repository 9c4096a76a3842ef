"""Written by `make stub` from the table in imdb.py; do not edit."""

from estimator.keras.local_data.imdb import get_word_index as get_word_index
from estimator.keras.local_data.imdb import load_data as load_data
