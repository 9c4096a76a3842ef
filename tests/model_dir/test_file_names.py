"""Names of checkpoint files and what they say."""

from __future__ import annotations

import pytest

from estimator.model_dir import file_names


@pytest.mark.parametrize(
    ("name", "basename", "step"),
    [
        ("model.ckpt-200", "model.ckpt", 200),
        ("my-model-1000", "my-model", 1000),
        ("final-model.ckpt-49", "final-model.ckpt", 49),
        ("ckpt-3", "ckpt", 3),
        ("model.ckpt", "model.ckpt", None),
        ("model.ckpt-12x", "model.ckpt-12x", None),
        ("model.ckpt--5", "model.ckpt-", 5),
        ("-5", "-5", None),
    ],
)
def test_the_step_is_the_number_after_the_last_hyphen(name: str, basename: str, step: int | None) -> None:
    assert file_names.split_step(name) == (basename, step)


def test_a_data_file_says_whose_it_is_and_how_many_there_are() -> None:
    assert file_names.data_owner("m-1.data-00000-of-00002") == "m-1"
    assert file_names.shards_counted("m-1.data-00000-of-00002") == 2
    for other in ("m-1.index", "m-1.data", ".tmp.1.data-00000-of-00001"):
        assert file_names.data_owner(other) is None
    assert file_names.shards_counted("m-1.index") is None


def test_every_file_of_a_checkpoint_knows_its_owner() -> None:
    assert file_names.owner_of("model.ckpt-1.data-00000-of-00001") == "model.ckpt-1"
    assert file_names.owner_of("model.ckpt-1.index") == "model.ckpt-1"
    assert file_names.owner_of("model.ckpt-1.meta") == "model.ckpt-1"
    assert file_names.owner_of("graph.pbtxt") is None
    assert file_names.owner_of(".index") is None


def test_what_is_unfinished_is_told_from_a_note_of_it() -> None:
    prefix, note = file_names.temporary_prefix(200), file_names.note_name()
    assert file_names.is_temporary(prefix + ".meta") and not file_names.is_note(prefix + ".meta")
    assert file_names.is_temporary(note) and file_names.is_note(note)
