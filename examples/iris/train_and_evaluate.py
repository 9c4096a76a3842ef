"""Training that is evaluated as it goes on, and keeps its best checkpoint.

python examples/iris/train_and_evaluate.py

Or in two processes, one that trains and one that evaluates. Either may be killed and started again at any time:

export CLUSTER='"cluster": {"chief": ["localhost:2222"]}'
TF_CONFIG="{$CLUSTER, \"task\": {\"type\": \"chief\", \"index\": 0}}" python examples/iris/train_and_evaluate.py &
TF_CONFIG="{$CLUSTER, \"task\": {\"type\": \"evaluator\", \"index\": 0}}" python examples/iris/train_and_evaluate.py
"""

from __future__ import annotations

import iris_data

import estimator as est

MODEL_DIR = "models/iris_best"


def main():
    config = est.RunConfig(
        MODEL_DIR, tf_random_seed=1, save_checkpoints_steps=100, keep_best=("accuracy", "max", 1)
    )
    columns = [est.feature_column.numeric_column(key) for key in iris_data.FEATURES]
    classifier = est.DNNClassifier([10, 10], columns, n_classes=3, config=config)

    features, labels = iris_data.load_data("training")
    training = est.TrainSpec(lambda: iris_data.train_input_fn(features, labels, 32), max_steps=1000)
    test_features, test_labels = iris_data.load_data("test")
    evaluation = est.EvalSpec(
        lambda: iris_data.eval_input_fn(test_features, test_labels, 30),
        exporters=est.BestExporter(),
        start_delay_secs=1,
        throttle_secs=0,
    )
    metrics, exports = est.train_and_evaluate(classifier, training, evaluation)
    if metrics:  # None in a process that only trains, and if all steps had been made before
        print("the last step:", metrics)
    print("the best checkpoint:", classifier.best_checkpoint())


if __name__ == "__main__":
    main()
