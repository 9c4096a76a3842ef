"""The search for cycles pauses, and goes on as it was."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from estimator.core.garbage import count_as_old, no_search_for_cycles
from tests.architecture.sources import ROOT

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    was_on, are_kept = gc.isenabled(), gc.get_freeze_count() > 1000  # as conftest.py keeps what the tests are
    gc.unfreeze()
    gc.enable()
    yield
    (gc.enable if was_on else gc.disable)()
    if are_kept:
        gc.freeze()


def test_the_search_is_off_inside_and_on_afterwards() -> None:
    with no_search_for_cycles():
        assert not gc.isenabled()
        with no_search_for_cycles():
            assert not gc.isenabled()
        assert not gc.isenabled()  # the inner block does not end the outer one
    assert gc.isenabled()


def test_an_error_ends_the_pause() -> None:
    with pytest.raises(ValueError, match="inside"), no_search_for_cycles():
        raise ValueError("inside")
    assert gc.isenabled()


def test_who_has_turned_it_off_finds_it_off() -> None:
    gc.disable()
    with no_search_for_cycles():
        pass
    assert not gc.isenabled()


def test_the_last_of_overlapping_blocks_of_threads_ends_the_pause() -> None:
    inside, release = threading.Event(), threading.Event()

    def other() -> None:
        with no_search_for_cycles():
            inside.set()
            release.wait()

    thread = threading.Thread(target=other)
    with no_search_for_cycles():
        thread.start()
        inside.wait()
    assert not gc.isenabled()
    release.set()
    thread.join()
    assert gc.isenabled()


def _young() -> set[int]:
    return {id(thing) for generation in (0, 1) for thing in gc.get_objects(generation)}


def test_what_counts_as_old_is_left_to_full_searches_without_a_look() -> None:
    with no_search_for_cycles():
        made = [[number] for number in range(1000)]
        assert {id(thing) for thing in made} <= _young()
        searches = [generation["collections"] for generation in gc.get_stats()]
        count_as_old()
        assert {id(thing) for thing in made}.isdisjoint(_young())
        assert [generation["collections"] for generation in gc.get_stats()] == searches


def test_who_keeps_objects_out_of_all_searches_goes_on_doing_so() -> None:
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        count_as_old()
        assert gc.get_freeze_count() == frozen > 1000
    finally:
        gc.unfreeze()


def _at_the_end_of(program: str, directory: Path) -> str:
    """What a program prints that uses the package."""
    code = f"import atexit, gc\n{program}\n"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=directory,
        env=ENVIRONMENT,
    )
    return done.stdout + done.stderr


def test_at_the_end_of_a_program_no_object_is_left_to_search(tmp_path: Path) -> None:
    program = """
def count():  # after the package's own end: what is registered first runs last
    print(gc.get_freeze_count() > 1000, sum(len(gc.get_objects(generation)) for generation in range(3)) < 100)
atexit.register(count)
import estimator"""
    assert _at_the_end_of(program, tmp_path) == "True True\n"


def test_a_file_that_hangs_on_a_cycle_is_written_at_the_end(tmp_path: Path) -> None:
    program = """
import estimator
class Kept: pass
kept = Kept()
kept.itself, kept.closed = kept, open("closed", "w")
kept.text, kept.octets = open("text", "w"), open("octets", "wb")
kept.text.write("the last line")
kept.octets.write(b"the last octets")
kept.closed.close()"""
    assert _at_the_end_of(program, tmp_path) == ""
    assert (tmp_path / "text").read_text() == "the last line"
    assert (tmp_path / "octets").read_bytes() == b"the last octets"


_TELLING = """
import gc, os, sys, estimator
all_objects = gc.get_objects
def telling(*args):
    os.write(1, b"looks")
    return all_objects(*args)
gc.get_objects = telling
"""


@pytest.mark.parametrize(
    ("opened", "look"),
    [
        ("", ""),
        ("file = open(os.devnull)", ""),
        ("file = open('written', 'w')", "looks"),
        ("file = open('changed', 'w+b')", "looks"),
        ("sys.__stdin__ = None; os.close(0); file = open('in place of standard input', 'w')", "looks"),
        ("ends = os.pipe()", "looks"),
        ("import estimator.core.garbage; estimator.core.garbage._OPENED = 'no such place'", "looks"),
    ],
)
def test_objects_are_looked_through_for_files_if_one_is_open_for_writing(
    opened: str, look: str, tmp_path: Path
) -> None:
    assert _at_the_end_of(_TELLING + opened, tmp_path) == look
