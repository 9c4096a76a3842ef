"""What defining a flag gives, and by which functions may be told which flag is meant.

Source
------
absl.flags.FlagHolder, absl-py 2.0
"""

from __future__ import annotations

from typing import Any, NoReturn

from estimator.command_line import errors
from estimator.command_line.flag import Flag
from estimator.command_line.values import FLAGS, FlagValues
from estimator.core.keywords import near_keywords


@near_keywords
class FlagHolder:
    """What defining a flag gives: its value, under a name that a type checker knows.

    Parameters
    ----------
    flag_values : FlagValues
        Where the flag is.
    flag : Flag
        The flag.
    ensure_non_none_value : bool
        Whether None is not one of its values.
    """

    def __init__(self, flag_values: FlagValues, flag: Flag, ensure_non_none_value: bool = False) -> None:
        self._flagvalues = flag_values
        self._name = flag.name
        self._ensure_non_none_value = ensure_non_none_value

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError(f"the holder of --{self._name} is no value; compare its .value.")

    def __bool__(self) -> NoReturn:
        raise TypeError(f"the holder of --{self._name} is always true; did you mean its .value?")

    @property
    def name(self) -> str:
        """The flag's name."""
        return self._name

    @property
    def value(self) -> Any:
        """The flag's value, once a command line has been read.

        Raises
        ------
        UnparsedFlagAccessError
            If none has been.
        IllegalFlagValueError
            If it is None, of a flag that had a default or is required.
        """
        value = self._flagvalues.parsed_value(self._name)
        if value is None and self._ensure_non_none_value:
            raise errors.IllegalFlagValueError(f"unexpected None value for flag {self._name}.")
        return value

    @property
    def default(self) -> Any:
        """The flag's default."""
        return self._flagvalues[self._name].default

    @property
    def present(self) -> bool:
        """Whether the command line has the flag."""
        return bool(self._flagvalues[self._name].present)

    def serialize(self) -> str:
        """The argument that gives the flag the value it has."""
        return self._flagvalues[self._name].serialize()


def referred(flag: str | FlagHolder, flag_values: FlagValues) -> tuple[str, FlagValues]:
    """The name of a flag, given by name or by its holder, and where it is.

    Raises
    ------
    ValueError
        If a holder is of other flag values than are asked for.
    """
    if not isinstance(flag, FlagHolder):
        return flag, flag_values
    if flag_values is not FLAGS and flag_values is not flag._flagvalues:
        raise ValueError(f"the holder of --{flag.name} has flag values of its own; leave out flag_values.")
    return flag.name, flag._flagvalues
