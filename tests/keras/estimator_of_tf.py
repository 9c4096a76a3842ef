"""A Keras model as an Estimator, which TensorFlow (tests/interop/tf_keras_estimator.py) and this package train alike."""

import numpy as np

from tests.keras.fits_of_tf import filled


def make(tf, model_dir, optimizer="adam", has_averages=False, **more):
    """The Estimator of a model with weights that follow from a seed, and perhaps moving averages, which Keras drops."""
    keras = tf.keras
    model = keras.Sequential(
        [
            keras.layers.Dense(4, activation="relu", input_shape=(3,), name="a"),
            keras.layers.BatchNormalization(name="bn"),
            keras.layers.Dense(2, activation="softmax", name="b", kernel_regularizer="l2"),
        ]
    )
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    filled(model)
    if not has_averages:
        normalization = model.get_layer("bn")
        normalization.set_weights([*normalization.get_weights()[:2], np.zeros(4), np.ones(4)])
    return keras.estimator.model_to_estimator(model, model_dir=model_dir, **more)


def flowers(tf):
    """An input function."""
    random = np.random.RandomState(3)
    x, y = random.randn(20, 3).astype("float32"), random.randint(0, 2, 20)
    return lambda: tf.data.Dataset.from_tensor_slices(({"a_input": x}, y)).batch(5).repeat()


def evaluated(tf, estimator):
    """Loss, accuracy, which TensorFlow 1 calls acc, and the first prediction."""
    found = estimator.evaluate(flowers(tf), steps=4)
    accuracy = found["accuracy"] if "accuracy" in found else found["acc"]
    first = next(iter(estimator.predict(flowers(tf))))
    return [float(found["loss"]), float(accuracy), np.asarray(first["b"], float).tolist()]
