"""Models of Keras with their optimizers in object-based checkpoints, which TensorFlow 2.15 has written for the same models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.checkpoint.object_graph import OBJECT_GRAPH_KEY
from estimator.checkpoint.reader import list_variables, load_checkpoint
from estimator.core import errors
from estimator.formats import messages
from tests.keras.checkpointed_models import CASES, compiled, features, labels, outcome, trained

TF = Path(__file__).parents[1] / "data" / "tf" / "keras_checkpoints"
EXPECTED = json.loads((TF / "expected.json").read_text("utf-8"))
# lists and the like, which TensorFlow notes
WITHOUT_VALUES = {"axis", "_index_dict", "state_spec", "state_size", "_convolution_op"}


@pytest.fixture(autouse=True)
def _graph() -> Iterator[None]:
    tf.keras.backend.clear_session()
    yield
    tf.keras.backend.clear_session()


def assert_same(found: Any, expected: Any) -> None:
    for name, numbers in expected.items():
        np.testing.assert_allclose(found[name], numbers, rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("case", CASES)
def test_a_model_restored_before_it_is_built_predicts_and_trains_on_as_in_tensorflow(case: str) -> None:
    model, optimizer = compiled(tf, case)
    status = tf.train.Checkpoint(model=model, optimizer=optimizer).restore(TF / f"{case}-1")
    assert_same(outcome(model, case), EXPECTED[case])
    status.assert_consumed()


@pytest.mark.parametrize("case", CASES)
def test_a_model_that_was_trained_becomes_the_restored_one(case: str) -> None:
    model, optimizer = trained(tf, case, steps=1)
    tf.train.Checkpoint(model=model, optimizer=optimizer).restore(TF / f"{case}-1").assert_consumed()
    assert_same(outcome(model, case), EXPECTED[case])


def objects(prefix: Path | str) -> dict[str, list[str]]:
    """The ways to all objects of a checkpoint, each with the keys of its values; functions of TensorFlow's left out."""
    stored = bytes(load_checkpoint(prefix).get_tensor(OBJECT_GRAPH_KEY))
    nodes = messages.parse("TrackableObjectGraph", stored, "test").nodes
    found: dict[str, list[str]] = {}
    waiting: list[tuple[str, int, tuple[int, ...]]] = [("", 0, ())]
    while waiting:
        path, number, above = waiting.pop()
        found[path] = [attribute.checkpoint_key for attribute in nodes[number].attributes]
        waiting += [
            (f"{path}/{child.local_name}", child.node_id, (*above, number))
            for child in nodes[number].children
            if child.node_id not in (*above, number) and not child.local_name.endswith("_function")
        ]
    return found


@pytest.mark.parametrize("case", CASES)
def test_objects_keys_and_shapes_are_those_of_tensorflow(case: str, tmp_path: Path) -> None:
    model, optimizer = trained(tf, case)
    prefix = tf.train.Checkpoint(model=model, optimizer=optimizer).save(tmp_path / case)
    assert list_variables(prefix) == list_variables(TF / f"{case}-1")
    ours, theirs = objects(prefix), objects(TF / f"{case}-1")
    common = ours.keys() & theirs.keys()
    assert {path: ours[path] for path in common} == {path: theirs[path] for path in common}
    assert not any(keys for path, keys in ours.items() if path not in common)
    assert all(WITHOUT_VALUES & set(path.split("/")) for path in theirs if path not in common)


@pytest.mark.parametrize("case", ["layered", "subclassed"])
def test_what_is_saved_is_restored_into_another_model_bit_for_bit(case: str, tmp_path: Path) -> None:
    model, optimizer = trained(tf, case)
    prefix = tf.train.Checkpoint(model=model, optimizer=optimizer).save(tmp_path / case)
    expected = outcome(model, case)
    other, its_optimizer = compiled(tf, case)
    status = tf.train.Checkpoint(model=other, optimizer=its_optimizer).restore(prefix)
    assert outcome(other, case) == expected
    status.assert_consumed()


def test_weights_alone_are_restored_and_the_rest_is_told(tmp_path: Path) -> None:
    model, _ = compiled(tf, "shared")
    status = tf.train.Checkpoint(model=model).restore(TF / "shared-1")
    status.assert_existing_objects_matched().expect_partial()
    found = model.predict_on_batch(features("shared"))
    np.testing.assert_allclose(np.ravel(found), EXPECTED["shared"]["before"], rtol=1e-4, atol=1e-5)
    with pytest.raises(AssertionError, match="values of .* have no object: .*optimizer"):
        tf.train.Checkpoint(model=tf.keras.Sequential()).restore(TF / "shared-1").assert_consumed()


def test_a_model_of_other_sizes_is_refused_with_the_names_of_both_sides() -> None:
    model = tf.keras.Sequential([
        tf.keras.layers.Dense(5, input_shape=(3,)), tf.keras.layers.Dropout(0.0),
        tf.keras.layers.BatchNormalization(), tf.keras.layers.Dense(1),
    ])  # fmt: skip
    before = [np.array(value) for value in model.get_weights()]
    with pytest.raises(errors.InvalidArgumentError) as raised:
        tf.train.Checkpoint(model=model).restore(TF / "layered-1")
    words = str(raised.value)
    key = "model/layer_with_weights-0/kernel/.ATTRIBUTES/VARIABLE_VALUE"
    assert re.search(rf"{key} +\[3,4\] +\[3,5\] dense/kernel", words)
    assert "What to do: build the objects as they were" in words
    assert all(map(np.array_equal, before, model.get_weights()))


def test_a_manager_keeps_the_newest_and_a_later_run_goes_on_bit_for_bit(tmp_path: Path) -> None:
    def run(steps: int, directory: Path) -> list[float]:
        tf.keras.backend.clear_session()
        model, optimizer = compiled(tf, "layered")
        checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer)
        manager = tf.train.CheckpointManager(checkpoint, directory, max_to_keep=2)
        status = checkpoint.restore(manager.latest_checkpoint)
        if manager.latest_checkpoint is None:
            tf.train.Checkpoint(model=model, optimizer=optimizer).restore(TF / "layered-1")
        for _ in range(int(checkpoint.save_counter), steps):
            model.train_on_batch(features("layered"), labels())
            manager.save()
        del status
        assert len(manager.checkpoints) == min(steps, 2)
        return [float(number) for number in np.ravel(model.predict_on_batch(features("layered")))]

    at_once = run(4, tmp_path / "at_once")
    run(2, tmp_path / "in_two")
    assert run(4, tmp_path / "in_two") == at_once
