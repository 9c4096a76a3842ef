"""What an import that failed is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.cli.missing import explain


def note(error: ImportError, script: str | None = None) -> str:
    explain(error, script)
    return "\n".join(getattr(error, "__notes__", []))


def failed(statement: str) -> ImportError:
    with pytest.raises(ImportError) as caught:
        exec(statement, {})
    return caught.value


def test_a_missing_package_is_named_with_those_that_the_script_imports_after_it(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(
        "import os, numpy\nimport sixx_of_nobody.moves\nfrom ski_of_nobody import x\nimport tensorflow as tf\n"
        "from . import beside\ntry:\n    import only_if_there\nexcept ImportError:\n    pass\n"
    )
    told = note(failed("import sixx_of_nobody.moves"), str(script))
    assert told == f"{script} needs what is not installed here: pip install sixx_of_nobody ski_of_nobody"


def test_a_package_that_goes_by_another_name_is_named_by_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("estimator.cli.missing.find_spec", lambda name: None)
    told = note(ModuleNotFoundError("No module named 'cv2'", name="cv2"))
    assert told == "this program needs what is not installed here: pip install opencv-python-headless"


@pytest.mark.parametrize("name", ["numpy.nothing", "tensorflow.nothing", "estimator.nothing"])
def test_of_a_package_that_is_installed_nothing_is_said(name: str) -> None:
    assert note(ModuleNotFoundError("no module", name=name)) == ""


@pytest.mark.parametrize(
    ("imported", "answer"),
    [
        (
            "from estimator.tf import reduce_maen",
            "has no attribute 'reduce_maen'. Did you mean 'reduce_mean'",
        ),
        ("from estimator.tf import LMDBReader", "it is TensorFlow's, and not here yet. "),
        ("from numpy import sofmax", ""),
    ],
)
def test_a_name_that_cannot_be_imported_is_answered_as_an_attribute_is(imported: str, answer: str) -> None:
    told = note(failed(imported))
    assert answer in told
    assert bool(told) == bool(answer)
