"""Functions that do otherwise for arguments of some class."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.core.keywords import near_keywords
from estimator.core.overloads import overload


class Words(str):
    """A class of arguments."""


def made() -> Any:
    @near_keywords
    def size(x: Any, scale: int = 1) -> int:
        return len(x) * scale

    @overload(Words, size)
    def size_of_words(x: Any, scale: int = 1) -> int:
        return sum(len(str(text).split()) for text in (x if isinstance(x, list) else [x])) * scale

    return size


def test_an_argument_of_the_class_has_its_overload_called() -> None:
    size = made()
    assert size(Words("two words"), 10) == 20
    assert size(x=Words("two words")) == 2


def test_so_has_one_that_stands_in_a_list() -> None:
    assert made()([Words("two words"), "one"]) == 3


def test_other_arguments_have_the_function_called() -> None:
    assert made()("two words") == 9


def test_keywords_are_checked_before() -> None:
    with pytest.raises(TypeError, match="Did you mean 'scale'"):
        made()(Words("a"), scales=2)


def test_a_second_overload_is_refused() -> None:
    size = made()
    with pytest.raises(ValueError, match=r"size\(\) has an overload for Words already"):
        overload(Words, size)(len)
