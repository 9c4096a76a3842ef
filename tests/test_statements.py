"""Small programs end as in TensorFlow: with the same values, or with an error of the same class.

tests/data/tf/statements.json was written by TensorFlow 2.15.1; with a new program it is made again by

    python -c "from tests.statements import programs; import json, tempfile; \\
        print(json.dumps({'programs': programs(), 'folder': tempfile.mkdtemp()}))" \\
        | .venv-tf/bin/python tests/interop/tf_statements.py | sed 's/}, "/},\\n"/g' > tests/data/tf/statements.json
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from estimator import tf
from estimator.graph.defaults import DEFAULTS
from tests.statements import answer, programs

ANSWERS = json.loads((Path(__file__).parent / "data" / "tf" / "statements.json").read_text())


@pytest.fixture(autouse=True)
def _no_defaults() -> Iterator[None]:
    """A program that ends with an error may leave a graph or session behind as the default."""
    yield
    DEFAULTS.graphs.clear()
    DEFAULTS.sessions.clear()
    DEFAULTS.fallback = None


def test_every_program_has_tensorflows_answer() -> None:
    assert list(ANSWERS) == programs()


@pytest.mark.parametrize("program", programs(), ids=range(len(programs())))
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_program_ends_as_in_tensorflow(program: str, tmp_path: Path) -> None:
    ours, theirs = answer(tf, program, tmp_path), ANSWERS[program]
    if "error" in theirs:
        assert theirs["error"][0] in ours.get("error", []), f"{program}\n{ours}"
    else:
        assert ours == theirs, program
