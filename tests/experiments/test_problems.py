"""Problems with their places."""

from __future__ import annotations

import pytest

from estimator.core.errors import UsageError
from estimator.experiments.problems import Problems
from estimator.settings.given import read_given


def test_one_problem_is_a_line_as_compilers_write_it() -> None:
    problems = Problems("a.yaml")
    problems.add("a.yaml:3", "unknown key 'x'.")
    with pytest.raises(UsageError, match=r"^a.yaml:3: unknown key 'x'.$"):
        problems.raise_all()


def test_several_are_in_the_order_of_their_lines_and_none_stands_twice() -> None:
    problems = Problems("a.yaml")
    for place in ("a.yaml:10", "--steps", "a.yaml:9", "a.yaml:10"):
        problems.add(place, "wrong.")
    with pytest.raises(UsageError) as caught:
        problems.raise_all()
    assert caught.value.problems == ("--steps: wrong.", "a.yaml:9: wrong.", "a.yaml:10: wrong.")
    assert str(caught.value).startswith("a.yaml: 3 problems\n  - ")


def test_what_a_constructor_lists_stands_at_the_argument_that_it_names_first() -> None:
    problems = Problems("a.yaml")
    given = read_given("units: -1\nrate: 2\nother: 3\n")
    problems.add_error(
        UsageError("Net", ["rate must be below 1, as units.", "units > 0.", "no name."]), given, "Net"
    )
    with pytest.raises(UsageError) as caught:
        problems.raise_all()
    lines = [problem.removeprefix("the YAML text:") for problem in caught.value.problems]
    assert lines == ["1: Net: units > 0.", "1: Net: no name.", "2: Net: rate must be below 1, as units."]


def test_nothing_wrong_raises_nothing() -> None:
    Problems("a.yaml").raise_all()
