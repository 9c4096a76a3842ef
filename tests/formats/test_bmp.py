"""BMP files that are damaged or of another kind. Others are compared with TensorFlow in tests/functions/image."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.formats import bmp
from tests.functions.image.coding_cases import BMPS
from tests.functions.image.coding_cases import bmp as bmp_file


def test_rows_are_read_from_below() -> None:
    assert bmp.decode(BMPS["bmp24"]).tolist() == [[[9, 8, 7], [12, 11, 10]], [[3, 2, 1], [6, 5, 4]]]


def test_the_filling_of_the_last_row_may_be_missing() -> None:
    assert np.array_equal(bmp.decode(BMPS["bmp24"][:-2]), bmp.decode(BMPS["bmp24"]))


@pytest.mark.parametrize("length", [10, 53, 60, 67])
def test_a_file_that_is_cut_off_is_refused(length: int) -> None:
    with pytest.raises(InvalidArgumentError, match=f"{length} bytes is cut off|it has {length}"):
        bmp.decode(BMPS["bmp24"][:length])


@pytest.mark.parametrize(
    ("width", "height", "bits"), [(0, 1, 24), (2, 0, 24), (-1, 1, 24), (1, 1, 16), (1, 1, 4)]
)
def test_other_kinds_are_named(width: int, height: int, bits: int) -> None:
    with pytest.raises(InvalidArgumentError, match=f"{width}x{height} pixels, {bits} bits each"):
        bmp.decode(bmp_file(width, height, bits, bytes(16)))


def test_a_huge_size_is_refused_before_memory_is_taken() -> None:
    with pytest.raises(InvalidArgumentError, match="needs .* bytes; it has 70"):
        bmp.decode(bmp_file(1 << 30, 1 << 30, 24, bytes(16)))


def test_one_channel_is_not_made_of_three() -> None:
    with pytest.raises(InvalidArgumentError, match="channels must be 0, 3 or 4 for a BMP, given: 1"):
        bmp.decode(BMPS["bmp24"], 1)
