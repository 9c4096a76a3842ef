"""One export to ONNX: the model of a checkpoint as a file for runtimes that have nothing of TensorFlow.

The graph is the one that a SavedModel would have for PREDICT (:mod:`.export`), with what the receiver is fed as inputs
and one of the model's outputs. Of tf.Examples ONNX knows nothing: the receiver takes features.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from estimator.calls.export import find_trained, restore, run_by_a_load
from estimator.calls.opening import Checkpoint, Inputs, Model, build_model, open_graph
from estimator.calls.user_functions import check_receiver_fn
from estimator.core import log
from estimator.core.errors import Gathered
from estimator.core.files import local_path
from estimator.core.registry import did_you_mean, shortened
from estimator.graph.tensor import Tensor
from estimator.model_dir.storage import make_directory, write_atomically
from estimator.models.export_outputs import DEFAULT_KEY, ExportOutput
from estimator.models.receivers import received
from estimator.models.spec import ModeKeys
from estimator.runtime.session import Session

_GIVER = "serving_input_receiver_fn"
_PREDICT = "predict"


def export_onnx(
    model: Model, path: Any, receiver_fn: Any, output_key: str | None, checkpoint: Checkpoint
) -> str:
    """Export, and return the file; see :meth:`estimator.estimators.estimator.Estimator.export_onnx`."""
    from estimator.onnx_export.exporting import to_onnx

    problems = Gathered("export_onnx")
    file = problems.result_of(_checked_path, path)
    problems.result_of(check_receiver_fn, receiver_fn, _GIVER)
    problems.raise_all()
    start = find_trained(model, checkpoint)
    with open_graph(model):
        receiver = received(receiver_fn(), _GIVER)
        built = build_model(model, Inputs(receiver.features, None, giver=_GIVER), ModeKeys.PREDICT, start)
        outputs = _outputs(built.spec.export_outputs, output_key)
        ready = run_by_a_load(built.spec.scaffold)
        built.saver.build()
    with Session(graph=built.graph, config=model.config.session_config) as session:
        restore(built, session)
        session.run(ready)
        data = to_onnx(session, receiver.fed, outputs)
    make_directory(os.path.dirname(file))
    write_atomically(file, data)
    log.info("ONNX model written to: %s", file)
    return str(file)


def _checked_path(path: Any) -> str:
    """The absolute path of the file."""
    if not isinstance(path, (str, bytes, os.PathLike)) or not os.fspath(path):
        raise TypeError(f"path names the file to write, such as 'exports/model.onnx'; given: {path!r}.")
    file = os.path.abspath(local_path(path))
    if os.path.isdir(file):
        raise ValueError(f"{path!r} is a folder; give the path of a file in it, such as 'model.onnx'.")
    return file


def _outputs(outputs: Mapping[str, ExportOutput], key: str | None) -> dict[str, Tensor]:
    """The tensors of an output of the model, by default of the one that has all predictions."""
    chosen = key if key is not None else (_PREDICT if _PREDICT in outputs else DEFAULT_KEY)
    if chosen not in outputs:
        raise ValueError(
            f"output_key {chosen!r} is no output of the model.{did_you_mean(str(chosen), outputs)} "
            f"There are: {shortened(outputs)}."
        )
    return outputs[chosen].outputs
