"""Casts that need care: text, bfloat16, complex numbers."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core.dtypes import bfloat16, float32
from estimator.core.errors import UnimplementedError
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.graph.slices import IndexedSlices
from estimator.runtime.session import Session


def test_text_is_not_cast_and_the_error_names_the_ops_that_read_and_write_it() -> None:
    x = b.Placeholder(dtype="string", shape=[])
    with (
        Session() as session,
        pytest.raises(UnimplementedError, match=r"string to float32.*tf\.string_to_number"),
    ):
        session.run(b.Cast(x, DstT="float32"), {x: b"1"})


def test_float_to_bfloat16_and_back_rounds_to_eight_bits() -> None:
    x = b.Placeholder(dtype="float32", shape=[4])
    there_and_back = b.Cast(b.Cast(x, DstT=bfloat16), DstT="float32")
    # 8 significant bits: 1 + 2**-7 is kept; 1 + 2**-8 lies halfway and goes to the even 1; 1 + 3 * 2**-8 up.
    values = np.array([1 + 2**-7, 1 + 2**-8, 1 + 3 * 2**-8, np.nan], np.float32)
    with Session() as session:
        for _ in range(3):
            got = session.run(there_and_back, {x: values})
            np.testing.assert_array_equal(got, [1.0078125, 1.0, 1.015625, np.nan])


def test_of_a_complex_number_the_real_part_is_kept() -> None:
    x = b.Placeholder(dtype="complex64", shape=[2])
    with Session() as session:
        for _ in range(3):
            np.testing.assert_array_equal(
                session.run(b.Cast(x, DstT="float32"), {x: np.array([1 + 2j, 3j])}), [1, 0]
            )


def test_no_gradient_goes_through_integers() -> None:
    x = b.Placeholder(dtype="float32", shape=[2])
    assert gradients(b.Cast(b.Cast(x, DstT="int32"), DstT="float32"), x) == [None]


def test_the_rows_of_a_table_that_is_cast_stay_rows() -> None:
    x = b.Placeholder(dtype="float32", shape=[3, 1])
    (slices,) = gradients(b.GatherV2(b.Cast(x, DstT="float64"), [2, 2], 0), x)
    assert isinstance(slices, IndexedSlices)
    assert slices.dtype is float32
    with Session() as session:
        assert session.run(slices.as_tensor(), {x: [[1], [2], [3]]}).tolist() == [[0], [0], [2]]
