"""build.pyi says what the declarations say."""

from __future__ import annotations

import ast
from pathlib import Path

from estimator.graph import build
from estimator.graph.op import OPS
from estimator.graph.stub import stub_text

PATH = Path(build.__file__).with_suffix(".pyi")


def test_the_stub_is_current() -> None:
    assert PATH.read_text() == stub_text(OPS.get(name) for name in OPS), "run `make stub`"


def test_the_stub_types_inputs_attributes_and_results() -> None:
    functions = {
        each.name: ast.unparse(each)
        for each in ast.parse(PATH.read_text()).body
        if isinstance(each, ast.FunctionDef)
    }
    assert functions.keys() == set(OPS)
    assert functions["MatMul"].startswith(
        "def MatMul(a: _Input, b: _Input, *, T: _Like=..., transpose_a: bool=..."
    )
    assert functions["AddN"].startswith("def AddN(inputs: _Sequence[_Input], *, N: int=...")
    assert functions["Placeholder"].startswith("def Placeholder(*, dtype: _Like, shape: _Like=...")
    assert "-> tuple[_Tensor, _Tensor]" in functions["SparseSoftmaxCrossEntropyWithLogits"]
    assert "-> list[_Tensor]" in functions["IteratorGetNext"]
    assert "-> _Operation" in functions["NoOp"]
