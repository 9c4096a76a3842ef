"""What a layer was told: its configuration, and the functions that names in it stand for."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from estimator.core.dtypes import DType, float32
from estimator.core.errors import Gathered
from estimator.keras.serialization import Kind, serialize

KINDS = {what: Kind(what, f"{what}s") for what in ("activation", "initializer", "regularizer", "constraint")}


class Configured:
    """A layer that tells its configuration.

    Attributes
    ----------
    config_names : str
        Attributes that it tells beside name, type and the like, between blanks.
    """

    config_names: ClassVar[str] = ""
    trainable: bool
    dtype: DType | None
    _name: str
    _batch_input_shape: tuple[int | None, ...]  # only if it was given one
    _given: tuple[tuple[Any, ...], dict[str, Any]]

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        layer = super().__new__(cls)
        if cls.get_config is Configured.get_config and not cls.config_names:
            vars(layer)["_given"] = args, kwargs  # what else could its configuration be
        return layer

    @property
    def name(self) -> str:
        """The name it was given, or has found."""
        return self._name

    @property
    def compute_dtype(self) -> DType:
        """The type that floating point inputs are cast to: that of the weights, by default float32."""
        return self.dtype or float32

    variable_dtype = compute_dtype

    def get_config(self) -> dict[str, Any]:
        """What the layer was told, as plain values: :meth:`from_config` makes one like it.

        A class with arguments of its own adds them; where it does not, what the constructor was given stands here.
        """
        config: dict[str, Any] = {
            "name": self.name, "trainable": self.trainable, "dtype": self.compute_dtype.name,
        }  # fmt: skip
        if "_batch_input_shape" in vars(self):
            config["batch_input_shape"] = self._batch_input_shape
        if "_given" in vars(self):
            return self._with_given_arguments(config)
        return config | {word: self._configured(word) for word in self.config_names.split()}

    def _configured(self, name: str) -> Any:
        value = getattr(self, name)
        kind = _kind_of(name)
        return _tell(kind, value) if kind else serialize(value)

    def _with_given_arguments(self, config: dict[str, Any]) -> dict[str, Any]:
        args, kwargs = self._given
        parameters = inspect.signature(type(self).__init__).parameters
        names = [name for name in parameters if name != "self"]
        given = dict(zip(names, args, strict=False)) | kwargs
        takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
        known = {key: value for key, value in config.items() if takes_any or key in names}
        return known | {key: serialize(value) for key, value in given.items()}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """The layer of such a configuration, without weights."""
        return cls(**config)

    def _resolved(self, **given: Any) -> dict[str, Any]:
        checked = Gathered(type(self).__name__)
        found = {name: checked.result_of(_taken, name, value) for name, value in given.items()}
        checked.raise_all()
        return found


def _kind_of(argument: str) -> Kind | None:
    return next((kind for what, kind in KINDS.items() if what in argument.split("_")), None)


def _taken(argument: str, value: Any) -> Any:
    kind = _kind_of(argument)
    assert kind is not None
    if kind.what == "activation":
        from estimator.keras.activations.by_name import get  # None is one, too

        return get(value)
    return kind.get(value)


def _tell(kind: Kind, value: Any) -> Any:
    if kind.what == "activation":
        from estimator.keras.activations.by_name import serialize as tell

        return tell(value)
    return serialize(value)
