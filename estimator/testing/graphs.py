"""Whether two graphs are the same."""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords_of_functions


def assert_equal_graph_def(actual: Any, expected: Any, checkpoint_v2: bool = False) -> None:
    """Check that two GraphDefs have the same nodes, in any order, and the same versions.

    Parameters
    ----------
    actual, expected : GraphDef
    checkpoint_v2 : optional
        Accepted for old scripts.

    Raises
    ------
    TypeError
        If one is no GraphDef.
    AssertionError
        If they differ; it names the nodes.

    Source
    ------
    tf.test.assert_equal_graph_def, TF 1.15 test_util.py
    """
    for name, graph in (("actual", actual), ("expected", expected)):
        if not hasattr(graph, "node"):
            raise TypeError(
                f"{name} must be a GraphDef, given: {type(graph).__name__}; a Graph has as_graph_def()."
            )
    ours = {node.name: node for node in actual.node}
    theirs = {node.name: node for node in expected.node}
    problems = [
        *(f"{name!r} is not expected" for name in ours if name not in theirs),
        *(f"{name!r} is missing" for name in theirs if name not in ours),
        *(
            f"{name!r} differs:\n{ours[name]}expected:\n{theirs[name]}"
            for name in ours
            if name in theirs and _bytes(ours[name]) != _bytes(theirs[name])
        ),
    ]
    if _bytes(actual.versions) != _bytes(expected.versions):
        problems.append("the versions differ")
    if problems:
        raise AssertionError("the graphs are not the same: " + "; ".join(problems) + ".")


def _bytes(message: Any) -> bytes:
    data: bytes = message.SerializeToString(deterministic=True)
    return data


near_keywords_of_functions(__name__)
