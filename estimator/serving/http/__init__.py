"""Servers of models over HTTP: TensorFlow Serving's REST, the Open Inference Protocol, and numbers for Prometheus."""
