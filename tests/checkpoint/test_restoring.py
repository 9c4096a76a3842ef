"""Values that wait in a checkpoint for objects that come to be later."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from estimator.checkpoint import restoring
from estimator.checkpoint.object_based import Checkpoint
from estimator.core import errors
from estimator.graph.graph import Graph
from estimator.runtime.own_session import begin, session_at_hand
from estimator.runtime.session import Session
from estimator.variables.variable import Variable
from tests.checkpoint.graphs import add_variable, fresh_graph


@pytest.fixture(autouse=True)
def _graph() -> Iterator[Graph]:
    with fresh_graph() as graph:
        yield graph
    gc.collect()
    restoring.give_late()  # forgets restorations of objects that are gone


class Layer:
    """What has its variable only after it has been built, as layers of Keras do."""

    def __init__(self) -> None:
        self.children: dict[str, Any] = {}

    def build(self, *value: float) -> Variable:
        made: Variable = add_variable("layer/kernel", value)
        self.children["kernel"] = made
        return made

    def checkpoint_children(self) -> dict[str, Any]:
        return self.children


class Optimizer(Layer):
    """What keeps something beside each variable that it is applied to, from then on."""

    slots: tuple[tuple[Any, str, Any], ...] = ()

    def apply(self, variable: Any, value: float) -> Variable:
        slot = add_variable("layer/kernel/m", [value])
        self.slots = ((variable, "m", slot),)
        return slot

    def checkpoint_slots(self) -> tuple[tuple[Any, str, Any], ...]:
        return self.slots


def value_of(variable: Any) -> Any:
    """What it has in the session at hand."""
    return begin(session_at_hand(variable.graph)).run(variable).tolist()


def stored(tmp_path: Path, *value: float) -> str:
    """A checkpoint of a model of one layer, with that kernel."""
    with Graph().as_default():
        layer = Layer()
        layer.build(*value)
        return Checkpoint(model={"layer": layer}).save(tmp_path / "ckpt")


def test_a_variable_that_is_made_after_the_restore_begins_with_what_was_stored(tmp_path: Path) -> None:
    layer = Layer()
    status = Checkpoint(model={"layer": layer}).restore(stored(tmp_path, 3.0))
    with pytest.raises(AssertionError, match="1 values of .* have no object: model/layer/kernel"):
        status.assert_consumed()
    kernel = layer.build(0.0)
    assert value_of(kernel) == [3.0]
    status.assert_consumed()


def test_what_has_got_its_value_is_trained_on_though_more_comes_later(tmp_path: Path) -> None:
    with Graph().as_default():
        saved, kernel = Optimizer(), Layer()
        saved.apply(kernel.build(3.0), 0.5)
        prefix = Checkpoint(layer=kernel, optimizer=saved).save(tmp_path / "ckpt")
    layer, optimizer = Layer(), Optimizer()
    Checkpoint(layer=layer, optimizer=optimizer).restore(prefix)
    kernel_now = layer.build(0.0)
    assert value_of(kernel_now) == [3.0]
    kernel_now.load([4.0], session_at_hand(kernel_now.graph))
    assert value_of(optimizer.apply(kernel_now, 0.0)) == [0.5]
    assert value_of(kernel_now) == [4.0]


def test_the_newest_restore_has_the_last_word(tmp_path: Path) -> None:
    layer = Layer()
    checkpoint = Checkpoint(model={"layer": layer})
    checkpoint.restore(stored(tmp_path / "a", 3.0))
    checkpoint.restore(stored(tmp_path / "b", 5.0))
    assert value_of(layer.build(0.0)) == [5.0]


def test_an_older_restore_does_not_undo_a_newer_one_that_found_everything(tmp_path: Path) -> None:
    layer, optimizer = Layer(), Optimizer()
    Checkpoint(model={"layer": layer}, optimizer=optimizer).restore(stored(tmp_path / "a", 3.0))
    kernel = layer.build(0.0)
    Checkpoint(model={"layer": layer}).restore(stored(tmp_path / "b", 5.0)).assert_consumed()
    assert value_of(kernel) == [5.0]
    assert value_of(optimizer.apply(kernel, 0.25)) == [0.25]
    assert value_of(kernel) == [5.0]


def test_an_object_that_is_added_with_a_value_gets_the_one_that_waits(tmp_path: Path) -> None:
    checkpoint = Checkpoint()
    checkpoint.restore(stored(tmp_path, 3.0))
    layer = Layer()
    kernel = layer.build(1.0)
    assert value_of(kernel) == [1.0]
    checkpoint.model = {"layer": layer}
    assert value_of(kernel) == [3.0]


def test_waiting_holds_no_object_in_memory(tmp_path: Path) -> None:
    layer = Layer()
    Checkpoint(model={"layer": layer}).restore(stored(tmp_path, 3.0))
    assert len(restoring._WAITING) == 1
    del layer
    gc.collect()
    restoring.give_late()
    assert restoring._WAITING == []


def test_who_restores_again_and_again_what_has_no_place_for_all_waits_once(tmp_path: Path) -> None:
    with Graph().as_default():
        saved, kernel = Optimizer(), Layer()
        saved.apply(kernel.build(3.0), 0.5)
        prefix = Checkpoint(layer=kernel, optimizer=saved).save(tmp_path / "ckpt")
    layer = Layer()
    layer.build(0.0)
    for _ in range(20):
        Checkpoint(layer=layer).restore(prefix)
    assert len(restoring._WAITING) == 1


def test_an_older_restore_waits_on_with_what_the_newer_one_does_not_have(tmp_path: Path) -> None:
    with Graph().as_default():
        saved, kernel = Optimizer(), Layer()
        saved.apply(kernel.build(3.0), 0.5)
        both = Checkpoint(layer=kernel, optimizer=saved).save(tmp_path / "both")
        alone = Checkpoint(layer=kernel).save(tmp_path / "alone")
    layer, optimizer = Layer(), Optimizer()
    checkpoint = Checkpoint(layer=layer, optimizer=optimizer)
    checkpoint.restore(both)
    checkpoint.restore(alone)
    assert value_of(optimizer.apply(layer.build(0.0), 0.0)) == [0.5]


def test_what_does_not_fit_is_told_once_and_not_to_another_model(tmp_path: Path) -> None:
    layer = Layer()
    Checkpoint(model={"layer": layer}).restore(stored(tmp_path, 3.0))
    kernel = layer.build(1.0, 2.0)
    with Graph().as_default():
        assert value_of(add_variable("other", [5.0])) == [5.0]
    with pytest.raises(errors.InvalidArgumentError):
        value_of(kernel)
    assert value_of(kernel) == [1.0, 2.0]


def test_a_late_variable_of_another_shape_is_an_error_with_both_sides_names(tmp_path: Path) -> None:
    layer = Layer()
    Checkpoint(model={"layer": layer}).restore(stored(tmp_path, 3.0))
    kernel = layer.build(1.0, 2.0)
    with pytest.raises(errors.InvalidArgumentError) as raised:
        value_of(kernel)
    for words in ("layer/kernel", "model/layer/kernel/.ATTRIBUTES/VARIABLE_VALUE", "[1]", "[2]"):
        assert words in str(raised.value)


def test_files_that_were_deleted_before_the_variable_came_are_missed_by_name(tmp_path: Path) -> None:
    layer = Layer()
    prefix = stored(tmp_path, 3.0)
    Checkpoint(model={"layer": layer}).restore(prefix)
    for name in os.listdir(tmp_path):
        (tmp_path / name).unlink()
    kernel = layer.build(1.0)
    with pytest.raises(errors.NotFoundError, match="ckpt-1"):
        value_of(kernel)


def test_a_session_that_is_entered_later_gets_late_variables_too(tmp_path: Path) -> None:
    layer, extra = Layer(), add_variable("extra", [9.0])
    status = Checkpoint(model={"layer": layer}, extra=extra).restore(stored(tmp_path, 3.0))
    kernel = layer.build(0.0)
    with Session() as session:
        status.initialize_or_restore()
        assert session.run([kernel, extra]) == [[3.0], [9.0]]


def test_many_layers_wait_and_are_restored_in_one_go(tmp_path: Path) -> None:
    names = [f"layer{number}" for number in range(30)]
    with Graph().as_default():
        full = {name: Layer() for name in names}
        for number, layer in enumerate(full.values()):
            layer.build(float(number))
        prefix = Checkpoint(full).save(tmp_path / "ckpt")
    empty = {name: Layer() for name in names}
    status = Checkpoint(empty).restore(prefix)
    kernels = [layer.build(-1.0) for layer in empty.values()]
    begin(session_at_hand(kernels[0].graph))
    assert [value_of(kernel) for kernel in kernels] == [[float(number)] for number in range(30)]
    status.assert_consumed()
