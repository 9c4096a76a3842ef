"""Receivers: names, types and refusals. Names and words: TensorFlow 2.15.1, observed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int64, string
from estimator.core.errors import UsageError
from estimator.functions.arrays import placeholder
from estimator.functions.parsing import FixedLenFeature, VarLenFeature
from estimator.functions.ragged.making import placeholder as ragged_placeholder
from estimator.functions.sparse import sparse_placeholder
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.slices import IndexedSlices
from estimator.graph.sparse import SparseTensor
from estimator.models.receivers import (
    ServingInputReceiver,
    SupervisedInputReceiver,
    TensorServingInputReceiver,
    build_parsing_serving_input_receiver_fn,
    build_raw_serving_input_receiver_fn,
    build_raw_supervised_input_receiver_fn,
    build_supervised_input_receiver_fn_from_input_fn,
)
from estimator.pipeline.dataset import Dataset
from estimator.runtime.session import Session
from tests.parsing_of_tf import entry, example, floats, texts


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    """A new default graph."""
    with Graph().as_default() as made:
        yield made


@pytest.fixture
def x() -> Any:
    """Rows of four."""
    return placeholder(float32, [None, 4], "x")


def described(tensors: Any) -> dict[str, tuple[str, Any, str]]:
    return {name: (tensor.name, tensor.dims, tensor.dtype.name) for name, tensor in tensors.items()}


# -- what is in them


def test_tensors_alone_get_tensorflows_names(x: Any) -> None:
    assert ServingInputReceiver(x, x) == ({"feature": x}, {"input": x}, None)
    assert TensorServingInputReceiver(x, x) == (x, {"input": x}, None)
    assert SupervisedInputReceiver(x, x, x) == (x, x, {"input": x})


def test_tensors_of_all_kinds_stay_what_they_are(x: Any) -> None:
    given = {"dense": x, "sparse": sparse_placeholder(string), "ragged": ragged_placeholder(int64, 1)}
    receiver = ServingInputReceiver(features={**given, 3: x}, receiver_tensors=given)
    assert receiver.features == {**given, 3: x} and receiver.receiver_tensors == given
    assert TensorServingInputReceiver(given["sparse"], given).features is given["sparse"]


def test_alternatives_are_named_and_the_users_dict_is_left_alone(x: Any) -> None:
    alternatives = {"one": x, "by_name": {"a": x}}
    for receiver in (
        ServingInputReceiver(x, x, receiver_tensors_alternatives=alternatives),
        TensorServingInputReceiver(
            features=x, receiver_tensors=x, receiver_tensors_alternatives=alternatives
        ),
    ):
        assert receiver.receiver_tensors_alternatives == {"one": {"input": x}, "by_name": {"a": x}}
    assert alternatives == {"one": x, "by_name": {"a": x}}


def test_receivers_are_tuples_in_tensorflows_order(x: Any) -> None:
    assert ServingInputReceiver._fields == ("features", "receiver_tensors", "receiver_tensors_alternatives")
    assert SupervisedInputReceiver._fields == ("features", "labels", "receiver_tensors")
    features, labels, fed = SupervisedInputReceiver({"a": x}, {0: x}, {"a": x})
    assert (features, labels, fed) == ({"a": x}, {0: x}, {"a": x})


WRONG: dict[str, tuple[Callable[[Any], Any], tuple[str, ...]]] = {
    "no features": (lambda x: ServingInputReceiver(None, x), ("features must be defined.",)),
    "nothing fed": (lambda x: ServingInputReceiver(x, None), ("receiver_tensors must be defined.",)),
    "an int is fed": (
        lambda x: ServingInputReceiver({1: x}, {1: x}),
        ("receiver_tensor keys must be strings: 1.",),
    ),
    "a float is a name": (
        lambda x: ServingInputReceiver({2.0: x}, x),
        ("feature keys must be strings or ints: 2.0.",),
    ),
    "an array": (
        lambda x: ServingInputReceiver({"a": np.ones(3)}, x),
        ("feature 'a' must be a Tensor, SparseTensor, or RaggedTensor, given: array", "tf.placeholder("),
    ),
    "slices": (
        lambda x: ServingInputReceiver({"a": IndexedSlices(x, x)}, x),
        ("feature 'a' must be a Tensor",),
    ),
    "alternatives in a list": (
        lambda x: ServingInputReceiver(x, x, [x]),
        ("receiver_tensors_alternatives must be a dict: [",),
    ),
    "everything at once": (
        lambda x: ServingInputReceiver(None, {1: x}, {"a": {2: x, "b": 3}, 4: x}),
        (
            "features must be defined.",
            "receiver_tensor keys must be strings: 1.",
            "receiver_tensors_alternatives keys must be strings: 4.",
            "receiver_tensors_alternative keys must be strings: 2.",
            "receiver_tensors_alternative 'b' must be a Tensor",
        ),
    ),
    "a dict for one": (
        lambda x: TensorServingInputReceiver({"a": x}, x),
        ("features must be one tensor", "are for ServingInputReceiver"),
    ),
    "none for one": (lambda x: TensorServingInputReceiver(None, x), ("features must be defined.",)),
    "an array for one": (lambda x: TensorServingInputReceiver(1.0, x), ("features must be a Tensor",)),
    "no labels": (lambda x: SupervisedInputReceiver(x, None, x), ("labels must be defined.",)),
    "labels that are no tensor": (
        lambda x: SupervisedInputReceiver(x, {"l": 1}, x),
        ("label 'l' must be a Tensor",),
    ),
    "a raw array": (
        lambda x: build_raw_serving_input_receiver_fn({"a": np.ones(3)}),
        ("build_raw_serving_input_receiver_fn: feature 'a' must be a Tensor",),
    ),
    "one name for a feature and a label": (
        lambda x: build_raw_supervised_input_receiver_fn({"a": x}, {"a": x}),
        ("Features and labels must have distinct keys. Found overlapping keys: ['a']",),
    ),
    "the names of tensors alone": (
        lambda x: build_raw_supervised_input_receiver_fn({"label": x}, x),
        ("Found overlapping keys: ['label']",),
    ),
    "an input without labels": (
        lambda x: build_supervised_input_receiver_fn_from_input_fn(lambda: {"a": np.ones(3)}),
        ("labels must be defined.",),
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_at_once(case: str, x: Any) -> None:
    make, parts = WRONG[case]
    with pytest.raises(UsageError) as caught:
        make(x)
    for part in parts:
        assert part in str(caught.value)
    assert len(caught.value.problems) == (len(parts) if case == "everything at once" else 1)


def test_features_that_are_no_dict_are_refused_before_anything_is_built(x: Any, graph: Graph) -> None:
    with pytest.raises(TypeError, match=r"features must be a dict such as \{\"age\": tf.placeholder"):
        build_raw_serving_input_receiver_fn(x)
    with pytest.raises(TypeError, match=r"feature_spec must be a dict such as .*make_parse_example_spec"):
        build_parsing_serving_input_receiver_fn([x])  # type: ignore[arg-type]
    assert [op.name for op in graph.get_operations()] == ["x"]


# -- the functions that make them


def test_raw_features_are_fed_under_their_own_names(x: Any) -> None:
    made = {
        "a": x,
        "scalar": placeholder(float32, [], "scalar"),
        "unknown": placeholder(int64, None, "unknown"),
        "sparse": sparse_placeholder(string, [None, 5], "sp"),
    }
    build = build_raw_serving_input_receiver_fn(made)
    with Graph().as_default():
        receiver = build()
    assert receiver.features == receiver.receiver_tensors
    assert described(receiver.features) == {
        "a": ("x:0", (None, 4), "float32"),
        "scalar": ("scalar:0", (None,), "float32"),
        "unknown": ("unknown:0", None, "int64"),
        "sparse": ("sp/values:0", (None, 5), "string"),
    }
    in_the_same_graph = build_raw_serving_input_receiver_fn({"a": x}, default_batch_size=8)()
    assert described(in_the_same_graph.features) == {"a": ("x_1:0", (8, 4), "float32")}


def test_examples_are_parsed_from_one_placeholder() -> None:
    spec = {"a": FixedLenFeature([2], float32), "b": VarLenFeature(string)}
    receiver = build_parsing_serving_input_receiver_fn(spec)()
    assert described(receiver.receiver_tensors) == {"examples": ("input_example_tensor:0", (None,), "string")}
    assert isinstance(receiver.features["b"], SparseTensor)
    both = example(entry(b"a", floats(1, 2)), entry(b"b", texts(b"x", b"y")))
    fed = [both, example(entry(b"a", floats(3, 4)))]
    found = Session().run(receiver.features, {receiver.receiver_tensors["examples"]: fed})
    assert found["a"].tolist() == [[1, 2], [3, 4]] and found["b"].values.tolist() == [b"x", b"y"]
    four = build_parsing_serving_input_receiver_fn(spec, default_batch_size=4)()
    assert four.receiver_tensors["examples"].dims == (4,)


def test_features_and_labels_are_fed_together(x: Any) -> None:
    y = placeholder(float32, [], "y")
    alone = build_raw_supervised_input_receiver_fn(x, y)
    by_name = build_raw_supervised_input_receiver_fn({"a": x}, {"b": y}, 8)
    with Graph().as_default():
        receiver = alone()
        assert described(receiver.receiver_tensors) == {
            "input": ("x:0", (None, 4), "float32"),
            "label": ("y:0", (None,), "float32"),
        }
        assert receiver.features is receiver.receiver_tensors["input"]
        assert receiver.labels is receiver.receiver_tensors["label"]
        named = by_name()
    assert named.features["a"].dims == (8, 4) and named.labels["b"].dims == (8,)
    assert named.receiver_tensors == {**named.features, **named.labels}


@pytest.mark.parametrize("kind", ["dataset", "arrays"])
def test_what_an_input_function_gives_is_fed_like_that(kind: str, graph: Graph) -> None:
    def input_fn(rows: int) -> Any:
        data = {"a": np.ones((rows, 2), np.float32)}, np.ones(rows, np.int64)
        return data if kind == "arrays" else Dataset.from_tensor_slices(data).batch(3)

    build = build_supervised_input_receiver_fn_from_input_fn(input_fn, rows=6)
    assert graph.get_operations() == [] and get_default_graph() is graph
    found = build().receiver_tensors
    assert {name: (dims, dtype) for name, (_, dims, dtype) in described(found).items()} == {
        "a": ((None, 2), "float32"),
        "label": ((None,), "int64"),
    }
    assert all(tensor.op.type == "Placeholder" for tensor in found.values())
