"""What variables are for: TensorFlow's .meta files and names tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.checkpoint.reader import load_checkpoint
from estimator.formats import messages
from estimator.inspection.roles import (
    BOOKKEEPING,
    NOT_TRAINABLE,
    OPTIMIZER,
    SLOT,
    TRAINABLE,
    UNKNOWN,
    Role,
    read_meta,
    roles_of,
    trainable_names,
)
from tests.inspection.fixtures import TF
from tests.tiny import batches, estimator


def roles(prefix: Path) -> dict[str, Role]:
    with load_checkpoint(prefix) as reader:
        return roles_of(reader.specs(), trainable_names(read_meta(reader.prefix)))


def test_the_meta_of_tensorflow_says_what_is_trained() -> None:
    found = roles(TF / "dnn_iris_adagrad_default" / "model_dir" / "model.ckpt-200")
    assert found["dnn/logits/kernel"] == Role(TRAINABLE)
    assert found["dnn/logits/kernel/t_0/Adagrad"] == Role(SLOT, "Adagrad", "dnn/logits/kernel")
    assert found["global_step"] == Role(NOT_TRAINABLE)


@pytest.mark.parametrize("kind", ["ref", "resource"])
@pytest.mark.parametrize(
    "optimizer, slots",
    [("sgd", set()), ("adagrad", {"Adagrad"}), ("momentum", {"Momentum"}), ("adam", {"Adam"})],
)
def test_slots_of_tensorflows_optimizers_are_told_from_weights(
    kind: str, optimizer: str, slots: set[str]
) -> None:
    found = roles(TF / f"meta_{kind}_{optimizer}" / "model.ckpt-3")
    assert {role.optimizer for role in found.values() if role.kind == SLOT} == slots
    owners = {role.slot_of for role in found.values() if role.kind == SLOT}
    trained = {name for name, role in found.items() if role.kind == TRAINABLE}
    assert owners <= trained and (owners == trained or not slots)
    assert {name for name, role in found.items() if role.kind == OPTIMIZER} == (
        {"beta1_power", "beta2_power"} if optimizer == "adam" else set()
    )


def test_a_partitioned_variable_is_trained_under_its_whole_name() -> None:
    found = roles(TF / "bundle_partitioned" / "model.ckpt-7")
    assert found["emb/weights"].kind == TRAINABLE


def test_without_a_meta_names_tell_what_an_optimizer_keeps() -> None:
    found = roles(TF / "dnn_iris_v2_adam" / "model_dir" / "model.ckpt-200")
    assert found["dnn/logits/kernel"] == Role(UNKNOWN)
    assert found["training/Adam/dnn/logits/kernel/m"] == Role(SLOT, "Adam", "dnn/logits/kernel")
    assert found["training/Adam/learning_rate"] == Role(OPTIMIZER, "Adam")


def test_moving_averages_are_not_trained() -> None:
    found = roles(TF / "dnn_iris_batchnorm" / "model_dir" / "model.ckpt-200")
    assert found["dnn/hiddenlayer_0/batchnorm_0/moving_mean"] == Role(NOT_TRAINABLE)


def test_keys_of_objects_say_whose_they_are() -> None:
    found = roles(TF / "bundle_object_based" / "ckpt-1")
    end = "/.ATTRIBUTES/VARIABLE_VALUE"
    assert found[f"model/w/.OPTIMIZER_SLOT/optimizer/m{end}"] == Role(SLOT, "optimizer", f"model/w{end}")
    assert found[f"optimizer/beta_1{end}"] == Role(OPTIMIZER, "optimizer")
    assert found[f"save_counter{end}"] == found["_CHECKPOINTABLE_OBJECT_GRAPH"] == Role(BOOKKEEPING)
    assert found[f"model/w{end}"] == Role(UNKNOWN)


def test_variables_of_keras_newer_optimizers_are_theirs() -> None:
    found = roles(TF / "keras_checkpoints" / "layered-1")
    end = "/.ATTRIBUTES/VARIABLE_VALUE"
    assert found[f"optimizer/_variables/12{end}"] == Role(OPTIMIZER, "optimizer")
    assert found[f"model/layer_with_weights-1/gamma{end}"] == Role(UNKNOWN)


def test_our_own_meta_says_the_same(tmp_path: Path) -> None:
    estimator(tmp_path).train(batches(), steps=1)
    found = roles(tmp_path / "model.ckpt-1")
    assert {name for name, role in found.items() if role.kind == TRAINABLE} == {
        "hidden/kernel", "hidden/bias", "out/kernel", "out/bias",
    }  # fmt: skip
    assert found["out/bias/Adagrad"] == Role(SLOT, "Adagrad", "out/bias")


def test_a_damaged_meta_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "model.ckpt-1.meta").write_bytes(b"\xff" * 50)
    assert trainable_names(read_meta(str(tmp_path / "model.ckpt-1"))) is None
    assert "model.ckpt-1 cannot be read, and says nothing" in caplog.text


@pytest.mark.parametrize(
    "name", ["saved_model_references", "saved_model_several"]
)  # in binary form, and as text
def test_the_graph_of_a_saved_model_says_what_is_trained(name: str) -> None:
    found = roles(TF / name / "variables" / "variables")
    assert {role.kind for role in found.values()} <= {TRAINABLE, NOT_TRAINABLE} and found


def test_a_damaged_collection_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    meta = messages.MetaGraphDef()
    meta.collection_def["trainable_variables"].bytes_list.value.append(b"\xff\xff")
    assert trainable_names(meta) is None and "does not say which variables are trained" in caplog.text
