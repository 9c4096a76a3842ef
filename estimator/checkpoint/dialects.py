"""Under which key a variable or an optimizer slot is stored in a checkpoint.

In the graph a variable has its plain name, a slot is ``<variable>/<Slot>`` (below the variable scope in which the
optimizer works), and Adam's powers are ``beta1_power`` and ``beta2_power``. The canned models of tf.estimator split
their variables into parts (one, unless told otherwise), and that shows in the names of their slots, though not in
those of their weights. A dialect is a pure function from a variable's :class:`Part` to the key:

=============  ====================================  =========================
dialect        slot ``Adam`` of ``dnn/logits/bias``  ``beta1_power``
=============  ====================================  =========================
plain          its name in the graph                 its name in the graph
dnn_v1         ``dnn/logits/bias/t_0/Adam``          ``dnn/head/beta1_power``
linear_v1      ``dnn/logits/bias/part_0/Adam``       ``beta1_power``
dnn_linear_v1  ``dnn/logits/bias/Adam``              ``head/beta1_power``
keras          ``training/Adam/dnn/logits/bias/m``   not stored
=============  ====================================  =========================

The canned model chooses its dialect; nobody else knows of them. A checkpoint of the dialect keras
(:mod:`estimator.checkpoint.keras_names`) holds an optimizer's hyper-parameters too.

Source
------
Checkpoints of tf.compat.v1.estimator's and tf.estimator's canned models, TensorFlow 2.15.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from estimator.checkpoint.keras_names import KerasNames, hyper_parameters, is_keras_state, keras_names
from estimator.checkpoint.variables import Part
from estimator.core.registry import Registry

PLAIN, KERAS = "plain", "keras"


class Dialect(Protocol):
    """A pure function from a variable, or a slot of one, to its key in the checkpoint."""

    def __call__(self, part: Part) -> str | None:
        """The key of a part; None if it is not stored."""
        ...


dialects: Registry[Dialect] = Registry("checkpoint dialect")


def plain(part: Part) -> str:
    """Keys are the names in the graph: what a model function of one's own writes."""
    return part.name


def dnn_v1(part: Part) -> str:
    """Keys of DNNClassifier and DNNRegressor."""
    return _below("dnn/head", part) if part.owner is None else f"{part.owner}/t_{part.number}/{part.slot}"


def linear_v1(part: Part) -> str:
    """Keys of LinearClassifier and LinearRegressor."""
    return part.name if part.owner is None else f"{part.owner}/part_{part.number}/{part.slot}"


def dnn_linear_v1(part: Part) -> str:
    """Keys of DNNLinearCombinedClassifier and DNNLinearCombinedRegressor."""
    return _below("head", part) if part.owner is None else f"{part.owner}/{part.slot}"


def _below(scope: str, part: Part) -> str:
    """The name; one of the powers is below the scope of the head."""
    return f"{scope}/{part.name}" if part.is_power and "/" not in part.name else part.name


dialects.add(PLAIN, plain)
dialects.add("dnn_v1", dnn_v1)
dialects.add("linear_v1", linear_v1)
dialects.add("dnn_linear_v1", dnn_linear_v1)
dialects.add(KERAS, KerasNames())


def fitting_dialect(preferred: str, parts: Iterable[Part], keys: Collection[str]) -> tuple[str, Dialect]:
    """The dialect under which `keys` has the most of `parts`, with its name; `preferred` if none is better.

    Where the parts are found equally well, a checkpoint with hyper-parameters is one of the dialect keras.

    Parameters
    ----------
    preferred : str
        The model's own dialect.
    parts : iterable of Part
        The model's variables and slots.
    keys : collection of str
        The checkpoint's keys.

    Raises
    ------
    ValueError
        If there is no dialect of that name.
    """
    wanted, stored = list(parts), set(keys)
    own = dialects.get(preferred)
    if preferred != KERAS and stored.issuperset(map(own, wanted)) and not any(map(is_keras_state, stored)):
        return preferred, own  # all is found: what everybody but one who moves from another package has
    candidates = {name: dialects.get(name) for name in (preferred, *dialects)}
    candidates[KERAS] = keras_names(stored)

    def fit(name: str) -> tuple[int, bool]:
        found = {key for key in map(candidates[name], wanted) if key in stored}
        return len(found), name == KERAS and bool(hyper_parameters(stored, found))

    best = max(candidates, key=fit)  # of equals the first, which is the preferred one
    return best, candidates[best]
