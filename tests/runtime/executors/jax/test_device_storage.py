from __future__ import annotations

import numpy as np
import pytest

from estimator.core.dtypes import float32
from estimator.core.errors import FailedPreconditionError
from estimator.graph.graph import Graph
from estimator.runtime.store import Storage, VariableStore

pytestmark = pytest.mark.jax


def storage_with(value: float) -> Storage:
    from estimator.runtime.executors.jax.device_storage import lay_on_device

    store = VariableStore(Graph())
    lay_on_device(store)
    storage = store.storage("v", float32)
    storage.write(np.float32([value, value]))
    return storage


def device_array(*values: float) -> object:
    from estimator.runtime.executors.jax.library import jnp

    return jnp.array(values, dtype=np.float32)


def test_who_reads_gets_what_the_device_has_written_and_the_device_keeps_it() -> None:
    storage = storage_with(1.0)
    storage.on_device = device_array(2.0, 3.0)
    assert storage.value.tolist() == [2.0, 3.0]
    assert storage.on_device is not None


def test_who_asks_for_the_memory_may_change_it_and_the_device_is_told() -> None:
    storage = storage_with(1.0)
    storage.on_device = device_array(2.0, 3.0)
    memory = storage.array
    assert memory is not None
    memory[0] = 5.0
    assert storage.on_device is None
    assert storage.sent().tolist() == [5.0, 3.0]  # type: ignore[attr-defined]


def test_a_write_on_the_host_counts_more_than_what_the_device_had() -> None:
    storage = storage_with(1.0)
    storage.on_device = device_array(2.0, 3.0)
    storage.write(np.float32([7.0, 8.0]))
    assert storage.value.tolist() == [7.0, 8.0]
    assert storage.on_device is None


def test_what_is_sent_is_a_copy_of_the_memory() -> None:
    storage = storage_with(1.0)
    sent = storage.sent()  # type: ignore[attr-defined]
    storage.value[...] = 9.0
    assert sent.tolist() == [1.0, 1.0]


def test_the_memory_stays_where_it_is() -> None:
    storage = storage_with(1.0)
    memory = storage.value
    storage.on_device = device_array(2.0, 3.0)
    assert storage.value is memory


def test_a_variable_without_a_value_is_refused_as_everywhere() -> None:
    from estimator.runtime.executors.jax.device_storage import lay_on_device

    store = VariableStore(Graph())
    storage = store.storage("v", float32)  # before the executor comes
    lay_on_device(store)
    with pytest.raises(FailedPreconditionError, match="'v' has no value yet"):
        storage.sent()  # type: ignore[attr-defined]


def test_a_store_comes_home_as_a_whole() -> None:
    storage = storage_with(1.0)
    storage.on_device = device_array(2.0, 3.0)
    storage._store.bring_home()
    assert storage.on_device is None
    assert storage.value.tolist() == [2.0, 3.0]
