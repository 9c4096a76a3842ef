"""The state file: ours, TensorFlow's, and damaged ones."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from estimator.core import errors
from estimator.formats import messages
from estimator.model_dir.state import (
    CheckpointState,
    encode_state,
    local_name,
    parse_state,
    read_state,
    state_message,
    was_written_by_us,
    write_state,
)

# The file of tf.estimator 2.15 after train(steps=200), whole.
TENSORFLOW_TEXT = b"""model_checkpoint_path: "model.ckpt-200"
all_model_checkpoint_paths: "model.ckpt-0"
all_model_checkpoint_paths: "model.ckpt-200"
"""
# As tf.train.CheckpointManager 2.15 writes it.
MANAGER_TEXT = b"""model_checkpoint_path: "ckpt-3"
all_model_checkpoint_paths: "ckpt-2"
all_model_checkpoint_paths: "ckpt-3"
all_model_checkpoint_timestamps: 1700000000.5
all_model_checkpoint_timestamps: 1700000060.25
last_preserved_timestamp: 1699999999.0
"""


def test_the_file_is_tensorflows_text_and_one_comment_line() -> None:
    text = encode_state(CheckpointState.of(["model.ckpt-0", "model.ckpt-200"]))
    assert text.startswith(TENSORFLOW_TEXT)
    assert re.fullmatch(rb"# estimator-crc32c: [0-9a-f]{8}\n", text[len(TENSORFLOW_TEXT) :])


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    state = CheckpointState("b-2", ("é-1", "b-2"), (1.5, 2.5), 0.5)
    write_state(tmp_path, state)
    assert read_state(tmp_path) == state
    assert rb"\303\251-1" in (tmp_path / "checkpoint").read_bytes()  # as TensorFlow writes é
    assert was_written_by_us(tmp_path)


def test_no_file_is_no_state(tmp_path: Path) -> None:
    assert read_state(tmp_path) is None
    assert read_state(tmp_path / "nowhere") is None


def test_tensorflows_files_are_read() -> None:
    assert parse_state(TENSORFLOW_TEXT, "checkpoint") == CheckpointState.of(
        ["model.ckpt-0", "model.ckpt-200"]
    )
    state = parse_state(MANAGER_TEXT, "checkpoint")
    assert state.all_model_checkpoint_timestamps == (1700000000.5, 1700000060.25)
    assert state.last_preserved_timestamp == 1699999999.0


@pytest.mark.parametrize(
    "text", [TENSORFLOW_TEXT, encode_state(CheckpointState.of(["model.ckpt-0", "model.ckpt-200"]))]
)
def test_other_spellings_are_read(text: bytes) -> None:
    wanted = CheckpointState.of(["model.ckpt-0", "model.ckpt-200"])
    assert parse_state(text.replace(b"\n", b"\r\n"), "checkpoint") == wanted
    if text == TENSORFLOW_TEXT:
        assert parse_state(b"# a comment\n" + text.replace(b'"', b"'"), "checkpoint") == wanted


def test_the_latest_is_among_all_even_if_the_file_forgets_it() -> None:
    state = parse_state(b'model_checkpoint_path: "m-2"\nall_model_checkpoint_paths: "m-1"\n', "checkpoint")
    assert state.all_model_checkpoint_paths == ("m-1", "m-2")


@pytest.mark.parametrize(
    "contents",
    [
        b"",
        b"\n",
        b"garbage",
        b"\x00\xff\xfe",
        b'model_checkpoint_path: ""',
        b"model_checkpoint_path: 3",
        b"foo: 1\n",
    ],
)
def test_garbage_is_an_error_that_says_what_to_do(contents: bytes) -> None:
    with pytest.raises(errors.DataLossError, match=r"'/m/checkpoint' is damaged: .*Delete that file"):
        parse_state(contents, "/m/checkpoint")


def test_no_flipped_bit_goes_unnoticed() -> None:
    state = CheckpointState.of(["model.ckpt-1", "model.ckpt-200"])
    text = encode_state(state)
    detected = 0
    for bit in range(len(text) * 8):
        flipped = bytearray(text)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            assert parse_state(bytes(flipped), "checkpoint") == state  # in the comment's own words
        except errors.OpError:
            detected += 1
    assert detected > len(text) * 6


@pytest.mark.parametrize("length", range(1, 170, 7))
def test_a_cut_file_is_never_read_as_something_else(length: int) -> None:
    state = CheckpointState.of(["model.ckpt-1", "model.ckpt-200"])
    text = encode_state(state)[:length]
    try:
        found = parse_state(text, "checkpoint")
    except errors.DataLossError:
        return
    assert found.model_checkpoint_path == state.model_checkpoint_path


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("model.ckpt-5", "model.ckpt-5"),
        ("./model.ckpt-5", "model.ckpt-5"),
        ("/home/anna/models/iris/model.ckpt-5", "model.ckpt-5"),
        (r"C:\models\iris\model.ckpt-5", "model.ckpt-5"),
        ("my-model-1000", "my-model-1000"),
    ],
)
def test_paths_of_this_directory_and_of_a_moved_one_count(path: str, name: str) -> None:
    assert local_name(path, "checkpoint") == name


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("../model.ckpt-5", "leads out"),
        ("/m/../etc/model.ckpt-5", "leads out"),
        (r"..\model.ckpt-5", "leads out"),
        ("other/model.ckpt-5", "another directory"),
        ("gs://bucket/model.ckpt-5", "URL"),
        ("model\0.ckpt-5", "control characters"),
        ("model.ckpt-*", "wildcards"),
        ("/m/", "names no file"),
        (".", "another directory|names no file"),
    ],
)
def test_paths_that_lead_out_are_refused(path: str, why: str) -> None:
    with pytest.raises(errors.InvalidArgumentError, match=f"'/m/checkpoint' names .*({why}).*same directory"):
        local_name(path, "/m/checkpoint")


def test_a_kept_checkpoint_of_another_directory_is_left_out() -> None:
    text = b'model_checkpoint_path: "m-2"\nall_model_checkpoint_paths: "../m-1"\nall_model_checkpoint_paths: "m-2"\n'
    assert parse_state(text, "checkpoint").all_model_checkpoint_paths == ("m-2",)


def test_one_more_is_kept_and_the_latest_stays_the_latest() -> None:
    state = CheckpointState("m-2", ("m-1", "m-2"), (1.0, 2.0))
    assert state.with_older("m-3", 3.0) == CheckpointState("m-2", ("m-1", "m-3", "m-2"), (1.0, 3.0, 2.0))
    assert CheckpointState.of(["m-2"]).with_older("m-3", 3.0) == CheckpointState("m-2", ("m-3", "m-2"))


def test_a_state_file_of_50_000_lines_is_read_without_the_slow_parser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def parse_text(*_: object) -> None:
        raise AssertionError("protobuf's parser takes seconds for this")

    monkeypatch.setattr(messages, "parse_text", parse_text)
    names = [f"m-{step}" for step in range(50_000)]
    assert parse_state(encode_state(CheckpointState.of(names)), "checkpoint") == CheckpointState.of(names)


@pytest.mark.parametrize("name", ['a"b-1', "a'b-1", "é-1", "a\\b-1", "\N{SNOWMAN}-1"])
def test_escaped_names_read_the_same_without_the_parser(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = encode_state(CheckpointState.of([name])).replace(b"# estimator", b"# other")
    by_parser = messages.parse_text("CheckpointState", text, "checkpoint")
    monkeypatch.setattr(messages, "parse_text", None)
    assert state_message(text, "checkpoint") == by_parser


def test_a_long_file_of_other_lines_is_refused_and_a_short_one_parsed() -> None:
    odd = b"foo: 1\n"
    assert parse_state(TENSORFLOW_TEXT + odd * 10, "checkpoint").model_checkpoint_path == "model.ckpt-200"
    with pytest.raises(
        errors.DataLossError, match=r"has \d+ bytes, and lines that no program writes.*Delete that"
    ):
        parse_state(TENSORFLOW_TEXT + odd * 100_000, "checkpoint")


def test_a_repeated_latest_is_damage() -> None:
    with pytest.raises(errors.DataLossError, match="is damaged"):
        parse_state(b'model_checkpoint_path: "m-1"\nmodel_checkpoint_path: "m-2"\n', "checkpoint")


def test_a_state_file_that_is_a_fifo_is_an_error_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "checkpoint")
    with pytest.raises(
        errors.DataLossError, match=r"checkpoint' is a FIFO.*Delete that file to let the newest"
    ):
        read_state(tmp_path)
    assert not was_written_by_us(tmp_path)


def test_times_that_are_fewer_than_the_names_say_nothing() -> None:
    text = MANAGER_TEXT.replace(b"all_model_checkpoint_timestamps: 1700000060.25\n", b"")
    state = parse_state(text, "checkpoint")
    assert (state.all_model_checkpoint_paths, state.all_model_checkpoint_timestamps) == (
        ("ckpt-2", "ckpt-3"),
        (),
    )
