"""The manual is true: what its pages show runs, its YAML and JSON are read, its tables are the package's."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import estimator as est
from estimator import tf
from estimator.experiments import Experiment
from estimator.serving.configuration import sources_of_file
from estimator.settings.run_config import RunConfig
from estimator.settings.yaml_text import read_mapping
from tests import covered_names, symbols
from tests.manual import ROOT, Block, blocks, pages

PAGE = (ROOT / "docs" / "run_config.md").read_text("utf-8")
BLOCKS = [(page.name, block) for page in pages() for block in blocks(page.read_text("utf-8"))]
IN_CI_ALONE = {"README.md"}  # .ci/run has its set-up commands, tests/test_readme.py its Python

# Whoever shows a block that cannot be run counts it here.
NOT_RUN = {
    "distributed.md": 1,
    "exchange.md": 1,
    "inside.md": 2,
    "serving.md": 3,
    "speed.md": 1,
    "tensorboard.md": 1,
}


def of(language: str) -> list[tuple[str, Block]]:
    """The blocks of a language, with the names of their pages."""
    return [(page, block) for page, block in BLOCKS if block.language == language]


RUN = sorted(
    {
        page
        for language in ("python", "sh")
        for page, block in of(language)
        if page not in IN_CI_ALONE and not block.why_not_run
    }
)


@pytest.mark.slow
@pytest.mark.parametrize("page", RUN)
def test_what_a_page_shows_runs_from_top_to_bottom(page: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-W", "error", str(ROOT / "tests" / "manual.py"), str(ROOT / "docs" / page)],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_what_is_not_run_says_why_and_is_counted() -> None:
    marked = [page for page, block in BLOCKS if block.why_not_run]
    assert {page: marked.count(page) for page in marked} == NOT_RUN


def test_every_block_is_of_a_kind_that_is_looked_at() -> None:
    kinds = {"python", "sh", "yaml", "json", "text", "{include}"}
    assert not [(page, block.line, block.language) for page, block in BLOCKS if block.language not in kinds]


def test_no_command_hides_in_a_block_of_text() -> None:
    commands = re.compile(r"^(\$ |pip |python |estimator |curl )", re.MULTILINE)
    assert not [(page, block.line) for page, block in of("text") if commands.search(block.code)]


@pytest.mark.parametrize(("page", "block"), of("json"), ids=lambda value: getattr(value, "line", value))
def test_json_of_the_pages_is_read(page: str, block: Block) -> None:
    assert json.loads(block.code)


@pytest.mark.parametrize(("page", "block"), of("yaml"), ids=lambda value: getattr(value, "line", value))
def test_yaml_of_the_pages_is_what_reads_it_takes(
    page: str, block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An experiment, the models of a server, or the settings of a RunConfig."""
    mapping = read_mapping(block.code)
    if block.why_not_run:
        return
    if "models" in mapping:
        for model in mapping["models"].values():
            (tmp_path / model.get("model_dir", model.get("export_dir"))).mkdir(parents=True)
        (tmp_path / "models.yaml").write_text(block.code)
        assert sources_of_file(tmp_path / "models.yaml")
    elif {"estimator", "model_fn"} & set(mapping):
        monkeypatch.syspath_prepend(tmp_path)
        own = _modules_of(block.code, tmp_path)
        assert Experiment.read(block.code, allow_import=own).estimator()
    else:
        assert RunConfig.from_yaml(block.code)


def _modules_of(text: str, folder: Path) -> list[str]:
    """The modules of the reader's own that an experiment names, which are made with such functions."""
    modules = []
    for module, name in re.findall(r": ([a-z_]+\.[a-z_.]*?)\.([a-z_]+)\b(?!\()", text):
        path = folder / f"{module.replace('.', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write(f"def {name}(features=None, labels=None, mode=None, params=None, **more): ...\n")
        modules.append(module)
    return modules


def test_the_table_of_settings_has_every_field_with_its_default() -> None:
    table = re.findall(r"^\| `(\w+)` \| `([^`]*)` \|", PAGE, re.MULTILINE)
    assert table == [(name, repr(value)) for name, value in RunConfig().as_dict().items()]


def test_the_yaml_of_the_page_is_valid() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert RunConfig.from_yaml(text).keep_checkpoint_max == 3


MISSING = re.findall(r"`tf\.([\w.]+)`", (ROOT / "docs" / "not_here.md").read_text("utf-8").split("## ")[1])


@pytest.mark.parametrize("name", sorted(set(MISSING)))
def test_what_the_manual_says_is_not_here_is_not(name: str) -> None:
    """Whoever adds one takes it out of the list."""
    found: object = tf
    with pytest.raises(AttributeError, match=r"it is TensorFlow's, and not here yet"):
        for part in name.split("."):
            found = getattr(found, part)


def test_every_page_is_in_a_table_of_the_index_once() -> None:
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    listed = re.findall(r"^\| \[([^]]*)\]\(\1\) \|", index, re.MULTILINE)
    assert sorted(listed) == sorted(
        [*(page.name for page in pages()[1:] if page.name != "index.md"), "reference/index.md"]
    )


def test_the_table_of_covered_names_counts_them() -> None:
    page = (ROOT / "docs" / "coming_from_tf.md").read_text("utf-8")
    assert re.findall(r"^\| .* of [\d,]+ \|$", page, re.MULTILINE) == covered_names.rows()
    wanted = symbols.listed(symbols.WANTED)
    absent = [name for name, uses in symbols.listed(symbols.UNTESTED).items() if symbols.ABSENT in uses]
    assert f"Of the {len(wanted)} symbols of `tf`" in page and f"{len(wanted) - len(absent)} are here" in page


def test_files_that_the_manual_names_are_there() -> None:
    missing = []
    for page in pages():
        for path in re.findall(r"`([\w./]+/[\w.]*\.(?:py|pyi|md|txt|proto|csv))`", page.read_text("utf-8")):
            is_ours = (
                path.split("/")[0] in ("estimator", "tests", "docs", "examples", "benchmarks")
                or page.name == "inside.md"
            )
            if is_ours and not any((base / path).exists() for base in (ROOT, ROOT / "estimator")):
                missing.append((page.name, path))
    assert not missing


def test_tests_that_the_manual_names_are_there() -> None:
    named = re.findall(
        r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / "docs" / "reliability.md").read_text("utf-8")
    )
    assert len(named) > 25
    assert not [
        (path, name)
        for path, name in named
        if name and f"\ndef {name}(" not in (ROOT / path).read_text("utf-8")
    ]


def test_the_speeds_of_the_manual_are_those_of_the_results() -> None:
    """Whoever measures anew copies the figures of these lines."""
    results = (ROOT / "benchmarks" / "RESULTS.md").read_text("utf-8")
    sections = {part[0]: part for part in results.split("\n## ")[1:]}
    page = (ROOT / "docs" / "speed.md").read_text("utf-8")
    table = re.findall(
        r"^\| [^|]+ \| (\w) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([\d.,]+) \|$", page, re.MULTILINE
    )
    assert len(table) > 10
    assert not [
        row for row in table if f"| {row[1]} | {row[2]} | {row[3]} | **{row[4]}** " not in sections[row[0]]
    ]


TENSORFLOWS_OWN = {"tf.Example", "tf.saved_model.save"}  # a name of a format; what the page says is not here


def names_of(page: Path) -> set[str]:
    """The dotted names of tf and est in a page's prose."""
    prose = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    code = " ".join(re.findall(r"`([^`\n]+)`", prose))
    return set(re.findall(r"(?<![\w./])(?:tf|est)\.[A-Za-z_][\w.]*\w(?!\w)", code))


@pytest.mark.parametrize(
    "page", [page for page in pages() if page.name != "not_here.md"], ids=lambda page: page.name
)
def test_names_that_a_page_says_are_there(page: Path) -> None:
    missing = []
    for name in sorted(names_of(page) - TENSORFLOWS_OWN):
        found: object = {"tf": tf, "est": est}[name.partition(".")[0]]
        try:
            for part in name.split(".")[1:]:
                found = getattr(found, part)
        except AttributeError:
            missing.append(name)
    assert not [name for name in missing if not name.endswith("_")]  # `tf.reduce_`: all that begin so
