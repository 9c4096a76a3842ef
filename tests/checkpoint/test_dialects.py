"""Keys of the dialects. Expectations: variable lists of checkpoints that TensorFlow 2.15 wrote."""

from __future__ import annotations

import pytest

from estimator.checkpoint.dialects import dialects, fitting_dialect
from estimator.checkpoint.variables import Part
from estimator.variables.slot_role import SlotRole

BIAS = Part("dnn/logits/bias")
POWER = Part("beta2_power", role=SlotRole(is_power=True))


def slot(owner: str, name: str, kind: str = "Adagrad", what: str = "accumulator") -> Part:
    """A slot as it is called in the graph when the optimizer works in the variable scope of the model."""
    return Part(f"{owner.partition('/')[0]}/{owner}/{name}", owner, name, SlotRole((kind, what)))


SLOT = slot("dnn/logits/bias", "Adagrad")


@pytest.mark.parametrize(
    ("dialect", "part", "key"),
    [
        ("plain", Part("dense/kernel"), "dense/kernel"),
        ("plain", Part("dense/kernel/Adam_1", "dense/kernel", "Adam_1"), "dense/kernel/Adam_1"),
        ("plain", Part("train/dense/kernel/Adam", "dense/kernel", "Adam"), "train/dense/kernel/Adam"),
        ("plain", POWER, "beta2_power"),
        ("dnn_v1", BIAS, "dnn/logits/bias"),
        ("dnn_v1", SLOT, "dnn/logits/bias/t_0/Adagrad"),
        ("dnn_v1", slot("dnn/logits/kernel", "RMSProp_2"), "dnn/logits/kernel/t_0/RMSProp_2"),
        ("dnn_v1", POWER, "dnn/head/beta2_power"),
        ("dnn_v1", POWER._replace(name="dnn/my_head/beta2_power"), "dnn/my_head/beta2_power"),
        ("dnn_v1", Part("global_step"), "global_step"),
        (
            "linear_v1",
            slot("linear/linear_model/bias_weights", "Ftrl"),
            "linear/linear_model/bias_weights/part_0/Ftrl",
        ),
        ("dnn_linear_v1", SLOT, "dnn/logits/bias/Adagrad"),
        ("dnn_linear_v1", POWER, "head/beta2_power"),
        ("keras", BIAS, "dnn/logits/bias"),
        ("keras", SLOT, "training/Adagrad/dnn/logits/bias/accumulator"),
        ("keras", POWER, None),
    ],
)
def test_keys_are_tensorflows(dialect: str, part: Part, key: str | None) -> None:
    assert dialects.get(dialect)(part) == key


@pytest.mark.parametrize(
    ("preferred", "key", "found"),
    [
        ("dnn_v1", "dnn/logits/bias/Adagrad", "dnn_linear_v1"),
        ("plain", "dnn/logits/bias/t_0/Adagrad", "dnn_v1"),
        ("dnn_v1", "training/Adagrad/dnn/logits/bias/accumulator", "keras"),
        ("dnn_v1", "training_2/Adagrad/dnn/logits/bias/accumulator", "keras"),
        ("dnn_v1", "training/SGD/learning_rate", "keras"),  # an optimizer without slots
    ],
)
def test_reading_finds_the_dialect_that_fits(preferred: str, key: str, found: str) -> None:
    assert fitting_dialect(preferred, [BIAS, SLOT], ["dnn/logits/bias", key])[0] == found


def test_the_models_own_dialect_wins_a_tie() -> None:
    assert fitting_dialect("dnn_v1", [BIAS, SLOT], ["dnn/logits/bias"])[0] == "dnn_v1"
    own = ["dnn/logits/bias", SLOT.name, "dnn/logits/bias/t_0/Adagrad"]
    assert fitting_dialect("plain", [BIAS, SLOT], own)[0] == "plain"
    assert fitting_dialect("dnn_v1", [BIAS, SLOT], own)[0] == "dnn_v1"


def test_slots_of_another_optimizer_make_no_dialect() -> None:
    stored = ["dnn/logits/bias", "training/Adam/dnn/logits/bias/m", "training/Adam/learning_rate"]
    assert fitting_dialect("dnn_v1", [BIAS, SLOT], stored)[0] == "dnn_v1"
