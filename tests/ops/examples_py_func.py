"""Examples of ops that call Python functions, which stand in a graph's resources."""

from __future__ import annotations

from tests.ops.example import Example

EXAMPLES: list[Example] = []
ELSEWHERE = dict.fromkeys(["PyFunc", "PyFuncStateless", "EagerPyFunc"], "tests/functions/test_py_func.py")
