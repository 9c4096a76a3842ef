"""What a type checker must see behind the public names; `.ci/run` has mypy and pyright read this from outside of the tree.

``--warn-unused-ignores`` makes an error of each line here in which mypy finds nothing wrong; pyright is asked the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_type

import estimator as est
import estimator.tf.compat.v1 as v1
from estimator import keras, tf
from estimator.columns.numeric import NumericColumn
from estimator.graph.tensor import Tensor


def never_called() -> None:
    """For a type checker alone."""
    assert_type(est.RunConfig().keep_checkpoint_max, int | None)
    assert_type(est.RunConfig.from_yaml("").replace(keep_checkpoint_max=3), est.RunConfig)
    assert_type(tf.nn.relu(1.0), Tensor)
    assert_type(v1.train.AdamOptimizer(0.1), tf.train.AdamOptimizer)
    est.layers.dense(units=3)  # type: ignore[call-arg]
    tf.losses.no_such_loss  # type: ignore[attr-defined]  # noqa: B018
    tf.image.rgb_to_hsv(None)  # type: ignore[arg-type]
    tf.image.flip_left_right({"image": 1.0})  # type: ignore[arg-type]
    tf.cast(1.0, 3.5)  # type: ignore[arg-type]
    assert_type(tf.reshape([[1.0, 2.0], [3.0, 4.0]], [-1]), Tensor)
    assert_type(tf.linalg.inv(tf.Variable([[1.0]])), Tensor)
    assert_type(tf.constant([1.0])[0] + 1, Tensor)
    assert_type(keras.layers.Dense(3).name, str)


def input_fn() -> tf.data.Dataset:
    """What an Estimator takes, and gives."""
    return tf.data.Dataset.from_tensor_slices(({"x": [1.0]}, [0])).repeat().batch(32)


def also_never_called() -> None:
    """An Estimator's life."""
    columns = [assert_type(tf.feature_column.numeric_column("x"), NumericColumn)]
    classifier = est.DNNClassifier([10], columns, config=est.RunConfig(save_checkpoints_steps=100))
    assert_type(classifier.train(input_fn, steps=1), est.DNNClassifier)
    assert_type(classifier.evaluate(input_fn), dict[str, Any])
    assert_type(classifier.predict(input_fn), Iterator[Any])
    est.Estimator()  # type: ignore[call-arg]
    classifier.train(input_fn, steps="ten")  # type: ignore[arg-type]
    est.train_and_evaluate(classifier, est.TrainSpec(input_fn, 10), est.EvalSpec(input_fn))
    assert_type(
        est.sklearn.Classifier(est.DNNClassifier, hidden_units=[3]).fit([[1.0]], [0]), est.sklearn.Classifier
    )
