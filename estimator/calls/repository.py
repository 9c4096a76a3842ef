"""The git repository of the calling script: which commit is checked out, and whether the tree differs from it.

The commit is read from git's own files. Whether the tree is dirty git itself is asked, in a thread while the model is
built, since it takes longer than a few steps of a small model; without a git program that is not known. Only files that
git tracks count: a model_dir in the repository makes no tree dirty.
"""

from __future__ import annotations

import os
import threading
import time

_TIMEOUT_SECS = 5.0
_LASTS_SECS = 10.0  # an answer; somebody may edit a file between two trainings of one process
_QUESTIONS: dict[str, TreeQuestion] = {}


class TreeQuestion:
    """Whether a tree is dirty, asked in a thread.

    Parameters
    ----------
    directory : str
        In the repository.
    """

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._answer: bool | None = None
        self.asked_at = time.monotonic()
        self._thread = threading.Thread(target=self._ask, name="git status", daemon=True)
        self._thread.start()

    def answer(self, wait_secs: float = 0.0) -> bool | None:
        """True or False; None if git does not say, or has not said yet."""
        self._thread.join(wait_secs)
        return self._answer

    @property
    def is_answered(self) -> bool:
        """Whether waiting is of no use any more."""
        return not self._thread.is_alive()

    def _ask(self) -> None:
        import subprocess  # which most programs have no use for

        # nothing of the repository's own configuration is run, and its index is not refreshed
        command = [
            "git",
            "--no-optional-locks",
            "-c",
            "core.fsmonitor=false",
            "status",
            "--porcelain",
            "-uno",
        ]
        try:
            done = subprocess.run(
                command,
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TIMEOUT_SECS,
                check=False,
            )
        except (OSError, subprocess.SubprocessError):
            return
        if done.returncode == 0:
            self._answer = bool(done.stdout.strip())


def ask_tree(repository: str) -> TreeQuestion:
    """Ask whether the tree of a repository is dirty, unless it was asked a moment ago."""
    question = _QUESTIONS.get(repository)
    if question is None or time.monotonic() - question.asked_at > _LASTS_SECS:
        question = _QUESTIONS[repository] = TreeQuestion(repository)
    return question


def git_commit(repository: str) -> str | None:
    """The commit that is checked out in a repository, read from git's own files; None where there is none."""
    try:
        git = _git_directory(repository)
        head = _line(os.path.join(git, "HEAD"))
        return _resolve(git, head.removeprefix("ref: ")) if head.startswith("ref: ") else head
    except (OSError, ValueError):
        return None


def _git_directory(repository: str) -> str:
    """Where git's files are: a further working tree and a submodule have a file that says where."""
    git = os.path.join(repository, ".git")
    return git if os.path.isdir(git) else os.path.join(repository, _line(git).removeprefix("gitdir: "))


def _resolve(git: str, ref: str) -> str | None:
    common = os.path.join(git, "commondir")
    folders = [git, os.path.join(git, _line(common))] if os.path.isfile(common) else [git]
    for folder in folders:
        loose = os.path.join(folder, *ref.split("/"))
        if os.path.isfile(loose):
            return _line(loose)
    with open(os.path.join(folders[-1], "packed-refs"), encoding="utf-8") as file:
        found = [line.split()[0] for line in file if line.rstrip().endswith(f" {ref}")]
    return found[0] if found else None


def _line(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read(4096).strip()
