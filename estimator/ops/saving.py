"""Ops that write and read checkpoints: what a saver of TensorFlow's is in a graph.

Our own savers have no operations; these run where a graph came from a file that has some. Writing a file leaves the
variables alone, so these ops count as checks: what fails here has changed no value.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.errors import InvalidArgumentError
from estimator.core.files import explained
from estimator.core.shapes import Dims
from estimator.formats.bundle import BundleReader
from estimator.formats.slices import SlicedArray, parse_spec
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.model_dir.commit import write_checkpoint
from estimator.model_dir.retention import remove_files
from estimator.model_dir.storage import LOCAL, make_directory, retried


@op(
    "SaveV2",
    "prefix: string, tensor_names: string, shape_and_slices: string, tensors: dtypes[]",
    shape=rules.no_output,
    effect="check",
    host=True,
    differentiable=False,
)
def save_v2(
    xp: Any, prefix: Any, tensor_names: Any, shape_and_slices: Any, tensors: Any, dtypes: list[DType]
) -> None:
    """Write the tensors, or the slices of tensors that `shape_and_slices` says they are, as one checkpoint.

    The directory is made if need be; what was there under the prefix stays whole until the new one is.

    Shape   tensor_names, shape_and_slices [N], tensors N
    Raises  InvalidArgumentError if the numbers of names, slices and tensors differ, or a slice is none of its tensor;
            what the system refuses, as an OpError
    Source  TF op SaveV2, io_ops.cc
    """
    keys = _keys(tensor_names, shape_and_slices, len(tensors))
    values: dict[str, Any] = {}
    for (key, spec), tensor in zip(keys, tensors, strict=True):
        value = tensor
        if spec:
            shape, extents = _slice(key, spec)
            value = SlicedArray(shape, ((extents, tensor),), is_partial=True)
        values[key] = _joined(key, values.get(key), value)
    types = {key: dtype for (key, _), dtype in zip(keys, dtypes, strict=True)}
    _write(_path(prefix), values, types)


def _restored(s: ShapeScope) -> list[Dims]:
    return [None] * len(s.attrs["dtypes"])


@op(
    "RestoreV2",
    "prefix: string, tensor_names: string, shape_and_slices: string -> tensors: dtypes[]",
    shape=_restored,
    effect="read",
    host=True,
    differentiable=False,
)
def restore_v2(
    xp: Any, prefix: Any, tensor_names: Any, shape_and_slices: Any, dtypes: list[DType]
) -> list[Any]:
    """The tensors of a checkpoint, or the slices of them that `shape_and_slices` asks for.

    Shape   tensor_names, shape_and_slices [N] -> N tensors
    Raises  NotFoundError if there is no such checkpoint, or a tensor is not in it; InvalidArgumentError if one is of
            another type or shape; DataLossError if it is damaged
    Source  TF op RestoreV2, io_ops.cc
    """
    keys = _keys(tensor_names, shape_and_slices, len(dtypes))
    with BundleReader(_path(prefix)) as reader:
        return [_read(reader, key, spec, dtype) for (key, spec), dtype in zip(keys, dtypes, strict=True)]


@op(
    "ShardedFilename",
    "basename: string, shard: int32, num_shards: int32 -> filename: string",
    shape=rules.scalar,
    host=True,
    differentiable=False,
)
def sharded_filename(xp: Any, basename: Any, shard: Any, num_shards: Any) -> Any:
    """The name of one of several files: ``model-00003-of-00010``.

    Source  TF op ShardedFilename, io_ops.cc
    """
    return np.array(b"%s-%05d-of-%05d" % (basename.item(), shard, num_shards), object)


@op(
    "ShardedFilespec",
    "basename: string, num_shards: int32 -> filename: string",
    shape=rules.scalar,
    host=True,
    differentiable=False,
)
def sharded_filespec(xp: Any, basename: Any, num_shards: Any) -> Any:
    """The pattern that such names fit: ``model-?????-of-00010``.

    Source  TF op ShardedFilespec, io_ops.cc
    """
    return np.array(b"%s-?????-of-%05d" % (basename.item(), num_shards), object)


@op(
    "MergeV2Checkpoints",
    "checkpoint_prefixes: string, destination_prefix: string",
    attrs={"delete_old_dirs": True, "allow_missing_files": False},
    shape=rules.no_output,
    effect="check",
    host=True,
    differentiable=False,
)
def merge_v2_checkpoints(
    xp: Any,
    checkpoint_prefixes: Any,
    destination_prefix: Any,
    delete_old_dirs: bool,
    allow_missing_files: bool,
) -> None:
    """Make one checkpoint of several, each of which has other tensors, or other slices; these are gone then.

    Their directories go, too, if nothing else is in them, unless the destination is there.

    Raises  NotFoundError if one of them is missing; InvalidArgumentError if two have the same tensor
    Source  TF op MergeV2Checkpoints, io_ops.cc
    """
    destination = _path(destination_prefix)
    parts = [os.fsdecode(prefix) for prefix in np.ravel(checkpoint_prefixes)]
    if allow_missing_files:
        parts = [prefix for prefix in parts if os.path.exists(f"{prefix}.index")]
    values: dict[str, Any] = {}
    types: dict[str, DType] = {}
    for prefix in parts:
        with BundleReader(prefix) as reader:
            for key in reader.names():
                types[key] = reader.dtype(key)
                values[key] = _joined(key, values.get(key), _stored(reader, key))
    _write(destination, values, types)
    for prefix in parts:
        if prefix != destination:
            _remove(prefix)
    if delete_old_dirs:
        for directory in sorted({_split(prefix)[0] for prefix in parts} - {_split(destination)[0]}):
            with contextlib.suppress(OSError):  # something else is in it
                retried(LOCAL.rmdir, directory)


# -- names and slices --------------------------------------------------------------------------------------------------


def _path(prefix: Any) -> str:
    if np.size(prefix) != 1:
        raise InvalidArgumentError(
            f"the prefix must be one text, given: {np.size(prefix)} of them. Feed the name of the checkpoint, such as "
            "'models/mine/model.ckpt-200'."
        )
    return os.fsdecode(np.asarray(prefix).item())


def _split(prefix: str) -> tuple[str, str]:
    directory, name = os.path.split(prefix)
    return directory or os.curdir, name


def _keys(tensor_names: Any, shape_and_slices: Any, count: int) -> list[tuple[str, str]]:
    """Name and slice of each tensor."""
    names, specs = ([text.decode() for text in np.ravel(texts)] for texts in (tensor_names, shape_and_slices))
    if not len(names) == len(specs) == count:
        raise InvalidArgumentError(
            f"there are {len(names)} tensor_names, {len(specs)} shape_and_slices and {count} tensors; each tensor has "
            "one of both."
        )
    return list(zip(names, specs, strict=True))


def _slice(key: str, spec: str) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    try:
        return parse_spec(spec)
    except ValueError as error:
        raise InvalidArgumentError(
            f"{spec!r} of {key!r} is no slice: it has a shape and what is taken of each axis, such as '4 3 0,2:-'."
        ) from error


# -- values ------------------------------------------------------------------------------------------------------------


def _write(prefix: str, values: dict[str, Any], types: dict[str, DType]) -> None:
    directory, name = _split(prefix)
    make_directory(directory)
    write_checkpoint(LOCAL, directory, name, values, dtype_of=types, may_be_nonfinite=values)


def _remove(prefix: str) -> None:
    directory, name = _split(prefix)
    with explained(f"cannot remove {prefix!r}, which has been merged", directory):
        remove_files(LOCAL, directory, name)


def _read(reader: BundleReader, key: str, spec: str, dtype: DType) -> Any:
    if reader.dtype(key) is not dtype:
        raise InvalidArgumentError(
            f"{key!r} is {reader.dtype(key).name} in {reader.prefix}, and {dtype.name} is asked for."
        )
    if not spec:
        return reader.get(key)
    shape, extents = _slice(key, spec)
    if shape != reader.shape(key):
        raise InvalidArgumentError(
            f"{key!r} has the shape {list(reader.shape(key))} in {reader.prefix}, and a slice of one of the shape "
            f"{list(shape)} is asked for."
        )
    return reader.get_slice(key, extents)


def _stored(reader: BundleReader, key: str) -> Any:
    """The tensor as it is stored: whole, or those slices that there are."""
    extents = reader.entries[key].slices
    if not extents:
        return reader.get(key)
    return SlicedArray(
        reader.shape(key), tuple((part, reader.get_slice(key, part)) for part in extents), is_partial=True
    )


def _joined(key: str, before: Any, more: Any) -> Any:
    if before is None:
        return more
    if not (isinstance(before, SlicedArray) and isinstance(more, SlicedArray) and before.shape == more.shape):
        raise InvalidArgumentError(f"{key!r} is to be saved twice, and not as slices of one tensor.")
    return SlicedArray(before.shape, (*before.slices, *more.slices), is_partial=True)
