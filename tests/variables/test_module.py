"""Objects that own variables. The names and orders expected are what TensorFlow 2.15 gives for the same classes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from estimator.checkpoint.object_based import Checkpoint
from estimator.checkpoint.reader import list_variables
from estimator.functions.arrays import identity
from estimator.graph.graph import Graph
from estimator.variables.module import Module
from estimator.variables.variable import Variable


@pytest.fixture(autouse=True)
def _graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


class Inner(Module):
    def __init__(self, name: str | None = None) -> None:
        super().__init__(name=name)
        self.z = Variable(1.0, name="z")


class MyNet2D(Module):
    def __init__(self) -> None:
        super().__init__()
        self.sub, self.w = Inner(), Variable(1.0, name="w")
        self.a = [Inner(), Variable(2.0, name="a", trainable=False), 3]
        self.d = {"k": Variable(3.0, name="k"), "b": Inner("given")}
        with self.name_scope:
            self.q = Variable(1.0, name="q")

    @Module.with_name_scope
    def __call__(self, x: Any) -> Any:
        return identity(x, name="id")


def names(variables: Any) -> list[str]:
    return [variable.name for variable in variables]


def test_variables_are_those_of_attributes_and_then_of_the_modules_below() -> None:
    net = MyNet2D()
    assert names(net.variables) == ["a:0", "k:0", "my_net2_d/q:0", "w:0", "z_1:0", "z_2:0", "z:0"]
    assert names(net.non_trainable_variables) == ["a:0"]
    assert names(net.trainable_variables) == [name for name in names(net.variables) if name != "a:0"]
    assert [module.name for module in net.submodules] == ["inner", "given", "inner"]


def test_what_is_made_in_its_scope_is_named_below_it() -> None:
    net = MyNet2D()
    assert (net.name, net.name_scope.name) == ("my_net2_d", "my_net2_d/")
    assert net(1.0).name == "my_net2_d/id:0"
    assert MyNet2D().name_scope.name == "my_net2_d_1/"


@pytest.mark.parametrize(
    ("class_name", "name"),
    [
        ("LSTMCell", "lstm_cell"), ("HTTPServer2X", "http_server2_x"), ("my_thing", "my_thing"),
        ("ResNet50V2", "res_net50_v2"), ("ABc", "a_bc"),
    ],
)  # fmt: skip
def test_its_name_is_that_of_its_class_in_snake_case(class_name: str, name: str) -> None:
    assert type(class_name, (Module,), {})().name == name


def test_a_name_that_is_no_identifier_is_refused() -> None:
    with pytest.raises(ValueError, match="'a b' is not a valid module name"):
        Inner("a b")


def test_a_checkpoint_keeps_its_variables_by_the_names_of_attributes(tmp_path: Path) -> None:
    prefix = Checkpoint(net=MyNet2D()).save(tmp_path / "ckpt")
    keys = [name.removesuffix("/.ATTRIBUTES/VARIABLE_VALUE") for name, _ in list_variables(prefix)[1:]]
    assert keys == [
        "net/a/0/z", "net/a/1", "net/d/b/z", "net/d/k", "net/q", "net/sub/z", "net/w", "save_counter",
    ]  # fmt: skip
    Checkpoint(net=MyNet2D()).restore(prefix).assert_consumed()


def test_a_module_is_the_root_of_its_own_checkpoint(tmp_path: Path) -> None:
    prefix = Checkpoint(Inner()).write(tmp_path / "raw")
    assert [name for name, _ in list_variables(prefix)[1:]] == ["z/.ATTRIBUTES/VARIABLE_VALUE"]
    Checkpoint(Inner()).read(prefix).assert_consumed()
