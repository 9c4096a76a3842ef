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


def test_all_shards_must_be_there() -> None:
    two = ["m-1.data-00000-of-00002", "m-1.data-00001-of-00002"]
    assert file_names.shard_count("m-1", two) == 2
    assert file_names.shard_count("m-1", two[:1]) == 0
    assert file_names.shard_count("m-1", ["m-1.data-00000-of-00001", *two[:1]]) == 1


def test_every_file_of_a_checkpoint_knows_its_owner() -> None:
    assert file_names.owner_of("model.ckpt-1.data-00000-of-00001") == "model.ckpt-1"
    assert file_names.owner_of("model.ckpt-1.index") == "model.ckpt-1"
    assert file_names.owner_of("model.ckpt-1.meta") == "model.ckpt-1"
    assert file_names.owner_of("graph.pbtxt") is None
    assert file_names.owner_of(".index") is None


def test_the_temporary_index_says_which_step_was_being_saved() -> None:
    prefix = file_names.temporary_prefix(200)
    assert file_names.unfinished_step(prefix + ".index") == (True, 200)
    assert file_names.unfinished_step(prefix + ".meta") == (False, None)
    assert file_names.is_temporary(prefix + ".meta")
