"""Keys of the dialects. Expectations: variable lists of checkpoints that TensorFlow 2.15 wrote."""

from __future__ import annotations

import pytest

from estimator.checkpoint.dialects import dialects, fitting_dialect


@pytest.mark.parametrize(
    ("dialect", "variable", "slot", "key"),
    [
        ("plain", "dense/kernel", None, "dense/kernel"),
        ("plain", "dense/kernel", "Adam_1", "dense/kernel/Adam_1"),
        ("plain", "beta1_power", None, "beta1_power"),
        ("dnn_v1", "dnn/logits/bias", None, "dnn/logits/bias"),
        ("dnn_v1", "dnn/logits/bias", "Adagrad", "dnn/logits/bias/t_0/Adagrad"),
        ("dnn_v1", "dnn/hiddenlayer_1/kernel", "RMSProp_2", "dnn/hiddenlayer_1/kernel/t_0/RMSProp_2"),
        ("dnn_v1", "beta2_power", None, "dnn/head/beta2_power"),
        ("dnn_v1", "global_step", None, "global_step"),
        (
            "linear_v1",
            "linear/linear_model/bias_weights",
            "Ftrl",
            "linear/linear_model/bias_weights/part_0/Ftrl",
        ),
        ("dnn_linear_v1", "dnn/logits/bias", "Adagrad", "dnn/logits/bias/Adagrad"),
        ("dnn_linear_v1", "beta1_power", None, "head/beta1_power"),
    ],
)
def test_keys_are_tensorflows(dialect: str, variable: str, slot: str | None, key: str) -> None:
    assert dialects.get(dialect)(variable, slot) == key


def test_reading_finds_the_dialect_that_fits() -> None:
    parts = [("dnn/logits/bias", None), ("dnn/logits/bias", "Adagrad")]
    assert fitting_dialect("dnn_v1", parts, ["dnn/logits/bias", "dnn/logits/bias/Adagrad"]) == "dnn_linear_v1"
    assert fitting_dialect("plain", parts, ["dnn/logits/bias", "dnn/logits/bias/t_0/Adagrad"]) == "dnn_v1"


def test_the_models_own_dialect_wins_a_tie() -> None:
    parts = [("dnn/logits/bias", None), ("dnn/logits/bias", "Adagrad")]
    assert fitting_dialect("plain", parts, ["dnn/logits/bias", "dnn/logits/bias/Adagrad"]) == "plain"
    assert fitting_dialect("dnn_v1", parts, ["dnn/logits/bias"]) == "dnn_v1"
