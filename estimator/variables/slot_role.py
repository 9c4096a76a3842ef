"""What a variable is to the optimizer that keeps it, as far as a checkpoint has to know.

Checkpoints of tf.estimator with optimizers of tf.keras have keys of their own for what an optimizer keeps. Which, is
declared where the optimizer is (``Slot``, ``keras_form``), and stands here for those who read and write checkpoints.
"""

from __future__ import annotations

import re

from estimator.core.named_tuple import NamedTuple


class SlotRole(NamedTuple):
    """What an optimizer keeps a variable for.

    Parameters
    ----------
    keras : tuple of str or None
        The optimizer and the slot of tf.keras that keep the same: ``("Adam", "m")``; None if there is none.
    is_power : bool
        A hyper-parameter to the power of the number of steps: it follows from that number, and Keras does not store it.
    """

    keras: tuple[str, str] | None = None
    is_power: bool = False


KERAS_FORMS: dict[str, str] = {}
"""Optimizers of tf.keras that the optimizer of the same name does not go on with, to the call of one that does."""

KERAS_STATE = re.compile(r"training(?:_\d+)?/(?P<optimizer>[^/]+)/(?P<rest>.+)")
"""What the key of a slot or a hyper-parameter of an optimizer of tf.keras looks like in an Estimator's checkpoint."""
