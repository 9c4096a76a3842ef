"""Which types TensorFlow's ops take, all that it has, as the text of estimator/graph/type_limits.txt.

Request: {}. Answer: {text}.
"""

import json
from collections import defaultdict

from tensorflow.core.framework import op_def_pb2
from tensorflow.python.client import pywrap_tf_session
from tensorflow.python.framework import dtypes

ORDER = (
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 bfloat16 float16 float32 float64 complex64 complex128 "
    "string resource variant"
).split()

ops = op_def_pb2.OpList.FromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
places = defaultdict(list)
for op in ops.op:
    for attr in op.attr:
        if attr.type in ("type", "list(type)") and attr.HasField("allowed_values"):
            allowed = {dtypes.as_dtype(number).name for number in attr.allowed_values.list.type}
            places[" ".join(kind for kind in ORDER if kind in allowed)].append(f"{op.name}.{attr.name}")
rows = sorted(places.items(), key=lambda row: (-len(row[1]), row[0]))
text = "".join(f"{types}: {' '.join(sorted(names))}\n" for types, names in rows)
print(json.dumps({"text": text}))
