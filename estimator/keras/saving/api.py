"""Saving and loading models and weights: tf.keras.models.save_model, load_model, and what models have of them.

The form of a file is told by its name when it is written, and by its first bytes when it is read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from estimator.core.errors import AlreadyExistsError, NotFoundError, UnimplementedError
from estimator.core.files import Path, local_path, open_regular
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.registry import did_you_mean
from estimator.model_dir.state import CheckpointState, write_state
from estimator.model_dir.storage import make_directory, write_atomically

_H5 = (".h5", ".hdf5", ".hdf")
_FORMATS = ("keras", "h5", "tf")
_PART = re.compile(r"\.(index|data-\d{5}-of-\d{5})$")
_OF_SAVED_MODELS = {"signatures", "options", "save_traces"}


def save_model(
    model: Any,
    filepath: Path,
    overwrite: bool = True,
    save_format: str | None = None,
    include_optimizer: bool = True,
    **kwargs: Any,
) -> None:
    """Write a whole model: its configuration, its weights, how it was compiled, and the state of its optimizer.

    A ``.keras`` has Keras 3's layout, a ``.h5`` that of Keras 2.15.

    Parameters
    ----------
    model : Model
    filepath : path
        Its directory is made if need be; what has the name is replaced as a whole.
    overwrite : bool
        Whether a file may be replaced.
    save_format : {"keras", "h5"}, optional
        By default what the name ends in.
    include_optimizer : bool
    signatures, options, save_traces : optional
        Of SavedModels; none is written here.

    Raises
    ------
    TypeError
        If it is given an argument that there is not.
    ValueError
        If the name or the format is none of these, or the model is not built.
    NotImplementedError
        If a .h5 cannot tell the model, or a SavedModel is asked for.
    AlreadyExistsError
        If the file is there and `overwrite` is false.
    ImportError
        If h5py is not installed.

    Source
    ------
    tf.keras.models.save_model, TF 2.15
    """
    from estimator.keras.saving import writing  # with what makes models

    path = local_path(filepath)
    if unknown := set(kwargs) - _OF_SAVED_MODELS:
        words = ("overwrite", "save_format", "include_optimizer", *sorted(_OF_SAVED_MODELS))
        raise TypeError(
            "saving a model got unexpected keyword arguments: "
            + " ".join(f"{word!r}.{did_you_mean(word, words)}" for word in sorted(unknown))
        )
    kind = _format_of(path, save_format)
    if kind == "tf":
        raise UnimplementedError(
            f"{path!r}: a model is not saved as a SavedModel, from which it could not be loaded again. Give the file a "
            "name that ends in .keras or .h5; for serving, model.export(path) writes a SavedModel."
        )
    _demand_free(path, overwrite)
    if kind == "keras":
        _write(path, writing.keras(model, include_optimizer, os.path.dirname(path)))
    else:
        _write(path, writing.h5(model, include_optimizer))


def export(model: Any, filepath: Path) -> None:
    """Write what a model computes as a SavedModel, for `estimator serve` and TensorFlow Serving.

    Its signature ``serving_default`` takes the inputs by the names of their layers, and gives the outputs likewise.

    Parameters
    ----------
    model : Model
        Made of its inputs.
    filepath : path
        A directory that is not there, or is empty.

    Raises
    ------
    NotImplementedError
        If the model is a subclass with a call of its own, which does not tell its inputs.
    AlreadyExistsError
        If something is there.

    Source
    ------
    tf.keras.Model.export, TF 2.15; the names in the signature are those of model.save
    """
    from estimator.keras.saving import exporting

    exporting.export(model, local_path(filepath))


def load_model(
    filepath: Path,
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
    options: Any = None,
) -> Any:
    """The model in a file that this package, tf.keras or Keras 3 wrote.

    Nothing in the file is executed, whatever `safe_mode` says.

    Parameters
    ----------
    filepath : path
        A .h5 or a .keras, whatever its name.
    custom_objects : dict, optional
        Classes and functions of your own by their names.
    compile : bool
        Whether it is compiled as it was; its optimizer then goes on where it was.
    safe_mode, options : optional
        Accepted.

    Raises
    ------
    NotFoundError
        If there is no file.
    DataLossError
        If it is no model of Keras, holds weights alone, or is damaged.
    ValueError
        If its configuration names what is not known, or weights do not fit: all of them.
    ImportError
        If h5py is not installed.

    Source
    ------
    tf.keras.models.load_model, TF 2.15
    """
    from estimator.keras.saving import reading

    path = local_path(filepath)
    if os.path.exists(f"{path}.index") and not os.path.exists(path):
        raise UnimplementedError(
            f"{path!r} is a checkpoint, which has weights and no configuration of a model. Make the model as it was "
            "made, and give it the weights with model.load_weights(path)."
        )
    _refuse_folder(path)
    with open_regular(path) as file:
        return reading.model_of(file, repr(path), custom_objects, compile)


def save_weights(
    model: Any, filepath: Path, overwrite: bool = True, save_format: str | None = None, options: Any = None
) -> None:
    """Write the weights of a model.

    Parameters
    ----------
    model : Model
    filepath : path
        ``.weights.h5`` in the form that Keras 3 reads too, with the state of the optimizer; another ``.h5`` in the
        older form; any other name is the prefix of a checkpoint of tf.train.Checkpoint.
    overwrite : bool
    save_format : {"h5", "tf"}, optional
        By default what the name ends in.
    options : optional
        Accepted.

    Raises
    ------
    ValueError
        If the model is not built.
    AlreadyExistsError
        If the file is there and `overwrite` is false.
    ImportError
        If it is a .h5 and h5py is not installed.

    Source
    ------
    tf.keras.Model.save_weights, TF 2.15
    """
    from estimator.keras.saving import writing

    path = local_path(filepath)
    kind = save_format or ("h5" if path.endswith((*_H5, ".keras")) else "tf")
    if kind not in ("h5", "hdf5", "tf"):
        raise ValueError(f"save_format={save_format!r} of save_weights is none of 'h5' and 'tf'.")
    if kind == "tf":
        from estimator.checkpoint.object_based import Checkpoint

        writing.demand_built(model)
        _demand_free(f"{path}.index", overwrite)
        make_directory(os.path.dirname(path) or os.curdir)
        Checkpoint(root=model).write(path)
        folder, name = os.path.split(path)
        write_state(folder or os.curdir, CheckpointState.of([name]))  # for tf.train.latest_checkpoint
        return
    _demand_free(path, overwrite)
    _write(path, writing.weights_h5(model) if path.endswith(".weights.h5") else writing.h5_weights(model))


def load_weights(
    model: Any, filepath: Path, by_name: bool = False, skip_mismatch: bool = False, options: Any = None
) -> Any:
    """Give a model the weights in a file; nothing changes unless all fit.

    Weights of a .h5 go by their names, those of a .weights.h5 or .keras by their places.

    Parameters
    ----------
    model : Model
        Built.
    filepath : path
        A .h5, .weights.h5 or .keras of any Keras, or the prefix of a checkpoint.
    by_name : bool
        Of a .h5, load the layers that both have, by their names.
    skip_mismatch : bool
        Whether what does not fit is left as it is, with a warning.
    options : optional
        Accepted.

    Returns
    -------
    None, or the status of a checkpoint

    Raises
    ------
    NotFoundError
        If there is no file.
    UsageError
        If weights do not fit: all of them, with the names and shapes of both sides.
    DataLossError
        If it is no file of weights, or is damaged.
    NotImplementedError
        If `by_name` or `skip_mismatch` is asked of a checkpoint.
    ValueError
        If the model is not built, or the path is that of one file of a checkpoint.

    Source
    ------
    tf.keras.Model.load_weights, TF 2.15
    """
    from estimator.keras.saving import reading

    path = local_path(filepath)
    if os.path.exists(f"{path}.index") and not os.path.isfile(path):
        if by_name or skip_mismatch:
            word = "by_name" if by_name else "skip_mismatch"
            raise UnimplementedError(
                f"{word}=True: {path!r} is a checkpoint, which knows no names of layers; of this kind, "
                ".h5 files do."
            )
        from estimator.checkpoint.object_based import Checkpoint

        return Checkpoint(root=model).read(path)
    _refuse_folder(path)
    part = _PART.search(path)
    if part is not None:
        raise ValueError(f"{path!r} is one file of a checkpoint. Give its prefix: {path[: part.start()]!r}.")
    with open_regular(path) as file:
        reading.load_weights_of(model, file, repr(path), by_name, skip_mismatch)
    return None


def _format_of(path: str, save_format: str | None) -> str:
    if save_format is None:
        return "keras" if path.endswith(".keras") else "h5" if path.endswith(_H5) else "tf"
    if save_format not in _FORMATS:
        raise ValueError(f"save_format={save_format!r} is none of {', '.join(map(repr, _FORMATS))}.")
    if save_format == "keras" and not path.endswith(".keras"):
        raise ValueError(f"{path!r}: the name of a file of save_format='keras' ends in .keras.")
    return save_format


def _demand_free(path: str, overwrite: bool) -> None:
    if not overwrite and os.path.lexists(path):
        raise AlreadyExistsError(f"{path!r} is there already: choose another name, or overwrite=True.")


def _refuse_folder(path: str) -> None:
    if os.path.isdir(path):
        what = "a SavedModel" if os.path.exists(os.path.join(path, "saved_model.pb")) else "a directory"
        raise UnimplementedError(
            f"{path!r} is {what}, from which no model of Keras is made: load a .keras or a .h5. What a SavedModel "
            "computes, tf.saved_model.load runs."
        )
    if not os.path.exists(path):
        raise NotFoundError(f"{path!r}: there is no such file, nor a checkpoint of that prefix.")


def _write(path: str, data: bytes) -> None:
    make_directory(os.path.dirname(path) or os.curdir)
    write_atomically(path, data)


near_keywords_of_functions(__name__)
