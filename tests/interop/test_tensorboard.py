"""TensorBoard's own server says what is there, by its loader in Python and by its data server: of every page, and after rewinds.

`make interop` runs these tests; TensorBoard is among what the tests need anyway.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import estimator as est
from estimator import tf

LOADERS = {"data server": "true", "python": "false"}
MOST_SECS = 60
RUNS = {"iris", "iris/eval"}
KILLED = -9

TRAINING = """
import os, sys
from tests.tiny import batches, estimator
from estimator import tf

class Kill(tf.train.SessionRunHook):
    def after_run(self, run_context, run_values):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), 9)

model_dir, max_steps, left = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
model = estimator(model_dir, save_summary_steps=1, save_checkpoints_steps=10, keep_checkpoint_max=None)
model.train(batches(), max_steps=max_steps, hooks=[Kill()])
model.evaluate(batches(2))
"""


class Server:
    """A running TensorBoard, asked over HTTP."""

    def __init__(self, logdir: Path, load_fast: str, scratch: Path) -> None:
        command = [
            sys.executable,
            "-m",
            "tensorboard.main",
            f"--logdir={logdir}",
            "--port=0",
            "--host=127.0.0.1",
        ]
        options = [f"--load_fast={load_fast}", "--reload_interval=1"]
        environment = os.environ | {"TMPDIR": str(scratch)}  # where it notes that it runs
        self._log = scratch / f"{load_fast}.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen([*command, *options], stdout=log, stderr=log, env=environment)
        found = self.wait_for(lambda: re.search(r"http://127\.0\.0\.1:\d+/", self._log.read_text()))
        self._base = found[0]

    def wait_for(self, ask: Any) -> Any:
        """What `ask` gives when it is true for the first time."""
        end = time.monotonic() + MOST_SECS
        while time.monotonic() < end and self.process.poll() is None:
            found = ask()
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(f"TensorBoard does not show it:\n{self._log.read_text()[-2000:]}")

    def get(self, path: str, **query: Any) -> Any:
        """The answer to a request, as JSON."""
        with urllib.request.urlopen(f"{self._base}data/{path}?{urllib.parse.urlencode(query)}") as answer:
            return json.load(answer)

    def post(self, path: str, body: Any) -> Any:
        """The answer to a request with a body."""
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        with urllib.request.urlopen(
            urllib.request.Request(f"{self._base}data/{path}", data, headers)
        ) as answer:
            return json.load(answer)

    def steps(self, run: str, tag: str) -> list[int]:
        """The steps of a curve."""
        if tag not in self.get("plugin/scalars/tags").get(run, {}):
            return []
        return [point[1] for point in self.get("plugin/scalars/scalars", run=run, tag=tag)]


@pytest.fixture(params=LOADERS)
def server_of(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Starts a server of a directory, with either loader."""
    started: list[Server] = []

    def start(logdir: Path) -> Server:
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        started.append(Server(logdir, LOADERS[request.param], scratch))
        return started[-1]

    yield start
    for server in started:
        server.process.terminate()
        server.process.wait(MOST_SECS)


def examples() -> Any:
    generator = np.random.default_rng(0)
    x = generator.normal(size=(64, 2)).astype(np.float32)
    return tf.data.Dataset.from_tensor_slices(({"x": x}, (x.sum(axis=1) > 0).astype(np.int64))).batch(16)


class Pictures(tf.train.SessionRunHook):
    """Adds summaries of more kinds to a ready-made model."""

    def begin(self) -> None:
        tf.summary.image("picture", tf.ones([1, 2, 2, 1]))
        tf.summary.text("words", tf.constant("*hello*"))


@pytest.fixture
def iris(tmp_path: Path) -> Path:
    """The directory above a model_dir, of a training and an evaluation."""
    model = est.DNNClassifier(
        [4],
        [tf.feature_column.numeric_column("x", shape=[2])],
        tmp_path / "models" / "iris",
        dropout=np.float32(0.25),  # type: ignore[arg-type]
        config=est.RunConfig(save_summary_steps=1, log_step_count_steps=5, progress=False),
    )
    for _ in range(2):
        model.train(lambda: examples().repeat(), hooks=[Pictures()], steps=10)
        model.evaluate(examples)
    return tmp_path / "models"


def test_every_page_has_what_was_written(iris: Path, server_of: Any) -> None:
    server = server_of(iris)
    server.wait_for(lambda: server.steps("iris/eval", "accuracy") == [10, 20])
    assert set(server.get("runs")) == RUNS
    listing = server.get("plugins_listing")
    shown = {name for name, facts in listing.items() if facts["enabled"]}
    assert shown >= {
        "scalars",
        "images",
        "graphs",
        "distributions",
        "histograms",
        "text",
        "pr_curves",
        "hparams",
    }
    assert server.steps("iris", "loss") == list(range(1, 21))
    assert server.steps("iris", "global_step/sec") == [6, 16]
    assert {"dnn/dnn/hiddenlayer_0/activation", "dnn/dnn/logits/activation"} <= set(
        server.get("plugin/histograms/tags")["iris"]
    )
    assert server.get("plugin/images/tags")["iris"].keys() == {"picture/image/0"}
    text = server.get("plugin/text/text", run="iris", tag="words")
    assert "<em>hello</em>" in text[-1]["text"]


def test_the_graph_is_whole(iris: Path, server_of: Any) -> None:
    server = server_of(iris)
    server.wait_for(lambda: server.steps("iris/eval", "accuracy") == [10, 20])
    for run in RUNS:
        assert server.get("plugin/graphs/info")[run]["run_graph"]
    query = urllib.parse.urlencode({"run": "iris", "conceptual": "false"})
    with urllib.request.urlopen(f"{server._base}data/plugin/graphs/graph?{query}") as answer:
        graph = answer.read().decode()
    expected = (iris / "iris" / "graph.pbtxt").read_text()
    names = re.compile(r'^  name: "(.*)"$', re.MULTILINE)
    assert set(names.findall(graph)) == set(names.findall(expected)) != set()


def test_pr_curves_and_hyperparameters_are_read(iris: Path, server_of: Any) -> None:
    server = server_of(iris)
    server.wait_for(lambda: server.steps("iris/eval", "accuracy") == [10, 20])
    curves = server.get("plugin/pr_curves/pr_curves", run="iris/eval", tag="pr_curve")["iris/eval"]
    assert [curve["step"] for curve in curves] == [10, 20]
    assert curves[-1]["recall"][0] == 1 and len(curves[-1]["thresholds"]) > 10
    experiment = server.post("plugin/hparams/experiment", {"experimentName": ""})
    assert {info["name"] for info in experiment["hparamInfos"]} == {"estimator", "hidden_units", "dropout"}
    metrics = {(info["name"].get("group", ""), info["name"]["tag"]) for info in experiment["metricInfos"]}
    assert {("", "loss"), ("eval", "accuracy"), ("eval", "auc")} <= metrics
    wanted = {
        "experimentName": "",
        "allowedStatuses": ["STATUS_UNKNOWN", "STATUS_RUNNING"],
        "colParams": [],
        "sliceSize": 9,
    }
    (group,) = server.post("plugin/hparams/session_groups", wanted)["sessionGroups"]
    assert group["hparams"] == {"estimator": "DNNClassifier", "hidden_units": "[4]", "dropout": 0.25}


def train(model_dir: Path, max_steps: int, killed_after: int = 0) -> None:
    """Train and evaluate in a process of its own, which may be killed after some steps."""
    command = [sys.executable, "-c", TRAINING, str(model_dir), str(max_steps), str(killed_after)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == (KILLED if killed_after else 0), done.stderr


def go_back(model_dir: Path, step: int) -> None:
    """Take later checkpoints away, as somebody does who wants to go on from an earlier one."""
    for path in model_dir.glob("model.ckpt-*"):
        if int(path.name.partition("-")[2].partition(".")[0]) > step:
            path.unlink()
    (model_dir / "checkpoint").write_text(f'model_checkpoint_path: "model.ckpt-{step}"\n')


def test_a_curve_stays_one_over_kills_and_rewinds(tmp_path: Path, server_of: Any) -> None:
    model_dir = tmp_path / "models" / "iris"
    train(model_dir, 30)
    train(model_dir, 60, killed_after=25)  # events up to 55, a checkpoint of 51
    train(model_dir, 58)
    server = server_of(model_dir.parent)
    server.wait_for(lambda: server.steps("iris/eval", "loss") == [30, 58])
    assert server.steps("iris", "loss") == list(range(1, 59))
    go_back(model_dir, 31)
    train(model_dir, 40)  # while the server looks on
    server.wait_for(lambda: server.steps("iris/eval", "loss") == [30, 40])
    assert server.steps("iris", "loss") == list(range(1, 41))
    go_back(model_dir, 11)  # before the rewind
    train(model_dir, 20)
    server.wait_for(lambda: server.steps("iris", "loss") == list(range(1, 21)))
    server.wait_for(lambda: server.steps("iris/eval", "loss") == [20])
