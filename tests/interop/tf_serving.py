"""TensorFlow Serving's own client: its generated stubs, asked as scripts ask them. And the numbers of its messages."""

from __future__ import annotations

import json
import sys

import grpc
import numpy as np
import tensorflow as tf
from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    inference_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2,
    prediction_service_pb2_grpc,
    regression_pb2,
)


def example(features):
    """A tf.Example of floats and texts."""
    kinds = {
        key: tf.train.Feature(bytes_list=tf.train.BytesList(value=[value.encode()]))
        if isinstance(value, str)
        else tf.train.Feature(float_list=tf.train.FloatList(value=[value]))
        for key, value in features.items()
    }
    return tf.train.Example(features=tf.train.Features(feature=kinds))


class Client:
    """The stubs of one server; a call gives plain values, or the code and text of its error."""

    def __init__(self, port):
        channel = grpc.insecure_channel(
            f"127.0.0.1:{port}", options=[("grpc.max_receive_message_length", -1)]
        )
        self.prediction = prediction_service_pb2_grpc.PredictionServiceStub(channel)
        self.models = model_service_pb2_grpc.ModelServiceStub(channel)

    def call(self, kind, spec, **arguments):
        try:
            return getattr(self, kind)(spec, **arguments)
        except grpc.RpcError as error:
            return {"code": error.code().name, "details": error.details()}

    def predict(self, spec, inputs, types, outputs=()):
        request = predict_pb2.PredictRequest(output_filter=outputs)
        self._fill(request.model_spec, spec)
        for key, values in inputs.items():
            request.inputs[key].CopyFrom(tf.make_tensor_proto(values, dtype=types[key]))
        response = self.prediction.Predict(request, 30)
        arrays = {key: tf.make_ndarray(proto) for key, proto in response.outputs.items()}
        return {
            "version": response.model_spec.version.value,
            "signature": response.model_spec.signature_name,
            "outputs": {key: _plain(array) for key, array in arrays.items()},
            "floats": {key: list(proto.float_val) for key, proto in response.outputs.items()},
        }

    def classify(self, spec, examples):
        request = classification_pb2.ClassificationRequest()
        self._fill(request.model_spec, spec)
        request.input.example_list.examples.extend(map(example, examples))
        found = self.prediction.Classify(request, 30).result.classifications
        return [[[one.label, one.score] for one in row.classes] for row in found]

    def regress(self, spec, examples):
        request = regression_pb2.RegressionRequest()
        self._fill(request.model_spec, spec)
        request.input.example_list.examples.extend(map(example, examples))
        return [one.value for one in self.prediction.Regress(request, 30).result.regressions]

    def multi_inference(self, spec, examples, signatures):
        request = inference_pb2.MultiInferenceRequest()
        request.input.example_list.examples.extend(map(example, examples))
        for signature, method in signatures.items():
            task = request.tasks.add(method_name=method)
            self._fill(task.model_spec, {**spec, "signature_name": signature})
        return [result.WhichOneof("result") for result in self.prediction.MultiInference(request, 30).results]

    def metadata(self, spec):
        request = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
        self._fill(request.model_spec, spec)
        signatures = get_model_metadata_pb2.SignatureDefMap()
        assert self.prediction.GetModelMetadata(request, 30).metadata["signature_def"].Unpack(signatures)
        return {
            name: {
                "method": signature.method_name,
                "inputs": {key: _described(info) for key, info in signature.inputs.items()},
            }
            for name, signature in signatures.signature_def.items()
        }

    def status(self, spec):
        request = get_model_status_pb2.GetModelStatusRequest()
        self._fill(request.model_spec, spec)
        states = get_model_status_pb2.ModelVersionStatus.State
        return [
            [one.version, states.Name(one.state), one.status.error_code]
            for one in self.models.GetModelStatus(request, 30).model_version_status
        ]

    @staticmethod
    def _fill(message, spec):
        message.name = spec["name"]
        message.signature_name = spec.get("signature_name", "")
        if "version" in spec:
            message.version.value = spec["version"]
        if "version_label" in spec:
            message.version_label = spec["version_label"]


def _plain(array):
    return np.vectorize(lambda value: value.decode() if isinstance(value, bytes) else value, otypes=[object])(
        array
    ).tolist()


def _described(info):
    return [tf.dtypes.as_dtype(info.dtype).name, [dim.size for dim in info.tensor_shape.dim]]


def fields(names):
    """Name, type and whether it is repeated, by number, of each message."""
    pool = prediction_service_pb2.DESCRIPTOR.pool
    return {
        name: {
            str(field.number): [field.name, field.type, field.is_repeated]
            for field in pool.FindMessageTypeByName(f"tensorflow.serving.{name}").fields
        }
        for name in names
    }


request = json.load(sys.stdin)
if "fields" in request:
    print(json.dumps(fields(request["fields"])))
else:
    client = Client(request["port"])
    print(json.dumps([client.call(kind, spec, **arguments) for kind, spec, arguments in request["calls"]]))
