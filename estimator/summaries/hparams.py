"""The hyperparameters of a run, for TensorBoard's HParams page.

What is written is that a session with these values begins, under the tag ``_hparams_/session_start_info`` of the run
itself. Which hyperparameters there are and which metrics belong to them TensorBoard then finds out by itself, over all
runs that it shows: the metrics are the scalars of the run and of the runs below it, so those of evaluate, too.

Source
------
tensorboard/plugins/hparams (summary.py, metadata.py), TensorBoard 2.15
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import islice
from typing import Any

import numpy as np

from estimator.formats import messages

TAG = "_hparams_/session_start_info"
_PLUGIN = "hparams"
_FLOAT = 1
_EXACT = 1 << 53  # larger whole numbers have no double
_MOST_CHARACTERS = 200
_MOST_VALUES = 200
_MOST_LEVELS = 4  # of dicts in dicts and lists in lists; one may hold itself
_MOST_ELEMENTS = 64  # of a list that is shown

Plain = bool | float | str


def start_of_run(values: Mapping[str, Plain], started: float | None = None) -> Any:  # a Summary
    """The Summary that tells the hyperparameters of a run.

    Parameters
    ----------
    values : mapping
        As :func:`plain_values` gives them.
    started : float, optional
        In seconds since 1970; by default now.
    """
    content = messages.HParamsPluginData()
    content.session_start_info.start_time_secs = time.time() if started is None else started
    told = content.session_start_info.hparams
    for name, value in values.items():
        kind = "bool" if isinstance(value, bool) else "string" if isinstance(value, str) else "number"
        setattr(told[name], f"{kind}_value", value)
    summary = messages.Summary()
    item = summary.value.add(tag=TAG)
    item.metadata.plugin_data.plugin_name = _PLUGIN
    item.metadata.plugin_data.content = messages.to_bytes(content)
    item.tensor.dtype = _FLOAT  # a tensor without elements: what counts is the metadata
    item.tensor.tensor_shape.dim.add(size=0)
    return summary


def values_in(summary: Any) -> tuple[tuple[str, str], ...] | None:
    """The names and values that a Summary tells of a run, as texts; None if it tells none."""
    for item in summary.value:
        if item.tag == TAG:
            content = messages.HParamsPluginData.FromString(item.metadata.plugin_data.content)
            told = content.session_start_info.hparams
            return tuple(sorted((name, str(value)) for name, value in told.items()))
    return None


def plain_values(params: Mapping[str, Any]) -> dict[str, Plain]:
    """Hyperparameters as numbers, booleans and texts, by name; those in a dict as ``optimizer.rate``.

    A number of numpy's is a number; a list, an array, None and a number that JSON has not are texts; of an object its
    class is told, and the rate if it is an optimizer's.

    Example
    -------
    >>> plain_values({"units": [10, 10], "dropout": np.float32(0.5), "deep": {"rate": None}})
    {'units': '[10, 10]', 'dropout': 0.5, 'deep.rate': 'None'}
    """
    return dict(islice(_flat(params, "", 0), _MOST_VALUES))


def _flat(params: Mapping[str, Any], before: str, level: int) -> Iterator[tuple[str, Plain]]:
    for key, value in params.items():
        name = f"{before}{key}"
        if isinstance(value, Mapping) and level < _MOST_LEVELS:
            yield from _flat(value, f"{name}.", level + 1)
            continue
        yield name, _plain(value)
        rate = _rate_of(value)
        if rate is not None:
            yield f"{name}.learning_rate", rate


def _plain(value: Any) -> Plain:
    if isinstance(value, (np.generic, np.ndarray)) and value.ndim == 0:
        value = value.item()
    if isinstance(value, (bool, str)):
        return _short(value) if isinstance(value, str) else value
    if isinstance(value, (int, float)):
        is_exact = abs(value) <= _EXACT if isinstance(value, int) else math.isfinite(value)
        return float(value) if is_exact else _short(str(value))
    return _short(_text(value))


def _text(value: Any, level: int = 0) -> str:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, float, complex)):
        return repr(value)
    if isinstance(value, (str, bytes)):
        return value if isinstance(value, str) else value.decode(errors="replace")
    if isinstance(value, np.ndarray):
        value = value.tolist() if value.size <= _MOST_ELEMENTS else f"array of {list(value.shape)}"
        return _text(value, level)
    if isinstance(value, (Sequence, Set)) and level < _MOST_LEVELS:
        items = [_text(item, level + 1) for item in islice(value, _MOST_ELEMENTS)]
        more = ["..."] if len(value) > len(items) else []
        return f"[{', '.join([*(items if isinstance(value, Sequence) else sorted(items)), *more])}]"
    named = getattr(value, "__name__", None)
    return named if isinstance(named, str) else type(value).__name__


def _rate_of(value: Any) -> float | None:
    """The learning rate of an optimizer, if it is a number."""
    for name in ("_lr", "_learning_rate"):
        rate = getattr(value, name, None)
        if isinstance(rate, (int, float, np.number)):
            return float(rate)
    return None


def _short(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 3]}..."
