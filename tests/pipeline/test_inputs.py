"""numpy_input_fn and pandas_input_fn.

Batches and refusals were read off TensorFlow 2.15's tf.compat.v1.estimator.inputs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core import nest
from estimator.core.errors import OutOfRangeError
from estimator.graph.graph import Graph
from estimator.pipeline.inputs import numpy_input_fn, pandas_input_fn
from estimator.runtime.session import Session

X = {"a": np.arange(5.0), "b": np.arange(10).reshape(5, 2)}
Y = np.arange(5)


def read(input_fn: Any, limit: int = 20) -> list[Any]:
    """The batches as plain values."""
    found: list[Any] = []
    with Graph().as_default() as graph:
        tensors = input_fn()
        with Session(graph=graph) as session:
            try:
                while len(found) < limit:
                    found.append(
                        nest.map_structure(lambda each: np.asarray(each).tolist(), session.run(tensors))
                    )
            except OutOfRangeError:
                pass
    return found


def test_batches_cross_epochs_and_the_last_may_be_smaller() -> None:
    # TensorFlow 2.15 gives these four batches
    assert read(numpy_input_fn(X, Y, batch_size=3, num_epochs=2, shuffle=False)) == [
        ({"a": [0.0, 1.0, 2.0], "b": [[0, 1], [2, 3], [4, 5]]}, [0, 1, 2]),
        ({"a": [3.0, 4.0, 0.0], "b": [[6, 7], [8, 9], [0, 1]]}, [3, 4, 0]),
        ({"a": [1.0, 2.0, 3.0], "b": [[2, 3], [4, 5], [6, 7]]}, [1, 2, 3]),
        ({"a": [4.0], "b": [[8, 9]]}, [4]),
    ]


def test_types_of_arrays_are_kept() -> None:
    with Graph().as_default():
        features, labels = numpy_input_fn(X, Y, shuffle=False)()
    assert (features["a"].dtype.name, features["b"].dtype.name, labels.dtype.name) == (
        "float64",
        "int64",
        "int64",
    )
    assert features["b"].dims == (None, 2)


def test_the_defaults_are_one_epoch_in_batches_of_128() -> None:
    assert [len(batch) for batch in read(numpy_input_fn(np.arange(200), shuffle=False))] == [128, 72]


def test_no_number_of_epochs_never_ends() -> None:
    assert read(numpy_input_fn(np.arange(2), batch_size=3, num_epochs=None, shuffle=False), 3) == [
        [0, 1, 0],
        [1, 0, 1],
        [0, 1, 0],
    ]


def test_shuffling_keeps_rows_together_and_epochs_whole() -> None:
    batches = read(numpy_input_fn(X, Y, batch_size=5, num_epochs=3, shuffle=True))
    assert len(batches) == 3
    for features, labels in batches:
        assert sorted(labels) == [0, 1, 2, 3, 4]
        assert features["a"] == labels
        assert features["b"] == [[2 * row, 2 * row + 1] for row in labels]


def test_labels_may_be_a_dict() -> None:
    (batch,) = read(numpy_input_fn({"a": Y}, {"y": Y}, shuffle=False))
    assert batch == ({"a": [0, 1, 2, 3, 4]}, {"y": [0, 1, 2, 3, 4]})


REFUSED = {
    "no shuffle": (
        lambda: numpy_input_fn(X),
        ValueError,
        "shuffle must be provided and explicitly set as boolean.*got None",
    ),
    "a list": (
        lambda: numpy_input_fn([1], shuffle=False)(),
        TypeError,
        "x must be a dict or array; got list",
    ),
    "no feature": (lambda: numpy_input_fn({}, shuffle=False)(), ValueError, "x cannot be an empty dict"),
    "no label": (
        lambda: numpy_input_fn(X, {}, shuffle=False)(),
        ValueError,
        "y cannot be empty dict, use None instead",
    ),
    "shared keys": (
        lambda: numpy_input_fn(X, {"a": Y}, shuffle=False)(),
        ValueError,
        r"1 duplicate keys are found in both x and y: \['a'\]",
    ),
    "lengths": (
        lambda: numpy_input_fn(X, np.arange(4), shuffle=False)(),
        ValueError,
        r"Length of tensors in x and y is mismatched.*Rows: x\['a'\] has 5, x\['b'\] has 5, y has 4\..*\(5, 2\)",
    ),
    "lengths of features": (
        lambda: numpy_input_fn({"a": np.zeros(3), "b": np.zeros(2)}, shuffle=False)(),
        ValueError,
        r"is mismatched.*Rows: x\['a'\] has 3, x\['b'\] has 2\.",
    ),
    "a scalar": (
        lambda: numpy_input_fn({"a": np.float32(1)}, np.zeros(1), shuffle=False)(),
        ValueError,
        r"is mismatched.*Rows: x\['a'\] has none, y has 1\.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_arguments_are_refused_in_tensorflows_words(name: str) -> None:
    call, kind, message = REFUSED[name]
    with pytest.raises(kind, match=message):
        call()


def test_a_frame_gives_a_dict_of_its_columns() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.5, 2.5, 3.5], "s": ["x", "y", "z"]}, index=[7, 8, 9])
    labels = pandas.Series([0, 1, 0], index=[7, 8, 9])
    assert read(pandas_input_fn(frame, labels, batch_size=2, shuffle=False)) == [
        ({"a": [1.5, 2.5], "s": [b"x", b"y"]}, [0, 1]),
        ({"a": [3.5], "s": [b"z"]}, [0]),
    ]
    assert read(pandas_input_fn(frame, shuffle=False)) == [{"a": [1.5, 2.5, 3.5], "s": [b"x", b"y", b"z"]}]


@pytest.mark.parametrize("make", [numpy_input_fn, pandas_input_fn])
def test_a_queue_without_room_or_threads_is_refused(make: Any) -> None:
    with pytest.raises(ValueError, match="queue_capacity=0 and num_threads='2': give whole numbers above 0"):
        make(X, shuffle=False, queue_capacity=0, num_threads="2")


def test_a_frame_is_given_by_name_as_arrays_are() -> None:  # batches as of numpy_input_fn above
    pandas = pytest.importorskip("pandas")
    frame, labels = pandas.DataFrame({"a": [1, 2, 3]}), pandas.Series([4, 5, 6])
    ordered = pandas_input_fn(
        x=frame, y=labels, batch_size=2, num_epochs=2, shuffle=False, queue_capacity=10, num_threads=1,
        target_column="label",
    )  # fmt: skip
    assert read(ordered) == [({"a": [1, 2]}, [4, 5]), ({"a": [3, 1]}, [6, 4]), ({"a": [2, 3]}, [5, 6])]
    ((features, mixed),) = read(pandas_input_fn(frame, y=labels, batch_size=3, num_epochs=1, shuffle=True))
    assert sorted(zip(features["a"], mixed, strict=True)) == [(1, 4), (2, 5), (3, 6)]


def test_a_frame_of_labels_gives_a_dict() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1, 2]})
    assert read(pandas_input_fn(frame, frame, shuffle=False)) == [({"a": [1, 2]}, {"a": [1, 2]})]


def test_a_frame_counts_as_it_was_when_it_was_given() -> None:  # as in TensorFlow, observed
    pandas = pytest.importorskip("pandas")
    frame, labels = pandas.DataFrame({"a": [1, 2]}), pandas.Series([0, 1])
    input_fn = pandas_input_fn(frame, labels, shuffle=False)
    frame.loc[0, "a"], labels[0] = 9, 9
    assert read(input_fn) == [({"a": [1, 2]}, [0, 1])]


def test_dicts_come_out_sorted() -> None:  # as in TensorFlow, observed
    arrays = {"b": np.arange(2), "a": np.arange(2)}
    [(features, labels)] = read(numpy_input_fn(arrays, {"z": np.arange(2), "y": np.arange(2)}, shuffle=False))
    assert (list(features), list(labels)) == (["a", "b"], ["y", "z"])


def test_wrong_frames_are_refused() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"target": [1, 2]})
    with pytest.raises(ValueError, match="shuffle must be provided"):
        pandas_input_fn(frame)
    with pytest.raises(TypeError, match="x must be a pandas DataFrame; got dict"):
        pandas_input_fn({"a": [1]}, shuffle=False)
    with pytest.raises(TypeError, match="y must be a pandas Series or DataFrame; got ndarray"):
        pandas_input_fn(frame, np.zeros(2), shuffle=False)
    with pytest.raises(TypeError, match="y must be a pandas Series or DataFrame; got list"):
        pandas_input_fn(frame, [1, 2], shuffle=False)
    with pytest.raises(TypeError, match="target_column must be a string type; got 3"):
        pandas_input_fn(frame, target_column=3, shuffle=False)  # type: ignore[arg-type]
    with pytest.raises(
        ValueError, match=r"(?s)Index for x and y are mismatched.*\[0, 1\].*\[1, 0\].*set_axis"
    ):
        pandas_input_fn(frame, pandas.Series([1, 2], index=[1, 0]), target_column="y", shuffle=False)
    with pytest.raises(ValueError, match=r"(?s)Index for x and y are mismatched.*\[0, 1\].*\[5, 6\]"):
        pandas_input_fn(frame, pandas.Series([1, 2], index=[5, 6]), target_column="y", shuffle=False)
    with pytest.raises(ValueError, match="Cannot use name target for target column"):
        pandas_input_fn(frame, pandas.Series([1, 2]), shuffle=False)
