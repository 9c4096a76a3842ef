"""Completion in real shells: what they offer after the script of theirs is loaded."""

from __future__ import annotations

import os
import re
import select
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from estimator.cli.parser import CommandParser, Flag
from estimator.cli.shells import (
    FILES,
    FOLDERS,
    NOTHING,
    SHELLS,
    TEXT,
    WORDS,
    Completion,
    bash,
    completions_of,
    fish,
    zsh,
)


def parser() -> CommandParser:
    made = CommandParser("train", "Trains.")
    made.add_argument("--model_dir", action=Flag, help="where it's [kept]: the \\ model's. And more")
    made.add_argument("--config", action=Flag, metavar="FILE")
    made.add_argument("--progress", action=Flag, words=("true", "false", "none"))
    made.add_argument("--steps", action=Flag, metavar="N")
    made.add_argument("--set", action=Flag, default=[])
    made.add_argument("--dry_run", action="store_true")
    return made


def shows() -> CommandParser:
    made = CommandParser("completion", "Shows.")
    made.add_argument("shell", action=Flag, words=("bash", "zsh", "fish"))
    return made


def reads() -> CommandParser:
    made = CommandParser("metadata", "Reads.")
    made.add_argument("model_dir")
    made.add_argument("others", nargs="*")
    return made


COMMANDS = {
    "train": ("train it's", completions_of(parser())),
    "completion": ("complete", completions_of(shows())),
    "metadata": ("read", completions_of(reads())),
}

# What stands before the cursor, and what is offered there.
LINES = [
    ("estimator tr", ["train"]),
    ("estimator train --mo", ["--model_dir"]),
    ("estimator train --s", ["--set", "--steps"]),
    ("estimator train --progress ", ["false", "none", "true"]),
    ("estimator train --progress f", ["false"]),
    ("estimator train --model_dir mo", ["models", "more of them"]),
    ("estimator train --config my", ["my.yaml"]),
    ("estimator train --steps ", []),
    ("estimator completion z", ["zsh"]),
    ("estimator metadata more", ["more of them"]),
]


def test_how_an_argument_is_completed_follows_from_what_the_parser_says() -> None:
    told = "where it's [kept]: the \\ model's"
    assert completions_of(parser())[1:] == [
        Completion(("--model_dir",), FOLDERS, (), told, False),
        Completion(("--config",), FILES, (), "", False),
        Completion(("--progress",), WORDS, ("true", "false", "none"), "", False),
        Completion(("--steps",), TEXT, (), "", False),
        Completion(("--set",), TEXT, (), "", True),
        Completion(("--dry_run",), NOTHING, (), "", False),
    ]
    assert [one.kind for one in completions_of(reads()) if not one.names] == [FOLDERS, FILES]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("models", "more of them"):
        (tmp_path / name).mkdir()
    (tmp_path / "my.yaml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(shell: str) -> str:
    path = shutil.which(shell)
    if path is None:
        pytest.skip(f"{shell} is not installed")
    return path


def run(shell: str, text: str) -> str:
    done = subprocess.run([found(shell), "-c", text], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.stdout


def words_of_bash(line: str) -> list[str]:
    """The words as bash cuts them: signs of equality are words of their own."""
    *before, last = line.split(" ")
    return [part for word in before for part in re.split("(=)", word) if part] + re.split("(=)", last)[-1:]


@pytest.mark.parametrize(("line", "offered"), LINES)
def test_bash_offers(line: str, offered: list[str], folder: Path) -> None:
    words = words_of_bash(line)
    text = bash("estimator", COMMANDS) + (
        f"\nCOMP_WORDS=({shlex.join(words)}); COMP_CWORD={len(words) - 1}; _estimator"
        '\nfor one in "${COMPREPLY[@]}"; do echo "$one"; done'
    )
    assert sorted(run("bash", text).splitlines()) == offered


def test_bash_knows_the_command_and_values_behind_a_sign_of_equality(folder: Path) -> None:
    text = bash("estimator", COMMANDS) + "\ncomplete -p estimator"
    assert run("bash", text) == "complete -F _estimator estimator\n"
    for words in ("estimator train --progress = f", "estimator train --progress ="):
        ask = (
            f"\nCOMP_WORDS=({words}); COMP_CWORD={len(words.split()) - 1}; _estimator; echo ${{COMPREPLY[@]}}"
        )
        answer = run("bash", bash("estimator", COMMANDS) + ask).split()
        assert answer == (["false"] if words.endswith("f") else ["true", "false", "none"])


@pytest.mark.parametrize(
    ("line", "offered"), [*LINES, ("estimator train --progress=f", ["--progress=false"])]
)
def test_fish_offers(line: str, offered: list[str], folder: Path) -> None:
    text = fish("estimator", COMMANDS) + f"complete -C {shlex.quote(line)}"
    lines = [one.partition("\t")[0].rstrip("/") for one in run("fish", text).splitlines()]
    assert sorted(one for one in lines if one) == offered


def test_fish_tells_what_a_flag_is(folder: Path) -> None:
    text = fish("estimator", COMMANDS) + "complete -C 'estimator train --mo'"
    assert run("fish", text) == "--model_dir\twhere it's [kept]: the \\ model's\n"


class Zsh:
    """A zsh on a terminal, where keys can be pressed."""

    _START = r"""
    PS1=; unsetopt beep; autoload -U compinit; compinit -u -D; source ./.script
    tell() { print -r -- "$BUFFER" > .answer; BUFFER=; print to''ld }; zle -N tell; bindkey '^T' tell; print rea''dy
    """

    def __init__(self, folder: Path) -> None:
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "dumb"}
        path, self._answer = found("zsh"), folder / ".answer"
        (folder / ".script").write_text(zsh("estimator", COMMANDS))
        spawn = (
            "import pty, sys; pty.spawn(sys.argv[1:])"  # in a process of its own, since this one has threads
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", spawn, path, "-f", "-i"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=environment,
        )  # fmt: skip
        self._type(self._START + "\n", "ready")

    def completed(self, line: str) -> str:
        """What a line becomes when the key is pressed behind it."""
        self._type(f"{line}\t\x14", "told")
        return self._answer.read_text().removesuffix("\n")

    def _type(self, text: str, answer: str) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(text.encode())
        terminal = self._process.stdout.fileno()
        shown, end = "", time.monotonic() + 60
        while answer not in shown and time.monotonic() < end:
            if select.select([terminal], [], [], 0.1)[0]:
                shown += os.read(terminal, 4096).decode(errors="replace")
        assert answer in shown, shown

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.mark.slow
def test_zsh_completes(folder: Path) -> None:
    shell = Zsh(folder)
    try:
        for line, becomes in [
            ("tr", "train "),
            ("train --mo", "train --model_dir="),
            ("train --model_dir=mod", "train --model_dir=models/"),
            ("train --model_dir mod", "train --model_dir models/"),
            ("train --config my", "train --config my.yaml "),
            ("train --progress f", "train --progress false "),
            ("train --dry", "train --dry_run "),
            ("completion z", "completion zsh "),
            ("metadata more", "metadata more\\ of\\ them/"),
        ]:
            assert shell.completed(f"estimator {line}") == f"estimator {becomes}"
    finally:
        shell.close()


def test_every_shell_has_a_script() -> None:
    assert {name: make("estimator", COMMANDS)[:1] for name, make in SHELLS.items()} == dict.fromkeys(
        SHELLS, "#"
    )
