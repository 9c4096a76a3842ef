"""The checkpoints of a directory and their states, in directories of ours, of TensorFlow's, broken and changing ones."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import NotFoundError
from estimator.inspection import listing
from estimator.inspection.listing import read_listing
from estimator.model_dir.best import Ranking, rank
from estimator.model_dir.notes import SaveNote, write_note
from estimator.model_dir.retention import remove_files
from estimator.model_dir.series import CheckpointSeries
from estimator.model_dir.state import CheckpointState, write_state
from estimator.model_dir.storage import LOCAL
from tests.disk import unchanged
from tests.inspection.fixtures import DAMAGED, TF, flip, save


def states(directory: Path) -> dict[str, str]:
    with unchanged(directory):
        return {one.name: one.state for one in read_listing(directory).checkpoints}


def test_what_the_state_file_names_is_kept_and_one_is_the_latest(tmp_path: Path) -> None:
    save(tmp_path, 1, 2, 10)
    found = read_listing(tmp_path)
    assert [(one.step, one.state, one.is_listed, one.is_latest) for one in found.checkpoints] == [
        (1, "kept", True, False),
        (2, "kept", True, False),
        (10, "latest", True, True),
    ]
    assert found.latest is not None and found.latest.step == 10
    sizes = [os.stat(tmp_path / name).st_size for name in found.latest.files]
    assert found.latest.size_bytes == sum(sizes) and len(sizes) == 2


def test_a_newer_one_that_nobody_named_is_unacknowledged_and_an_older_one_unlisted(tmp_path: Path) -> None:
    save(tmp_path, 1, 2, 3)
    write_state(tmp_path, CheckpointState.of(["model.ckpt-2"]))
    assert states(tmp_path) == {
        "model.ckpt-1": "unlisted",
        "model.ckpt-2": "latest",
        "model.ckpt-3": "unacknowledged",
    }


def test_one_that_an_interrupted_save_wrote_is_unacknowledged(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    write_state(tmp_path, CheckpointState.of(["model.ckpt-2"]))
    write_note(LOCAL, str(tmp_path), SaveNote("model.ckpt-1"))
    assert states(tmp_path)["model.ckpt-1"] == "unacknowledged"
    (left,) = read_listing(tmp_path).leftovers
    assert left.name.startswith(".tmp.saving.") and "save that has not ended" in left.what


def test_without_a_state_file_none_is_the_latest(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    (tmp_path / "checkpoint").unlink()
    assert states(tmp_path) == {"model.ckpt-1": "unlisted", "model.ckpt-2": "unlisted"}
    assert read_listing(tmp_path).latest is None


def test_a_damaged_state_file_is_told(tmp_path: Path) -> None:
    save(tmp_path, 1)
    flip(tmp_path / "checkpoint", 30)
    found = read_listing(tmp_path)
    assert found.trouble is not None and "is damaged" in found.trouble
    assert [one.state for one in found.checkpoints] == ["unlisted"]


@pytest.mark.parametrize(
    "variant",
    [
        path.name
        for path in sorted(DAMAGED.iterdir())
        if path.name.startswith(("index_", "shard_", "data_t", "data_e"))
        and path.name != "index_bitflip_footer_handle"  # which TensorFlow never reads
    ],
)
def test_damage_that_files_show_from_outside_is_told(variant: str) -> None:
    checkpoints = read_listing(DAMAGED / variant).checkpoints
    if variant == "index_missing":
        assert checkpoints == ()
        assert {left.what for left in read_listing(DAMAGED / variant).leftovers} == {"no index beside it"}
    else:
        assert [one.state for one in checkpoints] == ["damaged"] and checkpoints[0].damage


def test_one_that_is_named_and_gone_is_missing() -> None:
    found = read_listing(TF / "dnn_iris_adagrad_default" / "model_dir")
    assert [(one.step, one.state) for one in found.checkpoints] == [(0, "missing"), (200, "latest")]


def test_the_best_are_told_with_their_values(tmp_path: Path) -> None:
    save(tmp_path, 1, 2, 3)
    for step, value in ((1, 0.5), (2, 0.9), (3, float("nan"))):
        rank(tmp_path, f"model.ckpt-{step}", value, Ranking("auc", "max", 1))
    found = read_listing(tmp_path)
    assert found.ranking == Ranking("auc", "max", 1)
    assert [(one.is_best, one.value) for one in found.checkpoints] == [
        (False, 0.5),
        (True, 0.9),
        (False, None),
    ]


def test_files_of_no_checkpoint_are_leftovers(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    (tmp_path / "model.ckpt-1.index").unlink()
    (tmp_path / ".tmp.5.abc.data-00000-of-00001").write_bytes(b"123")
    shutil.copy(tmp_path / "model.ckpt-2.data-00000-of-00001", tmp_path / "model.ckpt-2.data-00000-of-00002")
    write_state(tmp_path, CheckpointState.of(["model.ckpt-2"]))
    assert {left.name: left.what for left in read_listing(tmp_path).leftovers} == {
        ".tmp.5.abc.data-00000-of-00001": "never finished",
        "model.ckpt-1.data-00000-of-00001": "no index beside it",
        "model.ckpt-2.data-00000-of-00002": "replaced: the index does not speak of it",
    }


def test_a_graph_alone_is_no_leftover(tmp_path: Path) -> None:
    (tmp_path / "frozen.meta").write_bytes(b"")
    assert read_listing(tmp_path).leftovers == read_listing(tmp_path).checkpoints == ()


def test_a_checkpoint_in_the_first_format_is_told_for_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "model.ckpt-7").write_bytes(b"one file")
    (tmp_path / "model.ckpt-7.meta").write_bytes(b"")
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "model.ckpt-7"\n')
    (found,) = read_listing(tmp_path).checkpoints
    assert found.state == "missing" and found.damage is not None and "V1 format" in found.damage


def test_one_that_is_deleted_during_the_look_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = save(tmp_path, 1, 2)
    looked = listing.defect
    deleted = []

    def defect(directory: str, name: str, **how: Any) -> str | None:
        if not deleted:
            deleted.append(name)
            series.save("model.ckpt-3", {"w": np.zeros(2)})
            write_state(directory, CheckpointState.of(["model.ckpt-2", "model.ckpt-3"]))
            remove_files(LOCAL, directory, "model.ckpt-1")
        return looked(directory, name, **how)

    monkeypatch.setattr(listing, "defect", defect)
    found = read_listing(tmp_path).checkpoints
    assert deleted == ["model.ckpt-1"]
    assert [(one.step, one.state) for one in found] == [(2, "kept"), (3, "latest")]


def test_links_and_pipes_are_no_checkpoints(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "model.ckpt-1.index")
    (tmp_path / "model.ckpt-2.index").symlink_to(tmp_path / "nowhere")
    found = read_listing(tmp_path).checkpoints
    assert [(one.step, one.state) for one in found] == [(1, "damaged"), (2, "damaged")]
    assert "is a FIFO" in str(found[0].damage)


def test_a_step_chooses_the_one_that_is_called_as_the_latest(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    CheckpointSeries(tmp_path, state_file="other").save("copy.ckpt-2", {"w": np.zeros(2)})
    found = read_listing(tmp_path)
    assert found.at_step(2, "here").name == "model.ckpt-2"
    with pytest.raises(
        NotFoundError, match=r"'here' has no checkpoint of step 7\. It has those of 2, 1, 2\."
    ):
        found.at_step(7, "here")


def test_a_state_file_with_the_paths_of_another_machine_names_what_lies_beside_it(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    (tmp_path / "checkpoint").write_text(
        'model_checkpoint_path: "/home/somebody/iris/model.ckpt-2"\n'
        'all_model_checkpoint_paths: "/home/somebody/iris/model.ckpt-1"\n'
        'all_model_checkpoint_paths: "/home/somebody/iris/model.ckpt-2"\n'
        "all_model_checkpoint_timestamps: 1000000000.5\nall_model_checkpoint_timestamps: 1000000060\n"
    )
    found = read_listing(tmp_path).checkpoints
    assert [(one.step, one.state, one.saved) for one in found] == [
        (1, "kept", 1000000000.5),
        (2, "latest", 1000000060.0),
    ]
