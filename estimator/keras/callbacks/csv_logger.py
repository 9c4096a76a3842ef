"""The numbers of the epochs as rows of a CSV file.

Source
------
tf.keras.callbacks.CSVLogger, TF 2.15 keras/src/callbacks.py
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords
from estimator.files.gfile import GFile
from estimator.keras.callbacks.callback import Callback, Logs


@near_keywords
class CSVLogger(Callback):
    """Writes a row for each epoch, and at the top the names.

    Parameters
    ----------
    filename : str or path
    separator : str
        What stands between two values.
    append : bool
        Whether to go on with a file that is there; a new one otherwise.
    """

    def __init__(self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False) -> None:
        super().__init__()
        self.filename = os.fspath(filename)
        self.sep = separator
        self.append = append
        self.keys: list[str] | None = None
        self._file: Any = None
        self._writer: Any = None  # csv has no public name for its type

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Open the file."""
        self._has_header = (
            self.append and os.path.exists(self.filename) and os.path.getsize(self.filename) > 0
        )
        self._file = GFile(self.filename, "a" if self.append else "w")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the row; the first epoch tells the columns, those of a validation that is yet to come among them."""
        logs = logs or {}
        if self.keys is None:
            self.keys = sorted(logs)
            if not any(key.startswith("val_") for key in self.keys):
                self.keys += [f"val_{key}" for key in self.keys]
        if self._writer is None:
            self._writer = csv.writer(self._file, delimiter=self.sep)
            if not self._has_header:
                self._writer.writerow(["epoch", *self.keys])
        self._writer.writerow([epoch, *(_as_cell(logs.get(key, "NA")) for key in self.keys)])
        self._file.flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Close the file."""
        self._file.close()
        self._writer = None


def _as_cell(value: Any) -> Any:
    if isinstance(value, str) or not isinstance(value, Iterable) or np.ndim(value) == 0:  # type: ignore[arg-type]
        return value
    return f'"[{", ".join(map(str, value))}]"'
