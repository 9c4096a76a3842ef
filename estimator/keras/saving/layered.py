"""The older form of Keras' .h5 files: the layers of a model, each with weights that have names.

::

    model_config, training_config          JSON, if the file is a whole model
    model_weights/                         a file of weights alone has what is in here at its top
        layer_names, backend, keras_version
        hidden/  weight_names = [hidden/kernel:0, hidden/bias:0]
            hidden/kernel:0                arrays, below the layer's group under their whole names
        top_level_model_weights/           weights that are of no layer
    optimizer_weights/  weight_names = [iteration:0, Adam/m/hidden/kernel:0, ...]

What is here knows names and arrays, and nothing of models.

Source
------
tf.keras 2.15 saving/legacy/hdf5_format.py; Keras 3.15 writes the same with other names of weights
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from estimator.core.errors import DataLossError
from estimator.core.named_tuple import NamedTuple
from estimator.keras.saving.fitting import StoredLayer
from estimator.keras.saving.hdf5 import Folder

_WHOLE = "model_weights"
_TOP = "top_level_model_weights"
_OPTIMIZER = "optimizer_weights"
KERAS_VERSION = "2.15.0"  # whose layout is written: readers ask how old a file is


class Layered(NamedTuple):
    """What such a file holds.

    Parameters
    ----------
    layers : sequence of StoredLayer
        In the file's order, those without weights too.
    top : StoredLayer
        Weights of the model itself.
    optimizer : StoredLayer, optional
    model_config, training_config : str, optional
        JSON.
    """

    layers: Sequence[StoredLayer]
    top: StoredLayer
    optimizer: StoredLayer | None = None
    model_config: str | None = None
    training_config: str | None = None


def is_layered(folder: Folder) -> bool:
    """Whether the file is of this form, be it a whole model or weights alone."""
    return bool({"layer_names", "layer_names0"} & {*folder.texts, *folder.folders.get(_WHOLE, folder).texts})


def read(folder: Folder, name: str) -> Layered:
    """What a file holds, with arrays that can be read as long as it is open.

    Parameters
    ----------
    folder : Folder
        The file's top.
    name : str
        What the file is called in messages.

    Raises
    ------
    DataLossError
        If it does not hold what it says, or is of another form.
    """
    if not is_layered(folder):
        raise DataLossError(
            f"{name} is an HDF5 file without layer_names, and so no model of Keras; it holds "
            f"{sorted(folder.folders)[:8]}."
        )
    weights = folder.folders.get(_WHOLE, folder)
    layers = [_layer(weights, layer, name) for layer in weights.names("layer_names")]
    return Layered(
        layers,
        _layer(weights, _TOP, name) if _TOP in weights.folders else StoredLayer(_TOP, {}),
        _layer(folder, _OPTIMIZER, name) if _OPTIMIZER in folder.folders else None,
        *(_text(folder, attribute) for attribute in ("model_config", "training_config")),
    )


def _text(folder: Folder, attribute: str) -> str | None:
    found = folder.texts.get(attribute)
    return found if isinstance(found, str) else None


def _layer(weights: Folder, name: str, file: str) -> StoredLayer:
    group = weights.folders.get(name)
    if group is None:
        raise DataLossError(f"{file} names a layer {name!r} and holds none; it is damaged.")
    names = group.names("weight_names")
    arrays = {weight: group.array(weight) for weight in names}
    missing = [weight for weight, array in arrays.items() if array is None]
    if missing or len(arrays) != len(names):
        what = (
            f"holds no array {missing[0]!r}" if missing else f"names a weight twice, {_first_twice(names)!r}"
        )
        raise DataLossError(f"{file} {what} of layer {name!r}; it is damaged.")
    return StoredLayer(name, arrays)


def write(content: Layered) -> Folder:
    """The folder of a whole model, or of weights alone where there is no configuration.

    Raises
    ------
    ValueError
        If two layers, or two weights of one, have the same name: only one of them could be stored.
    """
    top = Folder.empty()
    is_whole = content.model_config is not None
    if content.model_config is not None:
        top.texts |= {
            "backend": "tensorflow",
            "keras_version": KERAS_VERSION,
            "model_config": content.model_config,
        }
    if content.training_config is not None:
        top.texts["training_config"] = content.training_config
    weights = top.make(_WHOLE) if is_whole else top
    names = [layer.name for layer in content.layers]
    if len(set(names)) != len(names):
        raise ValueError(
            f"two layers have the name {_first_twice(names)!r}, under which a .h5 can hold one only."
        )
    weights.texts |= {"layer_names": names, "backend": "tensorflow", "keras_version": KERAS_VERSION}
    for layer in (*content.layers, content.top):
        _put(weights.make(_group_name(layer.name)), layer)
    if content.optimizer is not None and content.optimizer.weights:
        _put(top.make(_OPTIMIZER), content.optimizer)
    return top


def _group_name(name: str) -> str:
    if "/" in name:
        raise ValueError(f"a .h5 holds layers as groups, whose names have no '/': rename layer {name!r}.")
    return name


def _put(group: Folder, layer: StoredLayer) -> None:
    group.texts["weight_names"] = list(layer.weights)
    for name, array in layer.weights.items():
        group.put(name, np.asarray(array))


def layer_of(name: str, names: Sequence[str], arrays: Sequence[np.ndarray]) -> StoredLayer:
    """A layer to write.

    Raises
    ------
    ValueError
        If two weights have the same name.
    """
    if len(set(names)) != len(names):
        raise ValueError(
            f"layer {name!r} has two weights named {_first_twice(names)!r}, of which a .h5 can hold one."
        )
    return StoredLayer(name, dict(zip(names, arrays, strict=True)))


def _first_twice(names: Sequence[str]) -> str:
    return next(name for name in names if list(names).count(name) > 1)
