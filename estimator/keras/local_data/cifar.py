"""The folders of CIFAR: batches of 32 x 32 pictures in three colours, as pickles of arrays."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np

from estimator.core.errors import DataLossError
from estimator.files.fetching import cache_folder, get_file
from estimator.keras.local_data.files import Array, Pairs, local_path, plain_pickle

_SIDE = 32


def load_folder(
    name: str, origin: str, sha256: str, train: Sequence[str], test: str, label_key: str
) -> Pairs:
    """Pictures and labels of a folder below ``~/.keras/datasets``, or of its archive there.

    Raises
    ------
    NotFoundError
        If neither is there: nothing is fetched.
    DataLossError
        If they are other files.
    """
    archive = os.path.join(cache_folder(), "datasets", f"{name}.tar.gz")
    if os.path.exists(archive):
        get_file(name, f"file://{archive}", untar=True)
    folder = local_path(name, f"{origin}, as {name}.tar.gz or unpacked,", sha256)
    batches = [_batch(os.path.join(folder, part), label_key) for part in (*train, test)]
    x_train = np.concatenate([pictures for pictures, _ in batches[:-1]])
    y_train = np.concatenate([labels for _, labels in batches[:-1]])
    return (x_train, y_train), batches[-1]


def _batch(path: str, label_key: str) -> tuple[Array, Array]:
    with open(path, "rb") as file:
        held = plain_pickle(file, encoding="bytes")
    try:
        pictures, labels = held[b"data"], held[label_key.encode()]
        return (
            np.asarray(pictures, np.uint8).reshape(-1, 3, _SIDE, _SIDE).transpose(0, 2, 3, 1),
            np.asarray(labels, np.uint8).reshape(-1, 1),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DataLossError(f"{path} is no batch of CIFAR pictures with {label_key}: {error!r}") from error
