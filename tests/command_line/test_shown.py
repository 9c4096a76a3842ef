"""What help prints is what absl.flags prints."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from absl import flags as absl_flags

from estimator.tf import flags as our_flags

LONG = (
    "What it is for, in so many words that they do not fit into one line of eighty characters.\n\n\tAnd more."
)


def _help(flags: Any) -> list[str]:
    values = flags.FlagValues()
    flags.DEFINE_string("text", "some", LONG, flag_values=values, short_name="t")
    flags.DEFINE_string("nothing", None, "", flag_values=values)
    flags.DEFINE_bool("yes", True, "whether", flag_values=values)
    flags.DEFINE_integer("count", 3, "how many", lower_bound=1, flag_values=values)
    flags.DEFINE_integer("debt", -3, "how many", upper_bound=-1, flag_values=values)
    flags.DEFINE_integer("some", 3, "how many", lower_bound=2, upper_bound=5, flag_values=values)
    flags.DEFINE_float("rate", 0.5, "how fast", lower_bound=0.0, flag_values=values)
    flags.DEFINE_float("loss", 0.5, "how much", upper_bound=1.0, flag_values=values, module_name="sys")
    flags.DEFINE_float("gain", 0.5, "how much", lower_bound=0.1, flag_values=values, module_name="sys")
    flags.DEFINE_enum("mode", "train", ["train", "eval"], "which", flag_values=values)
    flags.DEFINE_multi_enum("modes", None, ["train", "eval"], "which", flag_values=values)
    flags.DEFINE_list("units", "1,2", "sizes", flag_values=values)
    flags.DEFINE_spaceseplist("words", "a b", "texts", flag_values=values)
    flags.DEFINE_multi_integer("steps", [1, 2], "several", flag_values=values)
    flags.DEFINE_alias("number", "count", flag_values=values)
    everything = values.get_help(include_special_flags=False)
    modules = [values.module_help(name) for name in ("sys", __name__, "nobody")]
    flags.declare_key_flag("loss", flag_values=values)
    return [everything, *modules, values.module_help(__name__), values.module_help(sys)]


def test_help_is_that_of_absl() -> None:
    assert _help(our_flags) == _help(absl_flags)


def test_key_flags_of_another_module_are_shown_once_they_are_adopted() -> None:
    values = our_flags.FlagValues()
    our_flags.DEFINE_string("text", "some", "help", flag_values=values, module_name="sys")
    our_flags.adopt_module_key_flags(sys, flag_values=values)
    our_flags.adopt_module_key_flags(sys, flag_values=values)
    assert values.module_help(__name__).count("--text") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        {"text": LONG},
        {"text": LONG, "length": 30, "indent": "  "},
        {"text": LONG, "length": 30, "indent": "    ", "firstline_indent": ""},
        {"text": ""},
    ],
)
def test_text_is_wrapped_as_absl_wraps_it(arguments: Any) -> None:
    assert our_flags.text_wrap(**arguments) == absl_flags.text_wrap(**arguments)


def test_an_indent_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="leaves no room in lines of 3"):
        our_flags.text_wrap("text", length=3, indent="   ")


@pytest.mark.parametrize(
    "doc", ["One.", "\n    One line,\n    and one.\n\n    More:\n      indented\n    ", "a\n  b"]
)
def test_docstrings_become_help_as_those_of_absl_do(doc: str) -> None:
    assert our_flags.doc_to_help(doc) == absl_flags.doc_to_help(doc)


def test_values_become_arguments_as_those_of_absl_do() -> None:
    values = {"a": 1, "b": None, "c": True, "d": False, "e": "x y", "f": [1, 2], "g": ["p", "q"], "h": 0.5}
    for multi in (None, {"g"}):
        ours = list(our_flags.flag_dict_to_args(values, multi_flags=multi))
        assert ours == list(absl_flags.flag_dict_to_args(values, multi_flags=multi))
    assert our_flags.get_help_width() == absl_flags.get_help_width()
