"""The number of threads inside our calls and sessions, that BLAS has one, and that its number is given back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from estimator.core import crew
from estimator.formats.messages import ConfigProto
from estimator.functions.linalg import matmul
from estimator.functions.py_func import py_func
from estimator.graph import build as b
from estimator.ops import _products
from estimator.runtime import blas, flat_updates
from estimator.runtime.executors import numpy as numpy_executor
from estimator.runtime.recent import Recent
from estimator.runtime.session import Session
from estimator.settings import devices
from estimator.training.monitored import MonitoredTrainingSession
from estimator.training.session_run_hook import SessionRunContext, SessionRunHook, SessionRunValues
from estimator.variables.global_step import get_or_create_global_step
from tests.runtime.blas_threads import threads
from tests.tiny import batches, estimator


@pytest.fixture(autouse=True)
def _nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _two_before() -> Iterator[None]:
    """BLAS has two threads around each test, whatever the machine has."""
    with threadpool_limits(2, user_api="blas"):
        if threads() != {2}:
            pytest.skip("this BLAS has no threads to count")
        yield


def test_the_numbers_hold_inside_the_block_and_are_given_back() -> None:
    with blas.blas_threads(3):
        assert threads() == {1}
        assert crew._crew.size == 3
    assert threads() == {2}
    assert crew._crew.size == 1


def test_another_numpy_s_library_is_found_by_threadpoolctl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numpy.libs").mkdir()
    (tmp_path / "numpy.libs" / "libopenblas.so").write_text("no library")
    before = blas._libraries()
    monkeypatch.setattr(blas.np, "__file__", str(tmp_path / "numpy" / "__init__.py"))
    blas._libraries.cache_clear()
    found = blas._libraries()
    blas._libraries.cache_clear()
    assert [library.user_api for library in found] == ["blas"] * len(found)
    assert [library.get_num_threads() for library in found] == [2] * len(found)
    assert found and before


def test_blocks_may_overlap() -> None:
    first, second = blas.blas_threads(3), blas.blas_threads(4)
    first.__enter__()
    second.__enter__()
    first.__exit__()
    assert (threads(), crew._crew.size) == ({1}, 4)
    second.__exit__()
    assert (threads(), crew._crew.size) == ({2}, 1)


def test_all_processors_unless_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert blas.wanted_threads() == crew.available_processors()
    assert blas.wanted_threads(ConfigProto()) == crew.available_processors()
    assert blas.wanted_threads(ConfigProto(intra_op_parallelism_threads=4)) == 4
    monkeypatch.setitem(devices._threads, "intra", 5)
    assert blas.wanted_threads(ConfigProto()) == 5


@pytest.mark.parametrize(
    ("name", "word", "wanted"),
    [
        ("OMP_NUM_THREADS", "2", 2),
        ("OMP_NUM_THREADS", "3,2", 3),
        ("OPENBLAS_NUM_THREADS", "1", 1),
        ("MKL_NUM_THREADS", "7", 7),
        ("MKL_NUM_THREADS", "", None),
        ("OMP_NUM_THREADS", "many", None),
        ("OMP_NUM_THREADS", "0", None),
    ],
)
def test_the_environment_may_ask(
    monkeypatch: pytest.MonkeyPatch, name: str, word: str, wanted: int | None
) -> None:
    monkeypatch.setenv(name, word)
    assert blas.wanted_threads() == (wanted or crew.available_processors())
    assert blas.wanted_threads(ConfigProto(intra_op_parallelism_threads=4)) == 4


def test_a_run_of_a_session_has_the_threads_of_its_config() -> None:
    def look() -> Any:
        return np.array([crew._crew.size, *threads()])

    seen, config = py_func(look, [], np.int64), ConfigProto(intra_op_parallelism_threads=3)
    with Session(config=config) as session:
        assert session.run(seen).tolist() == [3, 1]
        assert (crew._crew.size, threads()) == (1, {2})
    get_or_create_global_step()
    with MonitoredTrainingSession(config=config) as monitored:
        assert monitored.run(seen).tolist() == [3, 1]
        assert (crew._crew.size, threads()) == (1, {2})


def test_a_large_product_has_the_same_bits_whoever_computes_it(rng: np.random.Generator) -> None:
    x, y = (rng.standard_normal((300, 300)).astype(np.float32) for _ in range(2))
    left, right = b.Placeholder(dtype=np.float32), b.Placeholder(dtype=np.float32)
    fetches = [matmul(left, right), matmul([left], [right], transpose_a=True)]
    found = []
    for executor in ("interpreter", "numpy"):
        for count in (1, 2):
            config = ConfigProto(intra_op_parallelism_threads=count)
            with Session(config=config, executor=executor) as session:
                found += [session.run(fetches, {left: x, right: y}) for _ in range(3)]
    assert len({first.tobytes() for first, _ in found}) == 1
    assert len({second.tobytes() for _, second in found}) == 1


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


def test_a_call_has_the_threads_of_its_config(tmp_path: Path) -> None:
    sizes = set()

    class Sizes(SessionRunHook):
        def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
            sizes.add(crew._crew.size)

    model = estimator(tmp_path, session_config=ConfigProto(intra_op_parallelism_threads=3))
    model.train(batches(), steps=2, hooks=[Sizes()])
    assert sizes == {3}


def test_a_training_may_go_on_with_another_number_of_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_products, "_PIECES", ((1 << 8, 4),))
    monkeypatch.setattr(flat_updates, "BLOCK", 64)
    monkeypatch.setattr(numpy_executor, "_factories", Recent(8))
    shared: list[int] = []

    def counted(pieces: Any) -> None:
        shared.append(len(pieces))
        crew.share(pieces)

    for module in (_products, flat_updates):
        monkeypatch.setattr(module, "share", counted)

    def trained(folder: str, *parts: tuple[int, int]) -> dict[str, bytes]:
        for number, steps in parts:
            config = ConfigProto(intra_op_parallelism_threads=number)
            model = estimator(tmp_path / folder, units=48, extra=48, session_config=config)
            model.train(batches(), steps=steps)
        return {name: model.get_variable_value(name).tobytes() for name in model.get_variable_names()}

    assert trained("without a break", (3, 6)) == trained("with one", (1, 3), (4, 3))
    assert len(shared) > 12  # products and updates of twelve steps
