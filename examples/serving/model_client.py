"""Asks the service of model_server.py for three flowers."""

from __future__ import annotations

import sys

import grpc
import model_service_pb2
import model_service_pb2_grpc

FLOWERS = [(5.1, 3.3, 1.7, 0.5), (5.9, 3.0, 4.2, 1.5), (6.9, 3.1, 5.4, 2.1)]
NAMES = ("sepal_length", "sepal_width", "petal_length", "petal_width")


def main(address="127.0.0.1:8600"):
    request = model_service_pb2.Flowers()
    for flower in FLOWERS:
        request.flowers.add(**dict(zip(NAMES, flower, strict=True)))
    with grpc.insecure_channel(address) as channel:
        answer = model_service_pb2_grpc.ModelServiceStub(channel).Predict(request, timeout=10)
    for species in answer.species:
        print(f"{species.name} ({100 * species.probability:.1f}%)")
    print(f"says the model of step {answer.global_step}")


if __name__ == "__main__":
    main(*sys.argv[1:])
