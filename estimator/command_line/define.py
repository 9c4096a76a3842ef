"""Defining flags: ``DEFINE_string`` and its kin.

Source
------
absl.flags, absl-py 2.0; tf.flags, TF 1.15 platform/flags.py, which still takes the argument names of before
"""

from __future__ import annotations

import enum
import inspect
import sys
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any

from estimator.command_line import errors
from estimator.command_line.callers import calling_module
from estimator.command_line.flag import (
    BooleanFlag,
    EnumClassFlag,
    EnumFlag,
    Flag,
    MultiEnumClassFlag,
    MultiFlag,
)
from estimator.command_line.holder import FlagHolder, referred
from estimator.command_line.old_names import takes_old_names
from estimator.command_line.parsers import (
    ArgumentParser,
    ArgumentSerializer,
    CsvListSerializer,
    EnumParser,
    FloatParser,
    IntegerParser,
    ListParser,
    ListSerializer,
    WhitespaceSeparatedListParser,
)
from estimator.command_line.validators import Reference, mark_flag_as_required, register_validator
from estimator.command_line.values import FLAGS, FlagValues
from estimator.core.keywords import demand_known, near_keywords_of_functions
from estimator.core.registry import did_you_mean

_OF_ANY_FLAG = [
    name
    for name in inspect.signature(Flag).parameters
    if name == "short_name" or name == "boolean" or name.startswith("allow_")
]


def DEFINE_flag(
    flag: Flag,
    flag_values: FlagValues = FLAGS,
    module_name: str | None = None,
    required: bool = False,
) -> FlagHolder:
    """Define a flag that is made already.

    Parameters
    ----------
    flag : Flag
        The flag.
    flag_values : FlagValues
        Where it goes.
    module_name : str, optional
        Which module defines it. Default: the one that calls.
    required : bool
        Whether it must be given.

    Raises
    ------
    ValueError
        If it is required and has a default.
    DuplicateFlagError, FlagNameConflictsWithMethodError
        If its name is taken.
    """
    if required and flag.default is not None:
        raise ValueError(f"required flag --{flag.name} has the default {flag.default!r}; it must be None.")
    flag_values[flag.name] = flag
    module, name = calling_module()
    if module_name:
        module, name = sys.modules.get(module_name, module), module_name
    flag_values.register_flag_by_module(name, flag)
    flag_values.register_flag_by_module_id(id(module), flag)
    if required:
        mark_flag_as_required(flag.name, flag_values)
    return FlagHolder(flag_values, flag, ensure_non_none_value=required or flag.default is not None)


def DEFINE(
    parser: ArgumentParser,
    name: str,
    default: Any,
    help: str | None,
    flag_values: FlagValues = FLAGS,
    serializer: ArgumentSerializer | None = None,
    module_name: str | None = None,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Define a flag whose values a parser makes.

    Parameters
    ----------
    parser : ArgumentParser
        What makes values of texts.
    name : str
        Without dashes.
    default : object
        A value, its text, or None.
    help : str or None
        What it is for.
    serializer : ArgumentSerializer, optional
        What makes texts of values.
    flag_values, module_name, required
        As for :func:`DEFINE_flag`.
    **args
        More arguments of :class:`Flag`.

    Raises
    ------
    IllegalFlagValueError
        If the default is not one of the values.
    TypeError
        If there is no such argument.
    Error
        As for :func:`DEFINE_flag`.
    """
    demand_known("DEFINE", args, _OF_ANY_FLAG)
    flag = Flag(parser, serializer, name, default, help, **args)
    return DEFINE_flag(flag, flag_values, module_name, required)


@takes_old_names
def DEFINE_string(
    name: str,
    default: str | None,
    help: str | None,
    flag_values: FlagValues = FLAGS,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Define a flag that is a text: see :func:`DEFINE`."""
    return DEFINE(
        ArgumentParser(), name, default, help, flag_values, ArgumentSerializer(), required=required, **args
    )


@takes_old_names
def DEFINE_boolean(
    name: str,
    default: bool | str | int | None,
    help: str | None,
    flag_values: FlagValues = FLAGS,
    module_name: str | None = None,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Define a flag that is true or false: ``--name``, ``--noname`` or ``--name=false``; see :func:`DEFINE`."""
    demand_known("DEFINE_boolean", args, _OF_ANY_FLAG)
    return DEFINE_flag(BooleanFlag(name, default, help, **args), flag_values, module_name, required)


DEFINE_bool = DEFINE_boolean


@takes_old_names
def DEFINE_float(
    name: str,
    default: float | str | None,
    help: str | None,
    lower_bound: float | None = None,
    upper_bound: float | None = None,
    flag_values: FlagValues = FLAGS,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Define a flag that is a real number, possibly within bounds: see :func:`DEFINE`."""
    parser = FloatParser(lower_bound, upper_bound)
    holder = DEFINE(parser, name, default, help, flag_values, ArgumentSerializer(), required=required, **args)
    _keep_bounds(parser, name, flag_values)
    return holder


@takes_old_names
def DEFINE_integer(
    name: str,
    default: int | str | None,
    help: str | None,
    lower_bound: int | None = None,
    upper_bound: int | None = None,
    flag_values: FlagValues = FLAGS,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Define a flag that is an integer, possibly within bounds: see :func:`DEFINE`."""
    parser = IntegerParser(lower_bound, upper_bound)
    holder = DEFINE(parser, name, default, help, flag_values, ArgumentSerializer(), required=required, **args)
    _keep_bounds(parser, name, flag_values)
    return holder


def _keep_bounds(parser: FloatParser | IntegerParser, name: str, flag_values: FlagValues) -> None:
    """Let the bounds also hold for values that a script sets."""
    if parser.lower_bound is None and parser.upper_bound is None:
        return

    def checker(value: Any) -> bool:
        if value is not None and parser.is_outside_bounds(value):
            raise errors.ValidationError(f"{value} is not {parser.syntactic_help}")
        return True

    register_validator(name, checker, flag_values=flag_values)


def DEFINE_enum(
    name: str,
    default: str | None,
    enum_values: Sequence[str],
    help: str | None,
    flag_values: FlagValues = FLAGS,
    module_name: str | None = None,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Define a flag that is one of some texts: see :func:`DEFINE`."""
    demand_known("DEFINE_enum", args, [*_OF_ANY_FLAG, "case_sensitive"])
    return DEFINE_flag(EnumFlag(name, default, help, enum_values, **args), flag_values, module_name, required)


def DEFINE_enum_class(
    name: str,
    default: enum.Enum | str | None,
    enum_class: type[enum.Enum],
    help: str | None,
    flag_values: FlagValues = FLAGS,
    module_name: str | None = None,
    case_sensitive: bool = False,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Define a flag that is a member of an enumeration, given by its name: see :func:`DEFINE`."""
    demand_known("DEFINE_enum_class", args, _OF_ANY_FLAG)
    flag = EnumClassFlag(name, default, help, enum_class, case_sensitive=case_sensitive, **args)
    return DEFINE_flag(flag, flag_values, module_name, required)


def DEFINE_list(
    name: str,
    default: list[str] | str | None,
    help: str | None,
    flag_values: FlagValues = FLAGS,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Define a flag that is a list of texts, with commas between them: see :func:`DEFINE`."""
    return DEFINE(
        ListParser(), name, default, help, flag_values, CsvListSerializer(","), required=required, **args
    )


def DEFINE_spaceseplist(
    name: str,
    default: list[str] | str | None,
    help: str | None,
    comma_compat: bool = False,
    flag_values: FlagValues = FLAGS,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Define a flag that is a list of texts, with blanks (or commas too) between them: see :func:`DEFINE`."""
    parser = WhitespaceSeparatedListParser(comma_compat=comma_compat)
    return DEFINE(parser, name, default, help, flag_values, ListSerializer(" "), required=required, **args)


def DEFINE_multi(
    parser: ArgumentParser,
    serializer: ArgumentSerializer,
    name: str,
    default: Any,
    help: str | None,
    flag_values: FlagValues = FLAGS,
    module_name: str | None = None,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Define a flag that may be given several times; its value is a list: see :func:`DEFINE`."""
    demand_known("DEFINE_multi", args, _OF_ANY_FLAG)
    flag = MultiFlag(parser, serializer, name, default, help, **args)
    return DEFINE_flag(flag, flag_values, module_name, required)


def DEFINE_multi_string(
    name: str,
    default: Iterable[str] | str | None,
    help: str | None,
    flag_values: FlagValues = FLAGS,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Define a list of texts, each given as ``--name=text``: see :func:`DEFINE`."""
    return DEFINE_multi(
        ArgumentParser(), ArgumentSerializer(), name, default, help, flag_values, required=required, **args
    )


def DEFINE_multi_integer(
    name: str,
    default: Iterable[int] | int | str | None,
    help: str | None,
    lower_bound: int | None = None,
    upper_bound: int | None = None,
    flag_values: FlagValues = FLAGS,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Define a list of integers, each given as ``--name=3``: see :func:`DEFINE`."""
    parser = IntegerParser(lower_bound, upper_bound)
    return DEFINE_multi(
        parser, ArgumentSerializer(), name, default, help, flag_values, required=required, **args
    )


def DEFINE_multi_float(
    name: str,
    default: Iterable[float] | float | str | None,
    help: str | None,
    lower_bound: float | None = None,
    upper_bound: float | None = None,
    flag_values: FlagValues = FLAGS,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Define a list of real numbers, each given as ``--name=0.5``: see :func:`DEFINE`."""
    parser = FloatParser(lower_bound, upper_bound)
    return DEFINE_multi(
        parser, ArgumentSerializer(), name, default, help, flag_values, required=required, **args
    )


def DEFINE_multi_enum(
    name: str,
    default: Iterable[str] | str | None,
    enum_values: Sequence[str],
    help: str | None,
    flag_values: FlagValues = FLAGS,
    case_sensitive: bool = True,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Define a list of some texts, each given as ``--name=text``: see :func:`DEFINE`."""
    parser = EnumParser(enum_values, case_sensitive)
    help = f"<{'|'.join(parser.enum_values)}>: {help}"
    return DEFINE_multi(
        parser, ArgumentSerializer(), name, default, help, flag_values, required=required, **args
    )


def DEFINE_multi_enum_class(
    name: str,
    default: Any,
    enum_class: type[enum.Enum],
    help: str | None,
    flag_values: FlagValues = FLAGS,
    module_name: str | None = None,
    case_sensitive: bool = False,
    required: bool = False,
    **args: Any,
) -> FlagHolder:
    """Define a list of members of an enumeration, each given as ``--name=member``: see :func:`DEFINE`."""
    demand_known("DEFINE_multi_enum_class", args, _OF_ANY_FLAG)
    flag = MultiEnumClassFlag(name, default, help, enum_class, case_sensitive=case_sensitive, **args)
    return DEFINE_flag(flag, flag_values, module_name, required)


def DEFINE_alias(
    name: str, original_name: str, flag_values: FlagValues = FLAGS, module_name: str | None = None
) -> FlagHolder:
    """Define another name for a flag; both always have the same value.

    Raises
    ------
    UnrecognizedFlagError
        If there is no flag `original_name`.
    DuplicateFlagError, FlagNameConflictsWithMethodError
        If `name` is taken.
    """
    return DEFINE_flag(_Alias(name, flag_values._known(original_name)), flag_values, module_name)


class _Alias(Flag):
    """Another name for a flag."""

    def __init__(self, name: str, flag: Flag) -> None:
        self._flag = flag
        super().__init__(
            flag.parser,
            flag.serializer,
            name,
            flag.default,
            f"Alias for --{flag.name}.",
            boolean=flag.boolean,
        )

    @property
    def value(self) -> Any:
        """What the flag is now."""
        return self._flag.value

    @value.setter
    def value(self, value: Any) -> None:
        self._flag.value = value

    def parse(self, argument: Any) -> None:
        """Take the value for the flag."""
        self._flag.parse(argument)
        self.present += 1

    def _parse_from_default(self, value: Any) -> Any:
        return value


def set_default(flag_holder: FlagHolder, value: Any) -> None:
    """Change the default of a flag, and the value of one that has not been given.

    Raises
    ------
    IllegalFlagValueError
        If the flag does not take the value.
    """
    flag_holder._flagvalues.set_default(flag_holder.name, value)


def override_value(flag_holder: FlagHolder, value: Any) -> None:
    """Change the value of a flag, whatever the command line says.

    Raises
    ------
    IllegalFlagValueError
        If the flag does not take the value, or would make another of it.
    """
    flags, name = flag_holder._flagvalues, flag_holder.name
    parsed = flags[name]._parse(value)
    if parsed != value:
        raise errors.IllegalFlagValueError(
            f"flag {name}: parsed value {parsed!r} is not the original {value!r}."
        )
    setattr(flags, name, value)


def declare_key_flag(flag_name: Reference, flag_values: FlagValues = FLAGS) -> None:
    """Let the help of the calling module show a flag that another has defined.

    Raises
    ------
    ValueError
        If there is no such flag.
    """
    name, flags = referred(flag_name, flag_values)
    if name not in flags:
        raise ValueError(
            f"flag --{name} is undefined; define it before it is declared.{did_you_mean(name, flags)}"
        )
    flags.register_key_flag_for_module(calling_module()[1], flags[name])


def adopt_module_key_flags(module: ModuleType, flag_values: FlagValues = FLAGS) -> None:
    """Let the help of the calling module show all that another module's shows.

    Raises
    ------
    Error
        If it is no module.
    """
    if not isinstance(module, ModuleType):
        raise errors.Error(f"expected a module, found {module!r}.")
    for flag in flag_values.get_key_flags_for_module(module):
        flag_values.register_key_flag_for_module(calling_module()[1], flag)


near_keywords_of_functions(__name__)
