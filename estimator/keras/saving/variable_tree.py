"""The newer form of Keras' weights, ``.weights.h5`` and inside of ``.keras``: a group for each object, by its place.

::

    layers/dense/vars/0, /1                the weights of the first Dense, numbered
    layers/dense_1/vars/0, /1
    layers/lstm/cell/vars/0, /1, /2        a layer's attributes that are layers stand below it
    optimizer/vars/0, /1, ...
    vars/                                  weights of the model itself

Which place an object has :mod:`estimator.keras.saving.places` knows; it may have another in Keras 3 than in 2.15. What
is written here has both, of which the second is a link.

Source
------
Keras 3.15.1 saving/saving_lib.py; tf.keras 2.15 saving/saving_lib.py
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.named_tuple import NamedTuple
from estimator.keras.saving.fitting import Fit
from estimator.keras.saving.hdf5 import Folder

_VARS = "vars"
OPTIMIZER = "optimizer"


class Place(NamedTuple):
    """A layer of a model, and where a file has its weights.

    Parameters
    ----------
    path, path_2_15 : str
        Keras 3's, and 2.15's.
    layer : Layer
    """

    path: str
    path_2_15: str
    layer: Any


def write(
    places: Sequence[Place], values: Mapping[int, np.ndarray], optimizer: Sequence[np.ndarray] | None
) -> Folder:
    """The folder of a model's weights.

    Parameters
    ----------
    places : sequence of Place
    values : dict from int to array
        What each weight is, by its id.
    optimizer : sequence of array, optional
        In Keras 3's order.
    """
    top = Folder.empty()
    for place in places:
        group = top.make(f"{place.path}/{_VARS}" if place.path else _VARS)
        group.texts["name"] = place.layer.name
        _number(group, [values[id(weight)] for weight in place.layer.own_weights])
    taken = {place.path for place in places}
    clashes = [place for place in places if place.path_2_15 != place.path and place.path_2_15 in taken]
    for place in places:
        if place.path_2_15 not in taken:
            top.make(place.path_2_15).folders[_VARS] = top.make(place.path).folders[_VARS]
    if clashes:
        log.warning(
            "in this file tf.keras 2.15 takes other layers' weights for %s: for it, save as .h5. Keras 3 and this "
            "package find each layer's own.", ", ".join(place.layer.name for place in clashes),
        )  # fmt: skip
    if optimizer is not None:
        group = top.make(f"{OPTIMIZER}/{_VARS}")
        _number(group, optimizer)
    return top


def _number(group: Folder, arrays: Sequence[np.ndarray]) -> None:
    group.arrays.update({str(number): np.asarray(array) for number, array in enumerate(arrays)})


def is_tree(folder: Folder) -> bool:
    """Whether a file is of this form."""
    return _VARS in folder.folders or "layers" in folder.folders


def numbered(folder: Folder, path: str) -> list[Any]:
    """The arrays of the object at a path, in their order; none if it is not there."""
    group = folder.folder(f"{path}/{_VARS}" if path else _VARS)
    if group is None:
        return []
    return [group.arrays[name] for name in sorted(group.arrays, key=lambda name: (len(name), name))]


def fit(places: Sequence[Place], folder: Folder) -> Fit:
    """Lay a file beside the layers of a model."""
    result = Fit.empty()
    by_2_15 = not _tells_names(folder)
    used = {path for place in places for path in place[:2]}
    for place in places:
        paths = [place.path_2_15, place.path] if by_2_15 else [place.path, place.path_2_15]
        path = next((path for path in paths if numbered(folder, path)), paths[0])
        _fit_layer(result, place.layer, path, numbered(folder, path))
    left = sorted(path for path in _paths(folder) if path not in used and numbered(folder, path))
    if left:
        result.remarks.append(
            f"the model has no layer for what the file has at {', '.join(left)}; it is left out."
        )
    return result


def _fit_layer(result: Fit, layer: Any, path: str, arrays: Sequence[Any]) -> None:
    weights = layer.own_weights
    if len(arrays) != len(weights):
        told = ", ".join(str(tuple(array.shape)) for array in arrays) or "none"
        wanted = ", ".join(f"{weight.name} {tuple(weight.shape.as_list())}" for weight in weights) or "none"
        result.problems.append(
            f"layer {layer.name!r}: the file has {len(arrays)} weights at {path!r}, the model {len(weights)}. "
            f"In the file: {told}. In the model: {wanted}."
        )
        return
    for number, (weight, array) in enumerate(zip(weights, arrays, strict=True)):
        result.take(
            weight, weight.name, f"{path}/{_VARS}/{number}".removeprefix("/"), array, f"layer {layer.name!r}"
        )


def _tells_names(folder: Folder) -> bool:
    """Whether objects are told by their names, as Keras 3 does."""
    return any("name" in inner.texts or _tells_names(inner) for inner in folder.folders.values())


def _paths(folder: Folder, path: str = "") -> Iterator[str]:
    """Where the layers of a file stand; an optimizer's and metrics' state is none of theirs."""
    for name, inner in folder.folders.items():
        if name == _VARS:
            yield path
        elif path or name not in (OPTIMIZER, "metrics"):
            yield from _paths(inner, f"{path}/{name}" if path else name)
