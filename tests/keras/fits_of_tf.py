"""Fits, evaluations and predictions that Keras and this package make alike, from the same weights.

TensorFlow (tests/interop/tf_keras_fit.py) and this package (tests/keras/training/test_fitting.py) run the very same
functions; tests/data/tf/keras_fits.json has TensorFlow's numbers. A function gets ``tf`` and gives what JSON can hold.
"""

import numpy as np


def filled(model, seed=0):
    """The model with weights that follow from a seed."""
    random = np.random.RandomState(seed)
    values = [0.5 * random.randn(*np.shape(value)) for value in model.get_weights()]
    signs = [np.abs if "variance" in weight.name else np.array for weight in model.weights]
    model.set_weights([sign(value) for sign, value in zip(signs, values)])
    return model


def flowers(rows=50):
    random = np.random.RandomState(1)
    x = random.randn(rows, 4)
    return x, (x[:, 0] > 0).astype(int) + (x[:, 1] > 0.3)


def classifier(tf, optimizer="adam", **compiled):
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [layers.Dense(6, activation="relu", input_shape=(4,)), layers.Dense(3, activation="softmax")]
    )
    model.compile(optimizer, "sparse_categorical_crossentropy", **compiled)
    return filled(model)


def two_headed(tf, **compiled):
    layers = tf.keras.layers
    inputs = tf.keras.Input((4,), name="x")
    hidden = layers.Dense(5, activation="tanh", name="hidden")(inputs)
    model = tf.keras.Model(
        inputs,
        [layers.Dense(1, name="size")(hidden), layers.Dense(3, activation="softmax", name="kind")(hidden)],
    )
    model.compile("sgd", **compiled)
    return filled(model)


def plain(value):
    """Arrays and numbers as lists and floats."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return np.asarray(value).tolist()


def weights(model):
    return plain([np.asarray(value, float) for value in model.get_weights()])


def fitted(model, *data, **arguments):
    """The numbers of a fit without shuffling, and the weights after it."""
    history = model.fit(*data, verbose=0, **{"shuffle": False, **arguments})
    return {"history": plain(history.history), "epochs": history.epoch, "weights": weights(model)}


def a_part_for_validation(tf):
    model = classifier(tf, metrics=["accuracy"])
    return fitted(model, *flowers(), epochs=3, batch_size=16, validation_split=0.2)


def validation_data_and_frequency(tf):
    model = classifier(tf, metrics=["acc", "mae"])
    data = flowers(21)
    return fitted(
        model,
        *flowers(),
        epochs=4,
        initial_epoch=1,
        validation_data=data,
        validation_freq=2,
        validation_batch_size=5,
    )


def weights_of_classes(tf):
    model = classifier(tf, weighted_metrics=["accuracy"], metrics=["accuracy"])
    return fitted(model, *flowers(), epochs=2, class_weight={0: 1.0, 1: 3.0, 2: 0.5}, batch_size=20)


def weights_of_examples(tf):
    model = classifier(tf, weighted_metrics=["accuracy"], metrics=["accuracy"])
    counts = np.random.RandomState(2).rand(50)
    return fitted(model, *flowers(), epochs=2, sample_weight=counts, validation_split=0.1)


def losses_by_name(tf):
    x, kind = flowers()
    model = two_headed(
        tf,
        loss={"kind": "sparse_categorical_crossentropy", "size": "mse"},
        loss_weights={"kind": 0.5, "size": 2.0},
        metrics={"kind": ["accuracy"], "size": "mae"},
    )
    y = {"size": x[:, 2:3], "kind": kind}
    found = fitted(model, x, y, epochs=2, sample_weight={"kind": np.linspace(0, 2, 50)})
    return found | {"evaluated": plain(model.evaluate(x, y, verbose=0)), "names": model.metrics_names}


def losses_in_order(tf):
    x, kind = flowers()
    model = two_headed(
        tf,
        loss=["mae", "sparse_categorical_crossentropy"],
        loss_weights=[1.0, 0.25],
        metrics=[["mse"], ["accuracy"]],
    )
    found = fitted(model, x, [x[:, 2], kind], epochs=2, validation_data=(x[:9], [x[:9, 2], kind[:9]]))
    return found | {"names": model.metrics_names}


def penalties(tf):
    keras = tf.keras
    inputs = keras.Input((4,))
    hidden = keras.layers.Dense(
        5, kernel_regularizer=keras.regularizers.l2(0.1), activity_regularizer=keras.regularizers.l1(0.02)
    )(inputs)
    model = keras.Model(inputs, keras.layers.Dense(1, bias_regularizer="l1")(hidden))
    model.compile("sgd", "mse", metrics=["mse"])
    x, _ = flowers()
    return fitted(filled(model), x, x[:, :1], epochs=2, validation_split=0.5)


def moving_averages(tf):
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [layers.Dense(4, input_shape=(4,)), layers.BatchNormalization(), layers.Dense(1)]
    )
    model.compile(tf.keras.optimizers.SGD(0.1), "mse")
    x, _ = flowers()
    found = fitted(filled(model, 3), x, x[:, :1], epochs=2, validation_data=(x, x[:, :1]))
    return found | {"predicted": plain(model.predict(x[:3], verbose=0))}


def datasets(tf):
    x, y = flowers()
    Dataset = tf.data.Dataset
    data = Dataset.from_tensor_slices((x.astype("float32"), y)).filter(lambda x, y: x[0] > -1.0).batch(8)
    model = classifier(
        tf, "sgd", metrics=["accuracy"]
    )  # Keras' Adam counts the run that meets the end of the data
    return fitted(model, data, epochs=3, validation_data=data.take(2))


def epochs_of_given_steps(tf):
    x, y = flowers()
    data = tf.data.Dataset.from_tensor_slices((x.astype("float32"), y)).batch(10)
    found = fitted(
        classifier(tf), data.repeat(), epochs=3, steps_per_epoch=4, validation_data=data, validation_steps=2
    )
    short = fitted(classifier(tf), data, epochs=3, steps_per_epoch=4)
    return {
        "endless": found,
        "too short": short,
        "arrays": fitted(classifier(tf), x, y, epochs=2, steps_per_epoch=7),
    }


def generators(tf):
    x, y = flowers()

    def batches():
        for start in range(0, 48, 8):
            yield x[start : start + 8], y[start : start + 8]

    found = fitted(classifier(tf), batches(), epochs=3, steps_per_epoch=2)
    whole = fitted(classifier(tf), batches(), epochs=1)
    return {
        "steps": found,
        "whole": whole,
        "too short": fitted(classifier(tf), batches(), epochs=3, steps_per_epoch=4),
    }


def single_batches(tf):
    x, y = flowers()
    model = classifier(tf, "sgd", metrics=["accuracy"])
    first = model.train_on_batch(x[:10], y[:10])
    second = model.train_on_batch(x[10:20], y[10:20], sample_weight=np.linspace(0, 1, 10), return_dict=True)
    third = model.train_on_batch(x[20:30], y[20:30], class_weight={0: 1, 1: 2, 2: 3}, reset_metrics=False)
    found = {"tested": model.test_on_batch(x[:4], y[:4]), "predicted": model.predict_on_batch(x[:2])}
    return plain({"trained": [first, second, third], **found, "weights": weights(model)})


def evaluations(tf):
    x, y = flowers()
    model = classifier(tf, metrics=["accuracy"])
    listed = model.evaluate(x, y, batch_size=7, verbose=0)
    named = model.evaluate(x, y, verbose=0, return_dict=True, sample_weight=np.linspace(0, 1, 50))
    some = model.evaluate(x, y, verbose=0, steps=2, batch_size=10)
    outputs = two_headed(tf, loss="mse").predict(x[:3], batch_size=2, verbose=0)
    alone = classifier(tf).evaluate(x, y, verbose=0)
    return plain({"listed": listed, "named": named, "some": some, "outputs": outputs, "alone": alone})


def rates(tf):
    callbacks = tf.keras.callbacks
    scheduled = callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5 if epoch else 0.2)
    reduced = callbacks.ReduceLROnPlateau(monitor="loss", factor=0.5, patience=1, min_delta=0.5, cooldown=1)
    first = fitted(classifier(tf, "sgd"), *flowers(), epochs=3, callbacks=[scheduled])
    return {
        "scheduled": first,
        "reduced": fitted(classifier(tf, "sgd"), *flowers(), epochs=5, callbacks=[reduced]),
    }


def stops(tf):
    stop = tf.keras.callbacks.EarlyStopping(
        monitor="loss", patience=1, min_delta=0.05, restore_best_weights=True
    )
    return fitted(classifier(tf, "adam"), *flowers(), epochs=9, callbacks=[stop])


def a_subclass(tf):
    class Sums(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = tf.keras.layers.Dense(3, activation="relu")
            self.outer = tf.keras.layers.Dense(1)

        def call(self, inputs, training=None):
            return self.outer(self.inner(inputs["a"])) + inputs["b"]

    model = Sums()
    x, _ = flowers(20)
    data = {"a": x.astype("float32"), "b": x[:, :1].astype("float32")}
    model(data)
    model.compile("rmsprop", "mse", metrics=["mae"])
    return fitted(filled(model), data, x[:, 1:2], epochs=2, batch_size=6)


def a_step_of_the_users_own(tf):
    class Own(tf.keras.Model):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                predicted = self(x, training=True)
                loss = self.compute_loss(x, y, predicted)
            variables = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
            for metric in self.metrics:
                if metric.name != "loss":
                    metric.update_state(y, predicted)
            return {metric.name: metric.result() for metric in self.metrics} | {"twice": 2.0 * loss}

    inputs = tf.keras.Input((4,))
    model = Own(inputs, tf.keras.layers.Dense(1)(inputs))
    model.compile("sgd", "mse")
    x, _ = flowers(20)
    return fitted(filled(model), x, x[:, 1:2], epochs=2, batch_size=10)


def inputs_alone(tf):
    class Own(tf.keras.Model):
        def train_step(self, x):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(self(x, training=True) - x))
            variables = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
            return {"distance": loss}

    inputs = tf.keras.Input((4,))
    own = Own(inputs, tf.keras.layers.Dense(4)(inputs))
    own.compile("sgd")
    penalized = tf.keras.Model(inputs, tf.keras.layers.Dense(2)(inputs))
    penalized.add_loss(tf.reduce_mean(tf.square(penalized.output)))
    penalized.compile("sgd")
    x, _ = flowers(20)
    return [fitted(filled(model), x, epochs=2, batch_size=10) for model in (own, penalized)]


def a_judge_that_is_frozen_in_one_model(tf):
    layers = tf.keras.layers
    judge = tf.keras.Sequential(
        [layers.Dense(4, activation="relu", input_shape=(2,)), layers.Dense(1, activation="sigmoid")]
    )
    judge.compile("sgd", "binary_crossentropy")
    judge.trainable = False
    maker = tf.keras.Sequential([layers.Dense(2, input_shape=(3,))])
    noise = tf.keras.Input((3,))
    both = tf.keras.Model(noise, filled(judge)(filled(maker, 1)(noise)))
    both.compile("sgd", "binary_crossentropy")
    random, found = np.random.RandomState(0), []
    for _ in range(3):
        found.append(judge.train_on_batch(random.randn(4, 2), np.ones(4)))
        found.append(both.train_on_batch(random.randn(4, 3), np.ones(4)))
    return plain({"losses": found, "judge": weights(judge), "maker": weights(maker)})


def masked_sequences(tf):
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            layers.Embedding(7, 3, mask_zero=True, input_length=5),
            layers.LSTM(4, return_sequences=True),
            layers.Dense(2),
        ]
    )
    model.compile("sgd", "mse", metrics=["mae"], weighted_metrics=["mse"])
    random = np.random.RandomState(5)
    x = random.randint(1, 7, (12, 5)) * (np.arange(5) < random.randint(1, 6, (12, 1)))
    return fitted(filled(model), x, random.randn(12, 5, 2), epochs=2, batch_size=5)


def averages_of_weights(tf):
    optimizers = tf.keras.optimizers
    plainly = optimizers.Adam(0.01, use_ema=True, ema_momentum=0.5)
    overwriting = optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=3)
    x, y = flowers(20)
    return {
        "plainly": fitted(classifier(tf, plainly), x, y, epochs=2, batch_size=8),
        "overwriting": fitted(classifier(tf, overwriting), x, y, epochs=2, batch_size=8),
    }


def what_a_layer_counts_and_reads(tf):
    class Counted(tf.keras.layers.Layer):
        def build(self, input_shape):
            self.total = self.add_weight("total", (), initializer="zeros", trainable=False)
            self.scale = self.add_weight("scale", (), initializer="ones")

        def call(self, inputs):
            self.total.assign_add(tf.reduce_mean(inputs**2))
            return inputs * self.scale / (self.total + 1.0)

    inputs = tf.keras.Input((4,))
    model = tf.keras.Model(inputs, tf.keras.layers.Dense(1)(Counted()(inputs)))
    model.compile("sgd", "mse")
    x, _ = flowers(20)
    return fitted(filled(model), x, x[:, 1:2], epochs=2, batch_size=6)


def states_that_go_on(tf):
    layers = tf.keras.layers
    inner = tf.keras.Sequential([layers.LSTM(3, stateful=True, batch_input_shape=(5, 2, 2))])
    model = tf.keras.Sequential([inner, layers.Dense(1)])
    model.compile("sgd", "mse")
    x, _ = flowers(20)
    numbers = fitted(filled(model), x.reshape(20, 2, 2), x[:, 1:2], epochs=2, batch_size=5)
    first, second = (model.predict(x.reshape(20, 2, 2), batch_size=5, verbose=0) for _ in range(2))
    model.reset_states()
    again = model.predict(x.reshape(20, 2, 2), batch_size=5, verbose=0)
    return numbers | plain({"first": first, "second": second, "again": again})


CASES = [
    states_that_go_on,
    what_a_layer_counts_and_reads,
    averages_of_weights,
    a_part_for_validation,
    validation_data_and_frequency,
    weights_of_classes,
    weights_of_examples,
    losses_by_name,
    losses_in_order,
    penalties,
    moving_averages,
    datasets,
    epochs_of_given_steps,
    generators,
    single_batches,
    evaluations,
    rates,
    stops,
    a_subclass,
    a_step_of_the_users_own,
    inputs_alone,
    a_judge_that_is_frozen_in_one_model,
    masked_sequences,
]
