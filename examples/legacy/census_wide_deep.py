"""Wide, deep or both: who earns more than 50,000 dollars? Trained and evaluated in turn by train_and_evaluate.

python examples/census/fetch.py                                          # once
python examples/legacy/census_wide_deep.py --model_type=wide_deep
"""

from __future__ import annotations

import argparse
import csv
import os
import sys

from estimator import tf

CENSUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "census")
NUMBERS = ["age", "educational-num", "capital-gain", "capital-loss", "hours-per-week"]
WORDS = ["workclass", "education", "marital-status", "occupation", "relationship", "race"]

parser = argparse.ArgumentParser()
parser.add_argument("--model_type", default="wide_deep", choices=["wide", "deep", "wide_deep"])
parser.add_argument("--model_dir", default="models/census_wide_deep")
parser.add_argument("--data_dir", default=CENSUS)
parser.add_argument("--max_steps", type=int, default=2000)
parser.add_argument("--batch_size", type=int, default=128)


def build_model_columns():
    fc = tf.feature_column
    age = fc.numeric_column("age")
    age_buckets = fc.bucketized_column(age, boundaries=[18, 25, 30, 35, 40, 45, 50, 55, 60, 65])
    words = [fc.categorical_column_with_hash_bucket(key, hash_bucket_size=100) for key in WORDS]
    crossed = [
        fc.crossed_column(["education", "occupation"], hash_bucket_size=1000),
        fc.crossed_column([age_buckets, "education", "occupation"], hash_bucket_size=1000),
    ]
    deep = [age, fc.numeric_column("educational-num"), fc.numeric_column("hours-per-week")]
    deep += [fc.embedding_column(word, dimension=8) for word in words]
    return [age_buckets, *words, *crossed], deep


def build_estimator(model_dir, model_type, config):
    wide_columns, deep_columns = build_model_columns()
    hidden_units = [64, 32]
    if model_type == "wide":
        return tf.estimator.LinearClassifier(wide_columns, model_dir=model_dir, config=config)
    if model_type == "deep":
        return tf.estimator.DNNClassifier(hidden_units, deep_columns, model_dir=model_dir, config=config)
    return tf.estimator.DNNLinearCombinedClassifier(
        model_dir=model_dir,
        linear_feature_columns=wide_columns,
        dnn_feature_columns=deep_columns,
        dnn_hidden_units=hidden_units,
        config=config,
    )


def input_fn(data_file, num_epochs, shuffle, batch_size):
    if not tf.gfile.Exists(data_file):
        raise SystemExit(f"{data_file} is missing: run examples/census/fetch.py first.")
    with tf.gfile.GFile(data_file) as file:
        header = next(csv.reader(file))

    def parse_csv(lines):
        columns = tf.decode_csv(lines, record_defaults=[[0.0] if key in NUMBERS else [""] for key in header])
        features = dict(zip(header, columns))
        labels = tf.equal(features["income"], ">50K")
        return {key: features[key] for key in NUMBERS + WORDS}, tf.to_int32(labels)

    dataset = tf.data.TextLineDataset(data_file).skip(1)
    if shuffle:
        dataset = dataset.shuffle(buffer_size=10_000)
    return dataset.repeat(num_epochs).batch(batch_size).map(parse_csv, num_parallel_calls=2).prefetch(1)


def main(argv):
    flags = parser.parse_args(argv[1:])
    config = tf.estimator.RunConfig(tf_random_seed=1, save_checkpoints_steps=max(flags.max_steps // 2, 1))
    model = build_estimator(flags.model_dir, flags.model_type, config)
    train_file = os.path.join(flags.data_dir, "census_training.csv")
    test_file = os.path.join(flags.data_dir, "census_test.csv")
    train_spec = tf.estimator.TrainSpec(
        input_fn=lambda: input_fn(train_file, None, True, flags.batch_size), max_steps=flags.max_steps
    )
    eval_spec = tf.estimator.EvalSpec(
        input_fn=lambda: input_fn(test_file, 1, False, flags.batch_size), steps=None, throttle_secs=0
    )
    results, _ = tf.estimator.train_and_evaluate(model, train_spec, eval_spec)
    for key in ("accuracy", "accuracy_baseline", "global_step"):
        print(f"{key}: {results[key]:.3f}")


if __name__ == "__main__":
    tf.logging.set_verbosity(tf.logging.INFO)
    tf.app.run(main=main, argv=sys.argv)
