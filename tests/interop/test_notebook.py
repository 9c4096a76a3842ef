"""A notebook that a real kernel runs: one line that is updated, and the log in few blocks."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.interop
# looked for and not imported: with ipykernel among its modules this process would pass for a notebook's
if find_spec("ipykernel") is None or find_spec("nbclient") is None:
    pytest.skip("pip install ipykernel nbclient", allow_module_level=True)

TRAINING = """
import sys
sys.path.insert(0, {root!r})
from tests.tiny import batches, estimator
model = estimator({model_dir!r}, progress=None)
model.train(batches(), steps=3000)
metrics = model.evaluate(batches(20))
"""
LOOP = """
for _ in range(4):
    model.train(batches(), steps=400)
    model.evaluate(batches(20))
"""
FAILURE = """
def failing():
    yield from batches(300)()
    raise KeyError("gone")

model.train(lambda: failing())
"""


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The outputs of each cell."""
    import nbclient
    import nbformat

    model_dir = str(tmp_path_factory.mktemp("notebook") / "model")
    texts = [
        TRAINING.format(root=str(Path(__file__).parents[2]), model_dir=model_dir),
        LOOP,
        "model",
        FAILURE,
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in texts])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", allow_errors=True).execute()
    return [cell.outputs for cell in notebook.cells]


def lines(outputs: list[Any]) -> list[str]:
    return [output.data["text/plain"] for output in outputs if output.output_type == "display_data"]


def test_a_training_of_3000_steps_is_one_line_and_two_blocks_of_the_log(cells: list[Any]) -> None:
    (line,) = lines(cells[0])
    assert line.startswith("evaluate 20, ")  # the last call's: the cell's calls share it
    blocks = [output for output in cells[0] if output.output_type == "stream"]
    during = [block for block in blocks if "\nINFO:estimator:loss = " in block.text]
    assert len(during) == 1 and during[0].text.count("\nINFO:estimator:loss = ") == 30
    assert len(blocks) <= 4  # before the training, with it, and around the evaluation
    assert all("\r" not in block.text for block in blocks)


def test_calls_one_after_another_share_the_line_of_their_cell(cells: list[Any]) -> None:
    assert len(lines(cells[1])) == 1


def test_an_estimator_shows_what_it_is(cells: list[Any]) -> None:
    (output,) = cells[2]
    assert ", latest_step=4600, parameters=13, " in output.data["text/plain"]


def test_a_failure_leaves_the_line_the_log_and_the_error(cells: list[Any]) -> None:
    assert lines(cells[3])[0].startswith("train 4")
    assert any("training stopped by KeyError" in output.get("text", "") for output in cells[3])
    assert cells[3][-1].output_type == "error" and cells[3][-1].ename == "KeyError"
