"""The blocks of code in the manual's pages, and a page run from top to bottom.

    python tests/manual.py docs/input.md

runs what a page shows, in the folder where it is called: its Python in one interpreter, its shell commands between. A
block that cannot be run says so in its first line, where readers see it, with the reason::

    # not run by the tests: it serves until it is stopped

A comment behind a call of ``print`` is what that prints, and a block of text right behind one of shell commands is what
these print; ``...`` in it stands for any text.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
_FENCE = re.compile(r"^```(?P<language>\S*)[^\n]*\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)
_NOT_RUN = re.compile(r"# not run by the tests: (\S.*)")


class Block(NamedTuple):
    """A fenced block: its language, its text, the line of the page on which that begins, and if it follows another."""

    language: str
    code: str
    line: int
    follows: bool = False

    @property
    def why_not_run(self) -> str | None:
        """The reason that its first line gives."""
        found = _NOT_RUN.fullmatch(self.code.partition("\n")[0].strip())
        return found[1] if found else None


def pages() -> list[Path]:
    """README.md and every page of the manual, but those of the reference, which are made of docstrings."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page's text."""
    made, end = [], 0
    for found in _FENCE.finditer(page):
        line = page.count("\n", 0, found.start("code")) + 1
        made.append(Block(found["language"], found["code"], line, page[end : found.start()].isspace()))
        end = found.end()
    return made


def compared(name: str, page: str) -> Callable[..., None]:
    """A ``print`` that compares with the comment behind its call."""
    told = {
        number: found[1]
        for number, line in enumerate(page.splitlines(), 1)
        if (found := re.search(r"print\(.*\)  # (.*)$", line))
    }

    def compare(*values: object, **options: Any) -> None:
        print(*values, **options)
        line = sys._getframe(1).f_lineno
        printed = " ".join(" ".join(map(str, values)).split())
        pattern = ".*".join(map(re.escape, told.get(line, "...").split("...")))
        if not re.fullmatch(pattern, printed):
            raise SystemExit(f"{name}:{line}: prints {printed}, but the page says {told[line]}")

    return compare


def run(name: str, page: str) -> None:
    """Run the Python and the shell of a page in their order; what fails is told with the page and its line."""
    namespace = {"__name__": "__main__", "print": compared(name, page)}
    whole = blocks(page)
    for block, after in zip(whole, [*whole[1:], None]):
        if block.why_not_run:
            continue
        if block.language == "python":
            exec(compile("\n" * (block.line - 1) + block.code, name, "exec"), namespace)
        elif block.language == "sh":
            printed = _printed(name, block)
            if after is not None and after.follows and after.language == "text":
                _compare(f"{name}:{after.line}", printed, after.code)


def _printed(name: str, block: Block) -> str:
    """What shell commands print on standard output."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    command = ["bash", "-eu", "-o", "pipefail", "-c", block.code]
    done = subprocess.run(
        command, env=os.environ | {"PATH": path}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise SystemExit(
            f"{name}:{block.line}: exit code {done.returncode} of\n{block.code}\nwhich printed\n{done.stdout}"
        )
    return done.stdout


def _compare(place: str, printed: str, told: str) -> None:
    """Compare what was printed with what the page says, line by line, without blanks at the lines' ends."""
    found, wanted = ([line.rstrip() for line in text.strip().splitlines()] for text in (printed, told))
    patterns = [".*".join(map(re.escape, line.split("..."))) for line in wanted]
    if len(found) != len(wanted) or not all(map(re.fullmatch, patterns, found)):
        raise SystemExit(f"{place}: the page says\n{told}\nbut this was printed:\n{printed}")


if __name__ == "__main__":
    told = sys.argv[1]
    del sys.argv[1:]  # the page's own scripts see an empty command line
    run(told, Path(told).read_text("utf-8"))
