"""TensorFlow runs the programs of tests/statements.

Request: {programs: list of str, folder: an empty directory}. Answer: {program: what ``answer`` gives}.
"""

import json
import logging
import sys
import warnings
from pathlib import Path

import tensorflow.compat.v1 as tf

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.statements import answer

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
tf.disable_v2_behavior()
tf.enable_resource_variables()
request = json.load(sys.stdin)
answers = {}
for number, program in enumerate(request["programs"]):
    folder = Path(request["folder"]) / str(number)
    folder.mkdir()
    answers[program] = answer(tf, program, folder)
print(json.dumps(answers))
