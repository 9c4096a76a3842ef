"""What exports of a training and an evaluation give, by TensorFlow's names. Judge: TensorFlow 2.15.1, observed."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from estimator.core.dtypes import float32
from estimator.functions.arrays import placeholder
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.models.supervised_outputs import EvalOutput, TrainOutput
from estimator.runtime.session import Session


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    """A new default graph."""
    with Graph().as_default() as made:
        yield made


@pytest.fixture
def x() -> Any:
    """A scalar."""
    return placeholder(float32, [], "x")


@pytest.mark.parametrize(("kind", "method"), [(EvalOutput, "eval"), (TrainOutput, "training")])
def test_names_begin_with_what_they_are(kind: Any, method: str, x: Any) -> None:
    output = kind(
        loss=x,
        predictions={"p": x, "predictions_of": x, ("head", "q"): x},
        metrics={"m": (x, x), "metrics/z": (x, x)},
    )
    signature = output.as_signature_def({"x": x})
    assert signature.method_name == f"tensorflow/supervised/{method}"
    assert list(signature.inputs) == ["x"]
    assert set(signature.outputs) == {
        "loss", "predictions/p", "predictions_of", "predictions/head/q", "metrics/m/value", "metrics/m/update_op",
        "metrics/z/value", "metrics/z/update_op",
    }  # fmt: skip
    assert set(output.outputs) == set(signature.outputs)


def test_tensors_alone_are_called_by_what_they_are(x: Any) -> None:
    output = EvalOutput(loss={"a": x}, predictions=x, metrics=(x, x))
    assert (output.loss, output.predictions) == ({"loss/a": x}, {"predictions": x})
    assert output.metrics == {"metrics/value": x, "metrics/update_op": x}
    nothing = EvalOutput()
    assert (nothing.loss, nothing.predictions, nothing.metrics, nothing.outputs) == (None, None, None, {})
    assert not nothing.as_signature_def({"x": x}).outputs


def test_an_operation_that_updates_is_run_by_a_tensor(x: Any) -> None:
    ran: list[int] = []
    update = b.Assert(b.Less(x, 1.0), ["it ran"])
    tensor = EvalOutput(metrics={"m": (x, update)}).outputs["metrics/m/update_op"]
    assert (tensor.name, tensor.dims, tensor.dtype.name) == ("metric_op_wrapper:0", (0,), "float32")
    with pytest.raises(ValueError, match="it ran"):
        ran.append(Session().run(tensor, {x: 2.0}))
    assert Session().run(tensor, {x: 0.0}).shape == (0,) and not ran


def test_metrics_with_members_of_their_own_are_read_by_these(x: Any) -> None:
    metric = SimpleNamespace(result=lambda: x, updates=[x])
    assert EvalOutput(metrics={"m": metric}).outputs == {"metrics/m/value": x, "metrics/m/update_op": x}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"loss": 1.0}, r"loss output value must be a Tensor; got 1\.0"),
        ({"predictions": {"a": 1.0}}, r"predictions output value must be a Tensor; got 1\.0 for 'a'"),
        ({"predictions": {1: 1.0}}, r"predictions output key must be a string; got 1\."),
        ({"metrics": {"a": (1.0, 1.0)}}, r"metrics/a output value must be a Tensor; got 1\.0"),
        ({"metrics": {1: (1.0, 1.0)}}, r"metrics output key must be a string; got 1\."),
    ],
)
def test_what_a_signature_cannot_have_is_refused(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        EvalOutput(**arguments)


def test_an_update_is_a_tensor_or_an_operation(x: Any) -> None:
    with pytest.raises(ValueError, match=r"metrics/a update_op must be a Tensor or Operation; got 1\.0"):
        EvalOutput(metrics={"a": (x, 1.0)})
