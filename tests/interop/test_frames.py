"""Graphs with TensorFlow 1's control flow go from TensorFlow to us, and from us to TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.import_meta import export_meta_graph, import_meta_graph
from estimator.checkpoint.saver import Saver
from estimator.graph.graph import Graph
from tests.checkpoint.test_import_meta_frames import TF, TRAINED, Expected, open_session, runs_and_trains_on
from tests.interop.conftest import TensorFlow


@pytest.mark.parametrize("kind", ["ref", "resource"])
def test_networks_that_tensorflow_makes_now_run_and_train_on_as_there(
    tensorflow: TensorFlow, tmp_path: Path, kind: str
) -> None:
    request = {"script": str(TF / "make_meta_v1.py"), "kind": kind, "folder": str(tmp_path)}
    for folder in tensorflow.answer("tf_make_frames.py", request):
        with Graph().as_default():
            runs_and_trains_on(str(tmp_path / folder), "numpy")


def trained_here(folder: str, prefix: Path) -> dict[str, Any]:
    """Train two steps, save, and train three more: the losses of those, and the values of the first run then."""
    expected = Expected(folder)
    feed, fetched = expected.runs[0]
    with Graph().as_default(), open_session(folder) as session:
        for _ in range(2):
            session.run("train_op", expected.batch)
        Saver().save(session, prefix)
        losses = [session.run(["loss:0", "train_op"], expected.batch)[0] for _ in range(3)]
        return {"losses": losses, "values": dict(zip(fetched, session.run(list(fetched), feed), strict=True))}


def test_a_graph_trained_on_here_trains_on_in_tensorflow(tensorflow: TensorFlow, tmp_path: Path) -> None:
    ours = {folder: trained_here(folder, tmp_path / folder) for folder in TRAINED}
    graphs = {
        folder: {
            "prefix": str(tmp_path / folder), "numbers": str(TF / folder / "expected.npz"),
            "original": str(TF / folder / "model.ckpt"), "scoped": str(tmp_path / f"{folder}.scoped"),
        }
        for folder in TRAINED
    }  # fmt: skip
    for folder in TRAINED:
        with Graph().as_default():
            import_meta_graph(graphs[folder]["original"] + ".meta", import_scope="scoped")
            export_meta_graph(graphs[folder]["scoped"] + ".meta")
    theirs = tensorflow.answer("tf_frames.py", {"graphs": graphs})
    for folder in TRAINED:
        np.testing.assert_allclose(
            ours[folder]["losses"], theirs[folder]["losses"], rtol=1e-5, err_msg=folder
        )
        found = theirs[folder]["gradients"]
        assert len(found["original"]) > 0
        for meta in ("prefix", "scoped"):
            for gradient, wanted in zip(found[meta], found["original"], strict=True):
                np.testing.assert_allclose(gradient, wanted, rtol=1e-4, atol=1e-6, err_msg=f"{folder} {meta}")
        for name, value in ours[folder]["values"].items():
            np.testing.assert_allclose(
                value, theirs[folder]["values"][name], rtol=1e-4, atol=1e-6, err_msg=f"{folder} {name}"
            )
