"""A gRPC service of one's own, with generated code, that answers from the latest checkpoint of a model_dir.

    python examples/iris/premade_estimator.py
    python examples/serving/model_server.py --model_dir=models/iris
    python examples/serving/model_client.py

`estimator serve --model_dir=models/iris` needs none of this; a service of one's own speaks a protocol of one's own.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import grpc
import model_service_pb2
import model_service_pb2_grpc
import numpy as np

import estimator.tf as tf

FIELDS = {
    "SepalLength": "sepal_length",
    "SepalWidth": "sepal_width",
    "PetalLength": "petal_length",
    "PetalWidth": "petal_width",
}
SPECIES = ["Setosa", "Versicolor", "Virginica"]

FLAGS = tf.flags.FLAGS
tf.flags.DEFINE_string("model_dir", "models/iris", "what examples/iris/premade_estimator.py has trained")
tf.flags.DEFINE_integer("port", 8600, "where to listen; 0: any port that is free")


class ModelService(model_service_pb2_grpc.ModelServiceServicer):
    """Tells the species of flowers."""

    def __init__(self, model_dir):
        classifier = tf.estimator.DNNClassifier(
            hidden_units=[10, 10],
            feature_columns=[tf.feature_column.numeric_column(key) for key in FIELDS],
            n_classes=3,
            model_dir=model_dir,
        )
        checkpoint = classifier.latest_checkpoint()
        if checkpoint is None:
            raise SystemExit(f"there is no checkpoint in {model_dir}: train first.")
        self.global_step = int(tf.train.load_variable(checkpoint, "global_step"))
        # built once, on placeholders; the threads of the server may call it at once
        self.predict = classifier.predictor(
            {key: np.zeros(1, np.float32) for key in FIELDS}, "probabilities", checkpoint
        )

    def Predict(self, request, context):
        if not request.flowers:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "there are no flowers.")
        features = {
            key: np.array([getattr(flower, field) for flower in request.flowers], np.float32)
            for key, field in FIELDS.items()
        }
        answer = model_service_pb2.Answer(global_step=self.global_step)
        for probabilities in self.predict(features)["probabilities"]:
            best = int(probabilities.argmax())
            answer.species.add(name=SPECIES[best], probability=probabilities[best])
        return answer


def main(argv):
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    model_service_pb2_grpc.add_ModelServiceServicer_to_server(ModelService(FLAGS.model_dir), server)
    port = server.add_insecure_port(f"127.0.0.1:{FLAGS.port}")
    server.start()
    print(f"listening at 127.0.0.1:{port}", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    tf.app.run(main)
