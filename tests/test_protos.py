"""What takes messages of any format apart and puts them together gives TensorFlow's values, and errors of its kind.

tests/data/tf/protos.json was written by TensorFlow 2.15.1; with a new call in tests/protos_of_tf.py it is made again by

    python -c "from tests.protos_of_tf import CALLS; import json; print(json.dumps({'calls': CALLS}))" \\
        | .venv-tf/bin/python tests/interop/tf_protos.py | sed 's/}, "/},\\n"/g' > tests/data/tf/protos.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pb2

from estimator import tf
from tests.protos_of_tf import CALLS, FILES, IN_BYTES, outcome

ANSWERS = json.loads((Path(__file__).parent / "data" / "tf" / "protos.json").read_text())

# Where ours is meant to differ.
EXCEPTIONS: dict[str, dict[str, Any]] = {
    # a number stays what it is: TensorFlow gives 4294967295 for the -1 of a packed field, as of no other
    "tf.io.decode_proto([old('packed: 1 packed: -1')], 'p.All', ['packed'], [tf.int64], IN_BYTES)": {
        "shapes": ["[1, 1]", "[1, None]"],
        "values": [["int32", "[[2]]"], ["int64", "[[1, -1]]"]],
    },
    # ... and writes 0
    "tf.io.encode_proto([[1]], [tf.constant([[2**40]], tf.int64)], ['many'], 'p.New', IN_BYTES)": {
        "error": "InvalidArgumentError"
    },
    # a field that is asked for twice is there twice
    "tf.io.decode_proto(old('int32: 1'), 'p.All', ['int32', 'int32'], [tf.int32, tf.int64], IN_BYTES)": {
        "shapes": ["[2]", "[None]", "[None]"],
        "values": [["int32", "[1, 1]"], ["int32", "[1]"], ["int64", "[1]"]],
    },
}


def test_every_call_has_tensorflows_answer() -> None:
    assert list(ANSWERS) == CALLS


@pytest.mark.parametrize("call", CALLS)
def test_messages_are_tensorflows(call: str) -> None:
    assert outcome(tf, call) == EXCEPTIONS.get(call, ANSWERS[call])


@pytest.mark.parametrize("call", EXCEPTIONS)
def test_an_exception_is_one(call: str) -> None:
    assert ANSWERS[call] != EXCEPTIONS[call]


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        (
            "decode_proto([b''], 'p.All', ['int23', 'double', 'nothing'], [tf.int32] * 3, IN_BYTES)",
            r"p.All has no field 'int23'. Did you mean 'int32'.* the field 'double' is double: its tensor must be float64, "
            r"given: int32. p.All has no field 'nothing'",
        ),
        ("decode_proto([b''], 'p.Al', ['a'], [tf.int32], IN_BYTES)", "no message 'p.Al'. Did you mean 'p.All'.* It has: p.All"),
        ("decode_proto([b''], 'tensorflow.Exampel', ['a'], [tf.int32])", "no 'tensorflow.Exampel'. Did you mean 'tensorflow.Example'"),
        ("decode_proto([b''], 'p.New', ['a'], [tf.int32], 'nothing.bin')", "descriptor_source='nothing.bin' is no file that can be"),
        ("decode_proto([b''], 'p.New', ['a'], [tf.int32], 'bytes://x')", "descriptor_source: these 1 bytes are not a FileDescriptorSet"),
        ("decode_proto([b''], 'p.New', ['a'], [tf.int32], 'local://', 'json')", "message_format='json': it is 'binary' or 'text'"),
        ("decode_proto([b'', b'\\xff'], 'p.All', ['int32'], [tf.int32], IN_BYTES)", r"message 1 of the batch, .*is no p.All: .*cut off"),
        ("decode_proto(['a: b'], 'p.New', ['a'], [tf.int32], IN_BYTES, 'text')", "the text is no p.New: 1:4 : "),
        ("encode_proto([[3]], [[[1, 2]]], ['many'], 'p.New', IN_BYTES)", "3 for the field 'many' of message 0, but there are 2 values"),
        ("encode_proto([[1]], [tf.constant([[2**40]], tf.int64)], ['a'], 'p.New', IN_BYTES)", "1099511627776 does not fit .* 'a', which is int32"),
    ],
)  # fmt: skip
def test_an_error_says_what_is_wrong_and_where(call: str, answer: str) -> None:
    with tf.Graph().as_default(), tf.Session() as session, pytest.raises(tf.errors.OpError, match=answer):
        session.run(eval(f"tf.io.{call}", {"tf": tf, "IN_BYTES": IN_BYTES}))  # noqa: S307  those above


def test_an_import_that_is_not_in_the_description_is_asked_for() -> None:
    alone = descriptor_pb2.FileDescriptorSet(file=FILES[1:]).SerializeToString()
    decoded = tf.io.decode_proto([b""], "p.New", ["a"], [tf.int32], b"bytes://" + alone)
    with (
        tf.Session() as session,
        pytest.raises(tf.errors.InvalidArgumentError, match="protoc --include_imports"),
    ):
        session.run(decoded)


def test_what_is_put_together_is_taken_apart_again() -> None:
    fields, types = ["colour", "inners", "packed"], [tf.int32, tf.string, tf.int32]
    sizes, values = [[1, 2, 0], [0, 1, 3]], [[[2], [0]], [["a", ""], ["", "b"]], [[0, 0, 0], [1, -1, 300]]]
    encoded = tf.io.encode_proto(sizes, values, fields, "p.All", IN_BYTES)
    decoded = tf.io.decode_proto(encoded, "p.All", fields, types, IN_BYTES)
    with tf.Session() as session:
        found = session.run(decoded)
    assert found.sizes.tolist() == sizes
    assert [value.tolist() for value in found.values] == [
        [[2], [1]],  # an enumeration's first where there is none
        [[b"a", b""], [b"", b""]],
        [[0, 0, 0], [1, -1, 300]],
    ]
