"""SavedModels of ours for TensorFlow to load: with each, what it is asked, and what we answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from estimator import tf
from estimator.saved_model.loader import init_op_name
from tests.saved_model.tensorflow_made import MADE

RNG = np.random.default_rng(0)
WORDS = "red green blue yellow".split()


class Asked(NamedTuple):
    """A request by a signature: texts as Latin-1, a sparse tensor as its three lists."""

    signature: str
    inputs: dict[str, Any]


class Model(NamedTuple):
    """A graph that is exported: what its signatures take and give, and what is asked of it."""

    signatures: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]]
    asked: list[Asked]
    as_text: bool = False


MODELS: dict[str, Callable[[Path], Model]] = {}


def model(function: Callable[[Path], Model]) -> Callable[[Path], Model]:
    """Put a model into the table."""
    MODELS[function.__name__] = function
    return function


def numbers(*shape: int) -> Any:
    return RNG.normal(size=shape).astype(np.float32).tolist()


@model
def branches_and_loops(folder: Path) -> Model:
    x, steps = tf.placeholder(tf.float32, [None, 3], "x"), tf.placeholder(tf.int32, [], "steps")
    w, b = tf.get_variable("w", [3, 4]), tf.get_variable("b", [4])
    y = tf.matmul(x, w) + b
    y = tf.cond(tf.reduce_sum(x) > 0.0, lambda: tf.nn.softmax(y), lambda: y * w[0])
    _, z = tf.while_loop(lambda i, _: i < steps, lambda i, at: (i + 1, at + tf.sin(at) * b), (0, y))
    mapped = tf.map_fn(lambda row: tf.reduce_max(row) - row, z)
    return Model(
        {
            "serving_default": ({"x": x, "steps": steps}, {"y": y, "z": z, "mapped": mapped}),
            "w": ({"x": x}, {"w": w}),
        },
        [
            Asked("serving_default", {"x": numbers(2, 3), "steps": 3}),
            Asked("serving_default", {"x": [[-1.0, -2.0, -3.0]], "steps": 0}),
            Asked("w", {"x": [[0.0, 0.0, 0.0]]}),
        ],
    )


@model
def recurrent(folder: Path) -> Model:
    x, length = tf.placeholder(tf.float32, [None, None, 2], "x"), tf.placeholder(tf.int64, [None], "length")
    cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.LSTMCell(3), tf.nn.rnn_cell.GRUCell(2)])
    outputs, state = tf.nn.dynamic_rnn(cell, x, length, dtype=tf.float32)
    return Model(
        {"serving_default": ({"x": x, "length": length}, {"outputs": outputs, "last": state[1]})},
        [Asked("serving_default", {"x": numbers(3, 4, 2), "length": [4, 1, 2]})],
    )


@model
def pictures(folder: Path) -> Model:
    x = tf.placeholder(tf.uint8, [None, 8, 8, 1], "x")
    y = tf.layers.conv2d(tf.cast(x, tf.float32) / 255.0, 4, 3, activation=tf.nn.relu)
    y = tf.layers.batch_normalization(tf.layers.max_pooling2d(y, 2, 2), training=False)
    logits = tf.layers.dense(tf.layers.dropout(tf.layers.flatten(y), training=False), 3)
    return Model(
        {"serving_default": ({"x": x}, {"class": tf.argmax(logits, 1), "logits": logits})},
        [Asked("serving_default", {"x": RNG.integers(0, 256, [2, 8, 8, 1]).tolist()})],
    )


@model
def columns(folder: Path) -> Model:
    """Columns of all kinds, of words in examples: strings go in, and classes come out."""
    for name, lines in (("a", WORDS), ("b", ["cat", "dog", "emu"])):
        (folder / name).mkdir(parents=True)
        (folder / name / "words.txt").write_text("\n".join(lines) + "\n")
    column = tf.feature_column
    colour = column.categorical_column_with_vocabulary_file(
        "colour", str(folder / "a" / "words.txt"), num_oov_buckets=2
    )
    animal = column.categorical_column_with_vocabulary_file(
        "animal", str(folder / "b" / "words.txt"), default_value=1
    )
    job = column.categorical_column_with_vocabulary_list("job", ["smith", "cook"], num_oov_buckets=1)
    street = column.categorical_column_with_hash_bucket("street", 7)
    age = column.numeric_column("age", default_value=[30.0], normalizer_fn=lambda value: value / 10.0)
    crossed = column.crossed_column(["colour", column.bucketized_column(age, [2.0, 4.0])], 11)
    dense = [
        age, column.indicator_column(animal), column.embedding_column(colour, 3),
        column.embedding_column(street, 2, combiner="sqrtn"), column.indicator_column(job),
    ]  # fmt: skip
    examples = tf.placeholder(tf.string, [None], "examples")
    spec = column.make_parse_example_spec([age, colour, animal, job, street, crossed])
    features = tf.parse_example(examples, spec)
    hidden = tf.layers.dense(column.input_layer(features, dense), 4, tf.nn.relu)
    logits = tf.layers.dense(hidden, 2) + column.linear_model(features, [colour, crossed, age], units=2)
    scores = tf.nn.softmax(logits)
    classes = tf.tile(tf.expand_dims(tf.constant(["no", "yes"]), 0), [tf.shape(scores)[0], 1])
    texts = [
        _example(colour=["red"], age=[21.0], street=["high", "low"], job=["cook"]),
        _example(animal=["emu"]),
        _example(),
    ]
    texts += [_example(colour=["mauve", "blue"], animal=["cow"], job=["king"], age=[55.0], street=["high"])]
    return Model(
        {
            "serving_default": ({"inputs": examples}, {"classes": classes, "scores": scores}),
            "predict": ({"examples": examples}, {"logits": logits}),
        },
        [Asked("serving_default", {"inputs": texts}), Asked("predict", {"examples": texts[:1]})],
    )


def _example(**values: list[Any]) -> str:
    features = {
        key: tf.train.Feature(float_list=tf.train.FloatList(value=given))
        if isinstance(given[0], float)
        else tf.train.Feature(bytes_list=tf.train.BytesList(value=[text.encode() for text in given]))
        for key, given in values.items()
    }
    example = tf.train.Example(features=tf.train.Features(feature=features))
    text: str = example.SerializeToString().decode("latin-1")
    return text


@model
def parts(folder: Path) -> Model:
    """A variable in parts, a sparse input, and the text form."""
    rows = tf.get_variable("rows", [5, 3], partitioner=tf.fixed_size_partitioner(2))
    ids = tf.sparse_placeholder(tf.int64, [None, None], name="ids")
    y = tf.nn.embedding_lookup_sparse(rows, ids, None, combiner="mean")
    return Model(
        {"serving_default": ({"ids": ids}, {"y": y, "number": tf.shape(ids)[0]})},
        [Asked("serving_default", {"ids": [[[0, 0], [0, 1], [1, 0]], [4, 1, 0], [2, 2]]})],
        as_text=True,
    )


@model
def constants(folder: Path) -> Model:
    """Without variables; a constant of more than 16 MiB, tables of constants, and tensors of many types."""
    large = tf.constant(np.arange(5 << 20, dtype=np.float32))
    place, word = tf.placeholder(tf.int64, [None], "place"), tf.placeholder(tf.string, [None], "word")
    back = tf.contrib.lookup.index_to_string_table_from_tensor(WORDS, default_value="none")
    ids = tf.contrib.lookup.index_table_from_tensor(WORDS).lookup(word)
    return Model(
        {
            "serving_default": (
                {"place": place, "word": word},
                {
                    "large": tf.gather(large, place),
                    "id": ids,
                    "back": back.lookup(place),
                    "long": tf.cast(place, tf.float64) / 3.0,
                    "even": tf.equal(place % 2, 0),
                    "half": tf.cast(place, tf.float16),
                    "small": tf.cast(place, tf.int8),
                    "hash": tf.string_to_hash_bucket_fast(word, 1000),
                    "joined": tf.strings.join([word, tf.as_string(place)], "-"),
                },
            )
        },
        [Asked("serving_default", {"place": [0, 3, 77], "word": ["blue", "mauve", ""]})],
    )


@model
def of_an_iterator(folder: Path) -> Model:
    """What the input of a training gives is given by whoever asks."""
    rows = tf.data.Dataset.from_tensor_slices({"a": [[1.0, 2.0]], "b": [3.0]}).batch(1)
    element = rows.make_one_shot_iterator().get_next()
    y = tf.layers.dense(element["a"], 2) + tf.expand_dims(element["b"], 1)
    return Model(
        {"serving_default": (element, {"y": y})},
        [Asked("serving_default", {"a": numbers(3, 2), "b": [1.0, 2.0, 3.0]})],
    )


@model
def files_of_pictures(folder: Path) -> Model:
    """Files of pictures go in, one after another."""
    files = tf.placeholder(tf.string, [None], "files")

    def decoded(file: Any) -> Any:
        picture = tf.image.decode_png(file, channels=3)
        picture.set_shape([None, None, 3])
        return tf.image.resize_images(tf.image.convert_image_dtype(picture, tf.float32), [4, 4])

    y = tf.map_fn(decoded, files, dtype=tf.float32)
    with tf.Session() as session:
        encoded = [
            session.run(tf.image.encode_png(tf.constant(RNG.integers(0, 256, [5, 3 + size, 3]), tf.uint8)))
            for size in range(2)
        ]
    asked = [file.decode("latin-1") for file in encoded]
    return Model(
        {"serving_default": ({"files": files}, {"y": y})}, [Asked("serving_default", {"files": asked})]
    )


@model
def words(folder: Path) -> Model:
    """Sentences in, sparse words out; a gradient of one's own, and a table of texts."""
    texts = tf.placeholder(tf.string, [None], "texts")
    split = tf.string_split(texts)

    @tf.custom_gradient
    def doubled(value: Any) -> Any:
        return value * 2.0, lambda dy: dy * 3.0

    x = tf.cast(tf.strings.length(texts), tf.float32)
    y = doubled(x) + tf.gradients(doubled(x), x)[0]
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(WORDS, WORDS[::-1]), "none")
    return Model(
        {"serving_default": ({"texts": texts}, {"split": split, "y": y, "other": table.lookup(texts)})},
        [Asked("serving_default", {"texts": ["red", "a b  c", "", "blue fish"]})],
    )


@model
def variables_of_many_types(folder: Path) -> Model:
    place = tf.placeholder(tf.int32, [None], "place")
    values: dict[str, Any] = {
        "half": np.array([0.5, 1.5, -2.0], np.float16),
        "double": np.array([1 / 3, 2 / 3, 1e300]),
        "long": np.array([1 << 40, -1, 0]),
        "byte": np.array([1, 255, 0], np.uint8),
        "bool": np.array([True, False, True]),
        "text": np.array([b"", b"a", b"\xff" * 300], object),
    }
    made = {key: tf.Variable(value, name=key, trainable=False) for key, value in values.items()}
    small = tf.cast(tf.constant([1.0, 2.0, 3.0]), tf.bfloat16)
    made["bfloat16"] = tf.Variable(small, name="bfloat16", trainable=False)
    outputs = {key: tf.gather(variable, place) for key, variable in made.items()}
    outputs["bfloat16"] = tf.cast(outputs["bfloat16"], tf.float32)
    return Model(
        {"serving_default": ({"place": place}, outputs)}, [Asked("serving_default", {"place": [2, 0, 1]})]
    )


# -- exported ----------------------------------------------------------------------------------------------------------


def exported(name: str, folder: Path) -> dict[str, Any]:
    """Export a model into a folder: {folder, asked, answers}, as tf_saved_models.py is asked."""
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(1)
        made = MODELS[name](folder / "from")
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        builder = tf.saved_model.Builder(folder / name)
        builder.add_meta_graph_and_variables(
            session,
            ["serve"],
            {key: tf.saved_model.predict_signature_def(*given) for key, given in made.signatures.items()},
            assets_collection=tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS),
            main_op=tf.tables_initializer(),
            strip_default_attrs=name == "columns",
        )
        builder.save(made.as_text)
    return asked_here(folder / name, made.asked)


def asked_here(folder: Path, asked: list[Asked]) -> dict[str, Any]:
    """What we answer, from the SavedModel."""
    with tf.Session(graph=tf.Graph()) as session:
        signatures = tf.saved_model.load(session, ["serve"], folder).signature_def
        answers = [_answer(session, signatures[row.signature], row.inputs) for row in asked]
    return {"folder": str(folder), "asked": [row._asdict() for row in asked], "answers": answers}


def _answer(session: Any, signature: Any, inputs: Mapping[str, Any]) -> dict[str, Any]:
    feeds = {
        tf.saved_model.get_tensor_from_tensor_info(signature.inputs[key]): _fed(value)
        for key, value in inputs.items()
    }
    outputs = {
        key: tf.saved_model.get_tensor_from_tensor_info(info) for key, info in signature.outputs.items()
    }
    answer: dict[str, Any] = session.run(outputs, feeds)
    return answer


def _fed(value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], str):
        return [text.encode("latin-1") for text in value]
    if (
        isinstance(value, list)
        and len(value) == 3
        and isinstance(value[0], list)
        and isinstance(value[0][0], list)
    ):
        return tf.SparseTensorValue(*map(_fed, value)) if isinstance(value[2][0], int) else value
    return value


def exported_again(name: str, folder: Path) -> dict[str, Any]:
    """A SavedModel of TensorFlow's (tests/data/tf), loaded and exported."""
    with tf.Session(graph=tf.Graph()) as session:
        meta_graph = tf.saved_model.load(session, ["serve"], MADE / name)
        builder = tf.saved_model.Builder(folder / name)
        builder.add_meta_graph_and_variables(
            session,
            ["serve"],
            meta_graph.signature_def,
            assets_collection=tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS),
            main_op=session.graph.get_operation_by_name(init_op_name(meta_graph)),
        )
        builder.save()
    rows = json.loads((MADE / name / "expected.json").read_text())
    return asked_here(folder / name, [Asked(row["signature"], row["inputs"]) for row in rows])
