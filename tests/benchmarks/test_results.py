"""The tables of the results: ratios of pairs, verdicts, and rows that stay when another is measured anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import results
from benchmarks.row import Comparison, Limit, Row, Run, is_rate
from tests.benchmarks.turning import counting, telling

OURS, PEER, CEILING = (Run("numpy", counting, (start,)) for start in range(3))


def seconds(*values: float) -> list[dict[str, float]]:
    """The figures of turns."""
    return [{"s": value} for value in values]


MEASURED = {OURS: seconds(1, 2, 4), PEER: seconds(2, 2, 2), CEILING: seconds(1, 1, 1)}


def test_what_is_better_depends_on_the_unit() -> None:
    assert list(map(is_rate, ["steps/s", "rows/s (of lines)", "s", "MiB", "us a step"])) == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_a_figure_is_shown_without_what_tells_it_apart() -> None:
    measured = {OURS: [{"s (to save)": 1.0}]}
    assert results.line_text(Limit("saving", "s (to save)", OURS, 2.0), measured).startswith(
        "| saving | 1 s |"
    )


def test_a_ratio_above_one_is_ours_to_be_better_in_seconds_and_in_rates() -> None:
    assert results.ratios(Comparison("", "s", OURS, PEER), MEASURED) == [2.0, 1.0, 0.5]
    rates = {run: [{"1/s": figure["s"]} for figure in figures] for run, figures in MEASURED.items()}
    assert results.ratios(Comparison("", "1/s", OURS, PEER), rates) == [0.5, 1.0, 2.0]


def test_a_line_has_medians_the_range_of_pairs_goal_ceiling_and_verdict() -> None:
    line = Comparison("saving", "s", OURS, PEER, 2.5, CEILING)
    assert (
        results.line_text(line, MEASURED)
        == "| saving | 2 s | 2 s | **1** [0.5..2] | 2.5 | 2 | 0.40 of the goal |"
    )


def test_a_limit_is_met_or_missed() -> None:
    text = results.line_text(Limit("slope", "s", OURS, 2.0), MEASURED)
    assert text == "| slope | 2 s | | | at most 2 | | met |"
    assert "2 times the limit" in results.line_text(Limit("slope", "s", OURS, 1.0), MEASURED)


@pytest.mark.parametrize(
    ("value", "text"),
    [(12345.0, "12,300"), (0.04512, "0.0451"), (3.14159, "3.14"), (999.96, "1,000"), (0.0, "0")],
)
def test_numbers_have_three_digits_that_count(value: float, text: str) -> None:
    assert results.number(value) == text


def test_runs_that_are_compared_take_turns_together_and_others_do_not() -> None:
    alone = Run("numpy", telling)
    lines = (Comparison("", "s", OURS, PEER), Limit("", "s", alone, 1), Comparison("", "s", CEILING, PEER))
    assert list(map(set, Row("", lines).groups())) == [{alone}, {OURS, PEER, CEILING}]


def test_a_missed_goal_asks_for_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "REASONS", tmp_path / "reasons.md")
    row = Row("Time", (Comparison("saving", "s", OURS, PEER, 2.5),))
    assert "is to be said in [reasons.md]" in results.section("b", row, MEASURED, [], "today.")
    (tmp_path / "reasons.md").write_text("# head\n\n## b. Time\n\nThe disk.\n\n## c\n\nNumpy.\n")
    text = results.section("b", row, MEASURED, ["jax, which is not installed here"], "today.")
    assert text.endswith("Left out: jax, which is not installed here\n\ntoday.\n\nThe disk.\n")


def test_a_row_measured_anew_replaces_its_section_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("processor", "versions", "blas"):
        monkeypatch.setattr(f"benchmarks.machine.{name}", lambda name=name: name)
    page = tmp_path / "RESULTS.md"
    results.write({"c": "## c. Third\n\nold\n", "a": "## a. First\n\nold\n"}, page)
    results.write({"c": "## c. Third\n\nnew\n", "b": "## b. Second\n\nnew\n"}, page)
    assert results.sections(page.read_text()) == {
        "a": "## a. First\n\nold\n",
        "b": "## b. Second\n\nnew\n",
        "c": "## c. Third\n\nnew\n",
    }
    assert (
        page.read_text().startswith("# Results\n") and "- processor\n- versions; blas\n" in page.read_text()
    )


def test_the_page_says_how_many_goals_of_a_row_are_met() -> None:
    lines = (
        Comparison("quick", "s", OURS, PEER, 1.0),
        Comparison("quicker", "s", OURS, PEER, 1.5),
        Limit("short", "s", OURS, 1.0),
        Comparison("beside", "s", OURS, PEER),
    )
    assert (
        results.summary(results.section("b", Row("Time", lines), MEASURED, [], ""))
        == "| b. Time | 1 of 3 |\n"
    )
    assert results.summary("## c. Space\n") == "| c. Space | it has none |\n"
