"""What may be a model_dir: a local directory's name, as text or as a path object."""

from __future__ import annotations

import os
import re

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def as_model_dir(value: object) -> str:
    """The directory's name as text, ``~`` expanded; a relative one stays relative.

    Raises
    ------
    ValueError
        If it is empty, a URL, or no path at all. Nothing is created or looked up.

    Example
    -------
    >>> as_model_dir("models/iris")
    'models/iris'
    """
    try:
        name = os.fsdecode(value)  # type: ignore[arg-type]
    except TypeError:
        raise ValueError(f"model_dir should be a str or a path, given: {value!r}.") from None
    if not name:
        raise ValueError("model_dir should be non-empty.")
    if _URL.match(name):
        raise ValueError(
            f"model_dir {name!r} is a URL; only local directories are supported. "
            "Train into a local directory and copy it, or mount the store and give its path."
        )
    if "\0" in name:
        raise ValueError(f"model_dir {name!r} has a NUL character in it.")
    return os.path.expanduser(name)
