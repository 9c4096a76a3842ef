"""Keys of optimizers by their names; tests/inspection/test_roles.py tries those of TensorFlow's files."""

from __future__ import annotations

import pytest

from estimator.checkpoint.slot_names import SlotName, is_power, optimizer_paths, path_above, slot_name

KERNEL = ((4, 3), 1)
SPECS = {
    "w": KERNEL,
    "w/Adam": KERNEL,
    "w/t_0/Adam_1": KERNEL,
    "scope/w/Momentum": KERNEL,
    "w/other": ((4,), 1),
    "training_2/Adam/w/m": KERNEL,
    "training_2/Adam/decay": ((), 1),
}


@pytest.mark.parametrize(
    "name, expected",
    [
        ("w", None),
        ("w/Adam", SlotName("Adam", "w")),
        ("w/t_0/Adam_1", SlotName("Adam", "w")),
        ("scope/w/Momentum", SlotName("Momentum", "w")),
        ("w/other", None),  # of another shape
        ("training_2/Adam/w/m", SlotName("Adam", "w")),
        ("training_2/Adam/decay", SlotName("Adam", None)),
    ],
)
def test_names_tell_optimizer_and_owner(name: str, expected: SlotName | None) -> None:
    assert slot_name(name, SPECS) == expected


def test_powers_of_betas_are_known_in_any_scope() -> None:
    assert is_power("beta1_power") and is_power("dnn/head/beta2_power_1")
    assert not is_power("beta3_power") and not is_power("beta1_power/Adam")


def test_what_counts_steps_or_has_slots_is_an_optimizer() -> None:
    keys = [
        "a/opt/iter/.ATTRIBUTES/VARIABLE_VALUE",
        "w/.OPTIMIZER_SLOT/b/m/.ATTRIBUTES/VARIABLE_VALUE",
        "c/_iterations/.ATTRIBUTES/VARIABLE_VALUE",
        "model/w/.ATTRIBUTES/VARIABLE_VALUE",
    ]
    assert optimizer_paths(keys) == {"a/opt", "b", "c"}
    assert path_above("c/_variables/1/.ATTRIBUTES/VARIABLE_VALUE", {"c"}) == "c"
    assert path_above("model/w/.ATTRIBUTES/VARIABLE_VALUE", {"c"}) is None
