"""The variables of a checkpoint, one after the other: shape, type, size, role, and what their numbers look like.

Tensors are read in rows and none is in memory as a whole; one that is damaged says so, and the others are told.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from estimator.checkpoint.resume import is_reserved
from estimator.core.dtypes import string
from estimator.core.errors import DataLossError, NotFoundError, PermissionDeniedError, UnimplementedError
from estimator.core.frozen import frozen
from estimator.formats import messages
from estimator.formats.bundle import BundleReader
from estimator.formats.bundle_index import Entry
from estimator.inspection.roles import Role, read_meta, roles_of, trainable_names
from estimator.inspection.statistics import Statistics, statistics


@frozen
class VariableReport:
    """What is known of one variable.

    Parameters
    ----------
    name : str
        Its key.
    shape : tuple of int
    dtype : str
        TensorFlow's name.
    size_bytes : int
        What is stored of it.
    role : Role
    pieces : int
        In how many slices it is stored; 1 if it is not partitioned.
    statistics : Statistics or None
        Of its numbers; None of strings, of what is damaged, and where nobody asked for them.
    damage : str or None
        Why it cannot be read.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    size_bytes: int
    role: Role
    pieces: int = 1
    statistics: Statistics | None = None
    damage: str | None = None

    @property
    def count(self) -> int:
        """How many elements its shape has."""
        return math.prod(self.shape)


def variables_of(reader: BundleReader, *, with_statistics: bool = True) -> list[VariableReport]:
    """All variables of a checkpoint, by name.

    Parameters
    ----------
    reader : BundleReader
    with_statistics : bool
        Read the numbers; else nothing but the index (and the ``.meta``) is read.
    """
    return list(_reports(reader, with_statistics))


def _reports(reader: BundleReader, with_statistics: bool) -> Iterator[VariableReport]:
    entries = {name: entry for name, entry in reader.entries.items() if not is_reserved(name)}
    roles = roles_of(
        {name: (entry.shape, entry.dtype_number) for name, entry in entries.items()},
        trainable_names(read_meta(reader.prefix)),
    )
    for name, entry in sorted(entries.items()):
        stored = [piece for _, piece in reader.pieces(name)] if entry.slices else [entry]
        found, damage = None, None
        if with_statistics:
            try:
                found = _statistics(reader, name, entry)
            except (DataLossError, NotFoundError, PermissionDeniedError) as error:
                damage = error.message
        size_bytes = sum(piece.size for piece in stored)
        yield VariableReport(
            name, entry.shape, type_name(entry), size_bytes, roles[name], len(stored), found, damage
        )


def type_name(entry: Entry) -> str:
    """What TensorFlow calls the element type, also of one that numpy does not have: ``"qint8"``."""
    try:
        return entry.dtype.name
    except UnimplementedError:
        return str(messages.DataType.Name(entry.dtype_number)).removeprefix("DT_").lower()


def has_numbers(entry: Entry) -> bool:
    """Whether its elements are numbers that numpy has."""
    try:
        return entry.dtype is not string
    except UnimplementedError:
        return False


def _statistics(reader: BundleReader, name: str, entry: Entry) -> Statistics | None:
    if has_numbers(entry):
        return statistics(reader.numbers(name), entry.dtype)
    reader.verify([name])
    return None
