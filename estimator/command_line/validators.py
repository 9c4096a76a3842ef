"""Conditions that the values of flags must meet, asked when the command line is read and when a flag is set.

Source
------
absl.flags, absl-py 2.0
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from estimator.command_line import errors
from estimator.command_line.holder import FlagHolder, referred
from estimator.command_line.values import FLAGS, FlagValues
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.log import logger

Reference = str | FlagHolder
C = TypeVar("C", bound=Callable[..., Any])

_FAILED = "Flag validation failed"
_numbers = itertools.count()


class _Validator:
    """A condition of some flags; `of_one` says whether the checker gets a value or a dict of them."""

    def __init__(
        self, names: Sequence[str], checker: Callable[[Any], Any], message: str, of_one: bool
    ) -> None:
        self.flag_names = tuple(names)
        self.number = next(_numbers)
        self._checker = checker
        self._message = message
        self._of_one = of_one

    def verify(self, flags: FlagValues) -> None:
        """Raise ValidationError if the condition is not met."""
        values = {name: flags[name].value for name in self.flag_names}
        if not self._checker(values[self.flag_names[0]] if self._of_one else values):
            raise errors.ValidationError(self._message)

    def shown(self, flags: FlagValues) -> str:
        """The flags with their values, for a message."""
        dashes = "--" if self._of_one else ""
        values = ", ".join(f"{dashes}{name}={flags[name].value}" for name in self.flag_names)
        return f"flag {values}" if self._of_one else f"flags {values}"


def register_validator(
    flag_name: Reference,
    checker: Callable[[Any], Any],
    message: str = _FAILED,
    flag_values: FlagValues = FLAGS,
) -> None:
    """Let ``checker(value)`` decide on the values of a flag.

    Parameters
    ----------
    flag_name : str or FlagHolder
        The flag.
    checker : callable
        Returns whether the value is allowed, or raises ValidationError with a message of its own.
    message : str
        What is said otherwise.

    Raises
    ------
    KeyError
        If there is no such flag.
    """
    name, flags = referred(flag_name, flag_values)
    _add(_Validator([name], checker, message, of_one=True), flags)


def validator(
    flag_name: Reference, message: str = _FAILED, flag_values: FlagValues = FLAGS
) -> Callable[[C], C]:
    """Decorate the checker of a flag: see :func:`register_validator`."""

    def decorate(checker: C) -> C:
        register_validator(flag_name, checker, message, flag_values)
        return checker

    return decorate


def register_multi_flags_validator(
    flag_names: Iterable[Reference],
    multi_flags_checker: Callable[[dict[str, Any]], Any],
    message: str = "Flags validation failed",
    flag_values: FlagValues = FLAGS,
) -> None:
    """Let ``multi_flags_checker({name: value})`` decide on the values of several flags together.

    Raises
    ------
    KeyError
        If there is no such flag.
    ValueError
        If the flags are none, or of several FlagValues.
    """
    names, flags = _referred(flag_names, flag_values)
    _add(_Validator(names, multi_flags_checker, message, of_one=False), flags)


def multi_flags_validator(
    flag_names: Iterable[Reference], message: str = _FAILED, flag_values: FlagValues = FLAGS
) -> Callable[[C], C]:
    """Decorate the checker of several flags: see :func:`register_multi_flags_validator`."""

    def decorate(checker: C) -> C:
        register_multi_flags_validator(flag_names, checker, message, flag_values)
        return checker

    return decorate


def mark_flag_as_required(flag_name: Reference, flag_values: FlagValues = FLAGS) -> None:
    """Demand that a flag has another value than None, once the command line is read.

    Raises
    ------
    KeyError
        If there is no such flag.
    """
    name, flags = referred(flag_name, flag_values)
    if flags[name].default is not None:
        logger.warning("flag --%s is marked as required, but has a default: it need not be given.", name)
    message = f"Flag --{name} must have a value other than None."
    register_validator(name, lambda value: value is not None, message, flags)


def mark_flags_as_required(flag_names: Iterable[Reference], flag_values: FlagValues = FLAGS) -> None:
    """Demand that each of the flags has another value than None: see :func:`mark_flag_as_required`."""
    for name in flag_names:
        mark_flag_as_required(name, flag_values)


def mark_flags_as_mutual_exclusive(
    flag_names: Iterable[Reference], required: bool = False, flag_values: FlagValues = FLAGS
) -> None:
    """Allow at most one of the flags to have another value than None.

    Parameters
    ----------
    flag_names : iterable of str or FlagHolder
        The flags, whose defaults should be None.
    required : bool
        Whether one must have another value.

    Raises
    ------
    KeyError, ValueError
        As :func:`register_multi_flags_validator`.
    """
    names, flags = _referred(flag_names, flag_values)
    for name in names:
        if flags[name].default is not None:
            logger.warning("flag --%s excludes others, but has a default, and so always excludes them.", name)
    _allow_one(names, required, flags, lambda value: value is not None, "have a value other than None")


def mark_bool_flags_as_mutual_exclusive(
    flag_names: Iterable[Reference], required: bool = False, flag_values: FlagValues = FLAGS
) -> None:
    """Allow at most one of the boolean flags to be true, or just one where that is required.

    Raises
    ------
    ValidationError
        If a flag is not boolean.
    KeyError, ValueError
        As :func:`register_multi_flags_validator`.
    """
    names, flags = _referred(flag_names, flag_values)
    others = [name for name in names if not flags[name].boolean]
    if others:
        raise errors.ValidationError(f"not boolean: {', '.join(others)}; use mark_flags_as_mutual_exclusive.")
    _allow_one(names, required, flags, bool, "be True")


def _allow_one(
    names: Sequence[str], required: bool, flags: FlagValues, counts: Callable[[Any], bool], what: str
) -> None:
    def checker(values: dict[str, Any]) -> bool:
        return sum(map(counts, values.values())) in ((1,) if required else (0, 1))

    message = f"{'Exactly' if required else 'At most'} one of ({', '.join(names)}) must {what}."
    register_multi_flags_validator(names, checker, message, flags)


def _referred(flag_names: Iterable[Reference], flag_values: FlagValues) -> tuple[list[str], FlagValues]:
    found = [referred(flag, flag_values) for flag in flag_names]
    homes = {id(flags): flags for _, flags in found}
    if len(homes) != 1:
        trouble = "are of several FlagValues" if homes else "must not be empty"
        raise ValueError(f"flag_names {trouble}: {[name for name, _ in found]}.")
    return [name for name, _ in found], found[0][1]


def _add(added: _Validator, flags: FlagValues) -> None:
    for flag in [flags[name] for name in added.flag_names]:  # all are there before one is changed
        flag.validators.append(added)


near_keywords_of_functions(__name__)
