"""What packages take from inside TensorFlow does what TensorFlow's does (2.15.1 gave the values)."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from estimator.cli.private_names import (
    deprecated,
    deprecated_args,
    fn_args,
    has_kwargs,
    is_resource_variable,
    list_local_devices,
    make_decorator,
    read_file_to_string,
    unknown_shape,
    write_string_to_file,
)
from estimator.graph.graph import Graph
from estimator.variables.variable import Variable


def model(features: Any, labels: Any, mode: Any = None, *, params: Any = None) -> Any:
    return features


class Model:
    def __call__(self, features: Any, **kwargs: Any) -> None: ...

    def model_fn(self, features: Any, labels: Any) -> None: ...


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (model, ("features", "labels", "mode")),
        (functools.partial(model, mode=1), ("features", "labels")),
        (functools.partial(model, 1), ("labels", "mode")),
        (functools.partial(model, labels=1), ("features", "mode")),
        (functools.partial(functools.partial(model, 1), mode=1), ("labels",)),
        (Model(), ("features",)),
        (Model().model_fn, ("features", "labels")),
    ],
)
def test_fn_args_are_what_is_taken_by_position_and_not_bound(function: Any, names: tuple[str, ...]) -> None:
    assert fn_args(function) == names


def test_has_kwargs_looks_into_a_partial() -> None:
    assert has_kwargs(Model()) and has_kwargs(functools.partial(Model(), 1))
    assert not has_kwargs(model)


def test_the_processor_is_the_one_device() -> None:
    (device,) = list_local_devices()
    assert (device.name, device.device_type) == ("/device:CPU:0", "CPU")


def test_a_deprecated_function_warns_once(caplog: pytest.LogCaptureFixture) -> None:
    decorated = deprecated("2020-01-01", "use y")(model)
    assert [decorated(3, 4), decorated(5, 6)] == [3, 5]
    (record,) = caplog.records
    assert record.getMessage() == (
        f"model (from {__name__}) is deprecated and will be removed after 2020-01-01. Instructions for updating: use y"
    )


def test_a_deprecated_argument_warns_where_it_is_given(caplog: pytest.LogCaptureFixture) -> None:
    decorated = deprecated_args(None, "use params", "mode", ("labels", None), warn_once=False)(model)
    decorated(1, None)
    assert not caplog.records
    decorated(1, 2)
    decorated(1, labels=None, mode=3)
    told = [record.getMessage().partition(")")[2].partition(" and")[0] for record in caplog.records]
    assert told == [" with labels is deprecated", " with mode is deprecated"]


def test_a_decorator_looks_like_what_it_decorates() -> None:
    decorated = make_decorator(model, lambda *args: "decorated", "a_decorator")
    assert (decorated.__name__, decorated(1)) == ("model", "decorated")
    assert fn_args(decorated) == ("features", "labels", "mode")


def test_a_file_is_written_and_read_at_once(tmp_path: Any) -> None:
    path = str(tmp_path / "names.txt")
    write_string_to_file(path, "Zürich\n")
    assert read_file_to_string(path) == "Zürich\n"
    assert read_file_to_string(path, binary_mode=True) == "Zürich\n".encode()
    write_string_to_file(path, b"\xff")
    assert read_file_to_string(path, True) == b"\xff"


@pytest.mark.parametrize(("rank", "dims"), [(None, None), (0, ()), (2, (None, None))])
def test_an_unknown_shape_may_know_its_rank(rank: int | None, dims: Any) -> None:
    assert unknown_shape(rank).tuple == dims


def test_variables_are_of_resources_and_tensors_are_not() -> None:
    with Graph().as_default():
        made = Variable(1.0)
        assert is_resource_variable(made)
        assert not is_resource_variable(made + 1.0)
