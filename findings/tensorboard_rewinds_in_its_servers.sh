#!/usr/bin/env bash
# TensorBoard 2.21.0: the same events file has another curve on the page than in EventAccumulator, and on the page's two servers.
#
# A SessionLog START takes back the events of its step and later ones. EventAccumulator heeds every START. The server in Python
# (plugin_event_accumulator, --load_fast=false) takes the first START of a run for the very beginning and passes it over: a
# file of evaluations at 300, 700, then START and 600 has 300, 700, 600 there. The data server knows no START, and lets a
# step that is not larger than the last one end the curve before it: 300, 600. A second START makes all agree.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "tensorboard==2.21.0" "tensorboard-data-server==0.7.2" "tensorboardX==2.6.5"
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import json
import logging
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request

import tensorboard
from tensorboard.backend.event_processing import event_accumulator, plugin_event_accumulator
from tensorboardX.proto.event_pb2 import Event, SessionLog
from tensorboardX.proto.summary_pb2 import Summary
from tensorboardX.record_writer import RecordWriter

logging.disable(logging.WARNING)
print("tensorboard", tensorboard.__version__)


def write(run, *events):
    os.makedirs(run)
    writer = RecordWriter(f"{run}/events.out.tfevents.1500000000.host")
    for place, event in enumerate((Event(file_version="brain.Event:2"), *events)):
        event.wall_time = 1.5e9 + place
        writer.write(event.SerializeToString())
    writer.close()


def point(step):
    return Event(step=step, summary=Summary(value=[Summary.Value(tag="loss", simple_value=1.0)]))


def start(step):
    return Event(step=step, session_log=SessionLog(status=SessionLog.START))


write("runs/one", point(300), point(700), start(600), point(600))
write("runs/two", point(300), point(700), start(601), start(600), point(600))


def in_files(run):
    whole = event_accumulator.EventAccumulator(run).Reload()
    served = plugin_event_accumulator.EventAccumulator(run).Reload()
    return [each.step for each in whole.Scalars("loss")], [each.step for each in served.Tensors("loss")]


def on_page(load_fast):
    """The steps of both runs as a server has them when it has read everything."""
    command = [sys.executable, "-m", "tensorboard.main", "--logdir=runs", "--port=0", "--host=127.0.0.1"]
    with open("log", "wb") as log:
        server = subprocess.Popen([*command, f"--load_fast={load_fast}"], stdout=log, stderr=log)
    try:
        while not (found := re.search(r"http://127\.0\.0\.1:\d+/", open("log").read())):
            assert server.poll() is None, open("log").read()
            time.sleep(0.2)
        steps = {}
        for _ in range(300):
            try:
                for run in ("one", "two"):
                    with urllib.request.urlopen(f"{found[0]}data/plugin/scalars/scalars?run={run}&tag=loss") as answer:
                        steps[run] = [each[1] for each in json.load(answer)]
                break
            except urllib.error.HTTPError:
                time.sleep(0.2)
        time.sleep(2)
        for run in steps:
            with urllib.request.urlopen(f"{found[0]}data/plugin/scalars/scalars?run={run}&tag=loss") as answer:
                steps[run] = [each[1] for each in json.load(answer)]
        return steps["one"], steps["two"]
    finally:
        server.kill()
        server.wait()


files = [in_files(f"runs/{run}") for run in ("one", "two")]
pages = {load_fast: on_page(load_fast) for load_fast in ("true", "false")}
print("EventAccumulator", files[0][0], "server in Python", pages["false"][0], "data server", pages["true"][0])
print("with a second START", files[1][0], pages["false"][1], pages["true"][1])
assert files == [([300, 600], [300, 700, 600]), ([300, 600], [300, 600])]
assert pages == {"true": ([300, 600], [300, 600]), "false": ([300, 700, 600], [300, 600])}
PY
