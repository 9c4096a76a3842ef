"""A session's graph as a SavedModel with one signature, in one call.

Source
------
tf.saved_model.simple_save, TF 1.15
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from estimator.core.keywords import near_keywords
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation
from estimator.runtime.session import Session
from estimator.saved_model import constants
from estimator.saved_model.builder import SavedModelBuilder
from estimator.saved_model.signatures import predict_signature_def


@near_keywords
def simple_save(
    session: Session,
    export_dir: str | os.PathLike[str],
    inputs: Mapping[str, Any],
    outputs: Mapping[str, Any],
    legacy_init_op: Operation | None = None,
) -> None:
    """Write the session's graph as a SavedModel, with the signature ``serving_default`` and the tag ``serve``.

    Parameters
    ----------
    session : Session
        It has the values of the variables.
    export_dir : path
        Must not be there, or be empty.
    inputs, outputs : mapping of str to Tensor
        What can be given, and asked.
    legacy_init_op : Operation, optional
        What a load runs, such as ``tf.tables_initializer()`` of a graph with lookup tables.

    Raises
    ------
    AlreadyExistsError, AssertionError
        If something is at the export_dir.
    ValueError
        If there are no inputs or no outputs, or they cannot be served; nothing is written then.
    FailedPreconditionError
        If a variable has no value.
    OpError
        If the files cannot be written.
    """
    signature = predict_signature_def(inputs, outputs)
    builder = SavedModelBuilder(export_dir)
    builder.add_meta_graph_and_variables(
        session,
        [constants.SERVING],
        {constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY: signature},
        assets_collection=session.graph.get_collection(GraphKeys.ASSET_FILEPATHS),
        main_op=legacy_init_op,
        clear_devices=True,
    )
    builder.save()
