"""SavedModels that TensorFlow has made (tests/data/tf/make_saved_models.py), and whether ours answer as it does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from estimator import tf
from estimator.runtime.session import Session
from estimator.saved_model.tensor_info import tensor_names

MADE = Path(__file__).parents[1] / "data" / "tf"
NAMES = ["saved_model_references", "saved_model_several", "saved_model_module"]


def fed(infos: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Names of tensors to what they are fed; texts stand in the file as Latin-1."""
    for key, value in values.items():
        names = tensor_names(infos[key])
        for name, part in zip(names, value if len(names) > 1 else [value], strict=True):
            is_text = isinstance(part[0], str)
            yield name, [text.encode("latin-1") for text in part] if is_text else part


def answers_as_expected(session: Session, meta_graph: Any, folder: Path, scope: str = "") -> int:
    """Compare what each signature gives with what TensorFlow has noted; how many tensors were compared."""
    count = 0
    for row in json.loads((folder / "expected.json").read_text()):
        signature = meta_graph.signature_def[row["signature"]]
        feeds = {scope + name: value for name, value in fed(signature.inputs, row["inputs"])}
        for key, wanted in row["outputs"].items():
            found = session.run(scope + signature.outputs[key].name, feeds)
            if found.dtype == object:
                assert [text.decode("latin-1") for text in found.ravel()] == wanted
            else:
                np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-6)
            count += 1
    return count


def loads_and_answers(folder: Path, **given: Any) -> int:
    """Load it into a session of its own and compare."""
    with tf.Session(graph=tf.Graph()) as session:
        meta_graph = tf.saved_model.load(session, ["serve"], str(folder), **given)
        return answers_as_expected(session, meta_graph, folder)
