"""Objects as plain dicts and back: layers, initializers and the like in the configurations of Keras' files.

An object becomes ``{"module": "keras.layers", "class_name": "Dense", "config": {...}, "registered_name": None}``. A
class is found again by its name alone: among those that the caller gives or has registered, then among the names of
that namespace. No module is ever imported because a file says so, and no code is read from one.

Source: keras/saving/serialization_lib.py, Keras 2.15.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import FunctionType
from typing import Any, TypeVar

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.core.registry import did_you_mean
from estimator.core.shapes import TensorShape

T = TypeVar("T")

_OURS = "estimator.keras"
_KINDS_OF_OBJECTS = {
    "layers": "layer", "models": "model", "initializers": "initializer", "regularizers": "regularizer",
    "constraints": "constraint", "activations": "activation", "optimizers": "optimizer", "losses": "loss",
    "metrics": "metric",
}  # fmt: skip
_SHARED = {  # with layers that are not Keras'
    f"estimator.variables.{namespace}": f"keras.{namespace}"
    for namespace in ("constraints", "initializers", "regularizers")
}
_SERVANTS = frozenset(("get", "serialize", "deserialize"))  # names of namespaces that are nothing to be named
_MAKERS = frozenset(("l1_l2",))  # functions that make an object
_REGISTERED: dict[str, Any] = {}
_REGISTERED_NAMES: dict[Any, str] = {}
_HELP = (
    "Give it as custom_objects={{{name!r}: ...}}, or work inside "
    "`with tf.keras.utils.custom_object_scope({{{name!r}: ...}}):`."
)


class _Scopes(threading.local):
    def __init__(self) -> None:
        self.innermost_last: list[Mapping[str, Any]] = []


_SCOPES = _Scopes()


class Kind(NamedTuple):
    """What may be given by name: how people call it, and the namespace that has the names.

    Parameters
    ----------
    what : str
        Such as ``"initializer"``.
    namespace : str
        Such as ``"initializers"``.
    beside : dict, optional
        Modules of classes that are not in the namespace, by the names of the classes.
    """

    what: str
    namespace: str
    beside: Mapping[str, str] = {}

    def names(self) -> list[str]:
        """The names that there are, without those of functions such as ``get``."""
        return [name for name in import_module(f"{_OURS}.{self.namespace}").__all__ if name not in _SERVANTS]

    def find(self, name: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
        """The class or function of that name: a custom one, else one of the namespace.

        Raises
        ------
        ValueError
            If there is none.
        """
        custom = custom_object(name, custom_objects)
        if custom is not None:
            return custom
        if name in self.beside:
            return getattr(import_module(self.beside[name]), name)
        names = self.names()
        if name not in names:
            raise ValueError(
                f"Unknown {self.what}: {name!r}.{did_you_mean(name, names)} {_HELP.format(name=name)}"
            )
        return getattr(import_module(f"{_OURS}.{self.namespace}"), name)

    def deserialize(self, config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
        """The object of a configuration, or of a name; a class without arguments is called.

        Raises
        ------
        ValueError
            If nothing has this name, or it is no configuration.
        """
        if isinstance(config, Mapping) and "class_name" in config:
            return self._from_config(config, custom_objects)
        if not isinstance(config, str):
            raise ValueError(f"Could not interpret {self.what} identifier: {config!r}.")
        found = self.find(config, custom_objects)
        return found() if isinstance(found, type) or config in _MAKERS else found

    def _from_config(self, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None) -> Any:
        name, inner = config["class_name"], config.get("config")
        if name == "function":
            return self.find(str(inner), custom_objects)
        registered = config.get("registered_name")
        custom = custom_object(registered, custom_objects) if registered else None
        found = custom or self.find(str(name), custom_objects)
        with custom_object_scope(custom_objects or {}):
            return made_of(found, inner or {})

    def get(self, identifier: Any) -> Any:
        """The object that a name, a configuration, a class or the object itself stands for; None stays None.

        Raises
        ------
        ValueError
            If it is nothing of these, or nothing has this name.
        """
        if identifier is None:
            return None
        if isinstance(identifier, (str, Mapping)):
            return self.deserialize(identifier)
        if callable(identifier):
            return identifier() if isinstance(identifier, type) else identifier
        raise ValueError(f"Could not interpret {self.what} identifier: {identifier!r}.")


def made_of(found: Any, config: Mapping[str, Any]) -> Any:
    """The object of a class, by its ``from_config`` or its constructor; of a function, what it gives."""
    return found.from_config(config) if hasattr(found, "from_config") else found(**config)


def serialize(obj: Any) -> Any:
    """A value as plain Python: an object of classes as a dict that says its class and its configuration.

    Raises
    ------
    ValueError
        If the object does not tell its configuration.
    """
    if obj is None or isinstance(obj, (bool, int, float, str, bytes)):
        return obj
    if isinstance(obj, Mapping):
        return {key: serialize(item) for key, item in obj.items()}
    if isinstance(obj, (list, tuple)):
        return type(obj)(map(serialize, obj)) if not hasattr(obj, "_fields") else list(obj)
    if isinstance(obj, (np.generic, np.ndarray)):
        return obj.item() if obj.ndim == 0 else obj
    if isinstance(obj, DType):
        return obj.name
    if isinstance(obj, TensorShape):
        return tuple(obj.as_list())
    if isinstance(obj, FunctionType):
        name = registered_name(obj)
        return {"module": "builtins", "class_name": "function", "config": name, "registered_name": name}
    return _serialized_object(obj)


def _serialized_object(value: Any) -> dict[str, Any]:
    kind = type(value)
    get_config = getattr(value, "get_config", None)
    if get_config is None:
        raise ValueError(
            f"{kind.__name__} {value!r} cannot be stored in a configuration: its class has no get_config()."
        )
    module, config = _keras_module(kind), get_config()
    if kind.__module__ in _SHARED:
        config.pop("dtype", None)  # of TensorFlow 1's initializers, which Keras' do not know
    told = {
        "module": module or _foreign_module(kind),
        "class_name": kind.__name__,
        "config": serialize(config),
        "registered_name": None if module and ".src." not in module else registered_name(kind),
    }
    build_config = value.get_build_config() if hasattr(value, "get_build_config") else None
    return told if build_config is None else {**told, "build_config": serialize(build_config)}


def _keras_module(kind: type) -> str | None:
    """Where Keras has a class of this package; None for one of the user."""
    if kind in _REGISTERED_NAMES or not kind.__module__.startswith("estimator."):
        return None
    parts = kind.__module__.split(".")
    named = vars(kind).get("keras_module") or _SHARED.get(kind.__module__)
    return named or ".".join(("keras", *parts[2:-1]))


def _foreign_module(kind: type) -> str | None:
    return None if kind.__module__ == "__main__" or kind in _REGISTERED_NAMES else kind.__module__


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """What a configuration was made of: the inverse of :func:`serialize`.

    Raises
    ------
    ValueError
        If it names a class that is neither the user's nor in the namespaces of tf.keras.

    Source
    ------
    tf.keras.saving.deserialize_keras_object, TF 2.15
    """
    if isinstance(config, Mapping) and "class_name" in config:
        return _kind_of(config).deserialize(config, custom_objects)
    if isinstance(config, Mapping):
        return {key: deserialize(value, custom_objects) for key, value in config.items()}
    if isinstance(config, (list, tuple)):
        return type(config)(deserialize(value, custom_objects) for value in config)
    return config


def _kind_of(config: Mapping[str, Any]) -> Kind:
    """The namespace that a configuration's module is, else the first in which its class is."""
    module = str(config.get("module") or "").removeprefix("keras.").partition(".")[0]
    kinds = [Kind(what, namespace) for namespace, what in _KINDS_OF_OBJECTS.items()]
    named = [kind for kind in kinds if kind.namespace == module]
    having = [kind for kind in kinds if config["class_name"] in kind.names()]
    return (named or having or kinds)[0]


# -- classes of the user -----------------------------------------------------------------------------------------------


def get_custom_objects() -> dict[str, Any]:
    """The user's classes and functions that every configuration may name; a dict to write to."""
    return _REGISTERED


def custom_object(name: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The user's class or function of that name: of this call, of the scopes around it, or registered; else None."""
    for known in (custom_objects or {}, *reversed(_SCOPES.innermost_last), _REGISTERED):
        if name in known:
            return known[name]
    return None


@contextlib.contextmanager
def custom_object_scope(*args: Mapping[str, Any]) -> Iterator[None]:
    """A block in which configurations may name the classes and functions of these dicts.

    Raises
    ------
    TypeError
        If something else is given.

    Source
    ------
    tf.keras.utils.custom_object_scope, TF 2.15
    """
    for given in args:
        if not isinstance(given, Mapping):
            raise TypeError(
                f"custom_objects are a dict of classes and functions by their names, given: {given!r}."
            )
    before = len(_SCOPES.innermost_last)
    _SCOPES.innermost_last.extend(args)
    try:
        yield
    finally:
        del _SCOPES.innermost_last[before:]


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable[[T], T]:
    """A decorator of a class, or of a function, that configurations may name from then on as ``package>name``.

    Raises
    ------
    ValueError
        If a class has no ``get_config``, or something else has the name.

    Source
    ------
    tf.keras.utils.register_keras_serializable, TF 2.15
    """

    def register(thing: T) -> T:
        own: Any = thing
        if isinstance(own, type) and not hasattr(own, "get_config"):
            raise ValueError(
                f"{own.__name__} cannot be registered: a class of configurations has get_config()."
            )
        full = f"{package}>{name or own.__name__}"
        if _REGISTERED.get(full, thing) is not thing:
            raise ValueError(f"{full} has been registered already, to {_REGISTERED[full]}.")
        _REGISTERED[full], _REGISTERED_NAMES[thing] = thing, full
        return thing

    return register


def registered_name(obj: Any) -> str:
    """The name under which a class or function was registered, else its own."""
    found: str = _REGISTERED_NAMES.get(obj) or obj.__name__
    return found


def registered_object(
    name: str,
    custom_objects: Mapping[str, Any] | None = None,
    module_objects: Mapping[str, Any] | None = None,
) -> Any:
    """The class or function of a name: of the user's, else of `module_objects`; None if there is none."""
    found = custom_object(name, custom_objects)
    return found if found is not None or module_objects is None else module_objects.get(name)


near_keywords_of_functions(__name__)
