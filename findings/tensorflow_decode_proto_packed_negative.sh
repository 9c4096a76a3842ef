#!/usr/bin/env bash
# TensorFlow 2.15.1: tf.io.decode_proto reads negative numbers of a packed int32 field as int64 without their sign.
#
# [-1, -2] in a repeated int32 field, packed as proto3 does by default, is [4294967295, 4294967294] if int64 is asked for,
# which TensorFlow takes for such a field; as int32 it is right, and so it is as int64 if the same field is
# written one number at a time. protobuf takes both texts for the same message.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "tensorflow-cpu==2.15.1"
cd "$folder"
TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES= "$folder/venv/bin/python" - <<'PY' 2> "$folder/stderr" || { cat "$folder/stderr"; exit 1; }
import tensorflow as tf
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

print("tensorflow", tf.__version__)
files = descriptor_pb2.FileDescriptorSet()
described = files.file.add(name="a.proto", package="a", syntax="proto3")
field = described.message_type.add(name="M").field.add(name="x", number=1)
field.label, field.type = field.LABEL_REPEATED, field.TYPE_INT32
pool = descriptor_pool.DescriptorPool()
pool.Add(described)
message = message_factory.GetMessageClass(pool.FindMessageTypeByName("a.M"))(x=[-1, -2])


def decoded(text, kind):
    source = b"bytes://" + files.SerializeToString()
    return tf.io.decode_proto([text], "a.M", ["x"], [kind], descriptor_source=source).values[0][0].numpy().tolist()


packed = message.SerializeToString()
apart = b"".join(b"\x08" + packed[2 + 10 * i : 12 + 10 * i] for i in range(2))
assert type(message).FromString(apart) == message
for name, text in (("packed", packed), ("one by one", apart)):
    for kind in (tf.int32, tf.int64):
        print(name, "as", kind.name, decoded(text, kind))
assert decoded(packed, tf.int32) == decoded(apart, tf.int32) == [-1, -2]
assert decoded(packed, tf.int64) == [4294967295, 4294967294]
print("one by one, as int64:", decoded(apart, tf.int64))
PY
