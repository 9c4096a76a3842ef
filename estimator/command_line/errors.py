"""What can be wrong with flags.

::

    Error
    ├── CantOpenFlagFileError
    ├── DuplicateFlagError
    ├── FlagNameConflictsWithMethodError
    ├── IllegalFlagValueError             (also of several flags, a line each)
    ├── UnparsedFlagAccessError
    ├── UnrecognizedFlagError             .flagname  .flagvalue
    └── ValidationError

Source
------
absl.flags, absl-py 2.0
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.errors import EstimatorError


class Error(EstimatorError):
    """A flag, its definition or a command line is wrong."""


class CantOpenFlagFileError(Error):
    """The file that ``--flagfile`` names cannot be read."""


class DuplicateFlagError(Error):
    """A flag of that name is defined already."""


class FlagNameConflictsWithMethodError(Error):
    """The name is that of a method of FlagValues, which the flag would hide."""


class IllegalFlagValueError(Error):
    """A value is not one that the flag takes."""


class UnparsedFlagAccessError(Error):
    """A flag was read before the command line was."""


class ValidationError(Error):
    """What a validator raises instead of returning False, with a message of its own."""


class UnrecognizedFlagError(Error):
    """A flag that nobody has defined.

    Parameters
    ----------
    flagname : str
        Its name, without dashes.
    flagvalue : object
        The argument as it was given.
    suggestions : sequence of str
        The names that were probably meant.
    """

    def __init__(self, flagname: str, flagvalue: Any = "", suggestions: Sequence[str] = ()) -> None:
        self.flagname = flagname
        self.flagvalue = flagvalue
        hint = f" Did you mean {' or '.join(f'--{name}' for name in suggestions)}?" if suggestions else ""
        super().__init__(f"unknown command line flag {flagname!r}.{hint}")
