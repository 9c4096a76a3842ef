"""What docstrings tell of functions and their parameters."""

from __future__ import annotations

from estimator.core.docstrings import first_sentence, parameters_told


class Base:
    """The base.

    Parameters
    ----------
    size : int
        Of the base.
    name : str, optional
    """


class Derived(Base):
    """Another one, with two
    lines.

    Parameters
    ----------
    first, second : list of :class:`~estimator.tf.Tensor`
        Several lines
        for both.
    size : int
    *more
        What else there is.

    Raises
    ------
    ValueError
        If not.
    """


def test_the_first_paragraph_is_one_line() -> None:
    assert first_sentence(Derived) == "Another one, with two lines."


def test_parameters_have_type_and_text_also_those_of_a_base() -> None:
    assert parameters_told(Derived) == {
        "size": "int.",
        "name": "str, optional.",
        "first": "list of `Tensor`. Several lines for both.",
        "second": "list of `Tensor`. Several lines for both.",
        "more": "What else there is.",
    }


def test_what_has_no_docstring_tells_nothing() -> None:
    def bare(x: int) -> int:
        return x

    assert (first_sentence(bare), parameters_told(bare)) == ("", {})
