"""Graphs as ONNX: the way out for those whose programs have neither TensorFlow nor this package.

:func:`.exporting.to_onnx` takes a session, what is fed and what is fetched, and gives the bytes of a model. What
depends on nothing that is fed is computed by the session and becomes an initializer, so that a rule is needed only
for what is left: one for each op type, in the families' files beside this one. ONNX means something else than
TensorFlow in places (negative integers in a division, ids that count from the end, a NaN in a maximum): a rule either
adds the nodes that give TensorFlow's values, or refuses. All that is refused is one error, so that nobody mends a
model node by node.

The package ``onnx`` is imported by :mod:`.document` alone, when something is exported.
"""
