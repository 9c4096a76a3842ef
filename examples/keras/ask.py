"""Asks the service of serve.py for three flowers."""

from __future__ import annotations

import grpc
import numpy as np
import predictor_pb2
import predictor_pb2_grpc
from absl import app, flags

FLAGS = flags.FLAGS
flags.DEFINE_string("address", "127.0.0.1:8601", "Where serve.py listens.")

SPECIES = ["Setosa", "Versicolor", "Virginica"]
FLOWERS = np.array([(5.1, 3.3, 1.7, 0.5), (5.9, 3.0, 4.2, 1.5), (6.9, 3.1, 5.4, 2.1)], np.float32)


def main(_):
    request = predictor_pb2.Rows(columns=FLOWERS.shape[1], values=FLOWERS.ravel())
    with grpc.insecure_channel(FLAGS.address) as channel:
        answer = predictor_pb2_grpc.PredictorStub(channel).Predict(request, timeout=10)
    for logits in np.array(answer.values).reshape(-1, answer.columns):
        print(SPECIES[int(logits.argmax())], *(f"{logit:.3f}" for logit in logits))


if __name__ == "__main__":
    app.run(main)
