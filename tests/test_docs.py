"""The manual's table of settings is the constructor's."""

from __future__ import annotations

import re
from pathlib import Path

from estimator.run_config import RunConfig

PAGE = (Path(__file__).parents[1] / "docs" / "run_config.md").read_text("utf-8")


def test_the_table_of_settings_has_every_field_with_its_default() -> None:
    table = re.findall(r"^\| `(\w+)` \| `([^`]*)` \|", PAGE, re.MULTILINE)
    assert table == [(name, repr(value)) for name, value in RunConfig().as_dict().items()]


def test_the_yaml_of_the_page_is_valid() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert RunConfig.from_yaml(text).keep_checkpoint_max == 3
