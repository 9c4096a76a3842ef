"""Examples of ops/protos.py; tests/test_protos.py has what TensorFlow gives for many more messages."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import int32, string
from tests.ops.example import Example, i32
from tests.protos_of_tf import IN_BYTES


def words(*given: bytes) -> Any:
    """An array of texts."""
    return np.array(given, object)


NODE = b"\n\x01n\x1a\x01a\x1a\x01b"  # name: "n" input: "a" input: "b"
NEW = {"message_type": "p.New", "field_names": ["a", "many"], "descriptor_source": IN_BYTES}

EXAMPLES = [
    Example(
        "DecodeProtoV2",
        [words(NODE, b"")],
        lambda *_: (
            i32([[1, 2], [0, 0]]),
            words(b"n", b"")[:, None],
            np.array([[b"a", b"b"], [b"", b""]], object),
        ),
        attrs={
            "message_type": "tensorflow.NodeDef",
            "field_names": ["name", "input"],
            "output_types": [string] * 2,
        },
    ),
    Example(
        "DecodeProtoV2",
        [words(b"a: 3 many: [4, 5]")],
        lambda *_: (i32([[1, 2]]), i32([[3]]), i32([[4, 5]])),
        attrs=NEW | {"message_format": "text", "output_types": [int32, int32]},
        note="text",
    ),
    Example(
        "EncodeProto",
        [i32([[1, 2], [0, 0]]), [i32([[3], [0]]), i32([[4, 5], [0, 0]])]],
        lambda *_: words(b"\x08\x03\x10\x04\x10\x05", b""),
        attrs=NEW,
    ),
]
