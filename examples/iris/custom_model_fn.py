"""A model function of one's own: two layers, a loss, an optimizer; the Estimator does the rest.

python examples/iris/custom_model_fn.py
"""

from __future__ import annotations

import iris_data
import numpy as np

import estimator as est
from estimator import tf

MODEL_DIR = "models/iris_custom"


def model_fn(features, labels, mode, params):
    columns = [est.feature_column.numeric_column(key) for key in iris_data.FEATURES]
    net = est.feature_column.input_layer(features, columns)
    for units in params["hidden_units"]:
        net = est.layers.dense(net, units, activation=est.nn.relu)
    logits = est.layers.dense(net, params["n_classes"])
    classes = tf.argmax(logits, 1)

    if mode == est.ModeKeys.PREDICT:
        predictions = {"class": classes, "probabilities": est.nn.softmax(logits)}
        return est.EstimatorSpec(mode, predictions=predictions)

    loss = est.losses.sparse_softmax_cross_entropy(labels, logits)
    accuracy = est.metrics.accuracy(labels, classes, name="accuracy")
    est.summary.scalar("accuracy", accuracy[1])
    if mode == est.ModeKeys.EVAL:
        return est.EstimatorSpec(mode, loss=loss, eval_metric_ops={"accuracy": accuracy})

    train_op = est.train.AdagradOptimizer(0.1).minimize(loss, global_step=est.train.get_global_step())
    return est.EstimatorSpec(mode, loss=loss, train_op=train_op)


def main():
    config = est.RunConfig(model_dir=MODEL_DIR, save_checkpoints_steps=500, tf_random_seed=1)
    classifier = est.Estimator(model_fn, config=config, params={"hidden_units": [10, 10], "n_classes": 3})

    features, labels = iris_data.load_data("training")
    classifier.train(lambda: iris_data.train_input_fn(features, labels, 32), max_steps=1000)

    test_features, test_labels = iris_data.load_data("test")
    print(classifier.evaluate(lambda: iris_data.eval_input_fn(test_features, test_labels, 30)))

    flower = {
        key: np.array([length], np.float32) for key, length in zip(iris_data.FEATURES, [5.1, 3.3, 1.7, 0.5])
    }
    for prediction in classifier.predict(lambda: iris_data.eval_input_fn(flower, None, 1)):
        print(iris_data.SPECIES[prediction["class"]], prediction["probabilities"].round(3))


if __name__ == "__main__":
    main()
