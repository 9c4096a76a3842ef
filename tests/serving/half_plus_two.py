"""A model to serve: half of x plus two, or whatever its two variables say; it predicts, classifies and regresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import estimator.tf as tf
from estimator.graph.tensor import Tensor
from estimator.serving.servable import CLASSIFY, PREDICT, REGRESS, Servable


@dataclass(frozen=True)
class _Tensors:
    method_name: str
    inputs: dict[str, Tensor]
    outputs: dict[str, Tensor]


def servable_of(name: str, version: int, session: tf.Session, **signatures: tuple[str, Any, Any]) -> Servable:
    """A servable of a session, with signatures of a method, inputs and outputs."""
    return Servable(name, version, session, {key: _Tensors(*parts) for key, parts in signatures.items()})


def half_plus_two(version: int = 1, name: str = "half", half: float = 0.5, two: float = 2.0) -> Servable:
    """``y = half * x + two``, and of tf.Examples with an ``x`` the classes ``small`` and ``large`` with -y and y."""
    graph = tf.Graph()
    with graph.as_default():
        weight, bias = tf.get_variable("a", initializer=half), tf.get_variable("b", initializer=two)
        x = tf.placeholder(tf.float32, [None], "x")
        y = tf.identity(weight * x + bias, "y")
        examples = tf.placeholder(tf.string, [None], "examples")
        parsed = tf.parse_example(examples, {"x": tf.FixedLenFeature([], tf.float32)})["x"]
        score = weight * parsed + bias
        session = tf.Session(graph=graph)
        session.run(tf.global_variables_initializer())
        classes = tf.tile(tf.constant([["small", "large"]]), [tf.size(score), 1])
        words = _Tensors(PREDICT, {"words": tf.placeholder(tf.string, [None, 2])}, {})
        words.outputs["words"] = tf.identity(words.inputs["words"])
        signatures = {
            "serving_default": _Tensors(PREDICT, {"x": x}, {"y": y, "negative": -y}),
            "text": words,
            "text_bytes": _Tensors(PREDICT, words.inputs, {"words_bytes": words.outputs["words"]}),
            "classify": _Tensors(
                CLASSIFY, {"inputs": examples}, {"classes": classes, "scores": tf.stack([-score, score], 1)}
            ),
            "regress": _Tensors(REGRESS, {"inputs": examples}, {"outputs": score[:, tf.newaxis]}),
        }
    return Servable(name, version, session, signatures)
