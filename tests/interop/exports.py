"""Estimators of ours that are exported for TensorFlow to load: what each is asked, and what ``predict`` answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from estimator import tf
from tests.interop.export_models import CASES, FEATURES, raw_receiver_fn


def _example(row: int, keys: list[str]) -> str:
    """A serialised Example, as text in Latin-1."""
    features = {}
    for key in keys:
        value = FEATURES[key][row]
        values = np.ravel(value).tolist() if isinstance(value, np.ndarray) else [value]
        if isinstance(values[0], str):
            feature = tf.train.Feature(
                bytes_list=tf.train.BytesList(value=[text.encode() for text in values])
            )
        elif FEATURES[key].dtype == np.float32:
            feature = tf.train.Feature(float_list=tf.train.FloatList(value=values))
        else:
            feature = tf.train.Feature(int64_list=tf.train.Int64List(value=values))
        features[key] = feature
    made = tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString()
    return made.decode("latin-1")


def _fed(key: str) -> Any:
    value = FEATURES[key]
    if value.dtype != object:
        return value.tolist()
    return (
        np.array([text.encode().decode("latin-1") for text in value.ravel()], object)
        .reshape(value.shape)
        .tolist()
    )


def exported(name: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Both exports of a model: {name: {folder, asked, answers}}, as tf_saved_models.py is asked."""
    made = CASES[name](tf, folder / name)
    spec = tf.feature_column.make_parse_example_spec(made.columns)
    keys = [key for key in FEATURES if key in spec]
    parsed = made.model.export_saved_model(
        folder / name / "parsed", tf.estimator.export.build_parsing_serving_input_receiver_fn(spec)
    )
    raw = made.model.export_savedmodel(folder / name / "raw", raw_receiver_fn(tf, keys), as_text=True)
    rows = list(made.model.predict(lambda: {key: FEATURES[key] for key in keys}))
    found = {
        "/".join(key) if isinstance(key, tuple) else key: np.stack([row[key] for row in rows])
        for key in rows[0]
    }
    examples = [_example(row, keys) for row in range(4)]
    answers = {
        signature: {output: found[key] for output, key in outputs.items()}
        for signature, outputs in made.served.items()
    }
    if made.whole:
        answers[made.whole] = found
    of_features = {key for key, answer in answers.items() if not answer.keys() & {"scores", "outputs"}}
    features = {key: _fed(key) for key in keys}
    inputs = {key: {"examples" if key in of_features else "inputs": examples} for key in answers}
    return {
        f"{name}_parsed": _row(parsed, inputs, answers),
        f"{name}_raw": _row(
            raw, dict.fromkeys(of_features, features), {key: answers[key] for key in sorted(of_features)}
        ),
    }


def _row(exported: bytes, inputs: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    asked = [{"signature": key, "inputs": inputs[key]} for key in answers]
    return {"folder": exported.decode(), "asked": asked, "answers": list(answers.values())}
