"""FLAGS: read at the first look, changed, removed, named in errors."""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from estimator import tf
from estimator.command_line.values import FlagValues
from estimator.tf import flags


@pytest.fixture
def values(monkeypatch: pytest.MonkeyPatch) -> Iterator[FlagValues]:
    """A FlagValues as FLAGS is, with a flag."""
    monkeypatch.setattr(sys, "argv", ["script.py", "--batch_size=8"])
    made = FlagValues(reads_command_line=True)
    flags.DEFINE_integer("batch_size", 32, "help", flag_values=made)
    yield made


def test_the_first_look_reads_the_command_line(values: FlagValues) -> None:
    assert not values.is_parsed()
    assert values.batch_size == 8
    assert values.is_parsed()


def test_the_first_look_refuses_an_unknown_flag_as_tensorflow_1_does(
    values: FlagValues, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["script.py", "--batch_siz=8"])
    with pytest.raises(flags.UnrecognizedFlagError, match="'batch_siz'. Did you mean --batch_size?") as error:
        _ = values.batch_size
    assert (error.value.flagname, error.value.flagvalue) == ("batch_siz", "--batch_siz=8")


def test_a_flag_that_is_not_there_is_answered_with_the_nearest(values: FlagValues) -> None:
    with pytest.raises(AttributeError, match="no flag 'batchsize'. Did you mean 'batch_size'"):
        _ = values.batchsize
    with pytest.raises(flags.UnrecognizedFlagError, match="Did you mean --batch_size"):
        values.batchsize = 3


def test_flags_are_removed_as_scripts_of_notebooks_do(values: FlagValues) -> None:
    for name in list(values._flags()):
        values.__delattr__(name)
    assert list(values) == [] and values.get_flags_for_module(__name__) == []
    flags.DEFINE_integer("batch_size", 4, "help", flag_values=values)
    assert "batch_size" in values and len(values) == 1


def test_a_refused_value_leaves_the_old_one(values: FlagValues) -> None:
    flags.DEFINE_float("rate", 0.5, "help", lower_bound=0.0, flag_values=values)
    with pytest.raises(flags.IllegalFlagValueError, match="flag --rate=-1: -1 is not a non-negative number"):
        values.rate = -1
    assert values.rate == 0.5 and values["rate"].using_default_value


def test_a_copy_has_flags_of_its_own(values: FlagValues) -> None:
    assert values.batch_size == 8
    other = copy.deepcopy(values)
    other.batch_size = 5
    assert (values.batch_size, other.batch_size) == (8, 5)
    with pytest.raises(TypeError, match="deepcopy"):
        copy.copy(values)


def test_flag_values_are_joined_and_taken_apart(values: FlagValues) -> None:
    more = flags.FlagValues()
    flags.DEFINE_string("text", "x", "help", short_name="t", flag_values=more)
    values.append_flag_values(more)
    assert sorted(values) == ["batch_size", "t", "text"] == dir(values)
    with pytest.raises(flags.DuplicateFlagError, match="'text' is defined twice"):
        values.append_flag_values(more)
    values.remove_flag_values(more)
    assert list(values) == ["batch_size"]


def test_a_module_that_is_loaded_again_may_define_its_flags_again(
    values: FlagValues, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, __name__, ModuleType(__name__))
    flags.DEFINE_integer("batch_size", 64, "help", flag_values=values)
    assert values["batch_size"].default == 32


def test_a_duplicate_names_both_modules(values: FlagValues) -> None:
    with pytest.raises(flags.DuplicateFlagError, match=f"first in {__name__} .help., then in {__name__}"):
        flags.DEFINE_integer("batch_size", 64, "help", flag_values=values)
    assert values.find_module_defining_flag("batch_size") == __name__
    assert values.find_module_id_defining_flag("batch_size") == id(sys.modules[__name__])
    assert values.find_module_defining_flag("nothing", "nobody") == "nobody"


def test_values_go_through_a_file(values: FlagValues, tmp_path: Path) -> None:
    values.batch_size = 9
    values.append_flags_into_file(str(tmp_path / "flags"))
    assert (tmp_path / "flags").read_text() == "--batch_size=9\n"
    assert values(["script.py", f"--flagfile={tmp_path / 'flags'}"]) == ["script.py"]
    assert values.get_flag_value("batch_size", 1) == 9


def test_the_flags_of_a_script_are_there_under_both_names() -> None:
    assert tf.app.flags.FLAGS is tf.flags.FLAGS
    assert tf.flags.FLAGS._state().reads_command_line
