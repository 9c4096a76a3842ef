"""Tables of embeddings that begin as a checkpoint has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from estimator.checkpoint.reader import load_checkpoint
from estimator.core.dtypes import as_dtype
from estimator.core.errors import InvalidArgumentError, NotFoundError
from estimator.core.registry import did_you_mean
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.variables.partitions import PartitionInfo
from estimator.variables.slice_info import SaveSliceInfo


@dataclass(frozen=True)
class StoredTable:
    """An initializer that gives what a checkpoint has; it is read when variables are initialized.

    Parameters
    ----------
    checkpoint : str
        The prefix of a checkpoint, or a directory, whose latest is meant.
    tensor_name : str
        The variable in it.
    """

    checkpoint: str
    tensor_name: str

    def __call__(
        self, shape: Sequence[int], dtype: Any = "float32", partition_info: PartitionInfo | None = None
    ) -> Tensor:
        """The table, or the rows of a part of it.

        Raises
        ------
        NotFoundError
            If there is no such checkpoint, or no such variable in it.
        InvalidArgumentError
            If the variable has another shape.
        """
        whole = tuple(shape if partition_info is None else partition_info.full_shape)
        prefix = self._checked_prefix(whole)
        spec = ""
        if partition_info is not None:
            spec = SaveSliceInfo(self.tensor_name, whole, partition_info.var_offset, tuple(shape)).spec
        (table,) = b.RestoreV2(prefix, [self.tensor_name], [spec], dtypes=[as_dtype(dtype)])
        table.set_shape(shape)
        result: Tensor = table
        return result

    def _checked_prefix(self, shape: tuple[int, ...]) -> str:
        with load_checkpoint(self.checkpoint) as reader:
            stored = reader.get_variable_to_shape_map()
            if self.tensor_name not in stored:
                raise NotFoundError(
                    f"tensor_name_in_ckpt {self.tensor_name!r} is not in {reader.prefix}."
                    f"{did_you_mean(self.tensor_name, stored)}"
                )
            if tuple(stored[self.tensor_name]) != shape:
                raise InvalidArgumentError(
                    f"{self.tensor_name!r} of {reader.prefix} has the shape {tuple(stored[self.tensor_name])}, and the "
                    f"embedding column's table {shape}: its ids times its dimension."
                )
            return reader.prefix
