"""Which keys of a checkpoint are weights and which are an optimizer's, and both written again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import estimator as est
from estimator import tf
from estimator.checkpoint.keras_names import power_after
from estimator.checkpoint.reader import load_checkpoint
from estimator.core.dtypes import as_dtype
from estimator.core.errors import UsageError
from estimator.exchange import checkpoint
from estimator.exchange.held import Held
from estimator.formats.safetensors import TypedArray
from tests.tiny import batches, estimator

Array = np.ndarray[Any, Any]


def typed(value: Any) -> TypedArray:
    array = np.asarray(value)
    return TypedArray(array, as_dtype(array.dtype))


def written(path: Path, values: dict[str, Any]) -> Held:
    """A checkpoint with these values, read."""
    checkpoint.save(str(path), "model.ckpt-0", {key: typed(value) for key, value in values.items()})
    return checkpoint.read(str(path))


KERNEL, BIAS = np.arange(6, dtype=np.float32).reshape(2, 3), np.zeros(3, np.float32)
WEIGHTS = {"dense/kernel": KERNEL, "dense/bias": BIAS}


def slots(form: str) -> dict[str, Array]:
    """Both means of Adam under the keys of some dialect."""
    keras = ("m", "v") if form.startswith("training") else ("Adam", "Adam_1")
    return {
        form.format(name, slot): array + number
        for number, slot in enumerate(keras, 1)
        for name, array in WEIGHTS.items()
    }


FORMS = ["{}/{}", "loss/{}/{}", "{}/t_0/{}", "{}/part_0/{}", "training/Adam/{}/{}", "training_2/Adam/{}/{}"]


@pytest.mark.parametrize("form", FORMS)
def test_slots_of_every_dialect_are_their_variables(form: str, tmp_path: Path) -> None:
    held = written(tmp_path, WEIGHTS | slots(form) | {"global_step": np.int64(4)})
    assert (sorted(held.weights), held.step) == (["dense/bias", "dense/kernel"], 4)
    np.testing.assert_array_equal(held.moments["exp_avg"]["dense/kernel"], KERNEL + 1)
    np.testing.assert_array_equal(held.moments["exp_avg_sq"]["dense/bias"], BIAS + 2)
    assert checkpoint.wanted_moments(held) == ("exp_avg", "exp_avg_sq")


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_for_a_checkpoint_that_looks_so_has_its_keys(form: str, tmp_path: Path) -> None:
    extra = {"training/Adam/iter": np.int64(1), "training/Adam/learning_rate": np.float32(0.5)}
    powers = {"beta1_power": np.float32(0.9), "beta2_power": np.float32(0.999)}
    values = (
        WEIGHTS
        | slots(form)
        | {"global_step": np.int64(1)}
        | (extra if form.startswith("training/") else powers)
    )
    like = written(tmp_path, values)
    held = Held("", dict(like.weights), dict(like.moments), {"betas": (0.5, 0.75)}, step=7, optimizer_step=3)
    tensors = checkpoint.tensors_of(held, like)
    assert tensors.keys() == values.keys()
    assert tensors["global_step"].array == 7
    if form.startswith("training/"):
        assert (tensors["training/Adam/iter"].array, tensors["training/Adam/learning_rate"].array) == (3, 0.5)
    else:
        # beta to the power of one more than the steps made: what the next step divides by
        assert (tensors["beta1_power"].array, tensors["beta2_power"].array) == (0.0625, 0.31640625)


def test_without_anything_to_look_like_keys_are_those_of_tf_train() -> None:
    weights = {name: typed(array) for name, array in WEIGHTS.items()}
    held = Held(
        "", weights, {"exp_avg": {"dense/kernel": KERNEL}, "exp_avg_sq": {"dense/kernel": KERNEL}}, step=1
    )
    assert sorted(checkpoint.tensors_of(held, None).keys() - WEIGHTS.keys()) == [
        "beta1_power", "beta2_power", "dense/kernel/Adam", "dense/kernel/Adam_1", "global_step",
    ]  # fmt: skip


@pytest.mark.parametrize("optimizer", ["Adam", "Momentum", "Adagrad", "RMSProp", "Ftrl"])
def test_what_our_optimizers_keep_is_no_weight(optimizer: str, tmp_path: Path) -> None:
    made: Any = {"Momentum": tf.train.MomentumOptimizer(0.1, 0.9)}.get(optimizer, optimizer)
    column = tf.feature_column.numeric_column("x", shape=[1])
    classifier = est.DNNClassifier(
        [2], [column], tmp_path, optimizer=made, config=est.RunConfig(progress=False)
    )
    classifier.train(lambda: est.data.Dataset.from_tensors(({"x": [[1.0]]}, [1])), steps=1)
    held = checkpoint.read(str(tmp_path))
    assert sorted(held.weights) == [
        "dnn/hiddenlayer_0/bias", "dnn/hiddenlayer_0/kernel", "dnn/logits/bias", "dnn/logits/kernel",
    ]  # fmt: skip
    kinds = {"Adam": {"exp_avg", "exp_avg_sq"}, "Momentum": {"momentum_buffer"}, "Adagrad": {"sum"}}
    assert held.moments.keys() == kinds.get(optimizer, set())
    unknown = {"RMSProp": ["RMSProp", "RMSProp_1"], "Ftrl": ["Ftrl", "Ftrl_1"]}.get(optimizer, [])
    assert sorted(held.unknown) == unknown
    assert checkpoint.wanted_moments(held) == (*held.moments, *held.unknown)


def test_variables_that_only_end_like_others_are_weights(tmp_path: Path) -> None:
    held = written(tmp_path, {"kernel": KERNEL, "a/kernel": KERNEL, "a/kernel/scale": BIAS, "Adam": BIAS})
    assert sorted(held.weights) == ["Adam", "a/kernel", "a/kernel/scale", "kernel"]


def test_without_the_optimizer_only_weights_are_read(tmp_path: Path) -> None:
    estimator(tmp_path).train(batches(), steps=1)
    held = checkpoint.read(str(tmp_path), with_optimizer=False)
    assert held.weights
    assert not held.moments
    assert not held.keys


@pytest.mark.parametrize("steps", [0, 1, 40, 3000])
def test_the_number_of_steps_is_read_from_the_powers(steps: int) -> None:
    betas = (0.9, 0.999)
    powers = [power_after(np.float32(beta), steps) for beta in betas]  # type: ignore[arg-type]  # of no dimension
    others = {"a/beta1_power": typed(powers[0]), "a/beta2_power_1": typed(powers[1])}
    assert checkpoint.optimizer_steps(Held("", others=others, step=steps), betas) == steps
    assert (
        checkpoint.optimizer_steps(Held("", others=others, step=steps + 500), betas) == steps
    )  # it began later


def test_powers_of_other_betas_tell_nothing() -> None:
    others = {"beta1_power": typed(np.float32(0.9**41)), "beta2_power": typed(np.float32(0.999**41))}
    assert checkpoint.optimizer_steps(Held("", others=others, step=40), (0.9, 0.98)) is None
    assert checkpoint.optimizer_steps(Held("", step=40), (0.9, 0.98)) is None


def test_a_checkpoint_of_objects_is_refused(tmp_path: Path) -> None:
    tf.train.Checkpoint(x=np.zeros(2)).save(str(tmp_path / "ckpt"))
    with pytest.raises(UsageError, match=r"saved by tf.train.Checkpoint; train with the model once"):
        checkpoint.read(str(tmp_path))


def test_a_new_checkpoint_lies_beside_those_that_are_there_and_is_the_latest(tmp_path: Path) -> None:
    estimator(tmp_path).train(batches(), steps=3)
    before = {name: load_checkpoint(tmp_path).get_tensor(name) for name in load_checkpoint(tmp_path).names()}
    checkpoint.save(str(tmp_path), "model.ckpt-2", {key: typed(value) for key, value in before.items()})
    assert tf.train.latest_checkpoint(str(tmp_path)) == str(tmp_path / "model.ckpt-2")
    state = tf.train.get_checkpoint_state(str(tmp_path))
    names = [Path(path).name for path in state.all_model_checkpoint_paths]
    assert names == ["model.ckpt-1", "model.ckpt-3", "model.ckpt-2"]
