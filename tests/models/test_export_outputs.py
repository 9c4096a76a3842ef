"""Which signature an export output has, by what is fed. Judge: TensorFlow 2.15.1, observed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from estimator.core.dtypes import DTypeLike, float32, float64, string
from estimator.functions.arrays import placeholder
from estimator.functions.sparse import sparse_placeholder
from estimator.graph.graph import Graph
from estimator.models.export_outputs import (
    ClassificationOutput,
    ExportOutput,
    PredictOutput,
    RegressionOutput,
)


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    """A new default graph."""
    with Graph().as_default() as made:
        yield made


def tensor(dtype: DTypeLike = float32, name: str = "x") -> Any:
    return placeholder(dtype, [None, 3], name)


def shown(infos: Any) -> dict[str, str]:
    return {key: info.name for key, info in infos.items()}


def test_predict_takes_and_gives_any_tensors_by_their_names() -> None:
    x, names = tensor(), sparse_placeholder(string, [None, 5], "names")
    signature = PredictOutput({("head", "y"): x, "z": x}).as_signature_def({"x": x, "names": names})
    assert signature.method_name == "tensorflow/serving/predict"
    assert shown(signature.outputs) == {"head/y": "x:0", "z": "x:0"}
    assert signature.inputs["x"].name == "x:0"
    assert signature.inputs["names"].coo_sparse.values_tensor_name == "names/values:0"
    assert shown(PredictOutput(x).as_signature_def({"x": x}).outputs) == {"output": "x:0"}


def test_classify_takes_examples_and_gives_classes_and_scores() -> None:
    examples, scores, classes = placeholder(string, [None], "e"), tensor(), tensor(string, "c")
    both = ClassificationOutput(scores, classes).as_signature_def({"examples": examples})
    assert both.method_name == "tensorflow/serving/classify"
    assert shown(both.inputs) == {"inputs": "e:0"}
    assert shown(both.outputs) == {"scores": "x:0", "classes": "c:0"}
    assert [size.size for size in both.outputs["scores"].tensor_shape.dim] == [-1, 3]
    alone = ClassificationOutput(classes=classes).as_signature_def({"any name": examples})
    assert shown(alone.outputs) == {"classes": "c:0"}


def test_regress_takes_examples_and_gives_a_number() -> None:
    signature = RegressionOutput(tensor()).as_signature_def({"examples": placeholder(string, [None], "e")})
    assert signature.method_name == "tensorflow/serving/regress"
    assert (shown(signature.inputs), shown(signature.outputs)) == ({"inputs": "e:0"}, {"outputs": "x:0"})


@pytest.mark.parametrize("kind", [ClassificationOutput, RegressionOutput])
def test_what_is_fed_must_be_one_tensor_of_texts(kind: Any) -> None:
    x, examples = tensor(), placeholder(string, [None])
    for fed in ({"x": x}, {"a": examples, "b": examples}, {}, {"s": sparse_placeholder(string)}):
        with pytest.raises(
            ValueError, match=r"can only accept a single tensor input of type tf\.string: serialised Examples"
        ):
            kind(x).as_signature_def(fed)


def test_a_server_takes_scores_of_float32_only() -> None:
    scores, fed = tensor(float64), {"e": placeholder(string, [None])}
    for output in (ClassificationOutput(scores), RegressionOutput(scores)):
        with pytest.raises(ValueError, match="must be a float32 Tensor"):
            output.as_signature_def(fed)


def test_a_kind_of_the_users_own_says_its_signature_itself() -> None:
    class Own(ExportOutput): ...

    with pytest.raises(NotImplementedError, match="Own does not say which signature it has"):
        Own({"x": tensor()}).as_signature_def({})
