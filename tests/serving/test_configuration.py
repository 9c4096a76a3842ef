"""The models of a YAML file, and all that is wrong with it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.core.errors import NotFoundError
from estimator.serving.configuration import sources_of_file
from estimator.serving.sources.export_folder import ALL


def _file(folder: Path, text: str) -> Path:
    path = folder / "models.yaml"
    path.write_text(text)
    return path


def test_models_have_their_settings_and_paths_beside_the_file(tmp_path: Path) -> None:
    for name in ("iris", "census", "other"):
        (tmp_path / name).mkdir()
    path = _file(
        tmp_path,
        """
models:
  flowers: {model_dir: iris, checkpoint: best}
  people:
    export_dir: census
    versions: [3, 4]
    labels: {stable: 3}
  others:
    export_dir: other
    versions: all
""",
    )
    flowers, people, others = sources_of_file(path)
    assert [source.name for source in (flowers, people, others)] == ["flowers", "people", "others"]
    assert flowers.place == str(tmp_path / "iris")
    assert (people.number, people.labels, others.number) == (2, {"stable": 3}, ALL)


def test_all_that_is_wrong_is_said_at_once_with_its_line(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        """models:
  a:
    model_dri: models/a
  b: {model_dir: models/b, export_dir: exports/b}
  c:
    export_dir: exports/c
    checkpoint: best
    versions: newest
  d:
    model_dir: models/d
    checkpoint: -1
  e/f: {model_dir: models/e}
  g:
port: 8500
""",
    )
    with pytest.raises(ValueError, match="problems") as caught:
        sources_of_file(path)
    lines = str(caught.value).splitlines()[1:]
    expected = [
        "line 14: there is no setting 'port'",
        "line 3: model 'a': there is no setting 'model_dri' of a model. Did you mean 'model_dir'",
        "line 2: model 'a': a model has a model_dir or an export_dir",
        "line 4: model 'b': a model has a model_dir or an export_dir, one of them",
        "line 7: model 'c': checkpoint goes with model_dir",
        "line 8: model 'c': versions must be latest, all",
        "line 11: model 'd': checkpoint must be latest, best or a step, given: -1",
        "line 12: a model's name stands in paths",
        "line 13: model 'g' needs a model_dir",
    ]
    for line, start in zip(lines, expected, strict=True):
        assert start in line


@pytest.mark.parametrize("text", ["models: {}", "models: [a]", "other: 1\n", "models:\n"])
def test_a_file_without_models_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="must have a name and settings for each model"):
        sources_of_file(_file(tmp_path, text))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("{export_dir: a, versions: 0}", "versions must be"),
        ("{export_dir: a, versions: []}", "versions must be"),
        ("{export_dir: a, versions: [x]}", "versions must be"),
        ("{export_dir: a, labels: {stable: new}}", "labels must give a version"),
        ("{export_dir: a, labels: [stable]}", "labels must give a version"),
        ("{export_dir: a, labels: {a/b: 3}}", "a label stands in paths, without '/' or ':'; given: 'a/b'"),
        ("{export_dir: a, labels: {'': 3}}", "a label stands in paths"),
        ("{export_dir: a, versions: [3, 4], labels: {old: 2}}", "'old' is of version 2, which is not among"),
        ("{model_dir: a, labels: {stable: 3}}", "labels goes with export_dir"),
        ("{model_dir: 7}", "model_dir must be a path"),
        ("{model_dir: a, checkpoint: true}", "checkpoint must be"),
    ],
)
def test_a_setting_that_is_none_is_refused(tmp_path: Path, settings: str, said: str) -> None:
    with pytest.raises(ValueError, match="line 2: model 'a'") as caught:
        sources_of_file(_file(tmp_path, f"models:\n  a: {settings}\n"))
    assert said in str(caught.value)


def test_a_file_or_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no YAML file"):
        sources_of_file(tmp_path / "no.yaml")
    with pytest.raises(NotFoundError) as caught:
        sources_of_file(_file(tmp_path, "models:\n  a: {export_dir: exports}\n  b: {model_dir: trained}\n"))
    assert "model 'a': there is no folder" in str(caught.value)
    assert "model 'b': there is no model_dir" in str(caught.value)
