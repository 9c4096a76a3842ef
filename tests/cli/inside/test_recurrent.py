"""What TensorFlow 2.15's own _concat gives for the same sizes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.cli.inside.recurrent import concat
from estimator.core.dtypes import int32
from estimator.core.shapes import TensorShape
from estimator.functions import arrays
from estimator.graph.graph import Graph
from estimator.runtime.session import Session


def test_sizes_are_joined_as_tensors_and_as_far_as_they_are_known() -> None:
    with Graph().as_default(), Session() as session:
        number, vector = arrays.placeholder(int32, []), arrays.placeholder(int32, [2])
        fed = {number: 7, vector: [1, 2]}
        rows: list[tuple[Any, Any, list[int], list[int] | None]] = [
            (number, 3, [7, 3], None),
            (number, TensorShape([3, 4]), [7, 3, 4], None),
            (vector, 3, [1, 2, 3], None),
            (arrays.constant(4), 3, [4, 3], [4, 3]),
            (5, 3, [5, 3], [5, 3]),
            (number, TensorShape([]), [7], None),
        ]
        for prefix, suffix, joined, known in rows:
            assert session.run(concat(prefix, suffix), fed).tolist() == joined
            found = concat(prefix, suffix, static=True)
            assert found is known is None or np.array_equal(found, known)


def test_an_unknown_size_has_a_place_in_a_list_and_none_in_a_tensor() -> None:
    assert concat(TensorShape([None]), 3, static=True) == [None, 3]
    with pytest.raises(ValueError, match=r"Provided a prefix or suffix of None: \[None\]"):
        concat(TensorShape([None]), 3)
