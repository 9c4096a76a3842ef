"""The line that says how far something is: what it says in how much room, and what it counts."""

from __future__ import annotations

import dataclasses

import pytest

from estimator.training.progress_line import ProgressLine, Standing, text_of
from tests.conftest import FakeClock

TRAINING = Standing("train", 12010, 20000, "steps", 2.8, 4213.4, 0.3123456, (12000, 1.2))
LONG = Standing("train", 1_201_000, 2_000_000, "steps", 9000.0, 133.4, 0.0003123456, (1_200_900, 130.0))
EVALUATION = Standing("evaluate", 12, 40, "batches", 3.0, 4.0)
ENDLESS = Standing("predict", 12, None, "batches", 63.0, 0.2)


@pytest.mark.parametrize(
    ("standing", "columns", "text"),
    [
        (TRAINING, 120, "train 12010/20000, loss 0.312346, 4213 steps/s, 0:02 left, saved 12000, 1 s ago"),
        (TRAINING, 79, "train 12010/20000, loss 0.312346, 4213 steps/s, 0:02 left, saved 12000, 1 s ago"),
        (TRAINING, 62, "train 12010/20000, loss 0.3123, 4213/s, 0:02 left, saved 12000"),
        (TRAINING, 59, "train 12010/20000 loss 0.3123 4213/s 0:02 left saved 1s"),
        (TRAINING, 54, "12010/20000 loss 0.312 4213/s 0:02 left saved 1s"),
        (TRAINING, 44, "12010/20000 loss 0.312 0:02 left saved 1s"),
        (TRAINING, 39, "12010/20000 loss 0.312 0:02 left"),
        (TRAINING, 30, "12010/20000 loss 0.312"),
        (TRAINING, 12, "12010/20000"),
        (TRAINING, 5, "12010"),
        (TRAINING, 0, ""),
        (LONG, 59, "1201000/2000000 loss 0.000312 133/s 1:39:50 left saved 2min"),
        (LONG, 39, "1201000/2000000 loss 0.000312"),
        (EVALUATION, 79, "evaluate 12/40, 4 batches/s, 0:07 left"),
        (EVALUATION, 37, "evaluate 12/40, 4/s, 0:07 left"),
        (ENDLESS, 79, "predict 12, 5 s each, 1:03"),
        (
            dataclasses.replace(EVALUATION, count=40, is_over=True),
            79,
            "evaluate 40/40, 4 batches/s, 0:03 in all",
        ),
        (Standing("train", 0, 200), 79, "train 0/200"),
    ],
)
def test_what_there_is_room_for_is_said(standing: Standing, columns: int, text: str) -> None:
    assert text_of(standing, columns)[0] == text


@pytest.mark.parametrize("standing", [TRAINING, LONG, EVALUATION, ENDLESS])
def test_a_line_is_never_longer_than_its_room(standing: Standing) -> None:
    texts = [text_of(standing, columns)[0] for columns in range(130)]
    assert all(len(text) <= columns for columns, text in enumerate(texts))
    assert [len(text) for text in texts] == sorted(len(text) for text in texts)


def test_60_columns_have_room_for_step_loss_speed_time_and_checkpoint() -> None:
    text, _ = text_of(TRAINING, 59)  # the last column stays free
    for part in ("12010/20000", "loss 0.3123", "4213/s", "0:02 left", "saved 1s"):
        assert part in text


class Page:
    """A place that keeps every line."""

    interval = 0.5

    def __init__(self, width: int = 79, keeps_last: bool = True) -> None:
        self.width, self.keeps_last = width, keeps_last
        self.shown: list[str] = []
        self.users = 0

    def open(self) -> None:
        self.users += 1

    def columns(self) -> int:
        return self.width

    def show(self, text: str) -> None:
        self.shown.append(text)

    def make_room(self) -> None:
        self.shown.append("")

    def close(self) -> None:
        self.users -= 1


def test_the_speed_is_that_of_the_last_seconds_without_the_slow_first_step() -> None:
    page, clock = Page(), FakeClock()
    line = ProgressLine(page, "train", 100, 10100, clock=clock)
    clock.advance(30)
    line.move_to(101)
    assert "/s" not in page.shown[-1] and "left" not in page.shown[-1]
    for count in range(121, 2101, 20):  # twenty steps in half a second
        clock.advance(0.5)
        line.move_to(count)
    assert page.shown[-1] == "train 2081/10100, 40 steps/s, 3:20 left"
    for count in range(2086, 2386, 5):  # and five in the half seconds after these
        clock.advance(0.5)
        line.move_to(count)
    assert "10 steps/s" in page.shown[-1]


def test_it_is_drawn_again_when_the_eye_may_follow() -> None:
    page, clock = Page(), FakeClock()
    line = ProgressLine(page, "train", clock=clock)
    assert line.next_draw == clock() + 0.5
    line.hide()
    assert line.next_draw == clock()


def test_the_form_does_not_jump_while_the_width_stays() -> None:
    page, clock = Page(width=45), FakeClock()
    line = ProgressLine(page, "train", 0, 100_000, clock=clock)
    clock.advance(1)
    line.move_to(10, loss=0.123456, saved=(1, 1.0))
    clock.advance(1)
    line.move_to(99_990, loss=0.123456, saved=(1, 1.0))
    assert page.shown[-1] == "99990/100000 loss 0.123 0:00 left saved 1s"
    clock.advance(1)
    line.move_to(99_991, loss=0.5)
    assert ", " not in page.shown[-1]
    page.width = 120
    line.move_to(99_992, loss=0.5)
    assert page.shown[-1].startswith("train 99992/100000, loss 0.5, ")


def test_what_it_has_come_to_is_left_where_that_is_kept() -> None:
    for keeps_last in (True, False):
        page, clock = Page(keeps_last=keeps_last), FakeClock()
        line = ProgressLine(page, "train", 100, 300, clock=clock)
        clock.advance(4)
        line.close(300, 0.25, (300, 0.1))
        assert (
            page.shown[-1] == "train 300/300, loss 0.25, 50 steps/s, 0:04 in all, saved 300, 0 s ago"
        ) == keeps_last
        assert page.users == 0


def test_a_failure_leaves_what_was_shown() -> None:
    page = Page()
    line = ProgressLine(page, "train", clock=FakeClock())
    line.close()
    assert (page.shown, page.users) == (["train 0, 0:00"], 0)
