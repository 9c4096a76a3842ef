"""Defining flags and reading command lines: what absl.flags does, this does.

Both are asked the very same; what they answer is compared as values and as the names of the errors' classes.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from absl import flags as absl_flags

from estimator.tf import flags as our_flags


class Colour(enum.Enum):
    """What flags of enumerations are tested with."""

    RED = 1
    DARK_BLUE = 2


def _define(flags: Any, values: Any) -> None:
    """One flag of each kind."""
    flags.DEFINE_string("text", "some", "help", flag_values=values)
    flags.DEFINE_string("nothing", None, "help", flag_values=values, short_name="n")
    flags.DEFINE_bool("yes", True, "help", flag_values=values)
    flags.DEFINE_boolean("no", False, "help", flag_values=values)
    flags.DEFINE_boolean("maybe", None, "help", flag_values=values)
    flags.DEFINE_integer("count", 3, "help", lower_bound=0, flag_values=values)
    flags.DEFINE_integer("tens", "0x10", "help", upper_bound=100, flag_values=values)
    flags.DEFINE_float("rate", 1, "help", lower_bound=0.0, upper_bound=1.0, flag_values=values)
    flags.DEFINE_enum("mode", "train", ["train", "eval"], "help", flag_values=values)
    flags.DEFINE_enum("any_case", None, ["Train", "Eval"], "help", flag_values=values, case_sensitive=False)
    flags.DEFINE_enum_class("colour", Colour.RED, Colour, "help", flag_values=values)
    flags.DEFINE_list("units", "10, 20", "help", flag_values=values)
    flags.DEFINE_list("layers", ["a", "b"], "help", flag_values=values)
    flags.DEFINE_spaceseplist("words", "a b", "help", flag_values=values)
    flags.DEFINE_spaceseplist("either", None, "help", comma_compat=True, flag_values=values)
    flags.DEFINE_multi_string("files", ["f"], "help", flag_values=values)
    flags.DEFINE_multi_integer("steps", 1, "help", flag_values=values)
    flags.DEFINE_multi_float("rates", [0.5], "help", upper_bound=2.0, flag_values=values)
    flags.DEFINE_multi_enum("modes", None, ["x", "y"], "help", flag_values=values)
    flags.DEFINE_multi_enum_class("colours", "red", Colour, "help", flag_values=values)
    flags.DEFINE_string("once", None, "help", flag_values=values, allow_overwrite=False)
    flags.DEFINE_alias("same", "count", flag_values=values)


LINES = [
    "",
    "--text=other",
    "--text other",
    "-text other",
    "-text=other",
    "--text=a=b",
    "--text=",
    "--text",
    "--n=3",
    "-n 3",
    "--yes",
    "--noyes",
    "--noyes=1",
    "--yes=false",
    "--yes false",
    "--yes=F",
    "--yes=0",
    "--yes=perhaps",
    "--yes=",
    "--no",
    "--nono",
    "--maybe",
    "--nomaybe",
    "--count=5",
    "--count=0x1f",
    "--count=0o17",
    "--count=017",
    "--count=-1",
    "--count -1",
    "--count=1.5",
    "--count=",
    "--count=1_000",
    "--count=5 --count=7",
    "--tens=100",
    "--tens=101",
    "--rate=0.5",
    "--rate=1e-3",
    "--rate=2",
    "--rate=nan",
    "--rate=x",
    "--mode=eval",
    "--mode=Eval",
    "--mode=evl",
    "--any_case=eval",
    "--any_case=EVAL",
    "--any_case=x",
    "--colour=dark_blue",
    "--colour=RED",
    "--colour=green",
    "--units=1,2,3",
    "--units= 1 , 2 ",
    "--units=",
    '--units="a,b",c',
    '--units="a',
    "--words=p",
    "--either=p,q",
    "--files=g",
    "--files=g --files=h",
    "--steps=4 --steps=5",
    "--steps=x",
    "--rates=1 --rates=3",
    "--modes=x --modes=y",
    "--modes=z",
    "--colours=red --colours=dark_blue",
    "--once=1",
    "--once=1 --once=2",
    "--same=9",
    "--same=9 --count=8",
    "--same=-9",
    "a b",
    "a --count=4 b",
    "--count=4 -- --count=5 a",
    "--",
    "-",
    "- --count=4",
    "--=3",
    "--unknown",
    "--unknown=3 a",
    "--nounknown",
    "--coumt=3",
    "--undefok=unknown --unknown",
    "--undefok=unknown,other --unknown=3 --noother",
    "--undefok unknown --unknown a",
    "--undefok",
    "---count=3",
    "--flagfile",
    "--flagfile=",
    "--flagfile=no/such/file",
    "--text --flagfile",
]


def _outcome(question: Callable[[], Any]) -> Any:
    try:
        return question()
    except Exception as error:  # which one it is, is the question
        return type(error).__name__


def _as_told(answer: Any) -> Any:
    """The answer as text, since one that is not a number is not itself."""
    return repr(answer)


def _read(flags: Any, arguments: list[str], **how: Any) -> Any:
    values = flags.FlagValues()
    _define(flags, values)

    def question() -> Any:
        rest = values(["program", *arguments], **how)
        state = {name: (values[name].present, values[name].using_default_value) for name in values}
        return rest, values.flag_values_dict(), state, values.flags_into_string().splitlines()

    return _outcome(question)


@pytest.mark.parametrize("known_only", [False, True])
@pytest.mark.parametrize("line", LINES)
def test_a_command_line_is_read_as_absl_reads_it(line: str, known_only: bool) -> None:
    arguments = line.split(" ") if line else []
    theirs = _read(absl_flags, arguments, known_only=known_only)
    assert _as_told(_read(our_flags, arguments, known_only=known_only)) == _as_told(theirs)


@pytest.mark.parametrize("line", ["a --count=4", "--count=4 a --count=5", "--count 4 a"])
def test_without_gnu_getopt_flags_end_at_the_first_argument(line: str) -> None:
    def read(flags: Any) -> Any:
        values = flags.FlagValues()
        values.set_gnu_getopt(False)
        _define(flags, values)
        return values.is_gnu_getopt(), values(["program", *line.split()]), values.count

    assert read(our_flags) == read(absl_flags)


def test_a_flagfile_is_read_as_absl_reads_it(tmp_path: Path) -> None:
    inner, outer = tmp_path / "inner", tmp_path / "outer"
    inner.write_text(f"--count=8\n--flagfile={outer}\n")
    outer.write_text(
        f"# a comment\n// another\n\n  --text=from file  \n--flagfile={inner}\n--noyes\nposition\n"
    )
    for arguments in ([f"--flagfile={outer}", "--count=9"], ["--count=9", "-flagfile", str(outer), "x"]):
        assert _read(our_flags, arguments) == _read(absl_flags, arguments)


def _raises_or_not(define: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    def ask(flags: Any) -> Any:
        values = flags.FlagValues()
        flags.DEFINE_integer("taken", 1, "help", flag_values=values)
        return _outcome(lambda: (define(flags, values), values.flag_values_dict())[1])

    return ask


DEFINITIONS: dict[str, Callable[[Any, Any], Any]] = {
    "twice": lambda flags, values: flags.DEFINE_string("taken", "", "help", flag_values=values),
    "twice, allowed": lambda flags, values: flags.DEFINE_string(
        "taken", "x", "help", flag_values=values, allow_override=True
    ),
    "short name taken": lambda flags, values: flags.DEFINE_string(
        "other", "", "help", flag_values=values, short_name="taken"
    ),
    "a method's name": lambda flags, values: flags.DEFINE_string("get_help", "", "help", flag_values=values),
    "a method's name, allowed": lambda flags, values: flags.DEFINE_string(
        "get_help", "", "help", flag_values=values, allow_using_method_names=True
    ),
    "blank": lambda flags, values: flags.DEFINE_string("a b", "", "help", flag_values=values),
    "empty": lambda flags, values: flags.DEFINE_string("", "", "help", flag_values=values),
    "wrong default": lambda flags, values: flags.DEFINE_integer("n", "x", "help", flag_values=values),
    "boolean default of an integer": lambda flags, values: flags.DEFINE_integer(
        "n", True, "h", flag_values=values
    ),
    "float default of an integer": lambda flags, values: flags.DEFINE_integer(
        "n", 1.0, "h", flag_values=values
    ),
    "integer default of a text": lambda flags, values: flags.DEFINE_string("n", 1, "h", flag_values=values),
    "text default of a boolean": lambda flags, values: flags.DEFINE_bool(
        "n", "true", "h", flag_values=values
    ),
    "integer default of a boolean": lambda flags, values: flags.DEFINE_bool("n", 2, "h", flag_values=values),
    "default beyond the bound": lambda flags, values: flags.DEFINE_integer(
        "n", 3, "h", 4, flag_values=values
    ),
    "default not in enum": lambda flags, values: flags.DEFINE_enum("n", "c", ["a"], "h", flag_values=values),
    "enum without values": lambda flags, values: flags.DEFINE_enum("n", None, [], "h", flag_values=values),
    "enum of one text": lambda flags, values: flags.DEFINE_enum("n", None, "abc", "h", flag_values=values),
    "no enumeration": lambda flags, values: flags.DEFINE_enum_class("n", None, str, "h", flag_values=values),
    "required with a default": lambda flags, values: flags.DEFINE_string(
        "n", "x", "help", flag_values=values, required=True
    ),
    "unknown argument": lambda flags, values: flags.DEFINE_string(
        "n", "", "h", flag_values=values, requird=True
    ),
    "alias of nothing": lambda flags, values: flags.DEFINE_alias("n", "nothing", flag_values=values),
    "set as an item": lambda flags, values: values.__setitem__("n", 3),
    "declared, undefined": lambda flags, values: flags.declare_key_flag("n", flag_values=values),
    "adopted, no module": lambda flags, values: flags.adopt_module_key_flags("n", flag_values=values),
    "validator of nothing": lambda flags, values: flags.register_validator("n", bool, flag_values=values),
    "default set": lambda flags, values: values.set_default("taken", 4),
    "default set, wrong": lambda flags, values: values.set_default("taken", "x"),
    "default set of nothing": lambda flags, values: values.set_default("n", 4),
    "set": lambda flags, values: setattr(values, "taken", 8),
    "set, whatever it is": lambda flags, values: setattr(values, "taken", "x"),
    "set, nothing": lambda flags, values: setattr(values, "n", 8),
    "deleted": lambda flags, values: delattr(values, "taken"),
    "nothing deleted": lambda flags, values: delattr(values, "n"),
    "read before parsing": lambda flags, values: values.taken,
    "unknown read": lambda flags, values: values.n,
    "item of nothing": lambda flags, values: values["n"],
    "given one text": lambda flags, values: values("program --taken=3"),
    "given nothing": lambda flags, values: values([]),
    "truth of a flag": lambda flags, values: bool(values["taken"]),
}


@pytest.mark.parametrize("what", DEFINITIONS)
def test_what_absl_refuses_is_refused_alike(what: str) -> None:
    ask = _raises_or_not(DEFINITIONS[what])
    assert ask(our_flags) == ask(absl_flags)


def test_the_old_names_of_arguments_are_taken() -> None:
    values = our_flags.FlagValues()
    our_flags.DEFINE_string(flag_name="a", default_value="x", docstring="what it is", flag_values=values)
    our_flags.DEFINE_integer("b", default_value=2, docstring="", flag_values=values)
    assert values.flag_values_dict() == {"a": "x", "b": 2}
    assert values["a"].help == "what it is"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: our_flags.DEFINE_integer("n", "x"),
            r"DEFINE_integer\('n', 'x'\) lacks help: it takes name, default, help",
        ),
        (lambda: our_flags.DEFINE_string("n", default="x"), r"\('n', default='x'\) lacks help"),
        (lambda: our_flags.DEFINE_bool(docstring="x"), r"DEFINE_boolean\(help='x'\) lacks name and default"),
    ],
)
def test_a_flag_without_help_is_answered_with_what_is_wanted(call: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call()


def test_a_misspelt_argument_is_answered_with_the_nearest() -> None:
    with pytest.raises(TypeError, match="Did you mean 'short_name'"):
        our_flags.DEFINE_string("a", "", "help", shortname="b", flag_values=our_flags.FlagValues())


def _holders(flags: Any) -> Any:
    values = flags.FlagValues()
    holder = flags.DEFINE_integer("n", 1, "help", flag_values=values)
    required = flags.DEFINE_string("r", None, "help", flag_values=values, required=True)
    answers = [_outcome(lambda: holder.value), holder.name, holder.default, holder.present]
    answers += [_outcome(lambda: holder == 3), _outcome(lambda: bool(holder))]
    answers.append(_outcome(lambda: values(["program"])))
    values(["program", "--r=x", "--n=4"])
    answers += [holder.value, holder.present, holder.serialize(), required.value]
    flags.set_default(holder, 7)
    answers += [holder.value, holder.default]
    flags.override_value(holder, 8)
    answers += [holder.value, _outcome(lambda: flags.override_value(holder, "x"))]
    answers.append(_outcome(lambda: flags.override_value(holder, "8")))
    flags.register_validator(holder, lambda value: value < 10, message="too large")
    answers += [_outcome(lambda: setattr(values, "n", 11)), holder.value]
    values.unparse_flags()
    return [*answers, _outcome(lambda: holder.value), values.is_parsed()]


def test_holders_do_what_those_of_absl_do() -> None:
    assert _holders(our_flags) == _holders(absl_flags)
