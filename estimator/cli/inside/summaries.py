"""Tags and scopes of summaries, with which packages make summaries of their own.

Source: tensorflow/python/ops/summary_op_util.py
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from estimator.graph.graph import get_default_graph
from estimator.summaries.ops import tag_scope


def summary_scope(
    name: str | None, family: str | None = None, default_name: str | None = None, values: Any = None
) -> AbstractContextManager[tuple[str, str]]:
    """A name scope that gives the tag of a summary, and the name of its operation.

    Parameters
    ----------
    name : str
    family : str, optional
        Put before the tag: the tab of TensorBoard.
    default_name : str, optional
        Where the name is None.
    values : sequence of Tensor, optional
        Whose graph it is.

    Source
    ------
    tensorflow/python/ops/summary_op_util.py
    """
    return tag_scope(name or default_name or "summary", family, values)


def collect(val: Any, collections: Sequence[str] | None, default_collections: Sequence[str]) -> None:
    """List a value in collections, by default in others.

    Source
    ------
    tensorflow/python/ops/summary_op_util.py
    """
    get_default_graph().add_to_collections(default_collections if collections is None else collections, val)


def skip_summary() -> bool:
    """Whether a replica leaves its summaries to another: there is one."""
    return False
