"""Layers beyond what the table of cases has: what is random, what waits for the learning phase, what is refused."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import UnimplementedError
from estimator.keras.learning_phase import learning_phase, set_learning_phase

L = tf.keras.layers


@pytest.fixture(autouse=True)
def session() -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def _run(session: Any, fetches: Any, feeds: Any = None) -> Any:
    session.run(tf.global_variables_initializer())
    return session.run(fetches, feeds)


@pytest.mark.parametrize("layer", ["Dropout", "GaussianNoise", "GaussianDropout"])
def test_what_is_random_waits_for_the_learning_phase(layer: str, session: Any) -> None:
    y = getattr(L, layer)(0.5)(tf.ones([50, 4]))
    assert (session.run(y) == 1.0).all()
    changed = session.run(y, {learning_phase(): True})
    assert 0.2 < (changed != 1.0).mean() and 0.5 < changed.mean() < 1.5


@pytest.mark.parametrize("layer", ["Dropout", "GaussianNoise"])
def test_a_seed_decides(layer: str, session: Any) -> None:
    first, second = (getattr(L, layer)(0.5, seed=3)(tf.ones([9, 4]), training=True) for _ in range(2))
    one, other = session.run([first, second])
    np.testing.assert_array_equal(one, other)


def test_a_learning_phase_that_is_set_is_known_when_layers_are_called(session: Any) -> None:
    set_learning_phase(1)
    y = L.Dropout(0.5)(tf.ones([50, 4]))
    assert (session.run(y) != 1.0).any()
    assert learning_phase() == 1
    with pytest.raises(ValueError, match="0 \\(predicting\\) or 1 \\(training\\), given: 2"):
        set_learning_phase(2)


def test_whole_channels_are_dropped(session: Any) -> None:
    dropped = session.run(L.SpatialDropout1D(0.5)(tf.ones([20, 5, 4]), training=True))
    assert (dropped == dropped[:, :1]).all()
    assert set(dropped.ravel().tolist()) == {0.0, 2.0}


def test_a_frozen_batch_normalization_does_not_train(session: Any) -> None:
    layer = L.BatchNormalization(trainable=False)
    y = layer(tf.constant([[1.0], [3.0]]), training=True)
    np.testing.assert_allclose(_run(session, y), [[0.9995], [2.9985]], rtol=1e-4)
    assert layer.updates == []


def test_batch_normalization_trains_by_the_learning_phase(session: Any) -> None:
    layer = L.BatchNormalization(momentum=0.5)
    y = layer(tf.constant([[1.0], [3.0]]))
    session.run(tf.global_variables_initializer())
    session.run(layer.updates)
    assert session.run(layer.moving_mean).tolist() == [0.0]
    session.run(layer.updates, {learning_phase(): True})
    assert session.run(layer.moving_mean).tolist() == [1.0]
    assert tf.get_collection(tf.GraphKeys.UPDATE_OPS) == []  # as in TensorFlow
    assert session.run(y).shape == (2, 1)


def test_the_gradient_of_an_embedding_is_of_rows() -> None:
    layer = L.Embedding(100, 4)
    y = layer(tf.constant([[1, 2]]))
    (slope,) = tf.gradients(y, layer.weights)
    assert isinstance(slope, tf.IndexedSlices)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: L.Conv2D(3, 2, groups=3), UnimplementedError, "Conv2D: groups=3 is not available"),
        (lambda: L.Conv2D(3, 2, padding="left"), ValueError, "padding must be 'valid' or 'same'"),
        (lambda: L.Conv2DTranspose(3, 2, dilation_rate=2), UnimplementedError, "dilation_rate is not available"),
        (lambda: L.Conv2DTranspose(3, 2, output_padding=1), ValueError, "output_padding must be less than the strides"),
        (lambda: L.Embedding(0, 3), ValueError, "input_dim must be a whole number above 0, given: 0"),
        (lambda: L.Dropout(1.5), ValueError, r"rate must be in \[0, 1\), given: 1.5"),
        (lambda: L.ReLU(max_value=-1.0), ValueError, "max_value of a ReLU layer cannot be negative"),
        (lambda: L.LeakyReLU(alpha=None), ValueError, "cannot be None"),
        (lambda: L.Permute((1, 3)), ValueError, "each once, given: \\(1, 3\\)"),
        (lambda: L.RepeatVector(2.5), TypeError, "whole number, given: 2.5"),
        (lambda: L.Dot(0), ValueError, "not 0 \\(the batch\\)"),
        (lambda: L.ZeroPadding2D(((1, 2), (3,))), ValueError, "a pair for each of 2 axes"),
        (lambda: L.UpSampling2D(2, interpolation="cubic"), ValueError, "interpolation must be"),
        (lambda: L.Lambda(3), TypeError, "a function is wanted, given: 3"),
        (lambda: L.TimeDistributed(3), ValueError, "isn't a layer"),
        (lambda: L.Bidirectional(L.Dense(2)), ValueError, "with a recurrent layer"),
        (lambda: L.LSTM(2)(tf.zeros([2, 3])), ValueError, r"inputs are \[batch, time, size\]"),
        (lambda: L.LSTM(0), ValueError, "units must be a whole number above 0"),
        (lambda: L.Reshape((2, 2))(tf.zeros([2, 3])), ValueError, "total size of new array must be unchanged"),
        (lambda: L.Add()(tf.zeros([2, 3])), ValueError, "list of at least 1 input"),
        (lambda: L.Subtract()([tf.zeros([2, 3])]), ValueError, "exactly 2 inputs"),
        (lambda: L.Dot(1)([tf.zeros([2, 3]), tf.zeros([2, 4])]), ValueError, "the sizes along axes"),
        (lambda: L.LayerNormalization(axis=3)(tf.zeros([2, 3])), ValueError, "there is no axis 3"),
        (lambda: L.Conv2D(3, 2)(tf.zeros([2, 3])), ValueError, "expected ndim=4, found ndim=2"),
        (lambda: L.Softmax()(tf.zeros([3])), ValueError, "at least two axes"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(make: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        make()


def test_tensors_of_fewer_axes_are_merged_along_the_batch(session: Any) -> None:
    total = session.run(L.add([tf.ones([2, 3]), tf.ones([2, 4, 3])]))
    assert total.shape == (2, 4, 3)
    assert (total == 2.0).all()


@pytest.mark.parametrize("name", "add subtract multiply average maximum minimum concatenate".split())
def test_a_function_calls_a_new_layer(name: str, session: Any) -> None:
    xs = [tf.constant([[1.0, 2.0]]), tf.constant([[3.0, 1.0]])]
    layer = getattr(L, name.capitalize())()
    assert session.run(getattr(L, name)(xs)).tolist() == session.run(layer(xs)).tolist()


def test_masks_are_merged_where_all_say_so(session: Any) -> None:
    ids = tf.constant([[1, 0, 2]]), tf.constant([[1, 2, 0]])
    one, other = (L.Embedding(3, 2, mask_zero=True)(part) for part in ids)
    session.run(tf.global_variables_initializer())
    assert session.run(L.Add()([one, other])._keras_mask).tolist() == [[True, False, False]]
    joined = L.Concatenate(axis=1)([one, other])
    assert session.run(joined._keras_mask).tolist() == [[True, False, True, True, True, False]]


def twice(x: Any) -> Any:
    """A function with a name."""
    return 2.0 * x


def test_a_lambda_is_copied_with_its_function_and_read_with_one_that_is_given(session: Any) -> None:
    layer = L.Lambda(twice, name="double")
    config = layer.get_config()
    assert L.Lambda.from_config(config).function is twice
    of_file = json.loads(json.dumps(config))
    with pytest.raises(
        ValueError, match="'double' is a Lambda of the function 'twice', which is not known here"
    ):
        L.Lambda.from_config(of_file)
    with tf.keras.utils.custom_object_scope({"twice": twice}):
        assert L.Lambda.from_config(of_file).function is twice


def test_code_of_a_file_is_never_run() -> None:
    config = L.Lambda(lambda x: x, name="own").get_config() | {
        "function": ["4wEAAAAAAAAA", None, None], "function_type": "lambda",
    }  # fmt: skip
    with pytest.raises(ValueError, match="'own' is a Lambda of code, which is never run from a file"):
        L.Lambda.from_config(config)
    with tf.keras.utils.custom_object_scope({"own": twice}):
        assert L.Lambda.from_config(config).function is twice


def test_a_lambda_may_take_training_and_a_mask(session: Any) -> None:
    layer = L.Lambda(lambda x, training=None: x + (1.0 if training else 0.0))
    assert session.run(layer(tf.zeros([1, 1]), training=True)).tolist() == [[1.0]]


def test_probabilities_say_of_which_logits_they_are() -> None:
    logits = tf.zeros([2, 3])
    for activation in ("softmax", "sigmoid"):
        assert L.Activation(activation)(logits)._keras_logits is logits


def test_alpha_dropout_keeps_mean_and_variance(session: Any) -> None:
    tf.set_random_seed(1)
    normal = np.random.default_rng(0).normal(size=(400, 100)).astype(np.float32)
    dropped = session.run(L.AlphaDropout(0.2)(tf.constant(normal), training=True))
    assert abs(dropped.mean()) < 0.02
    assert abs(dropped.std() - 1.0) < 0.02
    most_often = np.bincount(np.round((dropped.ravel() + 10) * 1000).astype(int)).max()
    assert 0.18 < most_often / dropped.size < 0.22  # what was dropped is one number


def test_vectors_are_brought_to_length_1(session: Any) -> None:
    x = np.array([[3.0, 4.0], [0.0, 2.0]], np.float32)
    np.testing.assert_allclose(
        session.run(L.UnitNormalization()(tf.constant(x))), [[0.6, 0.8], [0.0, 1.0]], rtol=1e-6
    )
    whole = session.run(L.UnitNormalization(axis=[0, 1])(tf.constant(x)))
    np.testing.assert_allclose(whole, x / np.sqrt(29.0), rtol=1e-6)
