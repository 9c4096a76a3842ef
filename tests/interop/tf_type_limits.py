"""Which types TensorFlow's ops take, as the text of estimator/graph/type_limits.txt.

Request: {ops: list of str}. Answer: {text}.
"""

import json
import sys
from collections import defaultdict

from tensorflow.python.framework import dtypes, op_def_registry

ORDER = (
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 bfloat16 float16 float32 float64 complex64 complex128 "
    "string resource variant"
).split()

places = defaultdict(list)
for name in json.load(sys.stdin)["ops"]:
    for attr in op_def_registry.get(name).attr:
        if attr.type in ("type", "list(type)") and attr.HasField("allowed_values"):
            allowed = {dtypes.as_dtype(number).name for number in attr.allowed_values.list.type}
            places[" ".join(kind for kind in ORDER if kind in allowed)].append(f"{name}.{attr.name}")
rows = sorted(places.items(), key=lambda row: (-len(row[1]), row[0]))
text = "".join(f"{types}: {' '.join(sorted(names))}\n" for types, names in rows)
print(json.dumps({"text": text}))
