"""11,228 pieces of news of 46 topics: ``keras.datasets.reuters``."""

from __future__ import annotations

import os

import numpy as np

from estimator.core.keywords import near_keywords
from estimator.keras.local_data.files import STORE, Pairs, arrays_in, local_path
from estimator.keras.local_data.words import Wording, shuffled, word_index

_SHA256 = "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"


@near_keywords
def load_data(
    path: str | os.PathLike[str] = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> Pairs:
    """News as lists of numbers of words, and their topics, for training and for testing.

    Parameters
    ----------
    path : str or path
        Below ``~/.keras/datasets``, or absolute.
    test_split : float
        Which part of them is for testing.
    num_words, skip_top, maxlen, seed, start_char, oov_char, index_from
        As :func:`estimator.keras.local_data.imdb.load_data` has them.

    Returns
    -------
    (x_train, y_train), (x_test, y_test)
        Arrays of lists, and int64.

    Raises
    ------
    NotFoundError
        If the file is not there: nothing is fetched.
    ValueError
        If none is short enough.

    Source
    ------
    tf.keras.datasets.reuters.load_data
    """
    texts, labels = arrays_in(local_path(path, f"{STORE}reuters.npz", _SHA256), "x", "y")
    texts, labels = shuffled(texts, labels, np.random.RandomState(seed))
    wording = Wording(num_words, skip_top, maxlen, start_char, oov_char, index_from)
    kept, labels = wording.short(wording.begun(texts), labels)
    known = wording.known(kept)
    count = int(len(known) * (1 - test_split))
    return (known[:count], labels[:count]), (known[count:], labels[count:])


@near_keywords
def get_word_index(path: str | os.PathLike[str] = "reuters_word_index.json") -> dict[str, int]:
    """The numbers of the words, without what `index_from` adds to them.

    Raises
    ------
    NotFoundError
        If the file is not there: nothing is fetched.
    """
    return word_index(path, "reuters_word_index.json")
