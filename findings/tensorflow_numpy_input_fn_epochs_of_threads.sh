#!/usr/bin/env bash
# TensorFlow 2.15.1: numpy_input_fn with num_threads=2 and num_epochs=1 gives every row twice.
#
# num_epochs is how often to go through the data, and num_threads how many threads read it. But each thread goes through
# all rows that often, so that an evaluation with two threads sees 2000 rows of 1000, and a training of one epoch trains
# two. Nothing is said, and with batches of a size that divides the rows nothing shows.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "tensorflow-cpu==2.15.1"
cd "$folder"
TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES= "$folder/venv/bin/python" - <<'PY' 2> "$folder/stderr" || { cat "$folder/stderr"; exit 1; }
import collections

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
print("tensorflow", tf.__version__)
for threads in (1, 2, 3):
    with tf.Graph().as_default(), tf.Session() as session:
        batch = tf.estimator.inputs.numpy_input_fn(
            np.arange(1000), batch_size=10, num_epochs=1, shuffle=True, num_threads=threads
        )()
        session.run(tf.local_variables_initializer())
        coordinator = tf.train.Coordinator()
        readers = tf.train.start_queue_runners(session, coordinator)
        rows = collections.Counter()
        try:
            while True:
                rows.update(session.run(batch).tolist())
        except tf.errors.OutOfRangeError:
            pass
        coordinator.request_stop()
        coordinator.join(readers, stop_grace_period_secs=10)
    print(f"num_threads={threads}, num_epochs=1: {rows.total()} rows came of 1000")
    assert rows.total() == 1000 * threads and len(rows) == 1000
PY
