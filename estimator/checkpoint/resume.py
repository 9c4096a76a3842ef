"""The reserved tensor that lets an interrupted training go on as if nothing had happened.

One scalar string tensor under the key ``_ESTIMATOR_RESUME`` travels in the same bundle as the
weights, so that one commit covers both. It holds JSON::

    {"version": 1,
     "random": {"seed": 7, "counts": {"dropout/random_uniform": 120}},
     "input": null,
     "call": {"start_step": 0, "steps": 200, "max_steps": null, "finished": false}}

TensorFlow ignores a tensor that no variable asks for, and drops it when it saves again; our own
listings hide it. A checkpoint is untrusted input: the size is capped, nothing is evaluated, and
each field is checked. What a newer version of this package has written is left alone: the weights
count, the input begins afresh, and one warning says so.

Source
------
Own format, version 1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any

import numpy as np

from estimator.core import errors, log
from estimator.core.frozen import frozen

RESUME_KEY = "_ESTIMATOR_RESUME"
VERSION = 1
_MAX_BYTES = 64 << 20  # shuffle buffers are stored as indices; a million of them are 8 MB of text
_MAX_INT = 2**63 - 1

Json = Any  # what json.loads gives: the input's own business


@frozen
class CallState:
    """Where the train call stands that wrote the checkpoint.

    Parameters
    ----------
    start_step : int
        The step at which the call began.
    steps, max_steps : int or None
        Its arguments.
    finished : bool
        Whether it ended normally, so that the next call starts its input afresh.
    """

    start_step: int = 0
    steps: int | None = None
    max_steps: int | None = None
    finished: bool = False


@frozen
class RandomState:
    """What random operations draw from next.

    Parameters
    ----------
    seed : int or None
        The graph's seed.
    counts : mapping of str to int
        How often each random operation has run in this training, by its name.
    """

    seed: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


@frozen
class ResumeState:
    """Everything that a checkpoint says beyond the variables.

    Parameters
    ----------
    random : RandomState
        Random counters.
    input : JSON value
        The position of the input pipeline, in its own words; None if it cannot be continued.
    call : CallState
        The train call.
    """

    random: RandomState = field(default_factory=RandomState)
    input: Json = None
    call: CallState = field(default_factory=CallState)


def is_reserved(key: str) -> bool:
    """Whether the key is ours and no variable of the model: listings leave it out."""
    return key == RESUME_KEY


def encode_resume(state: ResumeState) -> np.ndarray[Any, Any]:
    """The scalar string tensor to be saved under :data:`RESUME_KEY`.

    Raises
    ------
    InvalidArgumentError
        If it would be too long to be read again.
    TypeError, ValueError
        If the input's position is not JSON.
    """
    content = {
        "version": VERSION,
        "random": {"seed": state.random.seed, "counts": dict(state.random.counts)},
        "input": state.input,
        "call": {
            "start_step": state.call.start_step,
            "steps": state.call.steps,
            "max_steps": state.call.max_steps,
            "finished": state.call.finished,
        },
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    if len(text) > _MAX_BYTES:
        raise errors.InvalidArgumentError(
            f"the position of the input takes {len(text)} bytes, more than {_MAX_BYTES}: shuffle with a "
            "smaller buffer."
        )
    return np.array(text, dtype=object)


def decode_resume(tensor: np.ndarray[Any, Any], source: str) -> ResumeState | None:
    """The state in the tensor; None, with a warning, if it is of a newer version.

    Parameters
    ----------
    tensor : array
        The scalar string tensor.
    source : str
        The checkpoint, for messages.

    Raises
    ------
    DataLossError
        If it is not what version 1 writes.
    """
    content = _parse(tensor, source)
    version = content.get("version")
    if type(version) is int and version > VERSION:
        log.warning(
            "%r was saved by a newer estimator (resume version %d, this one reads %d): weights are restored, "
            "the input and random numbers begin afresh.", source, version, VERSION,
        )  # fmt: skip
        return None
    _require(version == VERSION and type(version) is int, source, f"version is {version!r}")
    return ResumeState(
        random=_random(_mapping(content, "random", source), source),
        input=content.get("input"),
        call=_call(_mapping(content, "call", source), source),
    )


def _parse(tensor: np.ndarray[Any, Any], source: str) -> dict[str, Json]:
    text = tensor.item() if tensor.dtype == object and tensor.size == 1 else None
    if not isinstance(text, bytes):
        raise _damaged(source, "it is not one string")
    _require(len(text) <= _MAX_BYTES, source, f"it is longer than {_MAX_BYTES} bytes")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged(source, f"it is not JSON ({error})") from error
    if not isinstance(content, dict):
        raise _damaged(source, f"it is a {type(content).__name__}, not an object")
    return content


def _random(content: dict[str, Json], source: str) -> RandomState:
    counts = _mapping(content, "counts", source)
    for name in counts:
        _integer(counts, name, source)
    seed = content.get("seed")
    _require(
        seed is None or (type(seed) is int and abs(seed) <= 2 * _MAX_INT + 1), source, f"seed is {seed!r}"
    )
    return RandomState(seed, counts)


def _call(content: dict[str, Json], source: str) -> CallState:
    finished = content.get("finished")
    _require(isinstance(finished, bool), source, f"finished is {finished!r}")
    return CallState(
        start_step=_integer(content, "start_step", source),
        steps=None if content.get("steps") is None else _integer(content, "steps", source),
        max_steps=None if content.get("max_steps") is None else _integer(content, "max_steps", source),
        finished=bool(finished),
    )


def _mapping(content: dict[str, Json], name: str, source: str) -> dict[str, Json]:
    value = content.get(name)
    if not isinstance(value, dict):
        raise _damaged(source, f"{name} is {value!r:.80}, not an object")
    return value


def _integer(content: dict[str, Json], name: str, source: str) -> int:
    value = content.get(name)
    if type(value) is not int or not 0 <= value <= _MAX_INT:
        raise _damaged(source, f"{name} is {value!r:.80}, not a whole number from 0 on")
    return value


def _require(holds: bool, source: str, what: str) -> None:
    if not holds:
        raise _damaged(source, what)


def _damaged(source: str, what: str) -> errors.DataLossError:
    return errors.DataLossError(
        f"the resume tensor {RESUME_KEY!r} of {source!r} is damaged: {what}. Use another checkpoint of "
        "the directory."
    )
