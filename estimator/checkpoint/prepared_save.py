"""All that one save needs of a session: from here on it is a matter of files alone."""

from __future__ import annotations

import os
from collections.abc import Mapping, Set
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.frozen import frozen
from estimator.formats.slices import SlicedArray
from estimator.model_dir.series import CheckpointSeries
from estimator.model_dir.storage import write_atomically

Value = np.ndarray[Any, Any] | SlicedArray

_META = "meta"


@frozen
class PreparedSave:
    """A checkpoint that is to be written.

    Attributes
    ----------
    series : CheckpointSeries
        To which it will belong.
    prefix : str
        Directory, as it was given, and name.
    tensors : mapping
        What is saved, by key: the live arrays of variables, or a copy of them.
    meta : bytes or None
        The graph.
    meta_suffix : str
        How the name of the file with the graph ends.
    dtype_of, may_be_nonfinite, anew, acknowledge
        See :meth:`CheckpointSeries.save`.
    """

    series: CheckpointSeries
    prefix: str
    tensors: Mapping[str, Value]
    meta: bytes | None
    meta_suffix: str
    dtype_of: Mapping[str, DType]
    may_be_nonfinite: Set[str]
    anew: bool
    acknowledge: bool

    @property
    def nbytes(self) -> int:
        """How many bytes the values of variables take."""
        return sum(
            sum(array.nbytes for array in value.arrays) if isinstance(value, SlicedArray) else value.nbytes
            for value in self.tensors.values()
        )

    def write(self) -> str:
        """Save it, and return the prefix.

        Raises
        ------
        OpError
            As :meth:`CheckpointSeries.save`.
        """
        is_usual = self.meta_suffix == _META
        if self.meta is not None and not is_usual:
            write_atomically(f"{self.prefix}.{self.meta_suffix}", self.meta)
        self.series.save(
            os.path.basename(self.prefix),
            self.tensors,
            self.meta if is_usual else None,
            dtype_of=self.dtype_of,
            may_be_nonfinite=self.may_be_nonfinite,
            anew=self.anew,
            acknowledge=self.acknowledge,
        )
        return self.prefix
