"""The assets of a SavedModel: files that its graph reads by names which stand in constants, such as vocabularies.

A file is kept under its last name; where two different ones have the same, the second is called ``vocabulary.txt_1``.
What loads a SavedModel puts the name that the file has there in place of the constant.

Source
------
tf.saved_model.builder.SavedModelBuilder(assets_collection=...), TF 1.15; AssetFileDef of meta_graph.proto
"""

from __future__ import annotations

import filecmp
import os
from collections.abc import Iterable
from typing import Any, TypeAlias

from estimator.core.dtypes import string
from estimator.core.errors import NotFoundError
from estimator.formats import messages
from estimator.graph.tensor import Tensor

Message: TypeAlias = Any  # a class made at run time


class Assets:
    """The files that the graphs of one SavedModel read.

    Attributes
    ----------
    sources : dict
        The name of each in the SavedModel, to where it is read from.
    """

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}

    def add(self, tensors: Iterable[Any]) -> list[Message]:
        """AssetFileDefs of constants that are names of files.

        Parameters
        ----------
        tensors : iterable of Tensor
            Constants of one text each.

        Raises
        ------
        TypeError
            If one is something else.
        ValueError
            If a name is empty.
        NotFoundError
            If files are not there; all are listed.
        """
        paths = {tensor: _path_of(tensor) for tensor in tensors}
        missing = sorted({path for path in paths.values() if not os.path.isfile(path)})
        if missing:
            raise NotFoundError(
                f"assets that are not there, or are no files: {', '.join(map(repr, missing))}. A SavedModel holds "
                "copies of them: put them back, or build the graph on the files as they are called now."
            )
        return [
            messages.AssetFileDef(
                tensor_info=messages.TensorInfo(name=tensor.name), filename=self._name_for(path)
            )
            for tensor, path in paths.items()
        ]

    def _name_for(self, path: str) -> str:
        """The name of the file among the assets; one with the same content is not kept twice."""
        base, number = os.path.basename(path), 0
        name = base
        while name in self.sources and not _is_same(self.sources[name], path):
            number += 1
            name = f"{base}_{number}"
        self.sources.setdefault(name, path)
        return name


def _is_same(first: str, second: str) -> bool:
    return first == second or filecmp.cmp(first, second, shallow=False)


def _path_of(tensor: Any) -> str:
    if not isinstance(tensor, Tensor) or tensor.op.type != "Const" or tensor.dtype is not string:
        raise TypeError(
            f"an asset is a string Tensor that is a constant, the name of a file; given: {tensor!r} "
            f"({type(tensor).__name__}). Pass tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS)."
        )
    value = tensor.op.attrs["value"]
    if value.size != 1:
        raise TypeError(f"Asset path tensor {tensor} must be a scalar, its shape is {value.shape}.")
    path = os.fsdecode(value.reshape(())[()])
    if not path:
        raise ValueError(f"Asset filepath tensor {tensor} is invalid: the name is empty.")
    return path
