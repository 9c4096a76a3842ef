"""A plugin of pytest's: whatever graphs tests run are run by jax as well, and its numbers compared.

Tests see what they always see, the numbers of the usual executor, so that they may ask for bits. Beside it jax runs the
same program, on copies of the variables and of the state of random operations, and what it gives, writes, draws or
raises must be the same, numbers but for rounding. Programs are left out that act outside of the session, since
they would act twice, and those that need queues or readers::

    .venv-scale/bin/python -m pytest -p tests.compared_with_jax tests/optimizers
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from estimator.graph.handles import HANDLE_OPS
from estimator.graph.tensor import Operation
from estimator.runtime import session as sessions
from estimator.runtime.executors.jax.executor import JaxExecutor
from estimator.runtime.executors.numpy import NumpyExecutor
from estimator.runtime.program import Array, Executable, Once, Program
from estimator.runtime.store import VariableStore

CLOSE = {
    2: (1e-2, 1e-3),
    4: (1e-4, 1e-5),
    8: (1e-5, 1e-6),
}  # by bytes: relative, absolute; sums of float32 are float64
SHARED = {"HashTableV2", "MutableHashTableV2", "VarHandleOp"}  # handles of what both may read

counts: Counter[str] = Counter()


class ComparedExecutor:
    """The usual executor, with jax beside it.

    Parameters
    ----------
    store : VariableStore
    """

    def __init__(self, store: VariableStore) -> None:
        self._store = store
        self._usual = NumpyExecutor(store)
        self._copies = VariableStore(store._graph)
        self._copies._resources = store._resources
        self._jax = JaxExecutor(self._copies)

    def compile(self, program: Program) -> Executable:
        """The program, ready to run."""
        usual = self._usual.compile(program)
        if program.is_body or program.is_framed or not _may_run_twice(program.order):
            counts["left out"] += 1
            return usual
        counts["compared"] += 1
        return Once(_Compared(program, usual, self._jax.compile(program), self._store, self._copies))


def _may_run_twice(order: Sequence[Operation]) -> bool:
    for op in order:
        handles = op.type in HANDLE_OPS and op.type not in SHARED
        writes = op.definition.effect == "write" and not op.definition.written_places
        is_known = op.type.startswith("Assign") or not writes
        if handles or not is_known or op.definition.effect == "outside" or op.definition.waits:
            return False
        if not all(_may_run_twice(body.get_operations()) for body in op.bodies):
            return False
    return True


class _Compared:
    def __init__(
        self,
        program: Program,
        usual: Executable,
        other: Executable,
        store: VariableStore,
        copies: VariableStore,
    ) -> None:
        self._program = program
        self._usual, self._other = usual, other
        self._store, self._copies = store, copies

    def __call__(self, given: Sequence[Array]) -> list[Array]:
        self._copy_state()
        found, their_error = _outcome(
            self._other, [np.array(value) if isinstance(value, np.ndarray) else value for value in given]
        )
        results, our_error = _outcome(self._usual, given)
        counts["runs"] += 1
        try:
            _demand_same_errors(their_error, our_error)
            if our_error is None:
                self._compare(found, results)
        except AssertionError:
            counts["different"] += 1
            raise
        if our_error is not None:
            raise our_error
        return results

    def _copy_state(self) -> None:
        for storage in self._copies:
            storage.initialized = False
        for storage in self._store:
            if storage.initialized:
                copy = self._copies.storage(storage.name, storage.dtype)
                copy.dims = None
                copy.write(storage.value, anew=True)
                copy.dims = storage.dims
        self._copies.torn = False
        self._copies.restore_random_state(self._store.random_state())

    def _compare(self, found: Any, results: Any) -> None:
        for tensor, one, other in zip(self._program.fetches, found, results, strict=True):
            if "Summary" not in tensor.op.type:  # a text that has numbers in it
                demand_close(tensor.name, one, other)
        for storage in self._store:
            if storage.initialized:
                demand_close(storage.name, self._copies.storage(storage.name).value, storage.value)
        ours, theirs = self._store.random_state(), self._copies.random_state()
        assert {key: n for key, n in theirs["counts"].items() if n} == {
            key: n for key, n in ours["counts"].items() if n
        }


def _outcome(executable: Executable, given: Sequence[Any]) -> tuple[Any, BaseException | None]:
    try:
        return executable(given), None
    except Exception as error:
        return None, error


def _demand_same_errors(theirs: BaseException | None, ours: BaseException | None) -> None:
    assert type(theirs) is type(ours), f"jax: {theirs!r}; the usual executor: {ours!r}"
    assert str(theirs) == str(ours)


def demand_close(name: str, found: Any, wanted: Any) -> None:
    """Check that an array of jax's is the usual one but for rounding."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    assert (found.dtype, found.shape) == (wanted.dtype, wanted.shape), name
    if wanted.dtype.kind not in "fc":
        assert np.array_equal(found, wanted), f"jax gives {name} {found}, the usual executor {wanted}"
        return
    size = wanted.dtype.itemsize // (2 if wanted.dtype.kind == "c" else 1)
    relative, absolute = CLOSE[size]
    scale = float(np.max(np.abs(wanted), initial=0.0, where=np.isfinite(wanted)))
    np.testing.assert_allclose(found, wanted, rtol=relative, atol=absolute * max(1.0, scale), err_msg=name)


@pytest.fixture(autouse=True)
def _beside_jax(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sessions.EXECUTORS._things, "numpy", ComparedExecutor)
    yield


def pytest_terminal_summary(terminalreporter: Any) -> None:
    terminalreporter.write_line(
        f"{counts['compared']} programs compared with jax in {counts['runs']} runs, {counts['different']} different; "
        f"{counts['left out']} left out"
    )
