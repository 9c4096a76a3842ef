"""A gRPC service of one's own, with generated code, that answers with the latest checkpoint of train.py.

python examples/keras/train.py --model_dir=models/flowers
python examples/keras/serve.py --model_dir=models/flowers
python examples/keras/ask.py --address=127.0.0.1:8601
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import flowers
import grpc
import numpy as np
import predictor_pb2
import predictor_pb2_grpc
from absl import app, flags

import estimator.tf as tf

FLAGS = flags.FLAGS
flags.DEFINE_string("model_dir", "models/flowers", "Where the checkpoints are.")
flags.DEFINE_integer("port", 8601, "Where to listen; 0: any port that is free.")


class Predictor(predictor_pb2_grpc.PredictorServicer):
    """Answers rows with rows."""

    def __init__(self, model):
        self.model = model

    def Predict(self, request, context):
        columns = self.model.input_shape[-1]
        if request.columns != columns or len(request.values) % columns:
            context.abort(
                grpc.StatusCode.INVALID_ARGUMENT,
                f"the model wants rows of {columns} numbers, given: {len(request.values)} numbers in rows of "
                f"{request.columns}.",
            )
        input_data = np.array(request.values, np.float32).reshape(-1, columns)
        output = self.model(input_data).numpy()
        return predictor_pb2.Rows(columns=output.shape[1], values=output.ravel())


def load_latest(model_dir):
    """The model of the latest checkpoint; the optimizer's state stays where it is."""
    latest = tf.train.latest_checkpoint(model_dir)
    if latest is None:
        raise SystemExit(f"there is no checkpoint in {model_dir}: train first.")
    model = flowers.make_model()
    tf.train.Checkpoint(model=model).restore(latest).assert_existing_objects_matched().expect_partial()
    return model


def main(_):
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    predictor_pb2_grpc.add_PredictorServicer_to_server(Predictor(load_latest(FLAGS.model_dir)), server)
    port = server.add_insecure_port(f"127.0.0.1:{FLAGS.port}")
    server.start()
    print(f"listening at 127.0.0.1:{port}", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    app.run(main)
