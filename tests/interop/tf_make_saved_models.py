"""TensorFlow makes SavedModels: those of tests/data/tf/make_saved_models.py anew, and exports of its estimators.

Request: {script, folder}: that file, and where the folders go. Answer: their names; each has the expected.json of the script.
"""

import importlib.util
import json
import os
import shutil
import sys

request = json.load(sys.stdin)
spec = importlib.util.spec_from_file_location("make_saved_models", request["script"])
maker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(maker)
tf, column = maker.tf, maker.tf.feature_column
DATA = {
    "colour": ["red", "green", "mauve", "blue"],
    "job": ["cook", "", "smith", "king"],
    "age": [21.0, 34.0, 55.0, 8.0],
}
LABELS = [0, 1, 2, 1]


def examples():
    for row in zip(*DATA.values()):
        example = tf.train.Example()
        for key, value in zip(DATA, row):
            if isinstance(value, float):
                example.features.feature[key].float_list.value.append(value)
            elif value:
                example.features.feature[key].bytes_list.value.append(value.encode())
        yield example.SerializeToString().decode("latin-1")


def exported(folder, make):
    """Train an estimator for some steps and export it twice: for examples, and for the features as they are."""
    age = column.numeric_column("age")
    colour = column.categorical_column_with_vocabulary_file(
        "colour", maker.words(folder + ".from"), num_oov_buckets=1
    )
    job = column.categorical_column_with_hash_bucket("job", 5)
    crossed = column.crossed_column(["colour", column.bucketized_column(age, [20.0, 40.0])], 7)
    dense = [age, column.embedding_column(colour, 2), column.indicator_column(job)]
    model = make(
        [colour, job, crossed, age], dense, tf.estimator.RunConfig(folder + ".from/model", tf_random_seed=1)
    )
    model.train(lambda: tf.data.Dataset.from_tensors((DATA, LABELS)).repeat(5))
    spec = column.make_parse_example_spec([age, colour, job, crossed])
    receiver = tf.estimator.export.build_parsing_serving_input_receiver_fn(spec)
    path = model.export_saved_model(folder + ".from/export", receiver).decode()
    shutil.move(path, folder)
    given = list(examples())
    return [("serving_default", {"inputs": given}), ("predict", {"examples": given[1:]})]


@maker.case
def linear_of_references(folder):
    tf.disable_v2_behavior()
    tf.disable_resource_variables()
    return exported(
        folder, lambda wide, dense, config: tf.estimator.LinearClassifier(wide, n_classes=3, config=config)
    )


@maker.case
def linear_of_resources(folder):
    tf.disable_v2_behavior()
    tf.enable_resource_variables()
    return exported(
        folder, lambda wide, dense, config: tf.estimator.LinearClassifier(wide, n_classes=3, config=config)
    )


@maker.case
def wide_and_deep(folder):
    tf.disable_v2_behavior()
    tf.disable_resource_variables()
    return exported(
        folder,
        lambda wide, dense, config: tf.estimator.DNNLinearCombinedClassifier(
            linear_feature_columns=wide, dnn_feature_columns=dense, dnn_hidden_units=[4], n_classes=3, config=config
        ),
    )  # fmt: skip


@maker.case
def regressor(folder):
    tf.disable_v2_behavior()
    return exported(
        folder,
        lambda wide, dense, config: tf.estimator.DNNRegressor([4, 3], dense, config=config, batch_norm=True),
    )


@maker.case
def keras_words(folder):
    """What Keras saves: texts are cut into words, embedded, and read by a recurrent network."""
    layers, models = maker.tf2.keras.layers, maker.tf2.keras
    models.utils.set_random_seed(1)
    cut = layers.TextVectorization(max_tokens=20, output_sequence_length=4)
    cut.adapt(["a b c", "b c d"])
    text = models.Input([], name="text", dtype="string")
    x = layers.Embedding(20, 3, mask_zero=True)(cut(text))
    x = layers.Bidirectional(layers.LSTM(2, return_sequences=True))(x)
    y = layers.Dense(2, "softmax", name="y")(layers.GRU(3)(x))
    models.Model(text, y).save(folder)
    return [("serving_default", {"text": ["a b", "c Z! d e e", ""]})] * 2


@maker.case
def keras_attention(folder):
    layers, models = maker.tf2.keras.layers, maker.tf2.keras
    models.utils.set_random_seed(1)
    given = models.Input([5, 8], name="given")
    x = layers.LayerNormalization()(layers.MultiHeadAttention(2, 4)(given, given) + given)
    x = layers.BatchNormalization()(layers.Conv1D(3, 2, activation="gelu")(x))
    models.Model(given, layers.Dense(2, name="y")(layers.GlobalAveragePooling1D()(x))).save(folder)
    return [("serving_default", {"given": maker.np.cos(maker.np.arange(80)).reshape(2, 5, 8).tolist()})] * 2


for name in maker.CASES:
    if os.fork() == 0:  # each in a process of its own: whether variables are resources is said once
        maker.make(name, os.path.join(request["folder"], f"saved_model_{name}"))
        os._exit(0)
    if os.wait()[1]:
        sys.exit(f"{name} failed")
print(json.dumps([f"saved_model_{name}" for name in maker.CASES]))
