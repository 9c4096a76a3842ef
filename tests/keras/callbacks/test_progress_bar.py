"""The progress line: what Keras draws on a terminal, and one line an epoch elsewhere.

tests/data/tf/keras_progress.json was written by TensorFlow 2.15.1; with a new row in tests/keras/progress_of_tf.py it
is made again by

    python -c "import json; from tests.keras.progress_of_tf import BARS; print(json.dumps(BARS))" \
        | .venv-tf/bin/python tests/interop/tf_keras_progress.py | sed 's/", "/",\\n"/g' > tests/data/tf/keras_progress.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from estimator.keras.callbacks import screen
from estimator.keras.callbacks.progress_bar import Progbar
from tests.keras.progress_of_tf import BARS

LINES = json.loads((Path(__file__).parents[2] / "data" / "tf" / "keras_progress.json").read_text())


def draw(make: Callable[..., Progbar], arguments: dict[str, Any], updates: Any) -> None:
    now = [100.0]
    bar = make(**arguments, clock=lambda: now[0])
    for seconds, current, values, finalize in updates:
        now[0] += seconds
        bar.update(current, [(name, value) for name, value in values], finalize)


@pytest.mark.parametrize("name", BARS)
def test_a_terminal_shows_what_keras_shows(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("estimator.keras.callbacks.progress_bar.can_rewrite", lambda: True)
    draw(Progbar, *BARS[name])
    assert capsys.readouterr().out == LINES[name]


def test_a_file_gets_each_line_once_and_whole(capsys: pytest.CaptureFixture[str]) -> None:
    draw(Progbar, *BARS["an epoch"])
    last = LINES["an epoch"].rpartition("\r")[2]
    assert capsys.readouterr().out == last


def test_a_notebook_is_drawn_on_and_a_pipe_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYCHARM_HOSTED", raising=False)
    assert not screen.can_rewrite()
    monkeypatch.setitem(sys.modules, "ipykernel", screen)
    assert screen.can_rewrite()
