"""Models and weights from files that any Keras wrote, told apart by what is in them and not by their names.

Nothing of a file is executed: classes come from tables and from the caller, arrays are compared with the model's
weights before they are read, and a model gets its weights when all of them fit.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from estimator.core import log
from estimator.core.errors import DataLossError, EstimatorError, UsageError
from estimator.keras.backend.values import batch_set_value
from estimator.keras.layers.by_name import deserialize
from estimator.keras.optimizers import by_name as optimizers
from estimator.keras.saving import archive, fitting, hdf5, layered, optimizer_state, variable_tree
from estimator.keras.saving.archive import parsed
from estimator.keras.saving.fitting import Fit, StoredLayer, WantedLayer
from estimator.keras.saving.hdf5 import Folder
from estimator.keras.saving.keras3 import from_keras3
from estimator.keras.saving.layered import Layered
from estimator.keras.saving.named_weights import layers_of, own_of
from estimator.keras.saving.optimizer_state import State
from estimator.keras.saving.places import places_of
from estimator.keras.serialization import custom_object, custom_object_scope

Custom = Mapping[str, Any] | None
_ADVICE = "Make the model as it was made, and give it the weights with model.load_weights(path)."


def model_of(file: BinaryIO, name: str, custom_objects: Custom, is_compiled: bool) -> Any:
    """The model in a file, with its weights.

    Parameters
    ----------
    file : binary file
    name : str
        What the file is called in messages.
    custom_objects : dict, optional
        Classes and functions of the user by their names.
    is_compiled : bool
        Whether it is compiled as it was when it was saved, and its optimizer goes on from there.

    Raises
    ------
    DataLossError
        If it is no model of Keras, or damaged.
    ValueError
        If its configuration makes no model, or weights do not fit that.
    """
    if archive.is_archive(file):
        with archive.opened(file, name) as content:
            return _of_archive(content, name, custom_objects, is_compiled)
    with hdf5.opened(file, name) as folder:
        if not layered.is_layered(folder) and variable_tree.is_tree(folder):
            raise DataLossError(f"{name} holds weights alone, and no configuration of a model. {_ADVICE}")
        return _of_layered(folder, name, custom_objects, is_compiled)


def _of_archive(content: archive.Archive, name: str, custom_objects: Custom, is_compiled: bool) -> Any:
    model = _made(content.config, content.keras_version, name, custom_objects)
    _build(model, content.config)
    fit = variable_tree.fit(places_of(model), content.weights)
    batch_set_value(fit.values(name))
    compiled = content.config.get("compile_config")
    if is_compiled and compiled:
        _compile(model, _translated(compiled, content.keras_version, name), custom_objects, name)
        is_told = compiled.get("optimizer") is not None
        arrays = variable_tree.numbered(content.weights, variable_tree.OPTIMIZER)
        _go_on(
            model,
            optimizer_state.by_order(_optimizer_variables(model), arrays) if arrays and is_told else None,
            bool(arrays),
        )
    return model


def _of_layered(folder: Folder, name: str, custom_objects: Custom, is_compiled: bool) -> Any:
    content = layered.read(folder, name)
    if content.model_config is None:
        layers = ", ".join(layer.name for layer in content.layers)
        raise DataLossError(
            f"{name} holds weights alone (layers: {layers}), no configuration of a model. {_ADVICE}"
        )
    version = str(folder.texts.get("keras_version", ""))
    model = _made(parsed(content.model_config, f"model_config of {name}"), version, name, custom_objects)
    batch_set_value(_fit_layers(model, content).values(name))
    if is_compiled and content.training_config is None:
        log.warning("%s does not tell how the model was compiled: compile it before it is trained.", name)
    elif is_compiled:
        told = _translated(parsed(content.training_config or "", f"training_config of {name}"), version, name)
        _compile(model, _in_their_namespaces(told), custom_objects, name)
        stored = content.optimizer
        found = optimizer_state.by_names(_optimizer_variables(model), stored.weights) if stored else None
        _go_on(model, found, stored is not None)
    return model


@contextlib.contextmanager
def _told(prefix: str) -> Iterator[None]:
    """A block that makes objects of what a file tells: whatever is wrong with that is an error that names the file.

    Raises
    ------
    UsageError, ValueError
        That begins with `prefix`.
    """
    try:
        yield
    except UsageError as error:
        raise UsageError(f"{prefix}: {error.subject}", error.problems) from error
    except EstimatorError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        what = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
        raise ValueError(f"{prefix}: {what}") from error


def _translated(config: Any, version: str, name: str) -> Any:
    """A configuration in 2.15's words."""
    with _told(f"the configuration in {name} is none of Keras'"):
        return from_keras3(config) if version.startswith("3") else config


def _made(config: Any, version: str, name: str, custom_objects: Custom) -> Any:
    """The model that a configuration tells, without weights."""
    if not isinstance(config, dict) or "class_name" not in config:
        raise DataLossError(f"the configuration in {name} is none of a model: {str(config)[:100]!r}.")
    translated = _translated(config, version, name)
    with _told(f"the configuration in {name} makes no model"):
        return deserialize(translated, custom_objects)


def _build(model: Any, config: Any) -> None:
    """Make the weights of a model that is not made of its inputs, for the shapes that the file tells."""
    told = config.get("build_config")
    if not model.built and isinstance(told, dict):
        model.build_from_config(told)
    if not model.built:
        raise ValueError(
            f"model {model.name!r} cannot be built: the file does not tell the shape of its inputs."
        )


def _in_their_namespaces(told: Any) -> Any:
    """How a .h5 tells what compile was told, with the namespaces of classes, which it leaves out."""
    if not isinstance(told, dict):
        raise DataLossError(
            f"a training_config is a dict, and this is {str(told)[:100]!r}; the file is damaged."
        )
    found = {key: _in_namespace(told.get(key), "keras.metrics") for key in ("metrics", "weighted_metrics")}
    return found | {
        "optimizer": _in_namespace(told.get("optimizer_config"), "keras.optimizers"),
        "loss": _in_namespace(told.get("loss"), "keras.losses"),
        "loss_weights": told.get("loss_weights"),
    }


def _in_namespace(value: Any, module: str) -> Any:
    if isinstance(value, dict) and "class_name" in value:
        name = str(value["class_name"])
        own = name.removeprefix("Custom>")  # 2.15 says so of optimizers of its own
        return {**value, "module": module, "class_name": name if custom_object(name) is not None else own}
    if isinstance(value, dict):
        return {key: _in_namespace(item, module) for key, item in value.items()}
    return [_in_namespace(item, module) for item in value] if isinstance(value, list) else value


def _compile(model: Any, told: Mapping[str, Any], custom_objects: Custom, name: str) -> None:
    if not isinstance(told, Mapping):
        raise DataLossError(
            f"compile_config in {name} is a dict, and this is {str(told)[:100]!r}; the file is damaged."
        )
    prefix = f"how the model in {name} was compiled cannot be done here (compile=False loads it without)"
    with _told(prefix), custom_object_scope(custom_objects or {}):
        # Keras 3 leaves it out of a .keras when a .h5 was saved before, and compiles with its default then.
        optimizer = optimizers.get(told.get("optimizer") or "rmsprop")
        known = {key: told.get(key) for key in ("loss", "metrics", "loss_weights", "weighted_metrics")}
        model.compile_from_config({"optimizer": optimizer, **known})
        _optimizer_variables(model)  # now, since what makes no sense of its arguments shows here


def _optimizer_variables(model: Any) -> list[Any]:
    model.optimizer.build(model.trainable_variables)
    return list(model.optimizer.weights)


def _go_on(model: Any, found: State | None, is_told: bool) -> None:
    """Give the optimizer its state, if the file has one that fits."""
    if found is None:
        if is_told:
            log.warning(
                "model %s: the state of its optimizer in the file is another one's, and is left out: %s begins anew.",
                model.name, type(model.optimizer).__name__,
            )  # fmt: skip
        return
    batch_set_value(
        [(variable, array.read()) for variable, array in zip(model.optimizer.weights, found.arrays)]
    )
    if found.learning_rate is not None:
        model.optimizer.learning_rate = float(found.learning_rate.read())


def load_weights_of(model: Any, file: BinaryIO, name: str, by_name: bool, skip_mismatch: bool) -> None:
    """Give a model the weights in a file.

    Raises
    ------
    DataLossError
        If it is no file of Keras, or damaged.
    UsageError
        If weights do not fit; nothing has changed then.
    ValueError
        If the model has no weights yet.
    """
    if not model.built:
        raise ValueError(
            f"model {model.name!r} has no weights yet: call it on some data, or model.build(shape), and then load."
        )
    if archive.is_archive(file):
        with archive.opened(file, name) as content:
            _load_tree(model, content.weights, name, by_name, skip_mismatch)
        return
    with hdf5.opened(file, name) as folder:
        if not layered.is_layered(folder) and variable_tree.is_tree(folder):
            _load_tree(model, folder, name, by_name, skip_mismatch)
        else:
            fit = _fit_layers(model, layered.read(folder, name), by_name)
            batch_set_value(fit.values(name, skip_mismatch))


def _load_tree(model: Any, folder: Folder, name: str, by_name: bool, skip_mismatch: bool) -> None:
    if by_name:
        raise ValueError(f"by_name=True: {name} knows places and not names; of this kind, .h5 files do.")
    batch_set_value(variable_tree.fit(places_of(model), folder).values(name, skip_mismatch))
    arrays = variable_tree.numbered(folder, variable_tree.OPTIMIZER)
    if arrays and getattr(model, "optimizer", None) is not None:
        _go_on(model, optimizer_state.by_order(_optimizer_variables(model), arrays), True)


def _fit_layers(model: Any, content: Layered, by_name: bool = False) -> Fit:
    wanted = layers_of(model)
    lay = fitting.fit_layers_by_name if by_name else fitting.fit_layers
    fit = lay(wanted, content.layers)
    own = WantedLayer(model.name, *own_of(model))
    if own.weights or content.top.weights:
        top = fitting.fit_layers([own], [StoredLayer(model.name, content.top.weights)])
        return Fit(fit.pairs + top.pairs, fit.problems + top.problems, fit.remarks + top.remarks)
    return fit
