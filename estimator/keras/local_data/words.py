"""Texts whose words are numbers, the more frequent the smaller: what IMDB and Reuters have in common."""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np

from estimator.core.frozen import frozen
from estimator.keras.local_data.files import STORE, Array, local_path

Texts = list[list[int]]


@frozen
class Wording:
    """How texts are given.

    Attributes
    ----------
    num_words : int or None
        Words from this number on are unknown; all are known by default.
    skip_top : int
        So are those below this one.
    maxlen : int or None
        Texts of that length or more are left out.
    start_char : int or None
        What a text begins with.
    oov_char : int or None
        What stands for an unknown word; None: nothing.
    index_from : int
        What is added to all numbers.
    """

    num_words: int | None
    skip_top: int
    maxlen: int | None
    start_char: int | None
    oov_char: int | None
    index_from: int

    def begun(self, texts: Any) -> Texts:
        """The texts with their start, and their numbers moved."""
        start = [] if self.start_char is None else [self.start_char]
        return [[*start, *(word + self.index_from for word in text)] for text in texts]

    def short(self, texts: Texts, labels: Array) -> tuple[Texts, Array]:
        """The texts below the length, with their labels.

        Raises
        ------
        ValueError
            If there are none.
        """
        if not self.maxlen:
            return texts, labels
        kept = [place for place, text in enumerate(texts) if len(text) < self.maxlen]
        if not kept:
            raise ValueError(
                f"After filtering for sequences shorter than maxlen={self.maxlen}, no sequence was kept. Increase "
                "maxlen."
            )
        return [texts[place] for place in kept], labels[kept]

    def known(self, texts: Texts) -> Array:
        """The texts with what stands for unknown words, as an array of lists."""
        limit = self.num_words or max(map(max, texts), default=0)
        found = np.empty(len(texts), object)
        for place, text in enumerate(texts):
            found[place] = self._known(text, limit)
        return found

    def _known(self, text: list[int], limit: int) -> list[int]:
        if self.oov_char is None:
            return [word for word in text if self.skip_top <= word < limit]
        return [word if self.skip_top <= word < limit else self.oov_char for word in text]


def shuffled(texts: Array, labels: Array, random: np.random.RandomState) -> tuple[Array, Array]:
    """Both in the same random order."""
    order = np.arange(len(texts))
    random.shuffle(order)
    return texts[order], labels[order]


def word_index(path: str | os.PathLike[str], name: str) -> dict[str, int]:
    """The numbers of the words, from a JSON file.

    Raises
    ------
    NotFoundError
        If it is not there: nothing is fetched.
    """
    with open(local_path(path, f"{STORE}{name}"), encoding="utf-8") as file:
        found: dict[str, int] = json.load(file)
    return found
