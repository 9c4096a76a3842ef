"""Examples of ops/training*.py: their inputs are variables, so they are rows of their own kind.

tests/ops/test_training.py runs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from estimator.graph import build as b
from estimator.graph.op import OPS
from tests.ops.example import Example


@dataclass(frozen=True)
class Update:
    """One optimizer update.

    Attributes
    ----------
    op : str
        TensorFlow's op type.
    slots : mapping
        The names of its slots, in order, to what they are filled with.
    hyper : mapping
        Its other inputs but the gradient.
    attrs : mapping
        The attributes that are not left to their defaults.
    note : str
        What the row shows, for its test id.
    """

    op: str
    slots: Mapping[str, float]
    hyper: Mapping[str, float]
    attrs: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def id(self) -> str:
        """The name of the row in test output."""
        return f"{self.op}-{self.note}" if self.note else self.op

    @property
    def numbers(self) -> dict[str, Any]:
        """The other inputs in their types: whole numbers are counts."""
        return {
            name: np.int64(value) if isinstance(value, int) else np.float32(value)
            for name, value in self.hyper.items()
        }

    def apply(self, var: Any, slots: list[Any], gradient: Any, hyper: Mapping[str, Any]) -> Any:
        """The operation, its inputs in the order of the declaration."""
        definition = OPS.get(self.op)
        by_name = {"var": var.handle, definition.apply: gradient, **hyper}
        by_name |= {name: slot.handle for name, slot in zip(self.slots, slots, strict=True)}
        inputs = [by_name[arg.name] for arg in definition.inputs]
        return getattr(b, self.op)(*inputs, **self.attrs)

    def apply_rows(
        self, var: Any, slots: list[Any], gradient: Any, indices: Any, hyper: Mapping[str, Any]
    ) -> Any:
        """The operation on rows that goes with it."""
        definition = OPS.get(self.op.replace("Apply", "SparseApply"))
        by_name = {"var": var.handle, "grad": gradient, "indices": indices, **hyper}
        by_name |= {name: slot.handle for name, slot in zip(self.slots, slots, strict=True)}
        return getattr(b, definition.name)(*(by_name[arg.name] for arg in definition.inputs), **self.attrs)


_MOMENTUM = {"lr": 0.05, "momentum": 0.9}
_ADAM = {"beta1_power": 0.9, "beta2_power": 0.999, "lr": 0.1, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
_ADAMAX = {name: value for name, value in _ADAM.items() if name != "beta2_power"}
_RMSPROP = {"lr": 0.05, "rho": 0.9, "momentum": 0.5, "epsilon": 1e-10}
_PROXIMAL = {"l1": 0.01, "l2": 0.02}
_DUAL = {"gradient_accumulator": 0.0, "gradient_squared_accumulator": 0.1}
_FTRL = {"lr": 0.3, "l1": 0.01, "l2": 0.02, "lr_power": -0.5}
_NESTEROV = {"use_nesterov": True}

UPDATES = [
    Update("ResourceApplyGradientDescent", {}, {"alpha": 0.1}),
    Update("ResourceApplyProximalGradientDescent", {}, {"alpha": 0.1, **_PROXIMAL}),
    Update("ResourceApplyMomentum", {"accum": 0.0}, _MOMENTUM),
    Update("ResourceApplyMomentum", {"accum": 0.0}, _MOMENTUM, _NESTEROV, "nesterov"),
    Update("ResourceApplyKerasMomentum", {"accum": 0.0}, _MOMENTUM),
    Update("ResourceApplyKerasMomentum", {"accum": 0.0}, _MOMENTUM, _NESTEROV, "nesterov"),
    Update("ResourceApplyAdagrad", {"accum": 0.1}, {"lr": 0.3}),
    Update("ResourceApplyAdagrad", {"accum": 0.1}, {"lr": 0.01}, {"update_slots": False}, "slots_stay"),
    Update("ResourceApplyAdagradV2", {"accum": 0.1}, {"lr": 0.3, "epsilon": 1e-3}),
    Update("ResourceApplyProximalAdagrad", {"accum": 0.1}, {"lr": 0.3, **_PROXIMAL}),
    Update("ResourceApplyAdagradDA", _DUAL, {"lr": 0.3, **_PROXIMAL, "global_step": 3}),
    Update(
        "ResourceApplyAdadelta",
        {"accum": 0.0, "accum_update": 0.0},
        {"lr": 1.0, "rho": 0.95, "epsilon": 1e-3},
    ),
    Update("ResourceApplyAdam", {"m": 0.0, "v": 0.0}, _ADAM),
    Update("ResourceApplyAdam", {"m": 0.0, "v": 0.0}, _ADAM, _NESTEROV, "nesterov"),
    Update("ResourceApplyAdamWithAmsgrad", {"m": 0.0, "v": 0.0, "vhat": 0.0}, _ADAM),
    Update("ResourceApplyAdaMax", {"m": 0.0, "v": 0.0}, _ADAMAX),
    Update("ResourceApplyRMSProp", {"ms": 1.0, "mom": 0.0}, _RMSPROP),
    Update("ResourceApplyCenteredRMSProp", {"mg": 0.0, "ms": 1.0, "mom": 0.0}, _RMSPROP),
    Update("ResourceApplyFtrl", {"accum": 0.1, "linear": 0.0}, _FTRL),
    Update(
        "ResourceApplyFtrl", {"accum": 0.1, "linear": 0.0}, _FTRL, {"multiply_linear_by_lr": True}, "scaled"
    ),
    Update("ResourceApplyFtrl", {"accum": 0.1, "linear": 0.0}, {**_FTRL, "lr_power": -0.3}, {}, "power"),
    Update("ResourceApplyFtrlV2", {"accum": 0.1, "linear": 0.0}, {**_FTRL, "l2_shrinkage": 0.01}),
]

EXAMPLES: list[Example] = []
ELSEWHERE = {row.op: "tests/ops/test_training.py" for row in UPDATES}
