"""Trains a ready-made classifier on iris, evaluates it, and asks it for three flowers.

    python examples/iris/premade_estimator.py

Run it again and it goes on where it stopped: the checkpoints in models/iris are found and used.
"""

from __future__ import annotations

import iris_data
import numpy as np

import estimator as est

MODEL_DIR = "models/iris"
STEPS = 200
BATCH_SIZE = 100

FLOWERS = {
    "SepalLength": np.array([5.1, 5.9, 6.9], np.float32),
    "SepalWidth": np.array([3.3, 3.0, 3.1], np.float32),
    "PetalLength": np.array([1.7, 4.2, 5.4], np.float32),
    "PetalWidth": np.array([0.5, 1.5, 2.1], np.float32),
}
EXPECTED = ["Setosa", "Versicolor", "Virginica"]


def main():
    classifier = est.DNNClassifier(
        hidden_units=[10, 10],
        feature_columns=[est.feature_column.numeric_column(key) for key in iris_data.FEATURES],
        n_classes=3,
        model_dir=MODEL_DIR,
    )

    features, labels = iris_data.load_data("training")
    classifier.train(lambda: iris_data.train_input_fn(features, labels, BATCH_SIZE), steps=STEPS)

    test_features, test_labels = iris_data.load_data("test")
    result = classifier.evaluate(lambda: iris_data.eval_input_fn(test_features, test_labels, BATCH_SIZE))
    print(f"\nTest set accuracy: {result['accuracy']:0.3f} after step {result['global_step']}")

    predictions = classifier.predict(lambda: iris_data.eval_input_fn(FLOWERS, None, BATCH_SIZE))
    for prediction, expected in zip(predictions, EXPECTED, strict=True):
        class_id = prediction["class_ids"][0]
        probability = 100 * prediction["probabilities"][class_id]
        print(f"Prediction is {iris_data.SPECIES[class_id]} ({probability:.1f}%), expected {expected}")

    print(f"\nLook at it: tensorboard --logdir {MODEL_DIR} (and pip install tensorboard, if it is not there)")


if __name__ == "__main__":
    main()
