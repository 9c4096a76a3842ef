"""Where data enters the graph.

The session pulls one element from the iterator behind an ``IteratorGetNext`` before anything else
of the run, so that its end is noticed before the first write, and the plan sees concrete shapes.
Written files show Placeholders in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, as_dtype, variant
from estimator.core.errors import InvalidArgumentError, OutOfRangeError
from estimator.core.shapes import Dims, TensorShape, compatible, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._optionals import Optional


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


@op(
    "FedIteratorGetNext",
    "handle: string -> components: output_types[]",
    attrs={"output_types": list[DType], "output_shapes": list[TensorShape]},
    shape=_component_shapes,
    effect="read",
    host=True,
    local=True,
    waits=True,  # so that it comes before all else, and the rest is planned for the shapes that it gives
    differentiable=False,
)
def fed_iterator_get_next(
    xp: Any, handle: Any, output_types: Sequence[DType], output_shapes: Sequence[Any], *, run: Any
) -> Any:
    """The components of the next element of the iterator whose string handle is given.

    Raises
    ------
    InvalidArgumentError
        If there is no such iterator in the graph, or its elements are not what was declared.
    OutOfRangeError
        At the end of the data.
    """
    return _checked(_of_handle(handle, run).get_next(), handle, output_types, output_shapes)


def _checked(
    components: Any, handle: Any, output_types: Sequence[DType], output_shapes: Sequence[Any]
) -> Any:
    declared = [
        (dtype, TensorShape(shape).tuple) for dtype, shape in zip(output_types, output_shapes, strict=True)
    ]
    given = [(as_dtype(component.dtype), component.shape) for component in components]
    if len(given) != len(declared) or not all(map(_fits, given, declared)):
        raise InvalidArgumentError(
            f"the iterator {handle.item()!r} gives ({_shown(given)}), but from_string_handle was told "
            f"({_shown(declared)})."
        )
    return components


@op(
    "IteratorGetNextAsOptional",
    "-> optional: variant",
    attrs={"output_types": list[DType], "output_shapes": list[TensorShape], "shared_name": str},
    shape=rules.scalar,
    effect="read",
    host=True,
    local=True,
    differentiable=False,
)
def iterator_get_next_as_optional(
    xp: Any, output_types: Sequence[DType], shared_name: str, *, run: Any
) -> Any:
    """The next element of ``graph.resources[shared_name]``, or none at the end of the data.

    TensorFlow's op of this name takes the iterator as a resource; this one finds it by its name.
    """
    return _next_or_none(run.resource(shared_name), output_types)


@op(
    "FedIteratorGetNextAsOptional",
    "handle: string -> optional: variant",
    attrs={"output_types": list[DType], "output_shapes": list[TensorShape]},
    shape=rules.scalar,
    effect="read",
    host=True,
    local=True,
    differentiable=False,
)
def fed_iterator_get_next_as_optional(
    xp: Any, handle: Any, output_types: Sequence[DType], output_shapes: Sequence[Any], *, run: Any
) -> Any:
    """The next element of the iterator whose string handle is given, or none at the end of the data.

    Raises
    ------
    InvalidArgumentError
        If there is no such iterator in the graph, or its elements are not what was declared.
    """
    made = _next_or_none(_of_handle(handle, run), output_types)
    if made.components is not None:
        _checked(made.components, handle, output_types, output_shapes)
    return made


def _next_or_none(source: Any, output_types: Sequence[DType]) -> Optional:
    try:
        components = source.get_next()
    except OutOfRangeError:
        return Optional()
    # Arrays are copied: they may be the dataset's own, and a plan may write over what an optional gives.
    return Optional(
        tuple(
            item if dtype is variant else np.array(item)
            for item, dtype in zip(components, output_types, strict=False)
        )
    )


def _of_handle(handle: Any, run: Any) -> Any:
    name = handle.item().decode(errors="replace")
    try:
        source = run.resource(name)
    except KeyError:
        source = None
    if not callable(getattr(source, "get_next", None)):
        raise InvalidArgumentError(
            f"there is no iterator with the string handle {name!r} in this graph: feed what "
            "session.run(iterator.string_handle()) gives."
        )
    return source


def _fits(given: tuple[DType, Dims], declared: tuple[DType, Dims]) -> bool:
    return given[0] is declared[0] and compatible(given[1], declared[1])


def _shown(components: Sequence[tuple[DType, Dims]]) -> str:
    return ", ".join(f"{dtype.name} {show(dims)}" for dtype, dims in components)
