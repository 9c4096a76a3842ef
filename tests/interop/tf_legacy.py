"""TensorFlow runs a script of examples/legacy, whose import line is TensorFlow's again.

Request: {script: path, arguments: list of str, cwd: directory}. Answer: the lines that the script prints.
"""

import contextlib
import io
import json
import os
import sys
import types
from pathlib import Path

import tensorflow.compat.v1 as tf

OURS = "\nfrom estimator import tf\n"
THEIRS = "\nimport tensorflow.compat.v1 as tf\n"

request = json.load(sys.stdin)
path = Path(request["script"])
text = path.read_text()
assert text.count(OURS) == 1

tf.disable_v2_behavior()
sys.path.append(str(path.parents[2]))  # the data of the other examples
sys.argv = [str(path), *request["arguments"]]
module = types.ModuleType("__main__")
module.__file__ = str(path)
sys.modules["__main__"] = module  # whose main tf.app.run calls
os.chdir(request["cwd"])
printed = io.StringIO()
with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
    exec(compile(text.replace(OURS, THEIRS), path, "exec", dont_inherit=True), vars(module))
print(json.dumps(printed.getvalue().splitlines()))
