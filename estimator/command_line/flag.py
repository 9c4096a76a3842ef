"""A flag: its name, what it takes, its default and what it is now.

Source
------
absl.flags, absl-py 2.0
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Any, NoReturn

from estimator.command_line import errors
from estimator.command_line.parsers import (
    ArgumentParser,
    ArgumentSerializer,
    BooleanParser,
    EnumClassListSerializer,
    EnumClassParser,
    EnumClassSerializer,
    EnumParser,
)
from estimator.core.keywords import near_keywords
from estimator.core.tracebacks import cause_of

_NO_HELP = "(no help available)"
_REPEATED = ";\n    repeat this option to specify a list of values"


@near_keywords
class Flag:
    """One flag.

    Parameters
    ----------
    parser : ArgumentParser
        What makes values of texts.
    serializer : ArgumentSerializer, optional
        What makes texts of values; of a boolean flag nothing is needed.
    name : str
        Without dashes.
    default : object
        A value, its text, or None for "not given".
    help_string : str, optional
        What it is for.
    short_name : str, optional
        Another name, of one letter.
    boolean : bool
        Whether ``--name`` and ``--noname`` are enough.
    allow_override : bool
        Whether another flag may take the name, or this one another's.
    allow_overwrite : bool
        Whether it may be given twice; the last then counts.
    allow_using_method_names : bool
        Whether it may hide a method of FlagValues.
    allow_override_cpp, allow_hide_cpp : bool
        For flags of C++, of which there are none here: taken, and of no effect.

    Raises
    ------
    IllegalFlagValueError
        If the default is not one of its values.
    """

    def __init__(
        self,
        parser: ArgumentParser,
        serializer: ArgumentSerializer | None,
        name: str,
        default: Any,
        help_string: str | None,
        short_name: str | None = None,
        boolean: bool = False,
        allow_override: bool = False,
        allow_override_cpp: bool = False,
        allow_hide_cpp: bool = False,
        allow_overwrite: bool = True,
        allow_using_method_names: bool = False,
    ) -> None:
        self.name = name
        self.help = help_string or _NO_HELP
        self.short_name = short_name
        self.boolean = boolean
        self.present = 0  # how often the command line has it
        self.parser = parser
        self.serializer = serializer
        self.allow_override = allow_override
        self.allow_override_cpp = allow_override_cpp
        self.allow_hide_cpp = allow_hide_cpp
        self.allow_overwrite = allow_overwrite
        self.allow_using_method_names = allow_using_method_names
        self.using_default_value = True
        self.validators: list[Any] = []
        self._value: Any = None
        self._set_default(default)

    @property
    def value(self) -> Any:
        """What the flag is now."""
        return self._value

    @value.setter
    def value(self, value: Any) -> None:
        self._value = value

    def __bool__(self) -> NoReturn:
        raise TypeError(f"a flag is always true; did you mean the value of --{self.name}? Ask for .value.")

    def parse(self, argument: Any) -> None:
        """Take the value that an argument of the command line gives.

        Raises
        ------
        IllegalFlagValueError
            If it is not one of its values, or a second one where one is allowed.
        """
        if self.present and not self.allow_overwrite:
            raise errors.IllegalFlagValueError(
                f"flag --{self.name}={argument}: already defined as {self.value}"
            )
        self.value = self._parse(argument)
        self.present += 1

    def _parse(self, argument: Any) -> Any:
        try:
            return self.parser.parse(argument)
        except (TypeError, ValueError, OverflowError) as error:
            raise errors.IllegalFlagValueError(f"flag --{self.name}={argument}: {error}") from cause_of(error)

    def unparse(self) -> None:
        """Be as if no command line had been read."""
        self.value = self.default
        self.using_default_value = True
        self.present = 0

    def serialize(self) -> str:
        """The argument that gives the flag the value it has; nothing for None.

        Raises
        ------
        Error
            If there is no serializer.
        """
        return self._serialize(self.value)

    def _serialize(self, value: Any) -> str:
        if value is None:
            return ""
        if self.boolean:
            return f"--{self.name}" if value else f"--no{self.name}"
        if self.serializer is None:
            raise errors.Error(f"flag --{self.name} cannot be written: it was defined without a serializer.")
        return f"--{self.name}={self.serializer.serialize(value)}"

    def _set_default(self, value: Any) -> None:
        self.default_unparsed = value
        self.default = None if value is None else self._parse_from_default(value)
        self.default_as_str = self._shown(self.default)
        if self.using_default_value:
            self.value = self.default

    def _parse_from_default(self, value: Any) -> Any:
        return self._parse(value)

    def _shown(self, value: Any) -> str | None:
        if value is None:
            return None
        if self.serializer is not None:
            return repr(self.serializer.serialize(value))
        return repr(str(value).lower() if self.boolean else str(value))

    def flag_type(self) -> str:
        """What help calls the type."""
        return self.parser.flag_type()


@near_keywords
class BooleanFlag(Flag):
    """A flag that is true or false: ``--name``, ``--noname``, ``--name=false``."""

    def __init__(
        self, name: str, default: Any, help: str | None, short_name: str | None = None, **args: Any
    ) -> None:
        super().__init__(BooleanParser(), None, name, default, help, short_name, True, **args)


@near_keywords
class EnumFlag(Flag):
    """A flag that is one of some texts."""

    def __init__(
        self,
        name: str,
        default: str | None,
        help: str | None,
        enum_values: Iterable[str],
        short_name: str | None = None,
        case_sensitive: bool = True,
        **args: Any,
    ) -> None:
        parser = EnumParser(enum_values, case_sensitive)
        super().__init__(parser, ArgumentSerializer(), name, default, help, short_name, **args)
        self.help = f"<{'|'.join(parser.enum_values)}>: {self.help}"


@near_keywords
class EnumClassFlag(Flag):
    """A flag that is a member of an enumeration."""

    def __init__(
        self,
        name: str,
        default: enum.Enum | str | None,
        help: str | None,
        enum_class: type[enum.Enum],
        short_name: str | None = None,
        case_sensitive: bool = False,
        **args: Any,
    ) -> None:
        parser = EnumClassParser(enum_class, case_sensitive=case_sensitive)
        serializer = EnumClassSerializer(lowercase=not case_sensitive)
        super().__init__(parser, serializer, name, default, help, short_name, **args)
        self.help = f"<{'|'.join(parser.member_names)}>: {self.help}"


@near_keywords
class MultiFlag(Flag):
    """A flag that may be given several times; its value is the list of what was given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help += _REPEATED

    def parse(self, arguments: Any) -> None:
        """Add a value, or several; the first one of the command line takes the default's place."""
        new = self._parse(arguments)
        if self.present:
            self.value.extend(new)
        else:
            self.value = new
        self.present += len(new)

    def _parse(self, arguments: Any) -> list[Any]:
        several = isinstance(arguments, Iterable) and not isinstance(arguments, str)
        return [
            super(MultiFlag, self)._parse(argument) for argument in (arguments if several else [arguments])
        ]

    def _serialize(self, value: Any) -> str:
        return "\n".join(super(MultiFlag, self)._serialize(one) for one in value or ())

    def flag_type(self) -> str:
        """What help calls the type."""
        return f"multi {self.parser.flag_type()}"


@near_keywords
class MultiEnumClassFlag(MultiFlag):
    """A flag that may be given several times, each time with a member of an enumeration."""

    def __init__(
        self,
        name: str,
        default: Any,
        help_string: str | None,
        enum_class: type[enum.Enum],
        case_sensitive: bool = False,
        **args: Any,
    ) -> None:
        parser = EnumClassParser(enum_class, case_sensitive=case_sensitive)
        serializer = EnumClassListSerializer(",", lowercase=not case_sensitive)
        super().__init__(parser, serializer, name, default, help_string, **args)
        self.help = f"<{'|'.join(parser.member_names)}>: {self.help}"
