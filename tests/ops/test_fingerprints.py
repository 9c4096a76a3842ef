"""Fingerprints are TensorFlow's, bit for bit; a wrong one would put a category in another row of its table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.ops import _fingerprints
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


# -- categories ------------------------------------------------------------------------------------


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many hashes are computed at each time; none is known at first, and there is room for 40."""
    counts: list[int] = []
    farm_hash = _fingerprints._farm_hash

    def counted(packed: Any) -> Any:
        counts.append(len(packed.sizes))
        return farm_hash(packed)

    monkeypatch.setattr(_fingerprints, "_farm_hash", counted)
    monkeypatch.setattr(_fingerprints._Categories, "limit", 40)
    monkeypatch.setattr(_fingerprints, "_categories", _fingerprints._Categories())
    return counts


def words(*numbers: int) -> Any:
    return array([b"category %d" % number for number in numbers])


def hashes(texts: Any) -> Any:
    """One by one, so that none is looked up."""
    return _fingerprints._of_each(_fingerprints._farm_hash, texts)


def test_words_that_come_again_are_hashed_once(computed: list[int]) -> None:
    first, second = words(3, 1, 3, 2), words(2, 2, 1)
    found = [fingerprint64(first), fingerprint64(second), fingerprint64(second.reshape(3, 1))]
    assert computed == [3]
    assert found[0].tolist() == hashes(first).tolist()
    assert found[1].tolist() == hashes(second).tolist()
    assert found[2].tolist() == hashes(second).reshape(3, 1).tolist()


def test_new_words_are_learned_until_there_is_no_room(computed: list[int]) -> None:
    for start in range(0, 60, 10):
        texts = words(*range(start, start + 10), *range(10))
        assert fingerprint64(texts).tolist() == hashes(texts).tolist()
    fingerprint64(words(5, 35))
    fingerprint64(words(5, 45))
    assert [count for count in computed if count != 20] == [10, 10, 10, 10, 2]  # 20 are whole batches


def test_a_batch_of_new_words_takes_nobodys_room(computed: list[int]) -> None:
    fingerprint64(words(*range(30)))
    fingerprint64(words(*range(3)))
    assert computed == [30, 3]


def test_long_texts_are_not_kept(computed: list[int]) -> None:
    texts = array([b"x" * 300])
    assert fingerprint64(texts).tolist() == fingerprint64(texts).tolist()
    assert computed == [1, 1]


def test_large_batches_are_not_looked_up(computed: list[int]) -> None:
    texts = words(*[1] * 2000)
    fingerprint64(texts)
    fingerprint64(texts)
    assert computed == [2000, 2000]
