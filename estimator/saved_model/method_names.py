"""The methods of the signatures of a SavedModel that lies there, changed.

Source
------
tf.saved_model.signature_def_utils.MethodNameUpdater, TF 1.15
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from estimator.core.files import local_path
from estimator.core.keywords import near_keywords_of_methods
from estimator.core.registry import did_you_mean
from estimator.formats import messages
from estimator.model_dir.storage import write_atomically
from estimator.saved_model import constants
from estimator.saved_model.loader import parse_saved_model


@near_keywords_of_methods
class MethodNameUpdater:
    """Changes the method of signatures, such as predict into regress.

    Parameters
    ----------
    export_dir : path
        The folder of the SavedModel.

    Raises
    ------
    NotFoundError, OSError
        If there is no SavedModel.
    DataLossError, OSError
        If its file is damaged.
    """

    def __init__(self, export_dir: str | os.PathLike[str]) -> None:
        self._export_dir = local_path(export_dir)
        self._saved_model = parse_saved_model(export_dir)

    def replace_method_name(
        self, signature_key: str, method_name: str, tags: str | Sequence[str] | None = None
    ) -> None:
        """Give a signature another method.

        Parameters
        ----------
        signature_key : str
        method_name : str
            For example ``tf.saved_model.REGRESS_METHOD_NAME``.
        tags : str or sequence of str, optional
            Of the graph whose signature is meant. Default: of all graphs.

        Raises
        ------
        ValueError
            If key or name are empty, or no graph has these tags, or one of them no such signature.
        """
        if not signature_key or not method_name:
            raise ValueError(
                f"signature_key={signature_key!r} and method_name={method_name!r} must both be given."
            )
        wanted = None if tags is None else {tags} if isinstance(tags, str) else set(tags)
        found = [
            meta_graph
            for meta_graph in self._saved_model.meta_graphs
            if wanted is None or set(meta_graph.meta_info_def.tags) == wanted
        ]
        if not found:
            there = [sorted(meta_graph.meta_info_def.tags) for meta_graph in self._saved_model.meta_graphs]
            raise ValueError(f"no MetaGraphDef has the tags {tags!r}; there are {there}.")
        for meta_graph in found:
            if signature_key not in meta_graph.signature_def:
                hint = did_you_mean(signature_key, meta_graph.signature_def)
                raise ValueError(
                    f"the MetaGraphDef with tags {sorted(meta_graph.meta_info_def.tags)} does not have a signature_def "
                    f"with key {signature_key!r}.{hint}"
                )
        for meta_graph in found:
            meta_graph.signature_def[signature_key].method_name = method_name

    def save(self, new_export_dir: str | os.PathLike[str] | None = None) -> None:
        """Write the file with the signatures, in the form that it had; variables and assets are not copied.

        Parameters
        ----------
        new_export_dir : path, optional
            A folder that is there. Default: that of the SavedModel.

        Raises
        ------
        OpError
            If it cannot be written.
        """
        folder = local_path(new_export_dir or self._export_dir)
        if os.path.isfile(os.path.join(self._export_dir, constants.SAVED_MODEL_FILENAME_PB)):
            name, data = constants.SAVED_MODEL_FILENAME_PB, messages.to_bytes(self._saved_model)
        else:
            name, data = constants.SAVED_MODEL_FILENAME_PBTXT, messages.to_text(self._saved_model).encode()
        write_atomically(os.path.join(folder, name), data)
