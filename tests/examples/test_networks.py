"""The examples of networks learn, and go on bit for bit, however they were stopped."""

from __future__ import annotations

import glob
import importlib
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.reader import load_checkpoint
from estimator.estimators.estimator import Estimator
from estimator.summaries.reader import summary_iterator

ROOT = Path(__file__).parents[2]
SCRIPTS = {"digits": "convolutional", "names": "recurrent"}


@contextmanager
def started(example: str, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(ROOT / "examples" / example / f"{SCRIPTS[example]}.py"), "--steps", "300"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def run(example: str, cwd: Path) -> str:
    """What an undisturbed run says; its model_dir lies in cwd."""
    with started(example, cwd) as process:
        said = process.communicate(timeout=120)[0]
    assert process.returncode == 0, said
    return said


def stop(example: str, cwd: Path, number: signal.Signals, saves: int) -> int:
    """The code with which a run ends that gets a signal after it has begun to save for the so many-th time."""
    with started(example, cwd) as process:
        assert process.stdout is not None
        for line in process.stdout:
            saves -= "Saving checkpoints for" in line
            if saves == 0:
                process.send_signal(number)
                break
        process.stdout.read()
    return process.returncode


def everything(model_dir: Path) -> dict[str, bytes]:
    """Every tensor of the newest checkpoint, bit for bit."""
    with load_checkpoint(str(model_dir)) as reader:
        return {
            name: np.asarray(reader.get_tensor(name)).tobytes() for name in reader.get_variable_to_shape_map()
        }


def results(said: str) -> list[str]:
    """What the script prints of its own: the accuracy and the predictions."""
    return said[said.index("Test set accuracy") :].splitlines()


@pytest.fixture(scope="module", params=SCRIPTS)
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, str]:
    """An example, where it ran without disturbance, and what it said."""
    folder = tmp_path_factory.mktemp("whole")
    return request.param, folder, run(request.param, folder)


@pytest.mark.slow
def test_it_learns(whole: tuple[str, Path, str]) -> None:
    accuracy = re.search(r"Test set accuracy: ([\d.]+) after step 300", whole[2])
    assert accuracy is not None, whole[2]
    assert float(accuracy[1]) > 0.85


@pytest.mark.slow
def test_terminated_and_killed_it_goes_on_bit_for_bit(whole: tuple[str, Path, str], tmp_path: Path) -> None:
    example, folder, said = whole
    moments = random.Random(example)
    codes = [
        stop(example, tmp_path, number, saves=moments.randint(1, 2))
        for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGTERM, signal.SIGKILL)
    ]
    assert codes == [128 + signal.SIGTERM, -signal.SIGKILL] * 2  # else it had ended before
    resumed = [line for line in results(run(example, tmp_path)) if "INFO" not in line]
    assert resumed == [line for line in results(said) if "INFO" not in line]
    name = f"models/{example}"
    assert everything(tmp_path / name) == everything(folder / name)


@pytest.mark.slow
def test_a_second_run_equals_the_first(whole: tuple[str, Path, str], tmp_path: Path) -> None:
    example, folder, _ = whole
    run(example, tmp_path)
    assert everything(tmp_path / "models" / example) == everything(folder / "models" / example)


@pytest.mark.slow
def test_tensorboard_finds_the_curves(whole: tuple[str, Path, str]) -> None:
    example, folder, _ = whole
    values: dict[str, list[Any]] = {}
    for path in sorted(glob.glob(f"{folder}/models/{example}/events.out.tfevents.*")):
        for event in summary_iterator(path):
            for value in event.summary.value:
                values.setdefault(value.tag, []).append(value)
    curves = {"digits": ["loss", "share_of_hits"], "names": ["loss", "letters"]}[example]
    for tag in curves:
        assert [value.HasField("simple_value") for value in values[tag]] == [True] * 6  # steps 1, 51, ... 251
    losses = [value.simple_value for value in values["loss"]]
    assert losses[-1] < 0.5 * losses[0]
    pictures = [
        value.image for tag, found in values.items() if tag.startswith("digits/image") for value in found
    ]
    assert bool(pictures) == (example == "digits")
    assert all((image.height, image.width) == (12, 12) for image in pictures)


@pytest.mark.slow
def test_batches_of_other_sizes_give_the_same(
    whole: tuple[str, Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    example, folder, _ = whole
    monkeypatch.syspath_prepend(str(ROOT / "examples" / example))
    monkeypatch.chdir(folder)
    script, data = importlib.import_module(SCRIPTS[example]), importlib.import_module(f"{example}_data")
    inputs, labels = (data.draw if example == "digits" else data.invent)(50, seed=3)
    classifier: Estimator = script.make_classifier()
    found = {}
    for size in (1, 7, 50, 128):  # trained by 64 and by 32
        metrics = classifier.evaluate(
            lambda size=size: data.eval_input_fn(inputs, labels, size), name=str(size)
        )
        predictions = classifier.predict(lambda size=size: data.eval_input_fn(inputs, None, size))
        found[size] = (
            metrics["accuracy"],
            np.array([prediction["probabilities"] for prediction in predictions]),
        )
    for accuracy, probabilities in found.values():
        assert accuracy == pytest.approx(found[1][0])
        assert accuracy == pytest.approx(np.mean(found[1][1].argmax(1) == labels))
        np.testing.assert_allclose(probabilities, found[1][1], rtol=1e-4, atol=1e-6)
