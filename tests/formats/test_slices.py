"""Ordered-code keys against bytes of TensorFlow, and the geometry of slices."""

from __future__ import annotations

import pytest

from estimator.formats.slices import find_fault, slice_key


def test_the_key_of_a_row_slice_as_tensorflow_writes_it() -> None:
    # emb/weights [150, 3], rows 50...99 of bundle_partitioned
    expected = "00 656d622f77656967687473 0001 0102 b2b2 8083"
    assert slice_key("emb/weights", [(50, 50), (0, 3)]).hex() == expected.replace(" ", "")


def test_a_whole_dimension_is_zero_and_minus_one() -> None:
    assert slice_key("a", [None]).hex() == "00" + "61" + "0001" + "0101" + "807f"


@pytest.mark.parametrize(
    ("start", "code"),
    [(0, "80"), (63, "bf"), (64, "c040"), (100, "c064"), (8192, "e02000"), (-1, "7f"), (-65, "3fbf")],
)
def test_signed_numbers_in_ordered_code(start: int, code: str) -> None:
    assert slice_key("a", [(start, 0)]).hex() == "00610001" + "0101" + code + "80"


def test_codes_of_starts_sort_as_the_starts() -> None:
    starts = sorted({sign * (1 << k) + d for sign in (1, -1) for k in range(62) for d in (-1, 0, 1)})
    keys = [slice_key("a", [(start, 0)]) for start in starts]
    assert keys == sorted(keys)


def test_zero_and_ff_bytes_of_names_are_escaped() -> None:
    assert slice_key("a\0b", []).hex() == "00" + "61" + "00ff" + "62" + "0001" + "00"


@pytest.mark.parametrize(
    ("shape", "extents", "fault"),
    [
        ((4, 2), [[(0, 2), None], [(2, 2), (0, 2)]], None),
        ((4, 4), [[(0, 2), (0, 2)], [(0, 4), (2, 2)], [(2, 2), (0, 2)]], None),
        ((), [[]], None),
        ((0, 3), [[(0, 0), None]], None),
        ((4, 2), [[(0, 2), None]], "4 elements together"),
        ((4, 2), [[(0, 2), None], [(1, 2), None]], "slices 0,2:- and 1,2:- overlap"),
        ((4, 2), [[(0, 5), None]], "reaches outside"),
        ((4, 2), [[(-1, 4), None]], "reaches outside"),
        ((4, 2), [[(0, 4)]], "has 1 dimensions"),
        ((), [[], []], "a scalar is stored more than once"),
    ],
)
def test_slices_must_cover_the_whole_once(shape: tuple[int, ...], extents: list, fault: str | None) -> None:
    found = find_fault(shape, extents)
    assert (found is None) if fault is None else (found is not None and fault in found)
