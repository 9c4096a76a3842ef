"""What the variables of a checkpoint are for: trained, kept by an optimizer, or neither; as far as files tell.

Which are trained, the collections of the ``.meta`` beside the checkpoint say, TensorFlow's and ours alike. Without one
(a Saver that wrote none, a checkpoint of objects) names tell what an optimizer keeps; of the others it is not known.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Any, TypeAlias

from estimator.checkpoint.object_graph import OBJECT_GRAPH_KEY, SAVE_COUNTER
from estimator.checkpoint.slot_names import Specs, is_power, optimizer_paths, path_above, slot_name
from estimator.core import log
from estimator.core.errors import NotFoundError, OpError
from estimator.core.files import read_regular
from estimator.core.frozen import frozen
from estimator.formats import messages
from estimator.saved_model.folder import contains_saved_model, variables_prefix

Message: TypeAlias = Any  # a class made at run time

TRAINABLE, NOT_TRAINABLE, UNKNOWN = "trainable", "not trainable", "variable"
SLOT, OPTIMIZER, BOOKKEEPING = "slot", "optimizer", "bookkeeping"

_MOST_META_BYTES = (1 << 31) - 1  # protobuf's own limit
_AVERAGES = ("/ExponentialMovingAverage", "/moving_mean", "/moving_variance")


@frozen
class Role:
    """What a variable is for.

    Parameters
    ----------
    kind : str
        ``"trainable"``, ``"not trainable"``, ``"variable"`` where that is not known, ``"slot"``, ``"optimizer"`` of
        what an optimizer keeps once, ``"bookkeeping"`` of what a checkpoint of objects has beside its objects.
    optimizer : str or None
        What the optimizer is called.
    slot_of : str or None
        The variable for which it is kept.
    """

    kind: str
    optimizer: str | None = None
    slot_of: str | None = None


def roles_of(specs: Specs, trainable: Collection[str] | None) -> dict[str, Role]:
    """The role of every key.

    Parameters
    ----------
    specs : mapping of str to (shape, DType)
    trainable : collection of str or None
        The names of those that are trained; None if nobody says.
    """
    optimizers = optimizer_paths(specs)
    found = {name: _role(name, specs, trainable, optimizers) for name in specs}
    kept = {role.optimizer for role in found.values() if role.kind == SLOT}
    if "Adam" in kept or "AdaMax" in kept:
        found |= {name: Role(OPTIMIZER, "Adam") for name in specs if is_power(name)}
    return found


def _role(name: str, specs: Specs, trainable: Collection[str] | None, optimizers: Collection[str]) -> Role:
    if trainable is not None and name in trainable:
        return Role(TRAINABLE)
    if name == OBJECT_GRAPH_KEY or name.startswith(f"{SAVE_COUNTER}/.ATTRIBUTES/"):
        return Role(BOOKKEEPING)
    if name == "global_step" or name.partition("/.ATTRIBUTES/")[0].endswith(_AVERAGES):
        return Role(NOT_TRAINABLE)
    slot = slot_name(name, specs)
    if slot is not None:
        return Role(OPTIMIZER if slot.owner is None else SLOT, slot.optimizer, slot.owner)
    path = path_above(name, optimizers) if optimizers else None
    if path is not None:
        return Role(OPTIMIZER, path)
    return Role(UNKNOWN if trainable is None else NOT_TRAINABLE)


def read_meta(prefix: str) -> Message | None:
    """The MetaGraphDef beside a checkpoint; of the variables of a SavedModel, its first.

    None if there is none, or, with a warning, if it cannot be read.
    """
    path = f"{prefix}.meta"
    try:
        if os.path.exists(path):
            data = read_regular(path, _MOST_META_BYTES)
            return messages.parse("MetaGraphDef", data, path) if data else None
        return _of_saved_model(prefix)
    except NotFoundError:
        return None
    except OpError as error:
        log.warning("the graph of %s cannot be read, and says nothing: %s", prefix, error)
        return None


def _of_saved_model(prefix: str) -> Message | None:
    folder = os.path.dirname(os.path.dirname(prefix))
    if prefix != variables_prefix(folder) or not contains_saved_model(folder):
        return None
    from estimator.saved_model.loader import parse_saved_model  # loads what runs graphs

    graphs = parse_saved_model(folder).meta_graphs
    return graphs[0] if graphs else None


def trainable_names(meta: Message | None) -> set[str] | None:
    """The keys of the variables that are trained; None where no graph says that there are any."""
    if meta is None or "trainable_variables" not in meta.collection_def:
        return None
    names = set()
    for value in meta.collection_def["trainable_variables"].bytes_list.value:
        try:
            defined = messages.parse("VariableDef", value, "collection 'trainable_variables'")
        except OpError as error:
            log.warning("the graph does not say which variables are trained: %s", error)
            return None
        whole = (
            defined.save_slice_info_def.full_name
        )  # a part has a name of its own, and is stored under this one
        names.add(whole or defined.variable_name.removesuffix(":0"))
    return names
