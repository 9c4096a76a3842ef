"""TensorFlow runs the .meta files of our cases of tests/control_flow_of_tf.py, and writes its own.

Request: {ours: {case: what its file has}, folder (where to write)}. Answer: {ours: {case: values}, gradients: {case: what it
finds for ours}, theirs: {case: what
its file has}, values: {case: values}}, with a text in place of what TensorFlow refuses.
"""

import json
import sys
from pathlib import Path

import tensorflow.compat.v1 as tf
from tensorflow.python.eager import context

sys.path.insert(0, str(Path(__file__).parents[1]))
from control_flow_of_tf import CASES, differentiate, read, write


def or_error(function, *arguments):
    try:
        return function(tf, *arguments)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:500]


def forget_functions():
    """TensorFlow enters the functions of gradients into one library of the process, where names may clash."""
    library = context.context()
    for name in library.list_function_names():
        library.remove_function(name)


def differentiated(written):
    forget_functions()
    return or_error(differentiate, written)


request = json.load(sys.stdin)
tf.disable_v2_behavior()
tf.enable_resource_variables()
tf.enable_control_flow_v2()
tf.logging.set_verbosity(tf.logging.ERROR)
ours = {name: or_error(read, written) for name, written in request["ours"].items()}
gradients = {name: differentiated(written) for name, written in request["ours"].items()}
theirs = {name: write(tf, case, f"{request['folder']}/{name}") for name, case in CASES.items()}
values = {name: or_error(read, written) for name, written in theirs.items()}
print(json.dumps({"ours": ours, "gradients": gradients, "theirs": theirs, "values": values}))
