"""Feature columns by their keywords: what they make of a batch, and how they are parsed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.programs import checkpoint


def _values(tf: Any, tensors: Any) -> Any:
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        return session.run(tensors)


def numeric(tf: Any, folder: Path) -> Any:
    fc = tf.feature_column
    columns = [
        fc.numeric_column(key="a"),
        fc.numeric_column("b", (2,)),
        fc.numeric_column(
            key="c", shape=(2,), default_value=[5, 6], dtype=tf.int64, normalizer_fn=lambda x: x * 2
        ),
    ]
    spec = fc.make_parse_example_spec(columns)
    example = tf.train.Example(
        features=tf.train.Features(
            feature={
                "a": tf.train.Feature(float_list=tf.train.FloatList(value=[1.0])),
                "b": tf.train.Feature(float_list=tf.train.FloatList(value=[2.0, 3.0])),
            }
        )
    )
    parsed = tf.parse_example([example.SerializeToString()], spec)
    return {
        "defaults": {key: feature.default_value for key, feature in spec.items()},
        "types": {key: feature.dtype.name for key, feature in spec.items()},
        "layer": _values(tf, fc.input_layer(features=parsed, feature_columns=columns)),
    }


def categorical(tf: Any, folder: Path) -> Any:
    fc = tf.feature_column
    (folder / "words").write_text("x\ny\nz\n")
    columns = [
        fc.categorical_column_with_vocabulary_list(key="word", vocabulary_list=["x", "y"], default_value=1),
        fc.categorical_column_with_vocabulary_list("word", vocabulary_list=("y", "x"), num_oov_buckets=2),
        fc.categorical_column_with_vocabulary_list(key="id", vocabulary_list=[3, 4], dtype=tf.int32),
        fc.categorical_column_with_vocabulary_file(
            key="word", vocabulary_file="words", vocabulary_size=2, num_oov_buckets=1
        ),
        fc.categorical_column_with_vocabulary_file("word", "words"),
        fc.categorical_column_with_hash_bucket(key="word", hash_bucket_size=5),
        fc.categorical_column_with_hash_bucket("id", hash_bucket_size=4, dtype=tf.int64),
        fc.categorical_column_with_hash_bucket("id", 3, tf.int32),
        fc.categorical_column_with_identity(key="id", num_buckets=4, default_value=0),
        fc.categorical_column_with_identity("id", num_buckets=6),
        fc.categorical_column_with_identity("id", 5),
    ]
    layers = [
        fc.input_layer(
            {"word": tf.constant([["x"], ["z"], [""]]), "id": tf.constant([[3], [4], [-1]])},
            [fc.indicator_column(categorical_column=column)],
        )
        for column in columns
    ]
    return _values(tf, layers)


def bucketized(tf: Any, folder: Path) -> Any:
    fc = tf.feature_column
    age = fc.numeric_column("age")
    columns = [
        fc.bucketized_column(source_column=age, boundaries=[10.0, 20.0]),
        fc.bucketized_column(age, boundaries=[15.0]),
        fc.bucketized_column(age, [5.0, 20.0, 40.0]),
    ]
    features = {"age": tf.constant([[9.0], [20.0], [30.0]])}
    return _values(tf, [fc.input_layer(features, column) for column in columns])


def crossed(tf: Any, folder: Path) -> Any:
    fc = tf.feature_column
    bucket = fc.bucketized_column(fc.numeric_column("age"), [10.0])
    columns = [
        fc.crossed_column(keys=["word", bucket], hash_bucket_size=7),
        fc.crossed_column(["word", "other"], hash_bucket_size=5, hash_key=12),
        fc.crossed_column([bucket, "other"], 6),
    ]
    features = {
        "word": tf.constant([["x"], ["y"]]), "other": tf.constant([["p"], ["q"]]), "age": tf.constant([[9.0], [11.0]]),
    }  # fmt: skip
    return _values(tf, [fc.input_layer(features, fc.indicator_column(column)) for column in columns])


def embeddings(tf: Any, folder: Path) -> Any:
    fc = tf.feature_column
    table = np.arange(6.0).reshape(3, 2)
    start = checkpoint(tf, folder, table=table)
    ids = fc.categorical_column_with_identity("ids", 3)
    full = fc.categorical_column_with_identity("full", 3)
    others = fc.categorical_column_with_identity("others", 3)
    made = tf.constant_initializer(table)
    columns = [
        fc.embedding_column(ids, 2, initializer=made),
        fc.embedding_column(
            categorical_column=ids, dimension=2, combiner="sum", initializer=made, max_norm=2.0, trainable=False
        ),
        fc.embedding_column(ids, dimension=2, combiner="sqrtn", ckpt_to_load_from=start, tensor_name_in_ckpt="table"),
        fc.embedding_column(
            fc.weighted_categorical_column(categorical_column=full, weight_feature_key="weights"), 2, "sum", made
        ),
        fc.shared_embedding_columns(
            [ids, others], 2, combiner="sum", initializer=made, shared_embedding_collection_name="both", max_norm=3.0
        ),
    ]  # fmt: skip
    features = {
        "ids": tf.constant([[0, 2], [1, -1]], tf.int64),
        "full": tf.constant([[0, 2], [1, 1]], tf.int64),
        "weights": tf.constant([[2.0, 0.5], [3.0, 1.0]]),
        "others": tf.constant([[1], [2]], tf.int64),
    }
    layers = [fc.input_layer(features, column) for column in columns]
    return {
        "layers": _values(tf, layers),
        "trainable": [variable.op.name for variable in tf.trainable_variables()],
        "global": [variable.op.name for variable in tf.global_variables()],
    }


def layers(tf: Any, folder: Path) -> Any:
    fc = tf.feature_column
    columns = [fc.numeric_column("a"), fc.categorical_column_with_identity("ids", 3)]
    features = {"a": tf.constant([[1.0], [2.0]]), "ids": tf.constant([[0, 2], [1, -1]], tf.int64)}
    of_input: dict[Any, Any] = {}
    of_model: dict[Any, Any] = {}
    names: dict[Any, Any] = {}
    dense = fc.input_layer(
        features=features, feature_columns=[columns[0], fc.embedding_column(columns[1], 2)],
        weight_collections=["mine"], trainable=False, cols_to_vars=of_input, cols_to_output_tensors=names,
    )  # fmt: skip
    linear = fc.linear_model(
        features=features, feature_columns=columns, units=2, sparse_combiner="mean", weight_collections=["mine"],
        trainable=True, cols_to_vars=of_model,
    )  # fmt: skip
    return {
        "shapes": [dense.shape.as_list(), linear.shape.as_list()],
        "collected": [variable.op.name for variable in tf.get_collection("mine")],
        "trainable": [variable.op.name for variable in tf.trainable_variables()],
        "of input": sorted(name.op.name for variables in of_input.values() for name in variables),
        "of model": sorted(variable.op.name for variables in of_model.values() for variable in variables),
        "outputs": sorted(tensor.shape.as_list() for tensor in names.values()),
        "values": _values(tf, linear),
    }
