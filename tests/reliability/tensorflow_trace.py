"""What TensorFlow's Saver does to files, as data: the proof of power failures must find it wanting.

Run where strace and TensorFlow 2.15 are::

    .venv-tf/bin/python tests/reliability/tensorflow_trace.py > tests/data/tf/saver_trace.json

A graph with one variable is saved, as tf.estimator does, at step 1 and at step 2, of which one is kept, and at step 2 again, as every start of
a training does there. The deeds are in the words of :class:`tests.reliability.door.Deed`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from typing import Any

_SCRIPT = """
import os, sys
import tensorflow.compat.v1 as tf
tf.disable_eager_execution()
os.chdir(sys.argv[1])
w = tf.get_variable("w", initializer=[0.0] * 50)
assign = w.assign_add([1.0] * 50)
saver = tf.train.Saver(max_to_keep=1, sharded=True)
with tf.Session() as session:
    session.run(w.initializer)
    os.write(1, b"BEGIN")
    for step in (1, 2, 2):
        if step == 1 or not os.path.exists("model.ckpt-2.index"):
            session.run(assign)
        saver.save(session, sys.argv[1] + "/model.ckpt", global_step=step)
        os.write(1, b"ACKNOWLEDGED")
"""
_CALLS = "openat,open,creat,write,pwrite64,rename,unlink,mkdir,rmdir,unlinkat,fsync,fdatasync,ftruncate,close"
_LINE = re.compile(r"(?:\[pid\s+\d+\] |\d+\s+)?(\w+)\((.*)\)\s+= (-?\d+).*")


def main() -> None:
    """Trace the script, and print the deeds as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        traced = os.path.join(folder, "mine")
        os.mkdir(traced)
        log = os.path.join(folder, "log")
        command = ["strace", "-f", "-y", "-s", "1000000", "-xx", "-e", f"trace={_CALLS}", "-o", log]
        subprocess.run(
            [*command, sys.executable, "-c", _SCRIPT, traced], check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with open(log) as lines:
            deeds = [
                [verb, *(_below(path, traced) for path in paths), data, size]
                for verb, *paths, data, size in _deeds(lines, traced)
            ]
            print("[" + ",\n".join(map(json.dumps, deeds)) + "]")


def _below(path: str, folder: str) -> str:
    return "." if path == folder else path.removeprefix(f"{folder}/")


def _deeds(lines: Any, folder: str) -> Any:
    begun = False
    for line in lines:
        found = _LINE.match(line)
        if found is None or int(found[3]) < 0:
            continue
        call = found[1]
        texts = [
            bytes.fromhex(text.replace("\\x", ""))
            for text in re.findall(r'"((?:\\x[0-9a-f]{2})*)"', found[2])
        ]
        at = re.match(r"\d+<([^>]*)>", found[2])
        path = (
            bytes.fromhex(at[1].replace("\\x", "")).decode()
            if at and "\\x" in at[1]
            else (at[1] if at else "")
        )
        if call == "write" and texts == [b"BEGIN"]:
            begun = True
        elif call == "write" and texts == [b"ACKNOWLEDGED"]:
            yield "acknowledged", "", "", "", 0
        elif not begun:
            continue
        elif call in ("write", "pwrite64") and path.startswith(folder):
            yield "write", path, "", texts[0].hex(), 0
        elif call in ("fsync", "fdatasync") and path.startswith(folder):
            yield "fsync_dir" if os.path.isdir(path) else "fsync", path, "", "", 0
        elif call in ("openat", "open") and "O_CREAT" in found[2] and texts[0].decode().startswith(folder):
            yield "create", texts[0].decode(), "", "", 0
            if "O_TRUNC" in found[2]:
                yield "truncate", texts[0].decode(), "", "", 0
        elif call in ("rename", "unlink", "mkdir", "rmdir", "unlinkat") and texts[0].decode().startswith(
            folder
        ):
            verb = "rmdir" if "AT_REMOVEDIR" in found[2] else call.removesuffix("at")
            yield verb, texts[0].decode(), texts[1].decode() if len(texts) > 1 else "", "", 0


if __name__ == "__main__":
    main()
