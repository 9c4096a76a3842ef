#!/usr/bin/env bash
# TensorFlow 2.15.1: a cross of a text and a column has other buckets for dense features than for parsed ones.
#
# tf.feature_column.crossed_column(["city", identity_column("hour")]) puts the same two values into one bucket when "city"
# comes as a dense tensor, as from an input_fn of arrays, and into another when it is parsed from tf.Examples by the column's
# own make_parse_example_spec. The kernel takes sparse inputs before dense ones whatever the order of the keys, and the
# fingerprint depends on the order; a column's ids are always sparse. So a model that was trained on arrays and exported with
# a parsing receiver answers with weights of other crosses, without a word.
# With two texts (or two columns) the buckets agree.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "tensorflow-cpu==2.15.1"
cd "$folder"
TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES= "$folder/venv/bin/python" - <<'PY' 2> "$folder/stderr" || { cat "$folder/stderr"; exit 1; }
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
print("tensorflow", tf.__version__)
fc = tf.feature_column
HOUR = fc.categorical_column_with_identity("hour", 24)


def example(city, hour):
    feature = {
        "city": tf.train.Feature(bytes_list=tf.train.BytesList(value=[city])),
        "hour": tf.train.Feature(int64_list=tf.train.Int64List(value=[hour])),
        "day": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"Monday"])),
    }
    return tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()


def buckets(keys, is_parsed):
    column = fc.indicator_column(fc.crossed_column(keys, 1000))
    with tf.Graph().as_default(), tf.Session() as session:
        if is_parsed:
            examples = [example(b"Rome", 7), example(b"Oslo", 9)]
            features = tf.parse_example(examples, fc.make_parse_example_spec([column]))
        else:
            features = {
                "city": tf.constant([["Rome"], ["Oslo"]]),
                "hour": tf.constant([[7], [9]], tf.int64),
                "day": tf.constant([["Monday"], ["Monday"]]),
            }
        return session.run(tf.argmax(fc.input_layer(features, [column]), axis=1)).tolist()


mixed = [buckets(["city", HOUR], is_parsed) for is_parsed in (False, True)]
texts = [buckets(["city", "day"], is_parsed) for is_parsed in (False, True)]
print("a text and a column of ids: dense", mixed[0], "parsed", mixed[1])
print("two texts:                  dense", texts[0], "parsed", texts[1])
assert texts[0] == texts[1]
assert all(dense != parsed for dense, parsed in zip(*mixed))
PY
