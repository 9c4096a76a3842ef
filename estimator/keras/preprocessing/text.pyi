"""Written by `make stub` from the table in text.py; do not edit."""

from estimator.keras.texts.tokenizer import Tokenizer as Tokenizer
from estimator.keras.texts.tokenizer import text_to_word_sequence as text_to_word_sequence
from estimator.keras.texts.tokenizer import tokenizer_from_json as tokenizer_from_json
