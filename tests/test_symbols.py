"""Each symbol of ``tf`` that public scripts use is called by a test in the ways in which they call it."""

from __future__ import annotations

import pytest

from tests.symbols import UNTESTED, WANTED, listed, untested, uses_in, uses_in_tests, value_of

# Keywords that scripts give and TensorFlow refuses.
MISTAKEN = """
tf.estimator.EstimatorSpec labels
tf.estimator.RunConfig distribute
tf.layers.batch_normalization x
tf.layers.dense input
tf.losses.softmax_cross_entropy labels
tf.metrics.accuracy input
tf.nn.relu x
""".strip().splitlines()


@pytest.mark.slow  # it reads all tests
def test_every_use_is_in_a_test_or_listed_as_missing() -> None:
    known = listed(UNTESTED)
    missing = {
        symbol: lacking - known.get(symbol, set())
        for symbol, lacking in untested(uses_in_tests()).items()
        if not lacking <= known.get(symbol, set())
    }
    assert not missing, "no test calls it so any more"


def test_the_list_names_symbols_that_scripts_use() -> None:
    assert set(listed(UNTESTED)) <= set(listed(WANTED))


@pytest.mark.parametrize(
    "code",
    [
        "tf.argmax(x, axis=1)",
        "from estimator.functions import reductions\nreductions.argmax(x, axis=1)",
        "from estimator.functions.reductions import argmax as largest\nlargest(x, axis=1)",
        "largest = tf.argmax\nlargest(x, axis=1)",
        "ROWS = '''\ntf.argmax(x, axis=1)\nno code\n'''",
        "from functools import partial\npartial(tf.argmax, axis=1)",
    ],
)
def test_what_is_called_in_a_test_is_found(code: str) -> None:
    lacking = untested(uses_in(code))["tf.argmax"]
    assert "axis" not in lacking
    assert {"output_type", "#2", "input"} <= lacking


def test_a_call_that_shall_be_refused_shows_no_value() -> None:
    code = "with pytest.raises(TypeError):\n    tf.argmax(x, axis=1)"
    assert "axis" in untested(uses_in(code))["tf.argmax"]


@pytest.mark.parametrize("line", MISTAKEN)
def test_a_keyword_that_tensorflow_refuses_is_refused(line: str) -> None:
    symbol, keyword = line.split()
    with pytest.raises(
        TypeError, match=rf"unexpected keyword argument '{keyword}'\. (Did you mean |It takes: )"
    ):
        value_of(symbol)(**{keyword: None})
