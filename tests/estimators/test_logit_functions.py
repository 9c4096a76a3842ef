"""Logit functions that are refused; tests/programs/networks.py compares those that work with TensorFlow's."""

from __future__ import annotations

from typing import Any

import pytest

from estimator import tf

experimental = tf.estimator.experimental
A = tf.feature_column.numeric_column("a")


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: experimental.dnn_logit_fn_builder([3], [4], [A], None, None, None, False), ValueError, r"given: \[3\]"),
        (lambda: experimental.linear_logit_fn_builder(0, [A]), ValueError, "units must be an int above 0, given: 0"),
        (lambda: experimental.linear_logit_fn_builder(1, [A], "max"), ValueError, "sparse_combiner"),
        (
            lambda: experimental.dnn_logit_fn_builder(1, [1 << 31], [A], None, None, None, False),
            ValueError,
            r"hidden_units must be a list of sizes > 0",
        ),
        (
            lambda: experimental.dnn_logit_fn_builder(1, [0], [A], None, 2.0, None, False),
            ValueError,
            r"(?s)hidden_units must be a list of sizes > 0.*dropout is the rate",
        ),
        (lambda: experimental.call_logit_fn(lambda features: 3, {}, "train", {}, None), ValueError, "it returned: 3"),
        (
            lambda: experimental.call_logit_fn(lambda features: {"x": 1}, {}, "train", {}, None),
            ValueError,
            r"mapping strings to Tensors, it returned: \{'x': 1\}",
        ),
        (lambda: experimental.call_logit_fn(3, {}, "train", {}, None), TypeError, "`logit_fn` must be callable"),
    ],
)  # fmt: skip
def test_what_makes_no_logits_is_refused(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()
