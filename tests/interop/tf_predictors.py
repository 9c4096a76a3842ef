"""TensorFlow trains ready-made models, exports them, and answers by all signatures.

Request: {folder, vocabulary: a file with words}. Answer: [{folder, signature, inputs, outputs}], where texts stand as
Latin-1. Variables are references, as in TensorFlow 1, in every other export.
"""

import json
import os
import sys

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)

RNG = np.random.default_rng(0)
COUNT = 6
WORDS = [b"tea", b"milk", b"rice", b"salt"]


def features():
    return {
        "x": RNG.normal(size=(COUNT, 2)).astype(np.float32),
        "word": RNG.choice(np.array(WORDS, object), (COUNT, 2)),
        "share": RNG.random((COUNT, 2), np.float32),
        "colour": RNG.choice(np.array([b"red", b"blue", b"pink"], object), COUNT),
        "drink": RNG.choice(np.array(WORDS, object), COUNT),
        "home": RNG.integers(0, 5, COUNT),
        "work": RNG.integers(0, 5, COUNT),
    }


def columns(vocabulary):
    fc = tf.feature_column
    word = fc.categorical_column_with_hash_bucket("word", 6)
    colour = fc.categorical_column_with_vocabulary_list("colour", ["red", "blue"], num_oov_buckets=2)
    drink = fc.categorical_column_with_vocabulary_file("drink", vocabulary, 2, default_value=1)
    buckets = fc.bucketized_column(fc.numeric_column("x", 2), [-0.5, 0.5])
    places = [fc.categorical_column_with_identity(key, 5) for key in ("home", "work")]
    wide = [
        fc.weighted_categorical_column(word, "share"),
        colour,
        drink,
        fc.crossed_column([buckets, "colour"], 20),
    ]
    deep = [
        fc.numeric_column("x", 2, normalizer_fn=lambda x: x * 2 - 1), fc.embedding_column(word, 3, "sqrtn"),
        fc.indicator_column(colour), fc.indicator_column(drink), *fc.shared_embedding_columns(places, 2),
    ]  # fmt: skip
    return wide, deep


def examples(given):
    kinds = {"O": "bytes_list", "f": "float_list", "i": "int64_list"}
    made = []
    for row in range(COUNT):
        example = tf.train.Example()
        for key, values in given.items():
            feature = example.features.feature[key]
            getattr(feature, kinds[values.dtype.kind]).value.extend(np.ravel(values[row]).tolist())
        made.append(example.SerializeToString())
    return made


def trained(name, folder, vocabulary):
    wide, deep = columns(vocabulary)
    given = features()
    made = {
        "wide and deep": lambda **more: tf.estimator.DNNLinearCombinedClassifier(
            linear_feature_columns=wide, dnn_feature_columns=deep, dnn_hidden_units=[4], n_classes=3,
            label_vocabulary=["a", "b", "c"], **more,
        ),
        "deep": lambda **more: tf.estimator.DNNRegressor([4, 3], deep, batch_norm=True, **more),
        "wide": lambda **more: tf.estimator.LinearClassifier(wide, **more),
    }[name](model_dir=os.path.join(folder, "model"))  # fmt: skip
    labels = {
        "wide and deep": np.array([b"a", b"b", b"c"] * 2, object),
        "deep": np.linspace(-1, 1, COUNT).astype(np.float32),
        "wide": np.arange(COUNT) % 2,
    }[name]
    made.train(lambda: tf.data.Dataset.from_tensors((given, labels)).repeat(), steps=5)
    return made, tf.feature_column.make_parse_example_spec(wide + deep)


def receivers(spec, given):
    def raw():
        tensors = {
            key: tf.placeholder(tf.as_dtype(value.dtype), [None, *value.shape[1:]], key)
            for key, value in given.items()
        }
        return tf.estimator.export.ServingInputReceiver(dict(tensors), tensors)

    return {"parsing": tf.estimator.export.build_parsing_serving_input_receiver_fn(spec), "raw": raw}


def as_json(value):
    found = np.asarray(value)
    if found.dtype.kind in "OS":
        return (
            np.array([text.decode("latin-1") for text in found.ravel()], object).reshape(found.shape).tolist()
        )
    return found.tolist()


def answers(folder, given):
    with tf.Graph().as_default(), tf.Session() as session:
        signatures = tf.saved_model.load(session, ["serve"], folder).signature_def
        for key, signature in signatures.items():
            texts = examples(given)
            inputs = {name: given.get(name, np.array(texts, object)) for name in signature.inputs}
            outputs = session.run(
                {name: info.name for name, info in signature.outputs.items()},
                {signature.inputs[name].name: value for name, value in inputs.items()},
            )
            yield {
                "folder": folder,
                "signature": key,
                "inputs": {name: as_json(value) for name, value in inputs.items()},
                "outputs": {name: as_json(value) for name, value in outputs.items()},
            }


request = json.load(sys.stdin)
found = []
for name in ("wide and deep", "deep", "wide"):
    folder = os.path.join(request["folder"], name.replace(" ", "_"))
    model, spec = trained(name, folder, request["vocabulary"])
    for number, (kind, receiver_fn) in enumerate(receivers(spec, features()).items()):
        (tf.disable_resource_variables if number == 0 else tf.enable_resource_variables)()
        exported = model.export_saved_model(os.path.join(folder, kind), receiver_fn).decode()
        found += answers(exported, features())
print(json.dumps(found))
