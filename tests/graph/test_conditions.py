from __future__ import annotations

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph.conditions import holds, noted
from estimator.ops._rows import check_range


class Unknown:
    """A truth value that a compiler will know in a run; asked for it now it fails, as a traced one does."""

    def __bool__(self) -> bool:
        raise TypeError("only the run tells")


def test_what_is_known_is_not_noted() -> None:
    with noted() as conditions:
        assert holds(True) and not holds(np.bool_(False)) and holds(np.True_)
    assert conditions == []


def test_what_only_a_run_tells_is_noted_inside_alone() -> None:
    condition = Unknown()
    with noted() as conditions:
        assert holds(condition)
    assert conditions == [condition]
    with pytest.raises(TypeError, match="only the run tells"):
        holds(condition)


def test_conditions_inside_of_others_are_noted_there() -> None:
    first, second = Unknown(), Unknown()
    with noted() as outer:
        with noted() as inner:
            holds(second)
        holds(first)
    assert outer == [first] and inner == [second]


def test_a_check_of_indices_still_raises_while_conditions_are_noted() -> None:
    with noted(), pytest.raises(InvalidArgumentError, match=r"indices\[1\] = 5 is not in \[0, 3\)"):
        check_range(np.array([0, 5]), 3)
