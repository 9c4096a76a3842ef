"""Types of messages by their description; tests/test_protos.py compares what ops make of them with TensorFlow's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from google.protobuf import descriptor_pb2

from estimator.core.errors import InvalidArgumentError
from estimator.formats.described import message_type
from estimator.formats.wire import MalformedError
from tests.protos_of_tf import FILES, IN_BYTES, SCALARS, SET, VALUES, old


@pytest.mark.parametrize("kind", SCALARS)
def test_what_protobuf_wrote_is_read_and_written_the_same(kind: str) -> None:
    serialized = old(f"{kind}s: [{', '.join(VALUES[kind])}]")
    field = message_type("p.All", IN_BYTES).field(f"{kind}s")
    assert field is not None
    ((first, second),) = message_type("p.All", IN_BYTES).values(serialized, [field])
    assert field.written(np.array([first, second], field.types[0].np)) == serialized


def test_files_may_stand_before_those_that_they_import(tmp_path: Path) -> None:
    path = tmp_path / "set.bin"
    path.write_bytes(descriptor_pb2.FileDescriptorSet(file=FILES[::-1]).SerializeToString())
    assert message_type("p.New", bytes(path)).field_names == ["a", "many", "old", "words"]


def test_a_description_that_has_changed_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "set.bin"
    path.write_bytes(descriptor_pb2.FileDescriptorSet(file=FILES[:1]).SerializeToString())
    with pytest.raises(InvalidArgumentError, match="no message 'p.New'"):
        message_type("p.New", bytes(path))
    path.write_bytes(SET)
    assert message_type("p.New", bytes(path)).name == "p.New"


def test_an_extension_belongs_to_its_message() -> None:
    extension = message_type("p.All", IN_BYTES).extension("p.more")
    assert extension is not None and extension.number == 100
    assert message_type("p.New", IN_BYTES).extension("p.more") is None


@pytest.mark.parametrize(
    ("name", "packed"),
    [("packed", b"\x01\x80"), ("fixed32s", b"\x01\x00\x00"), ("doubles", b"\x01" * 9)],
)
def test_a_packed_number_that_is_cut_off_is_none(name: str, packed: bytes) -> None:
    field = message_type("p.All", IN_BYTES).field(name)
    assert field is not None
    with pytest.raises(MalformedError):
        field.read(2, packed)


def test_a_place_of_another_type_has_no_values() -> None:
    field = message_type("p.All", IN_BYTES).field("strings")
    assert field is not None
    assert field.read(0, b"\x01") == []
    assert field.read(5, b"abcd") == []
