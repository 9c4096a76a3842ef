"""Where data enters the graph.

The session pulls one element from the iterator behind an ``IteratorGetNext`` before anything else
of the run, so that its end is noticed before the first write, and the plan sees concrete shapes.
Written files show Placeholders in its place.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.shapes import Dims, TensorShape
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op


def _component_shapes(s: ShapeScope) -> list[Dims]:
    return list(s.attrs["output_shapes"])


@op(
    "IteratorGetNext",
    "-> components: output_types[]",
    attrs={"output_types": list[DType], "output_shapes": list[TensorShape], "shared_name": str},
    shape=_component_shapes,
    effect="read",
    host=True,
    local=True,
    differentiable=False,
)
def iterator_get_next(xp: Any, shared_name: str, *, run: Any) -> Any:
    """The components of the next element of ``graph.resources[shared_name]``.

    TensorFlow's op of this name takes the iterator as a resource; this one finds it by its name.

    Raises
    ------
    OutOfRangeError
        At the end of the data.
    """
    return run.resource(shared_name).get_next()


@op(
    "MakeIterator",
    "values: T[]",
    attrs={"shared_name": str},
    shape=rules.no_output,
    effect="write",
    host=True,
    local=True,
    differentiable=False,
)
def make_iterator(xp: Any, values: Any, shared_name: str, *, run: Any) -> Any:
    """Start the iterator ``graph.resources[shared_name]`` afresh, with the values of what it is made of.

    TensorFlow's op of this name takes the dataset and the iterator as resources.
    """
    run.resource(shared_name).initialize([np.array(value) for value in values])  # theirs is lent for the run
