"""Safetensors: what the package has written, what we write, and what is no such file."""

from __future__ import annotations

import json

import numpy as np
import pytest

from estimator.core.dtypes import as_dtype, bfloat16, string
from estimator.core.errors import DataLossError, InvalidArgumentError, UnimplementedError
from estimator.formats.safetensors import TypedArray, pieces, read

# safetensors 0.8.0: float32, float16, int64 without dimensions, bfloat16, bool; metadata
WRITTEN = bytes.fromhex(
    "58010000000000007b225f5f6d657461646174615f5f223a7b22676c6f62616c5f73746570223a223132222c22666f726d61"
    "74223a227074227d2c226e223a7b226474797065223a22493634222c227368617065223a5b5d2c22646174615f6f66667365"
    "7473223a5b302c385d7d2c2266632e776569676874223a7b226474797065223a22463332222c227368617065223a5b322c33"
    "5d2c22646174615f6f666673657473223a5b382c33325d7d2c2262223a7b226474797065223a2242463136222c2273686170"
    "65223a5b325d2c22646174615f6f666673657473223a5b33322c33365d7d2c2266632e62696173223a7b226474797065223a"
    "22463136222c227368617065223a5b325d2c22646174615f6f666673657473223a5b33362c34305d7d2c226d61736b223a7b"
    "226474797065223a22424f4f4c222c227368617065223a5b335d2c22646174615f6f666673657473223a5b34302c34335d7d"
    "7d200700000000000000000000000000803f0000004000004040000080400000a040803f20c0003800bc010001"
)


def typed(array: np.ndarray) -> TypedArray:
    return TypedArray(array, as_dtype(array.dtype))


TENSORS = {
    "fc.weight": typed(np.arange(6, dtype=np.float32).reshape(2, 3)),
    "fc.bias": typed(np.array([0.5, -1], np.float16)),
    "n": typed(np.array(7, np.int64)),
    "b": TypedArray(np.array([0x3F80, 0xC020], np.uint16), bfloat16),  # 1.0, -2.5
    "mask": typed(np.array([True, False, True])),
}
METADATA = {"format": "pt", "global_step": "12"}


def test_a_file_of_the_package_is_read() -> None:
    contents = read(WRITTEN, "model.safetensors")
    assert contents.metadata == METADATA
    assert list(contents.tensors) == sorted(TENSORS)
    for name, (array, dtype) in TENSORS.items():
        assert contents.tensors[name].dtype is dtype
        np.testing.assert_array_equal(contents.tensors[name].array, array)
        assert contents.tensors[name].array.shape == array.shape


def test_what_is_written_has_the_tensors_where_the_package_puts_them() -> None:
    ours, theirs = (
        json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        for data in (b"".join(pieces(TENSORS, METADATA)), WRITTEN)
    )
    assert ours == theirs
    assert [*ours] == ["__metadata__", "n", "fc.weight", "b", "fc.bias", "mask"]


def test_bytes_are_those_of_the_package_from_the_first_tensor_on() -> None:
    data = b"".join(pieces(TENSORS, METADATA))
    begin = 8 + int.from_bytes(data[:8], "little")
    assert begin % 8 == 0
    assert WRITTEN.endswith(data[begin:])
    assert len(data[begin:]) == 24 + 4 + 4 + 8 + 3


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3).T,
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(12.0).reshape(3, 4)[::2, ::-1],
        np.arange(4, dtype=">i4"),
        np.zeros((0, 3)),
    ],
    ids=["transposed", "column-major", "strided", "big-endian", "empty"],
)
def test_arrays_of_any_layout_keep_their_values(array: np.ndarray) -> None:
    data = b"".join(pieces({"x": TypedArray(array, as_dtype(array.dtype.newbyteorder("=")))}, {}))
    np.testing.assert_array_equal(read(data, "x").tensors["x"].array, array)


def test_a_file_may_be_empty_and_names_may_be_any_text() -> None:
    assert read(b"".join(pieces({}, {})), "x").tensors == {}
    named = {"é/\n": typed(np.zeros(1, np.uint8))}
    assert list(read(b"".join(pieces(named, {})), "x").tensors) == ["é/\n"]


def test_texts_have_no_place_in_such_a_file() -> None:
    words = TypedArray(np.array([b"a"], object), string)
    with pytest.raises(InvalidArgumentError, match=r"these types: words \(string\)"):
        list(pieces({"words": words}, {}))


def test_a_type_that_nobody_here_has_is_named() -> None:
    data = _file('{"x":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}', b"\0")
    with pytest.raises(UnimplementedError, match="'x' is of type 'F8_E4M3'.*convert it to float32"):
        read(data, "model.safetensors")


def _file(header: str, body: bytes = b"") -> bytes:
    return len(header).to_bytes(8, "little") + header.encode() + body


def _one(dtype: object = "U8", shape: object = (2,), places: object = (0, 2)) -> str:
    return json.dumps({"x": {"dtype": dtype, "shape": shape, "data_offsets": places}})


DAMAGED = {
    "short": (b"abc", "it has 3 bytes"),
    "a header longer than the file": (b"\xff" * 8, "a header of 18446744073709551615 bytes, and it has 8"),
    "no JSON": (_file("{"), "its header is no JSON"),
    "deep JSON": (_file("[" * 100_000), "its header is no JSON"),
    "no object": (_file("[]"), "its header is no JSON object"),
    "a name twice": (_file('{"x":1,"x":1}'), "a name stands there twice"),
    "metadata of numbers": (_file('{"__metadata__":{"a":1}}'), "maps names to texts"),
    "no place": (_file('{"x":{"dtype":"U8","shape":[]}}'), "does not tell type, shape and place"),
    "a negative size": (_file(_one(shape=[-1])), r"has shape \[-1\]"),
    "a size that is no number": (_file(_one(shape=["2"])), r"has shape \['2'\]"),
    "a shape of other bytes": (_file(_one(shape=[3]), b"ab"), r"'x' of U8 \[3\] has 2 bytes"),
    "a huge shape": (_file(_one(shape=[1 << 62, 1 << 62]), b"ab"), "has 2 bytes"),
    "too many axes": (_file(_one(shape=[1] * 64 + [2]), b"ab"), "'x' of 65 axes is no tensor"),
    "half a character": (_file(_one().replace('"x"', r'"\ud800"'), b"ab"), r"'\\ud800' of 1 axes is no tensor"),
    "a hole": (_file(_one(places=[1, 3]), b"abc"), "begins at byte 1, and the one before ends at 0"),
    "cut off": (_file(_one(), b"a"), "its tensors have 2 bytes, and the file has 1"),
    "something behind": (_file(_one(), b"abc"), "its tensors have 2 bytes, and the file has 3"),
    "an overlap": (
        _file('{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"y":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}', b"ab"),
        "'y' begins at byte 1, and the one before ends at 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_one_clear_error(damage: str) -> None:
    data, message = DAMAGED[damage]
    with pytest.raises(
        DataLossError, match=f"'model.safetensors' is no safetensors file, or damaged: .*{message}"
    ):
        read(data, "model.safetensors")
