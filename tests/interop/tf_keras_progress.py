"""Reads rows of tests/keras/progress_of_tf.py as JSON, and prints what Keras 2.15 writes to a terminal for each."""

import io
import json
import sys
import time

from keras.src.utils import generic_utils


class Clock:
    now = 100.0

    def time(self):
        return self.now


class Terminal(io.StringIO):
    def isatty(self):
        return True


def drawn(arguments, updates):
    clock, shown, before = Clock(), Terminal(), sys.stdout
    generic_utils.time, sys.stdout = clock, shown
    try:
        bar = generic_utils.Progbar(**arguments)
        for seconds, current, values, finalize in updates:
            clock.now += seconds
            bar.update(current, [tuple(pair) for pair in values], finalize)
    finally:
        generic_utils.time, sys.stdout = time, before
    return shown.getvalue()


bars = json.load(sys.stdin)
print(json.dumps({name: drawn(*row) for name, row in bars.items()}))
