"""tf.contrib.estimator's functions export what the methods do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from estimator import tf
from estimator.tf.contrib import estimator as contrib
from tests.tiny import batches, estimator

ModeKeys = tf.estimator.ModeKeys


def receiver_fns() -> dict[str, Any]:
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 2], "x")
        y = tf.placeholder(tf.float32, [None, 1], "y")
    served = tf.estimator.export.build_raw_serving_input_receiver_fn({"x": x})
    return {
        ModeKeys.PREDICT: served,
        ModeKeys.EVAL: contrib.build_raw_supervised_input_receiver_fn({"x": x}, y),
    }


def tags(exported: bytes) -> list[list[str]]:
    from estimator.formats import messages

    path = Path(exported.decode()) / "saved_model.pb"
    found = messages.parse("SavedModel", path.read_bytes(), str(path))
    return [list(graph.meta_info_def.tags) for graph in found.meta_graphs]


def test_modes_are_exported_alone_and_together(tmp_path: Path) -> None:
    model = estimator(tmp_path / "m").train(batches(), steps=1)
    fns = receiver_fns()
    prefix = model.latest_checkpoint()
    alone = contrib.export_saved_model_for_mode(
        model, tmp_path, fns[ModeKeys.EVAL], {"a": __file__}, False, prefix, mode=ModeKeys.EVAL
    )
    assert tags(alone) == [["eval"]] and (Path(alone.decode()) / "assets.extra" / "a").is_file()
    served = contrib.export_saved_model_for_mode(model, tmp_path, fns[ModeKeys.PREDICT])
    assert tags(served) == [["serve"]]
    assert tags(contrib.export_all_saved_models(model, tmp_path, fns)) == [["eval"], ["serve"]]
