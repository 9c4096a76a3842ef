"""Checkpoints of tf.estimator with optimizers of tf.keras: their keys, and what else they hold.

Expectations: variable lists of checkpoints that TensorFlow 2.15 wrote.
"""

from __future__ import annotations

import numpy as np
import pytest

from estimator.checkpoint.keras_names import advanced, hyper_parameters, keras_names, power_after
from estimator.checkpoint.variables import Part
from estimator.variables.slot_role import SlotRole

KERNEL = "dnn/hiddenlayer_0/kernel"


@pytest.mark.parametrize(
    ("role", "key"),
    [
        (SlotRole(("Adam", "vhat")), f"training/Adam/{KERNEL}/vhat"),
        (SlotRole(("Ftrl", "accumulator")), f"training/Ftrl/{KERNEL}/accumulator"),
    ],
)
def test_slots_lie_below_their_optimizer(role: SlotRole, key: str) -> None:
    part = Part(f"{KERNEL}/Ours_1", KERNEL, "Ours_1", role)
    assert keras_names([])(part) == key
    assert keras_names([key.replace("training/", "training_2/")])(part) == key.replace(
        "training/", "training_2/"
    )


def test_what_means_something_else_in_keras_is_never_mistaken_for_it() -> None:
    stored = {"training/SGD/w/momentum", "training/Momentum/w/momentum"}
    assert keras_names(stored)(Part("w/Momentum", "w", "Momentum", SlotRole())) == "w/Momentum"


STORED = [
    "w", "global_step", "training/Adam/w/m", "training/Adam/w/v", "training/Adam/learning_rate", "training/Adam/iter",
    "training_1/Ftrl/b/linear", "training_1/Ftrl/beta", "training/SGD/decay",
]  # fmt: skip


@pytest.mark.parametrize(
    ("used", "kept"),
    [
        (
            ["w", "training/Adam/w/m"],
            ["training/Adam/iter", "training/Adam/learning_rate", "training/SGD/decay"],
        ),
        (["training_1/Ftrl/b/linear"], ["training/SGD/decay", "training_1/Ftrl/beta"]),
        (["w"], ["training/SGD/decay"]),
    ],
)
def test_hyper_parameters_stay_with_their_optimizer(used: list[str], kept: list[str]) -> None:
    assert hyper_parameters(STORED, used) == kept


def test_only_the_count_of_steps_advances() -> None:
    assert advanced("training/Adam/iter", np.int64(200), 5) == 205
    assert advanced("training/Adam/learning_rate", np.float32(0.5), 5) == np.float32(0.5)


@pytest.mark.parametrize("base", [0.9, 0.999, 0.0, 1.0])
@pytest.mark.parametrize("steps", [0, 1, 4095, 4096, 4097, 10000])
def test_a_power_has_the_bits_of_one_multiplied_at_each_step(base: float, steps: int) -> None:
    expected = np.float32(base)
    for _ in range(steps):
        expected *= np.float32(base)
    assert power_after(np.asarray(base, np.float32), steps).tobytes() == expected.tobytes()


def test_a_power_after_a_billion_steps_takes_no_time() -> None:
    assert power_after(np.asarray(0.999, np.float32), 10**9) < 1e-40
