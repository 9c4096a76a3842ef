"""What runs the manual's pages sees where a page is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import manual


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_page_goes_from_block_to_block(capfd: pytest.CaptureFixture[str]) -> None:
    manual.run(
        "p.md",
        "```python\nfrom pathlib import Path\n\nx = 2\n```\n```sh\necho 40 > n\n```\n```python\nprint(x + int(Path('n').read_text()))  # 42\n```\n",
    )
    assert capfd.readouterr().out == "42\n"


def test_what_a_line_prints_is_compared_with_its_comment() -> None:
    page = "Text.\n\n```python\nprint(1 + 1)  # 3\n```\n"
    with pytest.raises(SystemExit, match=r"p\.md:4: prints 2, but the page says 3"):
        manual.run("p.md", page)


def test_dots_in_a_comment_stand_for_any_text() -> None:
    manual.run("p.md", "```python\nprint('model.ckpt-7 and more')  # model.ckpt-... more\n```\n")


def test_a_command_that_fails_is_told_with_its_line() -> None:
    with pytest.raises(SystemExit, match=r"p\.md:2: exit code 1 of\nfalse\n"):
        manual.run("p.md", "```sh\nfalse\ntrue\n```\n")


def test_what_commands_print_is_compared_with_the_text_right_behind() -> None:
    page = "```sh\necho one 1.25; echo two >&2; echo three\n```\n\n```text\none 1...\nthree\n```\n"
    manual.run("p.md", page)
    with pytest.raises(SystemExit, match=r"(?s)p\.md:6: the page says.*four.*but this was printed:.*three"):
        manual.run("p.md", page.replace("\nthree\n", "\nfour\n"))
    with pytest.raises(SystemExit, match="but this was printed"):
        manual.run("p.md", page.replace("three\n```\n\n", "three; echo\n```\n\n").replace("\nthree\n", "\n"))
    manual.run("p.md", page.replace("```\n\n", "```\n\nIt looks so:\n\n").replace("\nthree\n", "\nfour\n"))


def test_an_error_names_the_line_of_the_page() -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        manual.run("p.md", "\n\n```python\nx = 0\n1 / x\n```\n")
    trace = raised.value.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    assert trace is not None and trace.tb_frame.f_code.co_filename == "p.md" and trace.tb_lineno == 5


def test_a_marked_block_is_not_run() -> None:
    manual.run("p.md", "```sh\n# not run by the tests: it fails\nfalse\n```\n")
    (block,) = manual.blocks("```sh\n# not run by the tests: it fails\nfalse\n```\n")
    assert block.why_not_run == "it fails"
