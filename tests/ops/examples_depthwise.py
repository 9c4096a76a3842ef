"""Examples of ops/depthwise.py: a depthwise convolution is one of as many groups as there are channels."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from tests.ops.example import Example, i32
from tests.ops.examples_convolution import Case


def examples_of(case: Case, multiplier: int) -> list[Example]:
    """The grouped convolution's rows, whose kernel [taps, taps, 1, channels · multiplier] is laid out anew."""
    shape = (*case.kernel[:2], case.x[-1], multiplier)
    grouped = dataclasses.replace(case, kernel=(*case.kernel[:2], 1, case.x[-1] * multiplier))

    def flat(kernel: Any) -> Any:
        return kernel.reshape(grouped.kernel)

    forward, into_input, into_kernel = (
        dataclasses.replace(row, op=f"DepthwiseConv2dNative{row.op.removeprefix('Conv2D')}")
        for row in grouped.examples("Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter")
    )
    x, kernel = forward.inputs
    dy, kernel = into_kernel.inputs[2], kernel.reshape(shape)
    formulas = [row.formula or np.copy for row in (forward, into_input, into_kernel)]
    return [
        dataclasses.replace(
            forward, inputs=[x, kernel], formula=lambda x, kernel: formulas[0](x, flat(kernel))
        ),
        dataclasses.replace(
            into_input,
            inputs=[i32(x.shape), kernel, dy],
            formula=lambda sizes, kernel, dy: formulas[1](sizes, flat(kernel), dy),
        ),
        dataclasses.replace(
            into_kernel,
            inputs=[x, i32(shape), dy],
            formula=lambda x, sizes, dy: formulas[2](x, sizes, dy).reshape(shape),
        ),
    ]


_CASES = [
    (Case("same", (2, 4, 5, 3), (3, 3), (1, 1)), 1),
    (Case("two outputs", (2, 4, 5, 3), (3, 2), (1, 1), "VALID"), 2),
    (Case("uneven strides", (1, 5, 6, 2), (2, 3), (2, 1)), 1),
    (Case("dilated", (1, 7, 7, 2), (3, 2), (1, 1), "VALID", (2, 3)), 1),
    (Case("explicit", (1, 4, 5, 2), (3, 3), (1, 1), ((1, 0), (2, 1))), 1),
    (Case("channels first", (2, 4, 5, 3), (3, 3), (1, 1), is_first=True), 2),
    (Case("no images", (0, 4, 5, 3), (3, 3), (1, 1)), 1),
    (Case("float16", (1, 4, 4, 2), (3, 3), (1, 1), dtype=np.float16), 1),
]
EXAMPLES = [row for case, multiplier in _CASES for row in examples_of(case, multiplier)]
