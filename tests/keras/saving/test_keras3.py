"""Configurations of Keras 2.15 and Keras 3, each made of the other; both sides' are in tests/data/keras."""

from __future__ import annotations

import json
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from estimator.core.errors import UsageError
from estimator.keras.saving.keras3 import from_keras3, to_keras3, understood_by_both

DATA = Path(__file__).parents[2] / "data" / "keras"
MODELS = ["sequential", "functional", "recurrent", "convolutional", "frozen", "assorted"]
# the same said otherwise: counters of optimizers' names, float32 in float64, the last axis, a default that changed
ALIKE = {
    "name",
    "l2",
    "learning_rate",
    "axis",
    "ema_overwrite_frequency",
    "reduction",
    "module",
    "build_config",
}


def config(version: str, name: str) -> Any:
    return json.loads(zipfile.ZipFile(DATA / version / f"{name}.keras").read("config.json"))


def differences(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Where two configurations say different things; what only one says does not count if it says nothing."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        both = [
            differences(ours[key], theirs[key], f"{path}/{key}")
            for key in ours.keys() & theirs.keys() - ALIKE
        ]
        return [difference for found in both for difference in found]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        items = enumerate(zip(ours, theirs, strict=True))
        return [found for number, pair in items for found in differences(*pair, f"{path}/{number}")]
    is_policy = (
        isinstance(theirs, dict) and theirs.get("class_name") == "DTypePolicy" and path.endswith("dtype")
    )
    return [] if ours == theirs or is_policy else [f"{path}: {ours} and {theirs}"]


ASSORTED: dict[str, list[int | None]] = {
    "series": [None, 6, 4], "conv": [None, 6, 3], "norm": [None, 6, 3], "halved": [None, 3, 3], "both": [None, 3, 4],
    "each": [None, 3, 2], "flat": [None, 6], "squashed": [None, 6],
}  # fmt: skip


def outputs(model: str, name: str, call: int, output: int) -> tuple[list[int | None], str]:
    """The shapes in the functional models."""
    if model == "assorted" and name in ASSORTED:
        return ASSORTED[name], "float32"
    shapes: dict[str, list[int | None]] = {"words": [None, 2], "table": [None, 2, 2], "inside": [None, 2]}
    return shapes.get(name, [None, 4]), "int32" if name == "words" else "float32"


@pytest.mark.parametrize("name", MODELS)
def test_keras_3_says_what_2_15_says(name: str) -> None:
    assert differences(to_keras3(config("2.15", name), partial(outputs, name)), config("3.15", name)) == []


@pytest.mark.parametrize("name", MODELS)
def test_2_15_says_what_keras_3_says(name: str) -> None:
    assert differences(from_keras3(config("3.15", name)), config("2.15", name)) == []


@pytest.mark.parametrize("name", MODELS)
def test_there_and_back_is_the_same(name: str) -> None:
    there = to_keras3(config("2.15", name))
    assert to_keras3(from_keras3(there)) == there


def test_calls_of_a_model_inside_are_counted_as_each_side_does() -> None:
    ours = from_keras3(config("3.15", "functional"))["config"]["layers"]
    joined = next(layer for layer in ours if layer["name"] == "joined")
    assert joined["inbound_nodes"] == [[["inside", 1, 0, {}], ["inside", 2, 0, {}]]]


def test_one_input_and_one_output_stand_in_lists_in_2_15() -> None:
    inside = next(
        layer for layer in config("3.15", "functional")["config"]["layers"] if layer["name"] == "inside"
    )
    assert inside["config"]["input_layers"] == ["inside_input", 0, 0]
    assert from_keras3(inside)["config"]["input_layers"] == [["inside_input", 0, 0]]
    assert to_keras3(from_keras3(inside))["config"]["output_layers"] == ["inside_dense", 0, 0]


def test_keywords_of_a_call_that_are_tensors_come_along() -> None:
    layers = [
        {"class_name": "InputLayer", "config": {"name": "x"}, "name": "x", "inbound_nodes": []},
        {"class_name": "GRU", "config": {"name": "g"}, "name": "g", "inbound_nodes": [[["x", 0, 0, {"initial_state": ["x", 0, 0], "training": True}]]]},
    ]  # fmt: skip
    model = {
        "class_name": "Functional",
        "config": {"layers": layers, "input_layers": [["x", 0, 0]], "output_layers": [["g", 0, 0]]},
    }
    (call,) = to_keras3(model)["config"]["layers"][1]["inbound_nodes"]
    assert call["kwargs"]["initial_state"]["config"]["keras_history"] == ["x", 0, 0]
    assert call["kwargs"]["training"] is True
    assert from_keras3(to_keras3(model))["config"]["layers"][1]["inbound_nodes"] == layers[1]["inbound_nodes"]


def test_what_keras_3_does_not_know_is_left_out_where_it_says_nothing() -> None:
    lstm = {"class_name": "LSTM", "config": {"units": 2, "time_major": False, "implementation": 2}}
    assert understood_by_both(lstm) == {"class_name": "LSTM", "config": {"units": 2, "implementation": 2}}
    assert to_keras3(lstm) == {"class_name": "LSTM", "config": {"units": 2}}
    loss = {"class_name": "MeanSquaredError", "config": {"reduction": "auto", "fn": "mean_squared_error"}}
    assert understood_by_both(loss)["config"] == {"reduction": "sum_over_batch_size"}


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("SeparableConv1D", {"groups": 1, "kernel_initializer": "zeros", "kernel_constraint": None}),
        ("SeparableConv2D", {"groups": 1, "kernel_regularizer": None}),
        ("DepthwiseConv2D", {"groups": 1}),
        ("Conv2DTranspose", {"groups": 1}),
        ("Conv3DTranspose", {"groups": 1}),
    ],
)
def test_what_only_the_convolutions_of_2_15_tell_is_left_out(kind: str, told: Any) -> None:
    convolution = {"class_name": kind, "config": {"kernel_size": 3, **told}}
    assert to_keras3(convolution) == {"class_name": kind, "config": {"kernel_size": 3}}


@pytest.mark.parametrize("kind", ["LSTMCell", "GRUCell", "SimpleRNNCell"])
def test_cells_of_keras_3_have_a_seed_that_2_15_does_not_know(kind: str) -> None:
    cell = {"class_name": kind, "config": {"units": 2, "seed": None}}
    rnn = {
        "class_name": "RNN",
        "config": {"cell": {"class_name": "StackedRNNCells", "config": {"cells": [cell]}}},
    }
    found = from_keras3(rnn)["config"]["cell"]["config"]["cells"]
    assert found == [{"class_name": kind, "config": {"units": 2}}]


def test_layers_of_a_h5_are_named_without_their_modules() -> None:
    plain = understood_by_both(config("2.15", "functional"))
    inside = next(layer for layer in plain["config"]["layers"] if layer["name"] == "inside")
    assert set(inside) == {"class_name", "config", "name", "inbound_nodes"}
    assert [layer["class_name"] for layer in inside["config"]["layers"]] == ["InputLayer", "Dense"]
    assert all("module" not in layer for layer in inside["config"]["layers"])
    own = {"class_name": "Mine", "module": None, "registered_name": "Custom>Mine", "config": {}}
    model = {"class_name": "Sequential", "config": {"layers": [own]}}
    assert understood_by_both(model)["config"]["layers"] == [{"class_name": "Custom>Mine", "config": {}}]


def test_what_the_other_side_cannot_mean_is_one_error() -> None:
    norm = {"class_name": "BatchNormalization", "config": {"name": "n", "renorm": True, "synchronized": True}}
    with pytest.raises(UsageError, match="2 problems") as raised:
        from_keras3([norm])
    assert "renorm=True of BatchNormalization 'n' means nothing to the other version of Keras" in str(
        raised.value
    )
    with pytest.raises(UsageError, match="time_major=True of LSTM ''"):
        to_keras3({"class_name": "LSTM", "config": {"time_major": True}})


def test_a_policy_of_types_is_the_name_of_one() -> None:
    policy = {
        "module": "keras",
        "class_name": "DTypePolicy",
        "config": {"name": "float16"},
        "registered_name": None,
    }
    assert from_keras3({"class_name": "Dense", "config": {"dtype": policy}})["config"] == {"dtype": "float16"}


def test_an_optimizer_of_keras_3_is_none_of_the_older_ones() -> None:
    told = {"optimizer_config": {"class_name": "Adam", "config": {"learning_rate": 0.5}}, "loss": "mse"}
    assert from_keras3(told)["optimizer_config"]["config"] == {
        "learning_rate": 0.5,
        "is_legacy_optimizer": False,
    }
    assert (
        from_keras3(config("3.15", "sequential"))["compile_config"]["optimizer"]["config"][
            "is_legacy_optimizer"
        ]
        is False
    )


def test_a_name_that_is_none_is_left_to_keras_3() -> None:
    told = {"class_name": "ExponentialDecay", "config": {"decay_rate": 0.5, "name": None}}
    assert to_keras3(told)["config"] == {"decay_rate": 0.5}
