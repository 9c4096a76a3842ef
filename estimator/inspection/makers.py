"""Who made a checkpoint, as ``metadata.yaml`` tells: the entry of the call of train that wrote it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from estimator.calls.record import read_entries
from estimator.core import log
from estimator.core.errors import OpError

# RunConfig's and TensorFlow's
DEFAULT_KEEP_MAX = 5
DEFAULT_KEEP_HOURS = 10000


def entries_of(model_dir: str) -> list[dict[str, Any]]:
    """The entries, oldest first; nothing, with a warning, if the file cannot be read."""
    try:
        return read_entries(model_dir)
    except (OpError, ValueError) as error:
        log.warning("metadata.yaml of %r says nothing: %s", model_dir, error)
        return []


def maker_of(entries: Sequence[Mapping[str, Any]], step: int | None) -> Mapping[str, Any] | None:
    """The entry of the call that wrote the checkpoint of this step; None if none did.

    A call writes the checkpoints after its first step up to its last, and one of its first step only if it begins at 0.
    Of several that could have, as after a rewind, the last one counts.
    """
    for entry in reversed(entries):
        start, end = entry.get("start_step"), entry.get("end_step")
        if step is None or not isinstance(start, int):
            return entry
        if (start < step or start == step == 0) and (not isinstance(end, int) or step <= end):
            return entry
    return None


def setting(entry: Mapping[str, Any] | None, name: str, default: Any) -> Any:
    """What the RunConfig of the call said; what it did not say is the default."""
    config = entry.get("config") if entry else None
    return config.get(name, default) if isinstance(config, Mapping) else default


def begin_of(entry: Mapping[str, Any] | None) -> float | None:
    """When the call began, in seconds since 1970; None if that is not known."""
    try:
        return datetime.datetime.fromisoformat(str((entry or {}).get("time"))).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
