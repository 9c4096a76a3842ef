"""Runs in processes of their own, which take turns: whatever else the machine does meets all of them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from benchmarks.environments import PYTHONS, ROOT, variables
from benchmarks.row import Run

Figures = dict[str, float]


class Failed(Exception):
    """A run's process has ended before it answered.

    Attributes
    ----------
    who : str
        The run.
    said : str
        What its process wrote last.
    """

    def __init__(self, who: str, said: str) -> None:
        super().__init__(f"{who}: {said}")
        self.who, self.said = who, said


class Worker:
    """A process that takes a turn when it is called.

    Parameters
    ----------
    run : Run
    folder : str
        Where its temporary files go.
    """

    def __init__(self, run: Run, folder: str) -> None:
        make = run.make
        command = [str(PYTHONS[run.environment]), "-m", "benchmarks.worker", make.__module__, make.__name__]
        self._run = run
        self._said = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            [*command, json.dumps(run.arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, text=True,
            cwd=ROOT, env=variables(run.environment) | {"TMPDIR": folder},
        )  # fmt: skip

    def __call__(self) -> Figures:
        """The figures of a turn.

        Raises
        ------
        Failed
            If the process has ended.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write("\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # there is no answer then, either
        answer = self._process.stdout.readline()
        if not answer:
            environment, make, arguments = self._run
            raise Failed(f"{make.__name__}{arguments} of {environment}", self._last_words())
        figures: Figures = json.loads(answer)
        return figures

    def end(self) -> None:
        """Close its input, at which it ends; a process that waits for something else is killed."""
        try:
            self._process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        self._said.close()

    def _last_words(self) -> str:
        self._process.wait()
        self._said.seek(0)
        return "".join(self._said.readlines()[-20:]).strip() or f"exit status {self._process.returncode}"


@contextmanager
def workers(runs: Sequence[Run]) -> Iterator[dict[Run, Worker]]:
    """A process for each run, while the block lasts; their files go with them."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark"))
        started: dict[Run, Worker] = {}
        for run in runs:
            started[run] = Worker(run, folder)
            stack.callback(started[run].end)
        yield started


def turns(runs: Sequence[Run], pairs: int) -> tuple[dict[Run, list[Figures]], list[str]]:
    """The figures of so many turns of each, after one that does not count; and why some were left out.

    What a run that fails has written last is printed; the reason is the last line of it.
    """
    failures: list[str] = []
    with workers(runs) as taking_part:
        figures: dict[Run, list[Figures]] = {run: [] for run in runs}
        for _ in range(1 + pairs):
            for run, worker in list(taking_part.items()):
                try:
                    figures[run].append(worker())
                except Failed as error:
                    print(error, file=sys.stderr)
                    failures.append(f"{error.who}: {error.said.splitlines()[-1]}")
                    del taking_part[run]
    return {run: figures[run][1:] for run in taking_part}, failures
