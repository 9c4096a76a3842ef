"""Memos: small hidden files in which one process of ours tells the next one something.

A line of JSON and a line with its checksum, replaced as a whole. A memo that is not there, or damaged, says nothing:
whoever reads it must be able to go on without.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from estimator.core import log
from estimator.core.errors import NotFoundError, OpError
from estimator.core.files import read_regular
from estimator.formats.checksum import crc32c
from estimator.model_dir.storage import LOCAL, FileOps, write_atomically

_MOST_BYTES = 16 << 20


def write_memo(path: str, contents: Mapping[str, Any], ops: FileOps = LOCAL) -> None:
    """Replace the memo.

    Raises
    ------
    OpError
        If the system refuses; then the old one stands.
    """
    line = json.dumps(contents, sort_keys=True).encode()
    write_atomically(path, b"%s\n%08x\n" % (line, crc32c(line)), ops)


def read_memo(path: str) -> dict[str, Any] | None:
    """What the memo says; None if there is none, or, with a warning, if it cannot be read."""
    try:
        data = read_regular(path, _MOST_BYTES)
        line, _, checksum = data.partition(b"\n")
        contents = json.loads(line)
        if checksum != b"%08x\n" % crc32c(line) or not isinstance(contents, dict):
            raise ValueError("its checksum does not fit")
        return contents
    except NotFoundError:
        return None
    except (OpError, ValueError, RecursionError) as error:
        log.warning("%r says nothing, it is damaged: %s", path, error)
        return None
