#!/usr/bin/env bash
# tbparse 0.0.9: one text summary that is a list of strings makes every curve of its directory unreadable: ValueError.
#
# A text summary of TensorBoard may be a vector or a matrix of strings, which the page shows as a table
# (tf.summary.text("note", ["a", "b"])). SummaryReader calls item() on it, whatever is asked for: with the texts left
# out (event_types={"scalars"}) the same directory is read.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "tbparse==0.0.9" "tensorboard==2.21.0" "tensorboardX==2.6.5" "setuptools<80"
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import logging
from importlib.metadata import version

from tbparse import SummaryReader
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.text.summary_v2 import text_pb
from tensorboard.util.tensor_util import make_ndarray
from tensorboardX.proto.event_pb2 import Event
from tensorboardX.proto.summary_pb2 import Summary
from tensorboardX.record_writer import RecordWriter

logging.disable(logging.WARNING)
print("tbparse", version("tbparse"))
texts = Summary.FromString(text_pb("note", ["a", "b"]).SerializeToString())
loss = Summary(value=[Summary.Value(tag="loss", simple_value=1.0)])
writer = RecordWriter("events.out.tfevents.1500000000.host")
for event in (Event(file_version="brain.Event:2"), Event(step=1, summary=loss), Event(step=1, summary=texts)):
    writer.write(event.SerializeToString())
writer.close()

(shown,) = EventAccumulator(".").Reload().Tensors("note")
print("TensorBoard reads", make_ndarray(shown.tensor_proto).tolist())
path = "events.out.tfevents.1500000000.host"
scalars = SummaryReader(path, event_types={"scalars"}).scalars
assert scalars.step.tolist() == [1] and scalars.tag.tolist() == ["loss"]
try:
    found = SummaryReader(path).scalars
except ValueError as error:
    print("tbparse:", error)
    assert "array of size 1" in str(error)
else:
    raise SystemExit(f"tbparse reads it now: {found}")
PY
