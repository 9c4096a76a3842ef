"""The state of optimizers, as each version of Keras lists it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.graph.graph import Graph
from estimator.keras.saving import archive, hdf5, layered
from estimator.keras.saving import optimizer_state as state
from estimator.keras.saving.variable_tree import numbered
from estimator.variables.get_variable import get_variable

DATA = Path(__file__).parents[2] / "data" / "keras"
WEIGHTS: Mapping[str, Sequence[int]] = {
    "hidden/kernel": [3, 4], "hidden/bias": [4], "norm/gamma": [4], "norm/beta": [4],
    "classes/kernel": [4, 3], "classes/bias": [3],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _graph() -> Any:
    with Graph().as_default():
        yield


def variables(kinds: str, name: str = "Adam") -> list[Any]:
    """What an optimizer of the sequential model keeps, named as 2.15 does."""
    steps = get_variable("iteration", [], np.int64)
    return [
        steps,
        *(
            get_variable(f"{name}/{kind}/{weight}", shape)
            for weight, shape in WEIGHTS.items()
            for kind in kinds.split()
        ),
    ]


def values(found: state.State | None) -> list[np.ndarray]:
    assert found is not None
    return [np.asarray(array.read() if hasattr(array, "read") else array) for array in found.arrays]


def named(path: str) -> Any:
    with (DATA / path).open("rb") as file, hdf5.opened(file, path) as folder:
        content = layered.read(folder, path)
        assert content.optimizer is not None
        return {name: array.read() for name, array in content.optimizer.weights.items()}


def listed(path: str) -> list[np.ndarray]:
    with (DATA / path).open("rb") as file, archive.opened(file, path) as content:
        return [array.read() for array in numbered(content.weights, "optimizer")]


def test_all_files_of_one_training_give_the_same_state() -> None:
    own = variables("m v")
    files = [state.by_names(own, named(f"{version}/sequential.h5")) for version in ("2.15", "3.15", "tf1")]
    files += [state.by_order(own, listed(f"{version}/sequential.keras")) for version in ("2.15", "3.15")]
    first = values(files[0])
    assert first[0] == 3 and np.abs(first[1]).max() > 0.01
    for found in files[1:]:
        for ours, theirs in zip(first, values(found), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-7)


def test_keras_3_tells_the_learning_rate_and_2_15_does_not() -> None:
    own = variables("m v")
    found = state.by_order(own, listed("3.15/sequential.keras"))
    assert found is not None and found.learning_rate == np.float32(0.05)
    found = state.by_order(own, listed("2.15/sequential.keras"))
    assert found is not None and found.learning_rate is None


def test_sgd_without_momentum_has_no_slots_in_keras_3() -> None:
    own = variables("m", "SGD")
    found = values(state.by_order(own, [np.int64(7), np.float32(0.1)]))
    assert found == [7]


def test_before_a_first_step_there_are_iterations_alone() -> None:
    assert values(state.by_names(variables("m v"), {"iteration:0": np.int64(0)})) == [0]


def test_slots_of_before_2_11_are_found_by_weight_and_kind() -> None:
    own = variables("velocity m average_gradient", "RMSprop")
    stored: dict[str, np.ndarray] = {"RMSprop/iter:0": np.asarray(5)}
    for number, kind in enumerate(("rms", "momentum", "mg")):
        stored |= {f"RMSprop/{weight}/{kind}:0": np.full(shape, number) for weight, shape in WEIGHTS.items()}
    found = values(state.by_names(own, stored))
    assert [int(array.ravel()[0]) for array in found[:4]] == [5, 0, 1, 2]


@pytest.mark.parametrize(
    "stored", [[], [np.zeros(3)], [np.int64(3), *[np.zeros(4)] * 12]], ids=["none", "no steps", "shapes"]
)
def test_another_state_is_none(stored: list[Any]) -> None:
    own = variables("m v")
    assert state.by_order(own, stored) is None
    assert state.by_names(own, {str(number): array for number, array in enumerate(stored)}) is None


def numbered_values(own: Sequence[Any]) -> list[np.ndarray]:
    return [
        np.full(variable.shape.as_list(), number, variable.dtype.as_numpy_dtype)
        for number, variable in enumerate(own)
    ]


def test_keras_3_gets_what_it_lists() -> None:
    own = variables("m v")
    told = state.for_keras_3(own, numbered_values(own), 0.5, True)
    assert [array.dtype.name for array in told[:3]] == ["int32", "float32", "float32"]
    assert [float(array.ravel()[0]) for array in told] == [0, 0.5, *range(1, 13)]
    assert len(state.for_keras_3(own, numbered_values(own), None, True)) == 13
    assert len(state.for_keras_3(own, numbered_values(own), 0.5, False)) == 2


def test_keras_3_gets_the_slots_of_an_older_optimizer_in_its_own_order() -> None:
    steps = get_variable("Adam/iter", [], np.int64)
    own = [
        steps,
        *(get_variable(f"Adam/{weight}/{kind}", [1]) for kind in "m v vhat".split() for weight in ("a", "b")),
    ]
    told = state.for_keras_3(own, numbered_values(own), None, True)
    assert [int(array.ravel()[0]) for array in told] == [0, 1, 3, 2, 4, 5, 6]


def test_keras_3_gets_the_slots_of_rmsprop_kind_by_kind() -> None:
    own = variables("velocity momentum average_gradient", "RMSprop")
    told = state.for_keras_3(own, numbered_values(own), None, True)
    found = [int(array.ravel()[0]) for array in told]
    assert found == [0, *range(1, 19, 3), *range(2, 19, 3), *range(3, 19, 3)]


def test_an_older_optimizer_finds_its_slots_in_an_older_file() -> None:
    own = [get_variable("Adam/iter", [], np.int64)]
    own += [
        get_variable(f"Adam/{weight}/{kind}", shape) for kind in "mv" for weight, shape in WEIGHTS.items()
    ]
    found = values(state.by_names(own, named("tf1/sequential.h5")))
    np.testing.assert_array_equal(found[1], named("tf1/sequential.h5")["training/Adam/hidden/kernel/m:0"])
    np.testing.assert_array_equal(found[7], named("tf1/sequential.h5")["training/Adam/hidden/kernel/v:0"])
