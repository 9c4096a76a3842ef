"""Who lacks a package is told which extra brings it, and every extra that is told exists."""

from __future__ import annotations

import configparser
import re

import pytest

from estimator.core.extras import from_extra
from tests.architecture.sources import ROOT, package


def test_a_missing_package_is_told_by_its_first_name() -> None:
    with pytest.raises(ModuleNotFoundError) as caught, from_extra("serve", "serving needs"):
        import no_such_package.of_nobody  # noqa: F401
    assert str(caught.value) == (
        "serving needs no_such_package, which is not installed: pip install 'numpy-estimator[serve]'."
    )
    assert caught.value.name == "no_such_package"


def test_what_fails_in_an_installed_package_stays_as_it_is() -> None:
    with (
        pytest.raises(ImportError, match="cannot import name 'nothing'"),
        from_extra("serve", "serving needs"),
    ):
        from json import nothing  # noqa: F401


def test_every_extra_that_is_advised_is_there() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    texts = [source.text for source in package()]
    texts += [path.read_text("utf-8") for path in (*(ROOT / "docs").glob("*.md"), ROOT / "README.md")]
    advised = {
        extra.strip()
        for text in texts
        for extras in re.findall(r"(?:numpy-estimator|-e '\.)\[([\w, -]+)\]", text)
        for extra in extras.split(",")
    } | {name for text in texts for name in re.findall(r'from_extra\("(\w+)"', text)}
    assert {"serve", "sklearn", "torch", "dev"} <= advised
    assert advised <= set(setup["options.extras_require"])
