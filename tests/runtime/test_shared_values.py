"""Values of variables travel from the chief to the others bit for bit, and so does what random numbers come from."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import as_dtype
from estimator.distribution.collective import current
from estimator.graph.graph import Graph
from estimator.runtime.shared_values import share_values
from estimator.runtime.store import VariableStore
from tests.distribution.threads import in_threads

VALUES: dict[str, Any] = {
    "kernel": np.array([[1.5, np.nan], [-0.0, 1e-45]], np.float32),
    "step": np.array(7, np.int64),
    "flags": np.array([True, False]),
    "half": np.array([1.5], np.float16),
    "brain": np.array([1.5, -2.0]).astype(as_dtype("bfloat16").np),
    "none": np.zeros((0, 3), np.float64),
    "words": np.array([[b"\xff\x00", b""]], object),
    "local": np.array(3, np.int32),
}


def test_all_have_the_values_of_the_chief_and_keep_their_own() -> None:
    def play(rank: int) -> VariableStore:
        store = VariableStore(Graph())
        store.restore_random_state({"seed": 100 + rank, "counts": {"dropout": rank + 1}})
        for name, value in VALUES.items():
            if rank == 0 or name in ("kernel", "local"):  # the others have values of some of them
                store.assign(name, value if rank == 0 else np.zeros_like(value))
        if rank == 0:
            store.storage("untold", np.float32)  # it has no value yet
        share_values(store, current(), {"local"})
        return store

    for rank, store in enumerate(in_threads(3, play)):
        assert store.random_state() == {"seed": 100, "counts": {"dropout": 1}}
        for name, value in VALUES.items():
            found = store.read(name)
            if name == "local" and rank > 0:
                assert found == 0
            else:
                assert found.dtype == value.dtype and found.shape == value.shape, name
                assert (
                    found.tolist() == value.tolist()
                    if name == "words"
                    else found.tobytes() == value.tobytes()
                ), name
        assert not store.is_initialized("untold")
        assert not store.storage("kernel").began_finite and store.storage("step").began_finite
