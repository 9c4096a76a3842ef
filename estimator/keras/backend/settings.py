"""What Keras' own functions and layers go by where nobody says otherwise: a type, a small number, an order of axes."""

from __future__ import annotations

from estimator.core.keywords import near_keywords_of_functions

_FLOATS = ("float16", "float32", "float64", "bfloat16")
_FORMATS = ("channels_last", "channels_first")
_settings: dict[str, str | float] = {
    "floatx": "float32",
    "epsilon": 1e-7,
    "image_data_format": "channels_last",
}


def backend() -> str:
    """``"tensorflow"``, whose graphs these are.

    Source
    ------
    tf.keras.backend.backend, TF 2.15
    """
    return "tensorflow"


def floatx() -> str:
    """The type of an Input that is not given one.

    Source
    ------
    tf.keras.backend.floatx, TF 2.15
    """
    return str(_settings["floatx"])


def set_floatx(value: str) -> None:
    """Let an Input that is not given a type have this one.

    Raises
    ------
    ValueError
        If it is no type of floating point numbers.
    """
    if value not in _FLOATS:
        raise ValueError(f"Unknown `floatx` value: {value!r}. Expected values are {', '.join(_FLOATS)}.")
    _settings["floatx"] = str(value)


def epsilon() -> float:
    """What losses put between a probability and zero.

    Source
    ------
    tf.keras.backend.epsilon, TF 2.15
    """
    return float(_settings["epsilon"])


def set_epsilon(value: float) -> None:
    """Let losses that are made from now on put this between a probability and zero."""
    _settings["epsilon"] = float(value)


def image_data_format() -> str:
    """Where the channels of a picture are: ``"channels_last"`` or ``"channels_first"``.

    Source
    ------
    tf.keras.backend.image_data_format, TF 2.15
    """
    return str(_settings["image_data_format"])


def set_image_data_format(data_format: str) -> None:
    """Say where the channels of a picture are.

    Raises
    ------
    ValueError
        If it is neither ``"channels_last"`` nor ``"channels_first"``.
    """
    if data_format not in _FORMATS:
        raise ValueError(f"Unknown data_format: {data_format!r}. Expected values are {', '.join(_FORMATS)}.")
    _settings["image_data_format"] = data_format


near_keywords_of_functions(__name__)
