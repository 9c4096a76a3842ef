"""Which array of a file belongs to which weight of a model."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import UsageError
from estimator.graph.graph import Graph
from estimator.keras.saving.fitting import (
    StoredLayer,
    WantedLayer,
    fit_layers,
    fit_layers_by_name,
    positions,
)
from estimator.variables.get_variable import get_variable


class Stored:
    """An array as a file has it."""

    def __init__(self, *shape: int, dtype: str = "float32", value: float = 0.0) -> None:
        self.shape, self.dtype = shape, np.dtype(dtype)
        self._value = value

    def read(self) -> np.ndarray:
        """The numbers."""
        return np.full(self.shape, self._value, self.dtype)


@pytest.fixture(autouse=True)
def _graph() -> Any:
    with Graph().as_default():
        yield


def layer(name: str, **shapes: tuple[int, ...]) -> WantedLayer:
    """A layer of a model, its weights named as Keras 2.15 names them."""
    return wanted(name, [get_variable(f"{name}/{weight}", shape) for weight, shape in shapes.items()])


def wanted(name: str, weights: list[Any]) -> WantedLayer:
    return WantedLayer(name, weights, [weight.name for weight in weights])


def stored(name: str, **shapes: tuple[int, ...]) -> StoredLayer:
    return StoredLayer(name, {f"{name}/{weight}:0": Stored(*shape) for weight, shape in shapes.items()})


@pytest.mark.parametrize(
    ("wanted", "file", "places"),
    [
        (["a/kernel:0", "a/bias:0"], ["a/kernel:0", "a/bias:0"], [0, 1]),
        (["a/kernel:0", "a/bias:0"], ["a/bias:0", "a/kernel:0"], [1, 0]),
        (["a/kernel:0", "a/bias:0"], ["net/a/kernel", "net/a/bias"], [0, 1]),  # Keras 3
        (["first/kernel:0", "second/kernel:0"], ["in/second/kernel", "in/first/kernel"], [1, 0]),
        (["a/kernel:0", "b/c/kernel:0"], ["in/a/kernel", "b/c/kernel"], [0, 1]),  # by the last two parts
        (["dense/kernel:0", "dense_1/kernel:0"], ["dense_9/kernel:0", "dense_10/kernel:0"], [0, 1]),
        (["dense/kernel:0", "dense_1/kernel:0"], ["dense_10/kernel:0", "dense_9/kernel:0"], [1, 0]),
        (["table/embeddings:0"], ["other/embeddings"], [0]),
        (["x:0", "y:0"], ["p:0", "q:0"], None),
        (["x:0", "y:0"], ["x:0"], None),
        ([], [], []),
    ],
)
def test_names_are_compared_by_what_they_mean(
    wanted: list[str], file: list[str], places: list[int] | None
) -> None:
    assert positions(wanted, file) == places


def test_a_layer_goes_by_the_names_of_its_weights_and_says_when_order_is_another() -> None:
    inside = wanted("in", [get_variable("first/kernel", (3, 3)), get_variable("second/kernel", (3, 3))])
    file = StoredLayer(
        "in", {"second/kernel:0": Stored(3, 3, value=2), "first/kernel:0": Stored(3, 3, value=1)}
    )
    fit = fit_layers([inside], [file])
    assert [array.read()[0, 0] for _, array in fit.pairs] == [1, 2]
    assert len(fit.remarks) == 1 and "by order they would have changed places" in fit.remarks[0]


def test_layers_of_the_same_names_in_another_order_are_found() -> None:
    fit = fit_layers(
        [layer("a", kernel=(2, 2)), layer("b", kernel=(2, 2))],
        [stored("b", kernel=(2, 2)), stored("a", kernel=(2, 2))],
    )
    assert [(variable.name, array) for variable, array in fit.pairs][0][0] == "a/kernel:0"
    assert "the file has them in another order: b, a" in fit.remarks[0]


def test_layers_without_weights_do_not_count() -> None:
    fit = fit_layers(
        [wanted("drop", []), layer("a", kernel=(1,))], [stored("a", kernel=(1,)), stored("flat")]
    )
    assert len(fit.pairs) == 1 and not fit.problems and not fit.remarks


def test_names_that_tell_nothing_leave_it_to_order_and_say_so() -> None:
    fit = fit_layers([layer("a", kernel=(2,), bias=(2,))], [stored("a", w=(2,), b=(2,))])
    assert [variable.name for variable, _ in fit.pairs] == ["a/kernel:0", "a/bias:0"]
    assert fit.remarks == [
        "layer 'a': weights are loaded in order, since names tell nothing: a/w:0, a/b:0 into a/kernel:0, a/bias:0."
    ]


def test_everything_that_does_not_fit_is_one_error_with_both_sides_names_and_shapes() -> None:
    model = [layer("a", kernel=(3, 4), bias=(4,)), layer("b", kernel=(4, 2)), layer("c", table=(2,))]
    file = [stored("a", kernel=(3, 5), bias=(5,)), stored("b", kernel=(4, 2), bias=(2,))]
    file += [StoredLayer("c", {"c/table:0": Stored(2, dtype="complex64")})]
    with pytest.raises(UsageError) as raised:
        fit_layers(model, file).values("'m.h5'")
    assert str(raised.value).splitlines() == [
        "'m.h5': 4 problems",
        "  - layer 'a': 'a/kernel:0' of the file has shape (3, 5), the model's 'a/kernel:0' (3, 4).",
        "  - layer 'a': 'a/bias:0' of the file has shape (5,), the model's 'a/bias:0' (4,).",
        "  - layer 'b': the file has 2 weights, the model 1. In the file: b/kernel:0 (4, 2), b/bias:0 (2,). "
        "In the model: b/kernel:0 (4, 2).",
        "  - layer 'c': 'c/table:0' of the file is complex64, the model's 'c/table:0' float32.",
    ]


def test_another_number_of_layers_lists_both_sides() -> None:
    with pytest.raises(
        UsageError,
        match=r"the file has 1 layers with weights and the model 2. In the file: a: a/kernel:0 \(1,\)",
    ) as raised:
        fit_layers([layer("a", kernel=(1,)), layer("b", kernel=(2,))], [stored("a", kernel=(1,))]).values("m")
    assert "In the model: a: a/kernel:0 (1,); b: b/kernel:0 (2,)." in str(raised.value)


def test_by_name_takes_what_both_have() -> None:
    fit = fit_layers_by_name(
        [layer("a", kernel=(1,)), layer("b", kernel=(2,))],
        [stored("z", kernel=(9,)), stored("b", kernel=(2,))],
    )
    assert [variable.name for variable, _ in fit.pairs] == ["b/kernel:0"] and not fit.problems


def test_mismatches_may_be_skipped_with_a_warning_each(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "estimator")
    fit = fit_layers([layer("a", kernel=(3,), bias=(4,))], [stored("a", kernel=(5,), bias=(4,))])
    ((variable, values),) = fit.values("'m.h5'", skip_mismatch=True)
    assert variable.name == "a/bias:0" and values.shape == (4,)
    assert "'a/kernel:0' of the file has shape (5,)" in caplog.text
