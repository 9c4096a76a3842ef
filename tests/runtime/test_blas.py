"""The number of BLAS threads inside our calls, and that it is given back."""

from __future__ import annotations

from pathlib import Path

import pytest
from threadpoolctl import threadpool_info

from estimator.formats.messages import ConfigProto
from estimator.runtime import blas
from estimator.training.session_run_hook import SessionRunContext, SessionRunHook, SessionRunValues
from tests.tiny import batches, estimator


def threads() -> set[int]:
    """What the libraries themselves say."""
    return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def _nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _two_before() -> object:
    """Two threads around each test, whatever the machine has."""
    with blas.blas_threads(2):
        if threads() != {2}:
            pytest.skip("this BLAS has no threads to count")
        yield


def test_the_number_holds_inside_the_block_and_is_given_back() -> None:
    with blas.blas_threads(1):
        assert threads() == {1}
    assert threads() == {2}


def test_blocks_may_overlap() -> None:
    first, second = blas.blas_threads(1), blas.blas_threads(1)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert threads() == {1}
    second.__exit__(None, None, None)
    assert threads() == {2}


def test_none_changes_nothing() -> None:
    with blas.blas_threads(None):
        assert threads() == {2}


def test_one_unless_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert blas.wanted_threads() == 1
    assert blas.wanted_threads(ConfigProto()) == 1
    assert blas.wanted_threads(ConfigProto(intra_op_parallelism_threads=4)) == 4
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert blas.wanted_threads() is None


class _Seen(SessionRunHook):
    def __init__(self) -> None:
        self.threads: set[int] = set()

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        self.threads |= threads()


def test_train_evaluate_and_predict_use_one(tmp_path: Path) -> None:
    seen, model = _Seen(), estimator(tmp_path)
    model.train(batches(), steps=2, hooks=[seen])
    model.evaluate(batches(1), hooks=[seen])
    rows = model.predict(batches(1), hooks=[seen])
    next(rows)
    assert threads() == {2}  # between two examples the program has its own number
    rows.close()
    assert seen.threads == {1}
    assert threads() == {2}
