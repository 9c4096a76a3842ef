"""Names of devices, ``/job:ps/replica:0/task:1/device:GPU:0``: each part may be left out.

Operations carry them so that a graph that is written says what its program said; here everything runs on one device.
"""

from __future__ import annotations

import re

_PARTS = ("job", "replica", "task", "device")
_PART = re.compile(r"(job):([^/:]+)|(replica|task):(\d+|\*)|(?:device:)?(\w+):(\d+|\*)", re.IGNORECASE)


def _parsed(name: str) -> dict[str, str]:
    """The parts that a name has.

    Raises
    ------
    ValueError
        If it is no name of a device.
    """
    found: dict[str, str] = {}
    for part in filter(None, str(name).split("/")):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(
                f"{name!r} is no name of a device: {part!r} is none of job:<name>, replica:<number>, task:<number>, "
                "device:<type>:<number>, cpu:<number>. Write for example '/cpu:0' or '/job:worker/task:0/device:GPU:1'."
            )
        job, job_name, number_of, number, kind, index = match.groups()
        if job:
            found["job"] = job_name
        elif number_of:
            found[number_of] = number
        else:
            found["device"] = f"{kind.upper()}:{index}"
    return found


def _written(parts: dict[str, str]) -> str:
    return "".join(f"/{part}:{parts[part]}" for part in _PARTS if parts.get(part, "*") != "*")


def canonical(name: str) -> str:
    """The name as TensorFlow writes it: ``/cpu:0`` becomes ``/device:CPU:0``.

    Raises
    ------
    ValueError
        If it is no name of a device.
    """
    return _written(_parsed(name))


def merged(outer: str, inner: str) -> str:
    """What two blocks around an operation say together; the inner one counts where both speak."""
    return _written(_parsed(outer) | _parsed(inner))


def job_of(name: str) -> str:
    """The job that a name has, or an empty text.

    Raises
    ------
    ValueError
        If it is no name of a device.
    """
    return _parsed(name or "").get("job", "")
