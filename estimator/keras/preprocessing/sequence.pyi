"""Written by `make stub` from the table in sequence.py; do not edit."""

from estimator.keras.texts.padding import pad_sequences as pad_sequences
