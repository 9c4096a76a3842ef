"""From the text of an argument to the value of a flag, and back.

A parser takes texts and what already is of its type, since defaults come in both forms. It raises ValueError or
TypeError; the flag adds its name.

Source
------
absl.flags, absl-py 2.0: which texts are integers (decimal, 0x and 0o), booleans, and lists
"""

from __future__ import annotations

import csv
import enum
import io
from collections.abc import Iterable, Sequence
from typing import Any

from estimator.core.keywords import near_keywords
from estimator.core.registry import did_you_mean


class ArgumentParser:
    """Takes texts as they are; the base of the others."""

    syntactic_help = ""

    def parse(self, argument: Any) -> Any:
        """The value that the argument means.

        Raises
        ------
        TypeError, ValueError
            If it means none.
        """
        if not isinstance(argument, str):
            raise TypeError(f"flag value must be a string, found {argument!r} ({type(argument).__name__}).")
        return argument

    def flag_type(self) -> str:
        """What help and XML call the type."""
        return "string"


class ArgumentSerializer:
    """Writes a value as the text that is parsed to it."""

    def serialize(self, value: Any) -> str:
        """The text of a value."""
        return str(value)


@near_keywords
class _NumberParser(ArgumentParser):
    """A number, possibly between bounds that are allowed themselves."""

    kind: str
    article: str

    def __init__(self, lower_bound: float | None = None, upper_bound: float | None = None) -> None:
        self.lower_bound = lower_bound
        self.upper_bound = upper_bound
        self.syntactic_help = self._described()

    def _described(self) -> str:
        lower, upper = self.lower_bound, self.upper_bound
        if lower is not None and upper is not None:
            return f"{self.article} {self.kind} in the range [{lower}, {upper}]"
        if (word := self._sign_words().get((lower, upper))) is not None:
            return f"a {word} {self.kind}"
        if upper is not None:
            return f"{self.kind} <= {upper}"
        return f"{self.article} {self.kind}" if lower is None else f"{self.kind} >= {lower}"

    def _sign_words(self) -> dict[tuple[float | None, float | None], str]:
        return {(0, None): "non-negative", (None, 0): "non-positive"}

    def is_outside_bounds(self, val: float) -> bool:
        """Whether a bound forbids the number."""
        below = self.lower_bound is not None and val < self.lower_bound
        return below or (self.upper_bound is not None and val > self.upper_bound)

    def parse(self, argument: Any) -> Any:
        """The number, which must be within the bounds."""
        value = self.convert(argument)
        if self.is_outside_bounds(value):
            raise ValueError(f"{value} is not {self.syntactic_help}")
        return value

    def convert(self, argument: Any) -> Any:
        """The number, whatever the bounds."""
        raise NotImplementedError


class FloatParser(_NumberParser):
    """A real number."""

    kind, article = "number", "a"

    def convert(self, argument: Any) -> float:
        """The number, whatever the bounds."""
        if isinstance(argument, (int, float, str)) and not isinstance(argument, bool):
            return float(argument)
        raise TypeError(f"expected a string, int or float, found {argument!r} ({type(argument).__name__})")

    def flag_type(self) -> str:
        """What help calls the type."""
        return "float"


class IntegerParser(_NumberParser):
    """An integer: decimal, ``0x1f`` or ``0o17``."""

    kind, article = "integer", "an"
    _bases = {"0o": 8, "0x": 16}

    def _sign_words(self) -> dict[tuple[float | None, float | None], str]:
        return {**super()._sign_words(), (1, None): "positive", (None, -1): "negative"}

    def convert(self, argument: Any) -> int:
        """The number, whatever the bounds."""
        if isinstance(argument, int) and not isinstance(argument, bool):
            return argument
        if isinstance(argument, str):
            return int(argument, self._bases.get(argument[:2], 10) if len(argument) > 2 else 10)
        raise TypeError(f"expected a string or int, found {argument!r} ({type(argument).__name__})")

    def flag_type(self) -> str:
        """What help calls the type."""
        return "int"


class BooleanParser(ArgumentParser):
    """True or false, also as t, f, 1 and 0, in any case."""

    _values = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}

    def parse(self, argument: Any) -> bool:
        """The truth value."""
        if isinstance(argument, str) and argument.lower() in self._values:
            return self._values[argument.lower()]
        if isinstance(argument, int) and argument in (0, 1):
            return bool(argument)
        kind = ValueError if isinstance(argument, (str, int)) else TypeError
        raise kind(f"{argument!r} is no truth value; use true or false")

    def flag_type(self) -> str:
        """What help calls the type."""
        return "bool"


@near_keywords
class EnumParser(ArgumentParser):
    """One of some texts.

    Raises
    ------
    ValueError
        If there are none, or they are one text.
    """

    def __init__(self, enum_values: Iterable[str], case_sensitive: bool = True) -> None:
        if not enum_values or isinstance(enum_values, str):
            raise ValueError(
                f"enum_values must be a list of strings that is not empty, found {enum_values!r}."
            )
        self.enum_values = list(enum_values)
        self.case_sensitive = case_sensitive

    def parse(self, argument: str) -> str:
        """The one that is meant, as it was declared."""
        fold = str if self.case_sensitive else str.upper
        for value in self.enum_values:
            if fold(value) == fold(argument):
                return value
        hint = did_you_mean(argument, self.enum_values)
        raise ValueError(f"value should be one of <{'|'.join(self.enum_values)}>.{hint}")

    def flag_type(self) -> str:
        """What help calls the type."""
        return "string enum"


@near_keywords
class EnumClassParser(ArgumentParser):
    """A member of an enumeration, or its name.

    Raises
    ------
    TypeError
        If it is no enumeration.
    ValueError
        If it has no members, or two of one name where case does not count.
    """

    def __init__(self, enum_class: type[enum.Enum], case_sensitive: bool = True) -> None:
        if not (isinstance(enum_class, type) and issubclass(enum_class, enum.Enum)):
            raise TypeError(f"{enum_class!r} is not a subclass of Enum.")
        names = [name if case_sensitive else name.lower() for name in enum_class.__members__]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice or not names:
            trouble = f"has members that only case tells apart: {twice}" if twice else "has no members"
            raise ValueError(f"{enum_class.__name__} {trouble}.")
        self.enum_class = enum_class
        self.member_names = tuple(names)
        self._by_name = EnumParser(names, case_sensitive)

    def parse(self, argument: Any) -> enum.Enum:
        """The member."""
        if isinstance(argument, self.enum_class):
            return argument
        if not isinstance(argument, str):
            raise ValueError(f"{argument!r} is no member of {self.enum_class.__name__}, nor the name of one")
        place = self.member_names.index(self._by_name.parse(argument))
        return list(self.enum_class.__members__.values())[place]

    def flag_type(self) -> str:
        """What help calls the type."""
        return "enum class"


@near_keywords
class EnumClassSerializer(ArgumentSerializer):
    """Writes the name of a member."""

    def __init__(self, lowercase: bool) -> None:
        self._lowercase = lowercase

    def serialize(self, value: enum.Enum) -> str:
        """The text of a member."""
        return value.name.lower() if self._lowercase else value.name


@near_keywords
class BaseListParser(ArgumentParser):
    """Texts between separators; a list is taken as it is."""

    def __init__(self, token: str | None = None, name: str | None = None) -> None:
        self._token = token
        self._name = name
        self.syntactic_help = f"a {name} separated list"

    def parse(self, argument: Any) -> list[str]:
        """The texts, without blanks around them."""
        if isinstance(argument, list):
            return argument
        return [text.strip() for text in self._cut(argument)] if argument else []

    def _cut(self, argument: str) -> Sequence[str]:
        return argument.split(self._token)

    def flag_type(self) -> str:
        """What help calls the type."""
        return f"{self._name} separated list of strings"


@near_keywords
class ListParser(BaseListParser):
    """Texts between commas; one in quotes may have commas in it."""

    def __init__(self) -> None:
        super().__init__(",", "comma")

    def _cut(self, argument: str) -> Sequence[str]:
        try:
            return next(csv.reader([argument], strict=True))
        except csv.Error as error:
            raise ValueError(f"unable to parse {argument!r} as a {self.flag_type()}: {error}") from error


@near_keywords
class WhitespaceSeparatedListParser(BaseListParser):
    """Texts between blanks, or between commas as well."""

    def __init__(self, comma_compat: bool = False) -> None:
        self._comma_compat = comma_compat
        super().__init__(None, "whitespace or comma" if comma_compat else "whitespace")

    def _cut(self, argument: str) -> Sequence[str]:
        return (argument.replace(",", " ") if self._comma_compat else argument).split()


@near_keywords
class ListSerializer(ArgumentSerializer):
    """Joins the texts of a list."""

    def __init__(self, list_sep: str) -> None:
        self.list_sep = list_sep

    def serialize(self, value: list[Any]) -> str:
        """The text of a list."""
        return self.list_sep.join(map(str, value))


class CsvListSerializer(ListSerializer):
    """Joins the texts of a list, in quotes where they have the separator in them."""

    def serialize(self, value: list[Any]) -> str:
        """The text of a list."""
        line = io.StringIO()
        csv.writer(line, delimiter=self.list_sep).writerow(map(str, value))
        return line.getvalue().strip()


@near_keywords
class EnumClassListSerializer(ListSerializer):
    """Joins the names of members."""

    def __init__(self, list_sep: str, lowercase: bool = False) -> None:
        super().__init__(list_sep)
        self._one = EnumClassSerializer(lowercase)

    def serialize(self, value: Any) -> str:
        """The text of a list, or of one member."""
        return self.list_sep.join(map(self._one.serialize, value if isinstance(value, list) else [value]))
