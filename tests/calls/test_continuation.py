"""An input goes on where the checkpoint stood only if that of every process does."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from estimator.calls.continuation import Continuation
from estimator.checkpoint.resume import CallState, RandomState, ResumeState
from estimator.core import log
from estimator.distribution.collective import Alone, Array, used
from estimator.model_dir.finding import CheckpointInfo


class OneOfTwo(Alone):
    """A process beside another that says what it is told to."""

    size = 2

    def __init__(self, other: int) -> None:
        self._other = other

    def all_sum(self, buffer: Array) -> None:
        buffer += self._other


class Input:
    def __init__(self) -> None:
        self.done: list[str] = []

    def fingerprint(self) -> str:
        return "mine"

    def restore(self, state: Any) -> None:
        self.done.append(f"restore {state}")

    def restart(self) -> bool:
        self.done.append("restart")
        return True


@pytest.fixture
def continued() -> Callable[..., list[str]]:
    def begin(other: int, fingerprint: str = "mine") -> list[str]:
        source = Input()
        saved = {"fingerprint": fingerprint, "state": 7}
        state = ResumeState(RandomState(None, {}), saved, CallState(0, None, 9, False))
        built: Any = SimpleNamespace(
            source=source, global_step=None, saver=SimpleNamespace(resume=None, resumed=state)
        )
        session: Any = SimpleNamespace(run=lambda fetch: 3)
        with used(OneOfTwo(other)):
            Continuation(built, CheckpointInfo("model.ckpt-3", "model.ckpt-3", 3, 0.0), None, 9).begin(
                session
            )
        return source.done

    return begin


def test_it_goes_on_if_the_others_do(continued: Callable[..., list[str]]) -> None:
    assert continued(other=1) == ["restore 7"]


def test_all_begin_anew_if_one_has_another_input(
    continued: Callable[..., list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    log.set_verbosity(log.INFO)
    assert continued(other=0) == ["restore 7", "restart"]
    assert continued(other=1, fingerprint="another's") == []
    assert sum("it starts from its beginning" in record.message for record in caplog.records) == 2
