"""Reads names of models as JSON, and prints what tf.profiler of TensorFlow counts of each: parameters, float ops."""

import json
import sys

import tensorflow.compat.v1 as tf
from profiled_models import MODELS

tf.disable_v2_behavior()
Builder = tf.profiler.ProfileOptionBuilder


def total(graph, options, attribute):
    options = Builder(options).with_empty_output().build()
    return getattr(tf.profiler.profile(graph, options=options), attribute)


def needed(graph, fetch):
    """The part of a graph that a run of the fetch takes."""
    part = tf.graph_util.extract_sub_graph(graph.as_graph_def(), [fetch])
    with tf.Graph().as_default() as found:
        tf.import_graph_def(part, name="")
    return found


def counted(name):
    with tf.Graph().as_default() as graph:
        loss = MODELS[name](tf)
        step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    parameters = total(graph, Builder.trainable_variables_parameter(), "total_parameters")
    runs = [
        total(needed(graph, op.name), Builder.float_operation(), "total_float_ops") for op in (loss.op, step)
    ]
    return [parameters, *runs]


print(json.dumps({name: counted(name) for name in json.load(sys.stdin)}))
