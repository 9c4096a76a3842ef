"""Fingerprints are TensorFlow's, bit for bit; a wrong one would put a category in another row of its table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.ops._fingerprints import fingerprint64, hash64, sip_hash
from tests.ops.hashed_texts import KEYS, LARGE, TEXTS

TENSORFLOWS = json.loads((Path(__file__).parents[1] / "data" / "tf" / "fingerprints.json").read_text())


def array(texts: list[bytes]) -> Any:
    found = np.empty(len(texts), object)
    found[:] = texts
    return found


def test_farmhash_of_every_length_is_tensorflows() -> None:
    wanted = [
        int.from_bytes(bytes.fromhex(hexadecimal), "little") for hexadecimal in TENSORFLOWS["fingerprint"]
    ]
    assert fingerprint64(array(TEXTS)).tolist() == wanted


def test_the_older_hash_of_every_length_is_tensorflows() -> None:
    assert (hash64(array(TEXTS)) % np.uint64(LARGE)).tolist() == TENSORFLOWS["legacy"]


@pytest.mark.parametrize("number", range(len(KEYS)))
def test_siphash_of_every_length_is_tensorflows(number: int) -> None:
    assert (sip_hash(array(TEXTS), KEYS[number]) % np.uint64(LARGE)).tolist() == TENSORFLOWS["strong"][number]


def test_siphash_gives_the_example_of_its_paper() -> None:
    key, text = [0x0706050403020100, 0x0F0E0D0C0B0A0908], bytes(range(15))
    assert sip_hash(array([text]), key).tolist() == [0xA129CA6149BE45E5]


@pytest.mark.parametrize("hash_of", [fingerprint64, hash64, lambda texts: sip_hash(texts, [1, 2])])
def test_a_hash_depends_on_nothing_but_the_text(hash_of: Any) -> None:
    together = hash_of(array(TEXTS)).tolist()
    assert [int(hash_of(array([text]))[0]) for text in TEXTS] == together
    assert hash_of(array(TEXTS[::-1])).tolist() == together[::-1]
    assert hash_of(array(TEXTS[:300]).reshape(3, 100)).tolist() == [
        together[:100],
        together[100:200],
        together[200:300],
    ]


@pytest.mark.parametrize("hash_of", [fingerprint64, hash64, lambda texts: sip_hash(texts, [1, 2])])
def test_many_texts_are_hashed_in_pieces(hash_of: Any) -> None:
    few = array(TEXTS[:100])
    assert np.array_equal(hash_of(np.tile(few, 400)), np.tile(hash_of(few), 400))


@pytest.mark.parametrize("hash_of", [fingerprint64, hash64, lambda texts: sip_hash(texts, [1, 2])])
@pytest.mark.parametrize("shape", [(0,), (2, 0), ()])
def test_no_text_and_a_scalar_keep_their_shape(hash_of: Any, shape: tuple[int, ...]) -> None:
    assert hash_of(np.full(shape, b"a", object)).shape == shape
