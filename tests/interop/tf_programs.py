"""TensorFlow runs the programs of tests/programs.

Request: {}. Answer: {program: what it gives}.
"""

import json
import sys
import tempfile
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.programs import answer, programs

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
wanted = sys.argv[1:]
found = {}
for name, program in programs().items():
    if not wanted or name in wanted or name.partition(".")[0] in wanted:
        with tempfile.TemporaryDirectory() as folder:
            found[name] = answer(tf, program, Path(folder))
print(json.dumps(found))
