"""Feature columns as a layer of Keras; names are those that TensorFlow 2.15 gives."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from estimator import tf

FC = tf.feature_column


@pytest.fixture(autouse=True)
def session() -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def _columns() -> list[Any]:
    ids = FC.categorical_column_with_identity("c", 5)
    return [FC.numeric_column("n"), FC.embedding_column(ids, 2), FC.indicator_column(ids)]


def _features() -> dict[str, Any]:
    return {"n": tf.constant([[1.0], [2.0]]), "c": tf.constant([[1], [2]])}


def test_columns_are_joined_and_their_tables_shared_by_later_calls(session: Any) -> None:
    layer = tf.keras.layers.DenseFeatures(_columns())
    first, second = layer(_features()), layer(_features())
    assert [weight.name for weight in layer.weights] == ["dense_features/c_embedding/embedding_weights:0"]
    assert first.shape.as_list() == [2, 8]
    session.run(tf.global_variables_initializer())
    table = np.arange(10.0).reshape(5, 2)
    layer.set_weights([table])
    one, other = session.run([first, second])
    np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(one, [[2, 3, 0, 1, 0, 0, 0, 1], [4, 5, 0, 0, 1, 0, 0, 2]])


def test_a_second_layer_has_tables_of_its_own() -> None:
    with tf.name_scope("tower"):
        layers = [tf.keras.layers.DenseFeatures(_columns(), name=name) for name in ("mine", "mine")]
        for layer in layers:
            layer(_features())
    assert [layer.weights[0].name for layer in layers] == [
        "tower/mine/c_embedding/embedding_weights:0",
        "tower/mine_1/c_embedding/embedding_weights:0",
    ]


def test_it_is_made_again_of_what_it_tells() -> None:
    layer = tf.keras.layers.DenseFeatures(_columns(), trainable=False)
    config = json.loads(json.dumps(tf.keras.layers.serialize(layer)))
    again = tf.keras.layers.deserialize(config)
    assert json.loads(json.dumps(tf.keras.layers.serialize(again))) == config
    assert again(_features()).shape.as_list() == [2, 8]
    assert (len(again.weights), again.trainable_weights) == (1, [])
    # TensorFlow 2.15 tells its columns so
    assert config["config"]["feature_columns"][2] == {
        "class_name": "NumericColumn",
        "config": {
            "key": "n",
            "shape": [1],
            "default_value": None,
            "dtype": "float32",
            "normalizer_fn": None,
        },
    }


def test_columns_that_are_not_dense_are_refused() -> None:
    with pytest.raises(ValueError, match="c"):
        tf.keras.layers.DenseFeatures([FC.categorical_column_with_identity("c", 5)])
