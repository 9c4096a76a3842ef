"""Texts as numbers of words: keras.preprocessing.text."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__, {"estimator.keras.texts.tokenizer": "Tokenizer text_to_word_sequence tokenizer_from_json"}
)
