"""50,000 reviews of films, and whether they praise: ``keras.datasets.imdb``."""

from __future__ import annotations

import os

import numpy as np

from estimator.core.keywords import near_keywords
from estimator.keras.local_data.files import STORE, Pairs, arrays_in, local_path
from estimator.keras.local_data.words import Wording, shuffled, word_index

_SHA256 = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"


@near_keywords
def load_data(
    path: str | os.PathLike[str] = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> Pairs:
    """Reviews as lists of numbers of words, and 1 for praise, for training and for testing.

    Parameters
    ----------
    path : str or path
        Below ``~/.keras/datasets``, or absolute.
    num_words : int, optional
        Words from this number on are unknown.
    skip_top : int
        So are those below this one, which are the most frequent.
    maxlen : int, optional
        Reviews of that length or more are left out.
    seed : int
        Decides their order.
    start_char : int or None
        What a review begins with.
    oov_char : int or None
        What stands for an unknown word.
    index_from : int
        What is added to the numbers of the file.

    Returns
    -------
    (x_train, y_train), (x_test, y_test)
        Arrays of lists, and int64.

    Raises
    ------
    NotFoundError
        If the file is not there: nothing is fetched.
    ValueError
        If no review is short enough.

    Source
    ------
    tf.keras.datasets.imdb.load_data
    """
    file = local_path(path, f"{STORE}imdb.npz", _SHA256)
    x_train, y_train, x_test, y_test = arrays_in(file, "x_train", "y_train", "x_test", "y_test")
    random = np.random.RandomState(seed)
    wording = Wording(num_words, skip_top, maxlen, start_char, oov_char, index_from)
    parts = [shuffled(x_train, y_train, random), shuffled(x_test, y_test, random)]
    (train, y_train), (test, y_test) = (
        wording.short(wording.begun(texts), labels) for texts, labels in parts
    )
    known = wording.known(train + test)
    return (known[: len(train)], y_train), (known[len(train) :], y_test)


@near_keywords
def get_word_index(path: str | os.PathLike[str] = "imdb_word_index.json") -> dict[str, int]:
    """The numbers of the words, without what `index_from` adds to them.

    Raises
    ------
    NotFoundError
        If the file is not there: nothing is fetched.
    """
    return word_index(path, "imdb_word_index.json")
