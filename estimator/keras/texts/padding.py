"""Sequences of one length: ``keras.preprocessing.sequence``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords

Array = np.ndarray[Any, Any]


@near_keywords
def pad_sequences(
    sequences: Sequence[Any],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> Array:
    """Sequences as the rows of an array: the short ones are filled up, the long ones cut.

    Parameters
    ----------
    sequences : sequence of sequences
    maxlen : int, optional
        The length; by default that of the longest.
    dtype : dtype
        ``object`` for texts of any length.
    padding, truncating : str
        ``pre`` or ``post``: where they are filled up, and cut.
    value : object
        What they are filled with.

    Returns
    -------
    ndarray, [sequences, maxlen, ...]

    Raises
    ------
    ValueError
        If one is no sequence, has elements of another shape than the others, or there is no such mode.

    Example
    -------
    >>> pad_sequences([[1], [2, 3], [4, 5, 6]], maxlen=2).tolist()
    [[0, 1], [2, 3], [5, 6]]

    Source
    ------
    tf.keras.preprocessing.sequence.pad_sequences, TF 2.15 keras/src/utils/data_utils.py
    """
    if not hasattr(sequences, "__len__"):
        raise ValueError("`sequences` must be iterable.")
    odd = [sequence for sequence in sequences if not hasattr(sequence, "__len__")]
    if odd:
        raise ValueError(f"`sequences` must be a list of iterables. Found non-iterable: {odd[0]}")
    for name, mode in (("truncating", truncating), ("padding", padding)):
        if mode not in ("pre", "post"):
            raise ValueError(f'{name.capitalize()} type "{mode}" not understood: give "pre" or "post".')
    if isinstance(value, str) and np.dtype(dtype).kind not in "OUS":
        raise ValueError(
            f"`dtype` {dtype} is not compatible with `value`'s type: {type(value)}\n"
            "You should set `dtype=object` for variable length strings."
        )
    length = max(map(len, sequences), default=0) if maxlen is None else maxlen
    shape = next((np.shape(sequence)[1:] for sequence in sequences if len(sequence)), ())
    rows = np.full((len(sequences), length, *shape), value, dtype)
    for number, sequence in enumerate(sequences):
        kept = np.asarray(
            sequence[len(sequence) - min(length, len(sequence)) :]
            if truncating == "pre"
            else sequence[:length],
            dtype,
        )
        if not len(kept):
            continue
        if kept.shape[1:] != shape:
            raise ValueError(
                f"Shape of sample {kept.shape[1:]} of sequence at position {number} is different from expected shape "
                f"{shape}"
            )
        rows[number, length - len(kept) if padding == "pre" else 0 :][: len(kept)] = kept
    return rows
