"""Numbers of words. The expectations are what TensorFlow 2.15 gives for these texts."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.keras.texts.tokenizer import Tokenizer, tokenizer_from_json


@pytest.fixture
def tokenizer() -> Tokenizer:
    """One that knows some words, of which it keeps three."""
    made = Tokenizer(num_words=4, oov_token="<o>")
    made.fit_on_texts(["The cat, the dog!", "a Cat", " one two"])
    return made


def test_the_more_frequent_a_word_the_smaller_its_number(tokenizer: Tokenizer) -> None:
    assert tokenizer.word_index == {"<o>": 1, "the": 2, "cat": 3, "dog": 4, "a": 5, "one": 6, "two": 7}


def test_words_beyond_the_number_are_unknown(tokenizer: Tokenizer) -> None:
    assert tokenizer.texts_to_sequences(["the dog and cat one"]) == [[2, 1, 1, 3, 1]]
    assert tokenizer.sequences_to_texts([[1, 2, 3, 9]]) == ["<o> the cat <o>"]


@pytest.mark.parametrize(
    ("mode", "rows"),
    [
        ("binary", [[0, 0, 1, 1], [0, 1, 0, 0]]),
        ("count", [[0, 0, 2, 1], [0, 1, 0, 0]]),
        ("freq", [[0, 0, 2 / 3, 1 / 3], [0, 1, 0, 0]]),
        ("tfidf", [[0, 0, 1.5514150692459345, 0.6931471805599453], [0, 1.3862943611198906, 0, 0]]),
    ],
)
def test_texts_are_rows_of_a_matrix(tokenizer: Tokenizer, mode: str, rows: list[list[float]]) -> None:
    np.testing.assert_allclose(tokenizer.texts_to_matrix(["the cat the", "dog"], mode), rows, rtol=1e-12)


def test_a_tokenizer_is_the_same_after_its_way_through_json(tokenizer: Tokenizer) -> None:
    again = tokenizer_from_json(tokenizer.to_json())
    assert vars(again) == vars(tokenizer)


def test_characters_can_be_counted_too() -> None:
    tokenizer = Tokenizer(char_level=True)
    tokenizer.fit_on_texts(["abca"])
    assert tokenizer.texts_to_sequences(["cab"]) == [[3, 1, 2]]


def test_says_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="Unknown vectorization mode: counts"):
        Tokenizer().sequences_to_matrix([[1]], "counts")
    with pytest.raises(ValueError, match="Specify a dimension"):
        Tokenizer().sequences_to_matrix([[1]])
    with pytest.raises(ValueError, match="tfidf"):
        Tokenizer(num_words=3).sequences_to_matrix([[1]], "tfidf")
    with pytest.raises(ValueError, match=r"not what Tokenizer\.to_json writes"):
        tokenizer_from_json("{}")
