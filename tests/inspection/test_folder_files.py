"""Files by kind and folder."""

from __future__ import annotations

import os
from pathlib import Path

from estimator.inspection.folder_files import file_groups
from tests.inspection.fixtures import TF, save


def test_files_are_counted_by_folder_and_kind(tmp_path: Path) -> None:
    save(tmp_path, 1)
    for name in ("events.out.tfevents.1.host", "eval/events.out.tfevents.2.host", "graph.pbtxt", "metadata.yaml",
                 ".tmp.1.x.index", "vocabulary.txt", "export/1577836800/saved_model.pb",
                 "export/1577836800/variables/variables.index"):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"12345")
    found = {
        (group.folder, group.kind): (group.count, group.size_bytes) for group in file_groups(str(tmp_path))
    }
    size = sum(path.stat().st_size for path in tmp_path.glob("model.ckpt-1.*"))
    assert found == {
        ("", "checkpoints"): (2, size),
        ("", "events"): (1, 5),
        ("", "graph"): (1, 5),
        ("", "other"): (1, 5),
        ("", "records"): (2, 5 + (tmp_path / "checkpoint").stat().st_size),
        ("", "unfinished"): (1, 5),
        ("eval", "events"): (1, 5),
        ("export/1577836800", "exports"): (2, 10),
    }


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "self").symlink_to(tmp_path)
    (tmp_path / "file").symlink_to("/etc/hostname")
    assert sum(group.count for group in file_groups(str(tmp_path))) <= 2


def test_tensorflows_model_dir_is_told_by_the_same_kinds() -> None:
    folder = TF / "dnn_iris_adagrad_default" / "model_dir"
    found = {group.kind for group in file_groups(str(folder))}
    assert found <= {"checkpoints", "events", "graph", "records"}
    assert sum(group.count for group in file_groups(str(folder))) == sum(
        len(names) for _, _, names in os.walk(folder)
    )
