"""The stored values are those that TensorFlow gives, for its own graphs and for ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from tests.batches_of_tf import METRICS, arguments, batches, plain
from tests.interop.conftest import TensorFlow
from tests.test_batches import EXCEPTIONS, STORED, VALUES, check_close

MADE = [call for call in METRICS if VALUES[f"tf.metrics.{call}"].get("refused") != "call"]


def test_tensorflow_gives_the_stored_values(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_batches.py", {})
    stored = json.loads(STORED.read_text())
    advice = "write the answer of tests/interop/tf_batches.py to tests/data/tf/batches.json: see tests/test_batches.py"
    assert list(answer) == list(stored), advice
    check_close(answer, stored, advice)


def test_tensorflow_runs_our_graph_of_all_metrics_to_its_values(
    tensorflow: TensorFlow, tmp_path: Path
) -> None:
    expected = VALUES | EXCEPTIONS
    with tf.Graph().as_default():
        names = arguments(tf)
        made: dict[str, Any] = {call: eval(f"tf.metrics.{call}", names) for call in MADE}  # noqa: S307  that text
        tf.train.export_meta_graph(str(tmp_path / "graph.meta"))
        request = {
            "meta": str(tmp_path / "graph.meta"),
            "initializers": [variable.initializer.name for variable in tf.local_variables()],
            "metrics": {call: [tensor.name for tensor in pair] for call, pair in made.items()},
        }
    answer = tensorflow.answer("tf_metric_graph.py", request)
    for call, found in answer.items():
        row = expected[f"tf.metrics.{call}"]
        check_close(found, "refused" if "refused" in row else row["values"], call)
    assert len(answer) > 100


def test_we_run_tensorflows_graph_of_all_metrics_to_its_values(
    tensorflow: TensorFlow, tmp_path: Path
) -> None:
    meta = str(tmp_path / "graph.meta")
    theirs = tensorflow.answer("tf_metric_file.py", {"meta": meta, "calls": MADE})
    feeds = [{f"{name}:0": value for name, value in batch.items()} for batch in batches()]
    with tf.Graph().as_default(), tf.Session() as session:
        tf.train.import_meta_graph(meta)
        session.run(theirs["initializers"])
        for call, (value, update) in theirs["metrics"].items():
            expected = VALUES[f"tf.metrics.{call}"]
            if "refused" in expected:
                with pytest.raises(tf.errors.InvalidArgumentError):
                    [session.run(update, feed) for feed in feeds]
            else:
                found = [
                    session.run(value),
                    *(session.run(update, feed) for feed in feeds),
                    session.run(value),
                ]
                check_close([plain(each) for each in found], expected["values"], call)
    assert len(theirs["metrics"]) > 100
