"""A tensor of a checkpoint as the first value of a variable: of a whole one or of a part, as it is or by vocabulary.

It reaches the variable by one of two ways. A call of an Estimator reads it before anything is written, and copies it in
when the initializers have run (:meth:`FirstValue.read`, :meth:`Reading.write`). In a graph of one's own it becomes
what the variable's initializer stores (:meth:`FirstValue.install`), and is read whenever that runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any  # a variable is known by its attributes only

import numpy as np

from estimator.checkpoint.compare import Spec
from estimator.checkpoint.reader import CheckpointReader
from estimator.checkpoint.variables import as_saved, pieces, spec_of
from estimator.checkpoint.vocabulary import VocabInfo, old_places
from estimator.core.errors import OpError
from estimator.core.frozen import frozen
from estimator.core.registry import did_you_mean, shortened
from estimator.formats.slices import slice_index
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session
from estimator.variables.initializers import Zeros
from estimator.variables.partitions import PartitionInfo
from estimator.variables.recipe import call_initializer
from estimator.variables.slice_info import SaveSliceInfo

Array = np.ndarray[Any, Any]


class FirstValue:
    """What one variable is to begin with.

    Parameters
    ----------
    variable : Variable
        Perhaps a part of a larger one.
    key : str
        The tensor in the checkpoint.
    vocabulary : VocabInfo, optional
        How rows or columns move.
    """

    def __init__(self, variable: Any, key: str, vocabulary: VocabInfo | None = None) -> None:
        self.variable, self.key, self.vocabulary = variable, key, vocabulary
        ((_, extents),) = pieces(as_saved(variable))
        self._extents = extents
        self._places: Array | None = None

    def problems(self, stored: Mapping[str, Spec], prefix: str, advice: str = "") -> Iterator[str]:
        """What speaks against it, a sentence each."""
        if self.key not in stored:
            hint = did_you_mean(self.key, stored) or f" It has {shortened(stored)}."
            yield f"Tensor {self.key} is not found in {prefix} checkpoint.{hint}"
            return
        found, (dims, dtype) = stored[self.key], spec_of(as_saved(self.variable), stored[self.key])
        name = self.variable.name
        if self.vocabulary is not None:
            yield from self._vocabulary_problems(self.vocabulary, dims, found[0])
        elif found[0] != dims:
            yield (
                f"Shape of variable {name} ({dims}) doesn't match with shape of tensor {self.key} ({list(found[0])}) "
                f"from checkpoint reader.{advice}"
            )
        if found[1] != dtype:
            yield (
                f"Type of variable {name} ({dtype.name}) doesn't match with type of tensor {self.key} "
                f"({found[1].name}) from checkpoint reader.{advice}"
            )

    def _vocabulary_problems(
        self, info: VocabInfo, dims: tuple[int, ...], found: tuple[int, ...]
    ) -> Iterator[str]:
        axis, name = info.axis, self.variable.name
        if len(dims) != len(found) or not axis < len(dims) or _without(dims, axis) != _without(found, axis):
            yield (
                f"Shape of variable {name} ({dims}) doesn't match with shape of tensor {self.key} ({list(found)}) from "
                f"checkpoint reader: a vocabulary along axis {axis} lets that axis differ, and no other."
            )
            return
        if dims[axis] != info.size:
            yield (
                f"Variable {name} has size {dims[axis]} along axis {axis}, but its VocabInfo says new_vocab_size "
                f"{info.new_vocab_size} + num_oov_buckets {info.num_oov_buckets} = {info.size}."
            )
            return
        try:
            places = old_places(info)
        except OpError as error:
            yield f"The vocabulary of {name}: {error.message}"
            return
        if places.max() >= found[axis]:
            yield (
                f"The old vocabulary of {name} has line {places.max() + 1}, but tensor {self.key} has size "
                f"{found[axis]} along axis {axis}: give the checkpoint's own old_vocab, and its old_vocab_size."
            )
            return
        start, size = (0, info.size) if self._extents is None else self._extents[axis]
        self._places = places[start : start + size]

    def __str__(self) -> str:
        """The variable, and what is not usual of its value."""
        name = self.variable.op.name
        source = "" if self.key == name else f" from {self.key}"
        if self._places is None or self.vocabulary is None:
            return f"{name}{source}"
        kept, what = np.count_nonzero(self._places >= 0), ("rows", "columns")[self.vocabulary.axis]
        return f"{name}{source} ({kept} of {len(self._places)} {what} by vocabulary)"

    # -- copied into a session

    def read(self, reader: CheckpointReader) -> Reading:
        """The value, which is fit to be copied from now on; ask for the :meth:`problems` first."""
        whole = np.asarray(reader.get_tensor(self.key))
        if self._places is None or self.vocabulary is None:
            return Reading(self, whole if self._extents is None else whole[slice_index(self._extents)])
        extents = [(0, size) for size in whole.shape] if self._extents is None else list(self._extents)
        extents[self.vocabulary.axis] = (0, whole.shape[self.vocabulary.axis])
        return Reading(self, whole[slice_index(extents)], self._places, self._fresh())

    # -- stored by the initializer

    def install(self, prefix: str, stored: Mapping[str, Spec]) -> None:
        """Let the variable's initializer store it; ask for the :meth:`problems` first."""
        graph = self.variable.graph
        with graph.as_default(), graph.control_dependencies(None):
            self.variable.begin_with(
                b.Identity(self._tensor(prefix, stored[self.key]))
            )  # named as TensorFlow's

    def _tensor(self, prefix: str, stored: Spec) -> Tensor:
        dims, dtype = stored
        extents = self._extents and list(self._extents)
        if extents and self.vocabulary is not None:
            extents[self.vocabulary.axis] = (0, dims[self.vocabulary.axis])
        spec = ""
        if extents:
            offset, shape = zip(*extents, strict=True)
            spec = SaveSliceInfo(self.key, dims, offset, shape).spec
        (value,) = b.RestoreV2(prefix, [self.key], [spec], dtypes=[dtype], name="checkpoint_initializer")
        if self._places is not None and self.vocabulary is not None:
            axis = self.vocabulary.axis
            behind = dims[axis] + np.arange(len(self._places))
            places = np.where(self._places >= 0, self._places, behind)
            value = b.GatherV2(b.ConcatV2([value, self._fresh()], axis), places, axis)
        value.set_shape(self.variable.dims)
        result: Tensor = value
        return result

    def _fresh(self) -> Tensor:
        """What the variable would be if nothing were known of any entry."""
        assert self.vocabulary is not None
        variable = self.variable
        info = getattr(variable, "save_slice_info", None)
        told = None if info is None else PartitionInfo(info.full_shape, info.var_offset)
        graph = variable.graph
        scope = f"{variable.op.name}/backup_initializer"
        with graph.as_default(), graph.control_dependencies(None), graph.name_scope(scope):
            given = self.vocabulary.backup_initializer or Zeros
            initializer = given() if isinstance(given, type) else given
            value = call_initializer(initializer, variable.dims, variable.dtype, told)
            result: Tensor = graph.convert(value, variable.dtype, name="backup")
        return result


@frozen
class Reading:
    """A first value that has been read.

    Parameters
    ----------
    first : FirstValue
        Whose it is.
    value : array
        What the checkpoint has.
    places : array of int64, optional
        For each row (or column) of the variable its place in `value`, -1 for none.
    fresh : Tensor, optional
        Where those come from that have none.
    """

    first: FirstValue
    value: Array
    places: Array | None = None
    fresh: Tensor | None = None

    def write(self, session: Session) -> None:
        """Copy the value over the variable's initial one."""
        value, vocabulary = self.value, self.first.vocabulary
        if self.places is not None and vocabulary is not None:
            value = np.array(session.run(self.fresh))
            known = np.flatnonzero(self.places >= 0)
            axis = vocabulary.axis
            np.moveaxis(value, axis, 0)[known] = np.moveaxis(self.value, axis, 0)[self.places[known]]
        session.store.of_handle(self.first.variable.handle).write(value, anew=True)


def _without(dims: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return dims[:axis] + dims[axis + 1 :]
