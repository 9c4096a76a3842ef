"""What a model computes as a SavedModel."""

from __future__ import annotations

from typing import Any

from estimator.graph.graph import Graph
from estimator.runtime.own_session import session_at_hand
from estimator.saved_model.simple_save import simple_save


def export(model: Any, path: str) -> None:
    """Write a copy of the model, alone in its graph: its own has what trains it, too.

    Raises
    ------
    NotImplementedError
        If it is not made of its inputs.
    AlreadyExistsError
        If something is at the path.
    """
    if model.network is None:
        raise NotImplementedError(
            f"model {model.name!r} is a subclass with a call of its own, whose inputs nobody knows. Make it "
            "functional, model = tf.keras.Model(x, model(x)) of an x = tf.keras.Input(...), and export that."
        )
    weights = model.get_weights()
    classes = {type(layer).__name__: type(layer) for layer in model.submodules}  # among them the user's own
    with Graph().as_default() as graph:
        copy = type(model).from_config(model.get_config(), classes)
        copy.set_weights(weights)
        inputs = dict(zip(copy.input_names, copy.inputs, strict=True))
        outputs = dict(zip(copy.output_names, copy.outputs, strict=True))
        simple_save(session_at_hand(graph), path, inputs, outputs)
