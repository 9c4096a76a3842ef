"""Ops that read and write whole files, and find them by a pattern.

Writing a file leaves the variables alone, so it counts as a check, as saving a checkpoint does.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from estimator.core.files import explained, local_path, open_regular
from estimator.core.patterns import matches
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.model_dir.storage import make_directory, write_atomically
from estimator.ops._texts import text_scalar


def _one_file(s: ShapeScope) -> Dims:
    rules.check_scalars(s, filename=0)
    return ()


@op(
    "ReadFile",
    "filename: string -> contents: string",
    shape=_one_file,
    effect="read",
    host=True,
    differentiable=False,
)
def read_file(xp: Any, filename: Any) -> Any:
    """All bytes of a file.

    Raises  NotFoundError if there is none; what the system refuses, as an OpError
    Source  TF op ReadFile, io_ops.cc
    """
    path = os.fsdecode(np.asarray(filename).item())
    with open_regular(path) as file, explained(f"cannot read {path!r}", os.path.dirname(path)):
        return text_scalar(file.readall())


def _one_text(s: ShapeScope) -> list[Dims]:
    rules.check_scalars(s, filename=0, contents=1)
    return []


@op(
    "WriteFile",
    "filename: string, contents: string",
    shape=_one_text,
    effect="check",
    host=True,
    differentiable=False,
)
def write_file(xp: Any, filename: Any, contents: Any) -> None:
    """Make a file of these bytes, and its directory if need be; what was there under the name stays whole until then.

    Raises  what the system refuses, as an OpError
    Source  TF op WriteFile, io_ops.cc
    """
    path = local_path(np.asarray(filename).item())
    make_directory(os.path.dirname(path) or os.curdir)
    write_atomically(path, np.asarray(contents).item())


@op(
    "MatchingFiles",
    "pattern: string -> filenames: string",
    shape=rules.vector,
    effect="read",
    host=True,
    differentiable=False,
)
def matching_files(xp: Any, pattern: Any) -> Any:
    """The files and directories whose names fit a pattern, or one of several, in order; of none, an empty vector.

    `*` stands for any characters within one level, `?` for one, `[a-z]` and `[^a-z]` for one of some, `\\*` for itself.

    Shape   pattern [] or [n] -> [files]
    Source  TF op MatchingFiles, io_ops.cc; tensorflow/core/platform/file_system.h (patterns)
    """
    found = [path for text in np.ravel(pattern) for path in matches(os.fsdecode(text))]
    return np.fromiter(map(os.fsencode, sorted(found, key=os.fsencode)), object, len(found))
