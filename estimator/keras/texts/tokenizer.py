"""Texts as numbers of words: ``keras.preprocessing.text``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords

Array = np.ndarray[Any, Any]

_FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
_MODES = ("binary", "count", "freq", "tfidf")


@near_keywords
def text_to_word_sequence(
    input_text: str, filters: str = _FILTERS, lower: bool = True, split: str = " "
) -> list[str]:
    """The words of a text.

    Parameters
    ----------
    input_text : str
    filters : str
        Characters that part words, as `split` does.
    lower : bool
        Whether to take small letters for capital ones.
    split : str

    Example
    -------
    >>> text_to_word_sequence("This is a sample sentence.")
    ['this', 'is', 'a', 'sample', 'sentence']

    Source
    ------
    tf.keras.preprocessing.text.text_to_word_sequence, TF 2.15
    """
    text = input_text.lower() if lower else input_text
    parting: dict[str, str | int | None] = dict.fromkeys(filters, split)
    return [word for word in text.translate(str.maketrans(parting)).split(split) if word]


@near_keywords
class Tokenizer:
    """Numbers for the words of texts: 1 is the most frequent one.

    Parameters
    ----------
    num_words : int, optional
        Only words with a number below it are kept.
    filters, lower, split
        As :func:`text_to_word_sequence` has them.
    char_level : bool
        Whether characters count, and not words.
    oov_token : str, optional
        What stands for unknown words; it has the number 1.
    analyzer : callable, optional
        Gives the words of a text.
    document_count : int
        How many texts there were.

    Attributes
    ----------
    word_index, index_word : dict
        Numbers by words, and words by numbers.
    word_counts, word_docs : dict
        How often a word occurs, and in how many texts.

    Example
    -------
    >>> tokenizer = Tokenizer()
    >>> tokenizer.fit_on_texts(["the cat", "the dog"])
    >>> tokenizer.texts_to_sequences(["the dog and the cat"])
    [[1, 3, 1, 2]]

    Source
    ------
    tf.keras.preprocessing.text.Tokenizer, TF 2.15
    """

    def __init__(
        self,
        num_words: int | None = None,
        filters: str = _FILTERS,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = None,
        analyzer: Callable[[str], Iterable[str]] | None = None,
        document_count: int = 0,
    ) -> None:
        self.num_words = num_words
        self.filters = filters
        self.lower = lower
        self.split = split
        self.char_level = char_level
        self.oov_token = oov_token
        self.analyzer = analyzer
        self.document_count = document_count
        self.word_counts: dict[str, int] = {}
        self.word_docs: dict[str, int] = {}
        self.index_docs: dict[int, int] = {}
        self.word_index: dict[str, int] = {}
        self.index_word: dict[int, str] = {}

    def _words(self, text: Any) -> list[str]:
        """The words of a text; a list of words is one, too."""
        if self.char_level or isinstance(text, list):
            parts = [part.lower() for part in text] if self.lower else list(text)
            return parts
        if self.analyzer is not None:
            return list(self.analyzer(text))
        return text_to_word_sequence(text, self.filters, self.lower, self.split)

    def fit_on_texts(self, texts: Iterable[Any]) -> None:
        """Count the words of some more texts, and number them anew."""
        for text in texts:
            self.document_count += 1
            words = self._words(text)
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            for word in set(words):
                self.word_docs[word] = self.word_docs.get(word, 0) + 1
        order = sorted(self.word_counts, key=lambda word: -self.word_counts[word])
        numbered = [*([] if self.oov_token is None else [self.oov_token]), *order]
        self.word_index = {word: number for number, word in enumerate(numbered, 1)}
        self.index_word = {number: word for word, number in self.word_index.items()}
        self.index_docs = {self.word_index[word]: count for word, count in self.word_docs.items()}

    def fit_on_sequences(self, sequences: Sequence[Iterable[int]]) -> None:
        """Count the texts that some more lists of numbers are of."""
        self.document_count += len(sequences)
        for sequence in sequences:
            for number in set(sequence):
                self.index_docs[number] = self.index_docs.get(number, 0) + 1

    def texts_to_sequences(self, texts: Iterable[Any]) -> list[list[int]]:
        """The numbers of the words of texts; unknown ones are left out, unless something stands for them."""
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Iterable[Any]) -> Iterator[list[int]]:
        """The same, text by text."""
        unknown = self.word_index.get(self.oov_token) if self.oov_token is not None else None
        for text in texts:
            numbers = (self._within(self.word_index.get(word), unknown) for word in self._words(text))
            yield [number for number in numbers if number is not None]

    def _within(self, number: int | None, unknown: int | None) -> int | None:
        is_known = number is not None and not (self.num_words and number >= self.num_words)
        return number if is_known else unknown

    def sequences_to_texts(self, sequences: Iterable[Iterable[int]]) -> list[str]:
        """The words of lists of numbers, with blanks between them."""
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(self, sequences: Iterable[Iterable[int]]) -> Iterator[str]:
        """The same, list by list."""
        unknown = self.word_index.get(self.oov_token) if self.oov_token is not None else None
        for sequence in sequences:
            numbers = (
                self._within(number if number in self.index_word else None, unknown) for number in sequence
            )
            yield " ".join(self.index_word[number] for number in numbers if number is not None)

    def texts_to_matrix(self, texts: Iterable[Any], mode: str = "binary") -> Array:
        """A row for each text, a column for each word; see :meth:`sequences_to_matrix`."""
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode)

    def sequences_to_matrix(self, sequences: Sequence[Sequence[int]], mode: str = "binary") -> Array:
        """A row for each list of numbers, a column for each word.

        Parameters
        ----------
        sequences : list of list of int
        mode : str
            ``binary`` (whether it occurs), ``count``, ``freq`` (count in parts of the length) or ``tfidf``.

        Raises
        ------
        ValueError
            If there is no such mode, or nobody knows how many words there are.
        """
        if mode not in _MODES:
            raise ValueError(f"Unknown vectorization mode: {mode}; there are {', '.join(_MODES)}.")
        width = self.num_words or (len(self.word_index) + 1 if self.word_index else 0)
        if not width:
            raise ValueError("Specify a dimension (`num_words` argument), or fit on some text data first.")
        if mode == "tfidf" and not self.document_count:
            raise ValueError("Fit the Tokenizer on some data before using tfidf mode.")
        matrix = np.zeros((len(sequences), width))
        for row, sequence in zip(matrix, sequences, strict=True):
            for number, count in Counter(number for number in sequence if number < width).items():
                row[number] = self._weight(number, count, len(sequence), mode)
        return matrix

    def _weight(self, number: int, count: int, length: int, mode: str) -> float:
        if mode == "tfidf":
            rarity = np.log(1 + self.document_count / (1 + self.index_docs.get(number, 0)))
            return float((1 + np.log(count)) * rarity)
        return {"binary": 1.0, "count": float(count), "freq": count / length}[mode]

    def get_config(self) -> dict[str, Any]:
        """All that it is, as plain values; the tables as JSON."""
        tables = ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
        names = ("num_words", "filters", "lower", "split", "char_level", "oov_token", "document_count")
        config = {name: getattr(self, name) for name in names}
        return config | {name: json.dumps(getattr(self, name)) for name in tables}

    def to_json(self, **kwargs: Any) -> str:
        """What :func:`tokenizer_from_json` makes it again of; `kwargs` are those of json.dumps."""
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, **kwargs)


@near_keywords
def tokenizer_from_json(json_string: str) -> Tokenizer:
    """The Tokenizer that :meth:`Tokenizer.to_json` has written, of ours or of Keras.

    Raises
    ------
    ValueError
        If it is no such text.
    """
    try:
        config = dict(json.loads(json_string)["config"])
        tables = {name: json.loads(config.pop(name)) for name in ("word_counts", "word_docs", "word_index")}
        by_number = {name: json.loads(config.pop(name)) for name in ("index_docs", "index_word")}
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"this is not what Tokenizer.to_json writes: {error!r}.") from error
    tokenizer = Tokenizer(**config)
    vars(tokenizer).update(tables)
    for name, table in by_number.items():
        setattr(tokenizer, name, {int(number): value for number, value in table.items()})
    return tokenizer
