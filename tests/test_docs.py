"""The manual is true: its table of settings is the constructor's, and the Python of its pages runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from estimator import tf
from estimator.settings.run_config import RunConfig

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "run_config.md").read_text("utf-8")


def test_the_table_of_settings_has_every_field_with_its_default() -> None:
    table = re.findall(r"^\| `(\w+)` \| `([^`]*)` \|", PAGE, re.MULTILINE)
    assert table == [(name, repr(value)) for name, value in RunConfig().as_dict().items()]


def test_the_yaml_of_the_page_is_valid() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert RunConfig.from_yaml(text).keep_checkpoint_max == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "checkpoints",
        "columns",
        "distributions",
        "exchange",
        "export",
        "input",
        "losses_and_metrics",
        "low_level",
        "keras",
        "networks",
        "run_config",
        "scripts",
        "train_and_evaluate",
        "training",
    ],
)
def test_the_python_of_a_page_runs_from_top_to_bottom(name: str, tmp_path: Path) -> None:
    text = (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert code and done.returncode == 0, done.stderr


MISSING = re.findall(
    r"`tf\.([\w.]+)`", (ROOT / "docs" / "differences.md").read_text("utf-8").split("## Not here yet")[1]
)


@pytest.mark.parametrize("name", sorted(set(MISSING)))
def test_what_the_manual_says_is_not_here_is_not(name: str) -> None:
    """Whoever adds one takes it out of the list."""
    found: object = tf
    with pytest.raises(AttributeError, match=r"it is TensorFlow's, and not here yet"):
        for part in name.split("."):
            found = getattr(found, part)
