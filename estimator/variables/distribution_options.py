"""How copies of a variable on several devices would go together: names for arguments, of which one process needs none.

Source
------
tf.VariableSynchronization, tf.VariableAggregation, TF 1.15 ops/variables.py
"""

from __future__ import annotations

import enum
from typing import Any


class VariableSynchronization(enum.Enum):
    """When copies of a variable would be brought together."""

    AUTO = 0
    NONE = 1
    ON_WRITE = 2
    ON_READ = 3


class VariableAggregation(enum.Enum):
    """What the copies of a variable would come to."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3


def demand_distribution_options(synchronization: Any, aggregation: Any, name: str | None) -> None:
    """Check how copies would go together, of which one process makes none.

    Raises
    ------
    ValueError
        If that is nothing of :class:`VariableSynchronization`, or of :class:`VariableAggregation`.
    """
    if type(synchronization) is VariableSynchronization and type(aggregation) is VariableAggregation:
        return  # nearly always
    problems = [
        f"variable {name!r}: {argument} is {value!r}; it takes one of "
        + ", ".join(f"tf.{kind.__name__}.{option.name}" for option in kind)
        for argument, value, kind in (
            ("synchronization", synchronization, VariableSynchronization),
            ("aggregation", aggregation, VariableAggregation),
        )
        if value is not None and not isinstance(value, kind)
    ]
    if problems:
        raise ValueError(". ".join(problems) + ".")


def is_trained(trainable: Any, synchronization: Any) -> bool:
    """Whether optimizers change a variable: as it says, else unless copies of it differ until they are read."""
    if trainable is None:
        return synchronization is not VariableSynchronization.ON_READ
    return bool(trainable)
