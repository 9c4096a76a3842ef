"""How the folders saved_model_* beside this file were made: by TensorFlow 2.15.1, with this script, in this folder.

Each is a SavedModel with expected.json, the answers that TensorFlow gives: a list of {"signature", "inputs", "outputs"}, the
last two by the signature's keys. With names of cases behind it, the script makes only those; a folder first, and it
makes them there.
"""

import json
import os
import shutil
import sys

import numpy as np
import tensorflow as tf2

tf = tf2.compat.v1

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def words(folder, name="words.txt", lines="red green blue"):
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write("\n".join(lines.split()) + "\n")
    return path


def variable(name, shape):
    return tf.get_variable(name, shape, initializer=tf.glorot_uniform_initializer(seed=len(name)))


def export(folder, signatures, text=False, old=False, **given):
    """Write the default graph; `old` as TensorFlow 1.4 did."""
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        builder = tf.saved_model.Builder(folder)
        builder.add_meta_graph_and_variables(
            session,
            ["serve"],
            signatures,
            assets_collection=tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS),
            main_op=tf.tables_initializer(),
            **given,
        )
        if old:
            (meta_graph,) = builder._saved_model.meta_graphs
            for asset in meta_graph.asset_file_def:
                meta_graph.collection_def["saved_model_assets"].any_list.value.add().Pack(asset)
            del meta_graph.asset_file_def[:]
            main_op = meta_graph.collection_def.pop("saved_model_main_op")
            meta_graph.collection_def["legacy_init_op"].CopyFrom(main_op)
        builder.save(as_text=text)


def predict(inputs, outputs):
    return tf.saved_model.predict_signature_def(inputs, outputs)


@case
def references(folder):
    """Variables as references, branches and loops of TensorFlow 1, and assets in a collection: an export of 1.4."""
    tf.disable_v2_behavior()
    tf.disable_resource_variables()
    tf.disable_control_flow_v2()
    x, word = tf.placeholder(tf.float32, [None, 2], "x"), tf.placeholder(tf.string, [None], "word")
    table = tf.lookup.StaticVocabularyTable(
        tf.lookup.TextFileInitializer(words(folder + ".from"), tf.string, -2, tf.int64, -1), 1
    )
    w, rows = variable("w", [2, 3]), variable("rows", [4, 3])
    y = tf.matmul(x, w) + tf.nn.embedding_lookup(rows, table.lookup(word))
    y = tf.cond(tf.reduce_sum(x) > 0, lambda: y * 2.0, lambda: tf.abs(y) - w[0])
    _, y = tf.while_loop(lambda i, _: i < 3, lambda i, at: (i + 1, at + tf.sin(at)), (0, y))
    best = tf.strings.join(["class ", tf.as_string(tf.argmax(y, 1))])
    export(folder, {"serving_default": predict({"x": x, "word": word}, {"y": y, "best": best})}, old=True)
    at = {"word": ["red", "blue", "mauve"]}
    return [
        ("serving_default", {"x": [[1.0, 2.0], [-1.0, 0.5], [3.0, 0.0]]} | at),
        ("serving_default", {"x": [[-1.0, -2.0], [-1.0, 0.5], [-3.0, 0.0]]} | at),
    ]


@case
def several(folder):
    """Two files of one name, a sparse input, examples, and a variable in parts; in text form."""
    tf.disable_v2_behavior()
    tf.enable_resource_variables()
    paths = [
        words(folder + ".from/" + where, lines=lines)
        for where, lines in (("a", "red green"), ("b", "cat dog emu"))
    ]
    colours, animals = (
        tf.lookup.StaticHashTable(tf.lookup.TextFileInitializer(path, tf.string, -2, tf.int64, -1), 0)
        for path in paths
    )
    rows = tf.get_variable(
        "rows",
        [3, 2],
        initializer=tf.glorot_uniform_initializer(seed=1),
        partitioner=tf.fixed_size_partitioner(2),
    )
    sparse = tf.sparse_placeholder(tf.string, [None, None], "animals")
    ids = tf.SparseTensor(sparse.indices, animals.lookup(sparse.values), sparse.dense_shape)
    summed = tf.nn.embedding_lookup_sparse(rows, ids, None, combiner="sum")
    examples = tf.placeholder(tf.string, [None], "examples")
    parsed = tf.parse_example(
        examples,
        {
            "colour": tf.FixedLenFeature([], tf.string, "green"),
            "size": tf.FixedLenFeature([2], tf.float32, [1.0, 2.0]),
        },
    )
    number = tf.reduce_sum(parsed["size"], 1) + tf.cast(colours.lookup(parsed["colour"]), tf.float32)
    export(
        folder,
        {
            "serving_default": predict({"animals": sparse}, {"summed": summed}),
            "regress": tf.saved_model.regression_signature_def(examples, number),
        },
        text=True,
        strip_default_attrs=True,
    )
    example = tf.train.Example()
    example.features.feature["colour"].bytes_list.value.append(b"red")
    example.features.feature["size"].float_list.value.extend([0.5, 0.25])
    fed = tf.SparseTensorValue([[0, 0], [0, 1], [2, 0]], ["cat", "emu", "dog"], [3, 2])
    return [
        ("serving_default", {"animals": fed}),
        ("regress", {"inputs": [example.SerializeToString().decode("latin-1"), ""]}),
    ]


@case
def module(folder):
    """What tf.saved_model.save of TensorFlow 2 writes: signatures are functions, variables are captured by them."""

    class Model(tf2.Module):
        def __init__(self):
            self.w = tf2.Variable(np.arange(6, dtype=np.float32).reshape(2, 3) / 4, name="w")
            self.table = tf2.lookup.StaticHashTable(
                tf2.lookup.TextFileInitializer(words(folder + ".from"), tf2.string, -2, tf2.int64, -1), -1
            )

        @tf2.function(
            input_signature=[
                tf2.TensorSpec([None, 2], tf2.float32, "x"),
                tf2.TensorSpec([None], tf2.string, "word"),
            ]
        )
        def __call__(self, x, word):
            y = tf2.matmul(x, self.w)
            for _ in tf2.range(3):
                y = y + tf2.sin(y)
            if tf2.reduce_sum(x) > 0.0:
                y = 2.0 * y
            return {"y": y, "id": self.table.lookup(word)}

    model = Model()
    tf2.saved_model.save(model, folder, {"serving_default": model.__call__})
    at = {"word": ["blue", "mauve"]}
    return [
        ("serving_default", {"x": [[1.0, 2.0], [-1.0, 0.5]]} | at),
        ("serving_default", {"x": [[-1.0, 2.0], [-3.0, 0.5]]} | at),
    ]


def tensors(infos, values):
    """Names of tensors to what they are fed; of a sparse one those of its three."""
    for key, value in values.items():
        if infos[key].WhichOneof("encoding") == "coo_sparse":
            sparse = infos[key].coo_sparse
            names = sparse.indices_tensor_name, sparse.values_tensor_name, sparse.dense_shape_tensor_name
            yield from zip(names, value)
        elif isinstance(value[0], str):
            yield infos[key].name, [text.encode("latin-1") for text in value]
        else:
            yield infos[key].name, value


def as_json(value):
    if isinstance(value, tuple):
        return [as_json(part) for part in value]
    return [text.decode("latin-1") for text in value.ravel()] if value.dtype == object else value.tolist()


def answers(folder, asked):
    """What the loader of TensorFlow 1 answers."""
    with tf.Graph().as_default(), tf.Session() as session:
        signatures = tf.saved_model.load(session, ["serve"], folder).signature_def
        return [
            {
                "signature": key,
                "inputs": inputs,
                "outputs": {
                    name: as_json(session.run(info.name, dict(tensors(signatures[key].inputs, inputs))))
                    for name, info in signatures[key].outputs.items()
                },
            }
            for key, inputs in asked
        ]


def make(name, folder):
    shutil.rmtree(folder, ignore_errors=True)
    is_eager = name == "module" or name.startswith("keras")
    with tf2.init_scope() if is_eager else tf.Graph().as_default():
        asked = CASES[name](folder)
    found = answers(folder, asked)
    shutil.rmtree(folder + ".from", ignore_errors=True)
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(found, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    target = sys.argv[1] if len(sys.argv) > 1 else HERE
    for each in sys.argv[2:] or CASES:
        if os.fork() == 0:  # each in a process of its own: whether variables are resources is said once
            make(each, os.path.join(target, f"saved_model_{each}"))
            os._exit(0)
        if os.wait()[1]:
            sys.exit(f"{each} failed")
