"""Which types the functions of ``tf`` take and give: as TensorFlow, but that a number stays what it is.

tests/data/tf/types.json was written by TensorFlow 2.15.1; for new calls or values it is made again by

    echo {} | .venv-tf/bin/python tests/interop/tf_types.py \
        | sed 's/}}, "/}},\n"/g; s/", "tf/",\n"tf/g' > tests/data/tf/types.json
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.types_of_tf import ARGUMENTS, BINARY, CALLS, TYPES, VALUES, conversions, result_type

STORED = Path(__file__).parent / "data" / "tf" / "types.json"
ANSWERS = json.loads(STORED.read_text())


# -- values that become constants, or are fed --------------------------------------------------------------------------

OVERFLOWS = ("feed", "2**40", "float16")  # to infinity, as other numbers do; TensorFlow refuses this one


def numbers(text: str | None) -> Any:
    """The value that was written by ``repr``, or None."""
    names = {"nan": np.nan, "inf": np.inf, "nanj": complex(0, np.nan)}
    return None if text is None else np.asarray(eval(text, names))  # noqa: S307


def stays_what_it_is(value: Any, result: Any, dtype: str) -> bool:
    """Whether a conversion of numbers changed none of them, but by the rounding of a floating point type."""
    before = np.asarray(value)
    if before.dtype == object:
        before = np.array(before.tolist())
    if before.dtype.kind not in "biufc":
        return result.dtype.kind in "SO"  # text stays text
    if before.dtype.kind == "c" and not dtype.startswith("complex"):
        return not before.imag.any() and stays_what_it_is(before.real, result, dtype)
    return dtype.startswith(("float", "complex")) or np.array_equal(before, result)


@pytest.mark.parametrize("value", VALUES)
def test_values_are_converted_as_tensorflow_does_while_they_stay_what_they_are(value: str) -> None:
    ours, theirs = conversions(tf, value), ANSWERS["conversions"][value]
    given = eval(value, {"np": np})  # noqa: S307  the text of types_of_tf
    assert ours["own"] == theirs["own"]
    for way in ("constant", "feed"):
        for dtype in TYPES:
            result = numbers(theirs[way][dtype])
            if (way, value, dtype) == OVERFLOWS:
                assert ours[way][dtype] == "inf"
            elif result is not None and not stays_what_it_is(given, result, dtype):
                assert ours[way][dtype] is None, f"{way} {value} as {dtype} would be {theirs[way][dtype]}"
            else:
                assert ours[way][dtype] == theirs[way][dtype], f"{way} {value} as {dtype}"


# -- functions ---------------------------------------------------------------------------------------------------------

# What is refused here and taken by TensorFlow: the reason, as the message gives it.
REASONS = {
    "a number would become another one": r"does not fit into|cannot be made (bool|u?int\d+)|is float\d+; it takes .*int",
    "a scalar has no axis and no rows": r"out of range|at least|must have rows|no rows to shuffle",
    "true and false are not numbers of rows": r"range\(\) counts in",
    "complex numbers": r"complex64",
    "no bitwise operations": r"must be bool|\(int32\) cannot be made bool",
    "texts have no differences": r"is text, and a loss is made of numbers",
    "segments without rows": r"Segment\w+ .*\(0,\) and \(2,\) are not compatible",
    "a component too many": r"an element has 1 component",
    "nothing to take a norm of, to fill a variable with": r"there are no gradients|do not fill",
}

# What is taken here and refused by TensorFlow: Python values and arrays take the type of the tensor beside them,
# whichever comes first, and scalars are repeated.
LENIENT = {
    *(f"tf.{name}({{}}, x)" for name in BINARY),
    "tf.complex(x, {})",
    "tf.metrics.mean_squared_error({}, x)",
    "tf.metrics.precision_at_k({}, [[0.1, 0.2], [0.3, 0.4]], 1)",
    "tf.nn.moments({}, [0])",
    "tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits={})",
    "tf.nn.sigmoid_cross_entropy_with_logits(labels={}, logits=x)",
    "tf.nn.weighted_cross_entropy_with_logits(x, x, {})",
    "tf.random_normal({})",
    "tf.sequence_mask({})",
    "tf.tile(x, {})",
    "tf.train.piecewise_constant(l, [1], [{}, {}])",
    "tf.where([True, False], x, {})",
    "tf.where([True, False], {}, {})",
}


@pytest.mark.parametrize("call", CALLS)
def test_a_call_takes_and_gives_tensorflows_types(call: str) -> None:
    for argument, theirs in zip(ARGUMENTS, ANSWERS["calls"][call].split(), strict=True):
        try:
            ours = result_type(tf, call, argument)
        except (TypeError, ValueError) as error:
            known = any(re.search(reason, str(error)) for reason in REASONS.values())
            assert theirs == "-" or known, f"{argument}: {theirs} in TensorFlow, here {error}"
        else:
            assert ours == theirs or (theirs == "-" and call in LENIENT), (
                f"{argument}: {theirs} in TensorFlow"
            )
