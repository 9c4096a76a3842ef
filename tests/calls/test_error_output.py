"""What is printed when a call fails: one traceback, with the user's lines and hardly any of ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SCRIPT = """
import sys
import numpy as np
from estimator import tf


class Looks(tf.train.SessionRunHook):
    def after_run(self, run_context, run_values):
        return {}["missing"]  # in the hook


def rows():
    yield {"x": np.ones((2, 3), np.float32), "index": np.array([0, 7])}
    raise LookupError("no more rows")  # in the input


def model_fn(features, labels, mode):
    logits = tf.layers.dense(features["x"], 3)
    if FAULT == "graph":
        tf.matmul(logits, [[1.0]])  # in the model
    if FAULT == "step":
        logits = tf.gather(logits, features["index"])  # in the step
    loss = tf.reduce_mean(logits)
    train_op = tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step=tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op, predictions=logits)


FAULT, call = sys.argv[1:]
made = tf.estimator.Estimator(model_fn, "m")
hooks = [Looks()] if FAULT == "hook" else []
if call == "predict":
    list(made.predict(rows, hooks=hooks))  # the call
else:
    getattr(made, call)(rows, hooks=hooks, steps=5)  # the call
"""


SESSIONS = {
    "a session": "with tf.Session() as session:",
    "a monitored session": "with tf.train.MonitoredTrainingSession() as session:",
}


@pytest.mark.slow
@pytest.mark.parametrize("block", SESSIONS.values(), ids=list(SESSIONS))
def test_a_session_of_the_scripts_own_shows_its_lines_too(block: str, tmp_path: Path) -> None:
    script = ["from estimator import tf", "row = tf.gather([1.0, 2.0], tf.placeholder(tf.int32, [], 'i'))"]
    script += [block, "    session.run(row, {'i:0': 7})  # the run"]
    (tmp_path / "script.py").write_text("\n".join(script))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    trace = done.stderr[done.stderr.index("Traceback") :].splitlines()
    assert "# the run" in trace[2]
    assert not [text for text in trace if text.startswith(f'  File "{ROOT}')]
    assert f"InvalidArgumentError: {tmp_path / 'script.py'}:2 in <module>: GatherV2" in trace[-1]


@pytest.mark.slow
@pytest.mark.parametrize("call", ["train", "evaluate", "predict"])
@pytest.mark.parametrize(
    ("fault", "line", "error"),
    [
        (
            "step",
            None,
            "InvalidArgumentError: {file}:{line} in model_fn: GatherV2 'GatherV2' failed: indices[1] = 7 is not",
        ),
        ("graph", "# in the model", "ValueError: "),
        ("hook", "# in the hook", "KeyError: 'missing'"),
        ("input", "# in the input", "LookupError: no more rows"),
    ],
)
def test_one_traceback_shows_the_users_lines(
    fault: str, line: str | None, error: str, call: str, tmp_path: Path
) -> None:
    (tmp_path / "script.py").write_text(SCRIPT.lstrip())
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "script.py", fault, call],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    trace = done.stderr[done.stderr.index("Traceback") :]
    assert trace.count("Traceback (most recent call last)") == 1
    assert "# the call" in trace and (line is None or line in trace)
    step_line = SCRIPT.lstrip()[: SCRIPT.index("# in the step")].count("\n") + 1
    assert error.format(file=tmp_path / "script.py", line=step_line) in trace.splitlines()[-1]
    ours = [text for text in trace.splitlines() if text.startswith(f'  File "{ROOT}')]
    assert len(ours) <= 1, trace
