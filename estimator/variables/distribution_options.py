"""How copies of a variable on several devices would go together: names for arguments, of which one process needs none.

Source
------
tf.VariableSynchronization, tf.VariableAggregation, TF 1.15 ops/variables.py
"""

from __future__ import annotations

import enum


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
