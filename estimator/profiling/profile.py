"""tf.profiler.profile: the parameters and floating point operations of a graph, by names or by types of operations.

    options = tf.profiler.ProfileOptionBuilder.float_operation()
    profile = tf.profiler.profile(tf.get_default_graph(), options=options)     # printed, too
    profile.total_float_ops

Source
------
tf.profiler, TF 2.15 model_analyzer.py: names, arguments, and what is counted
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from estimator.core import log
from estimator.core.errors import InvalidArgumentError, UnimplementedError
from estimator.core.keywords import near_keywords_of_functions, near_keywords_of_methods
from estimator.core.missing_members import lacks
from estimator.files.gfile import GFile
from estimator.graph.graph import Graph, get_default_graph
from estimator.profiling import op_types, scopes
from estimator.profiling.counted import counted
from estimator.profiling.options import checked

_NOT_HERE = ("graph", "code")


def profile(
    graph: Graph | None = None,
    run_meta: Any = None,
    op_log: Any = None,
    cmd: str = "scope",
    options: Mapping[str, Any] | None = None,
) -> Any:  # a message
    """What a graph holds and costs.

    Parameters
    ----------
    graph : Graph, optional
        By default the default graph.
    run_meta : RunMetadata, optional
        Accepted with a warning: sizes and times of a run are not looked at.
    op_log : message, optional
        Refused.
    cmd : {'scope', 'op'}
        By names, or by types of operations.
    options : mapping, optional
        By default the parameters of trainable variables; see ProfileOptionBuilder.

    Returns
    -------
    GraphNodeProto or MultiGraphNodeProto
        The totals (`total_parameters`, `total_float_ops`), and what they are made of.

    Raises
    ------
    ValueError
        If an option cannot be honoured.
    InvalidArgumentError
        If there is no such `cmd`.
    UnimplementedError
        If `op_log` is given, or `cmd` is 'graph' or 'code'.
    """
    if op_log is not None:
        raise UnimplementedError(
            "tf.profiler: op_log is not available; what is counted are the operations' own costs."
        )
    if run_meta is not None:
        _warn_of_run()
    if cmd in _NOT_HERE:
        raise UnimplementedError(f"tf.profiler: cmd={cmd!r} is not available; use 'scope' or 'op'.")
    if cmd not in ("scope", "op"):
        raise InvalidArgumentError(f"unknown cmd: {cmd!r}; there are 'scope' and 'op'.")
    wanted = checked(options)
    operations = counted(graph or get_default_graph(), wanted["account_type_regexes"])
    if cmd == "scope":
        root = scopes.scope_view(operations, wanted)
        found, told = scopes.message(root, wanted), scopes.lines(root, wanted)
    else:
        view = op_types.op_view(operations, wanted)
        found, told = op_types.message(view), op_types.lines(view, wanted)
    _write("\n".join(told) + "\n", wanted["output"])
    return found


def _warn_of_run() -> None:
    log.log_first_n(
        log.WARN, "tf.profiler: sizes and times of a run are not looked at; run_meta has no effect.", 1
    )


def _write(text: str, output: str) -> None:
    if output == "stdout":
        sys.stdout.write(text)
    elif output != "none":
        with GFile(output.partition("outfile=")[2], "w") as file:
            file.write(text)


@lacks("advise profile_graph profile_python serialize_to_string")
@near_keywords_of_methods
class Profiler:
    """Profiles of one graph.

    Parameters
    ----------
    graph : Graph, optional
        By default the default graph.
    op_log : message, optional
        Refused.

    Raises
    ------
    UnimplementedError
        If `op_log` is given.
    """

    def __init__(self, graph: Graph | None = None, op_log: Any = None) -> None:
        if op_log is not None:
            raise UnimplementedError("tf.profiler: op_log is not available.")
        self._graph = graph or get_default_graph()

    def add_step(self, step: int, run_meta: Any) -> None:
        """Accepted with a warning: sizes and times of a run are not looked at."""
        _warn_of_run()

    def profile_name_scope(self, options: Mapping[str, Any] | None) -> Any:
        """What :func:`profile` gives by names."""
        return profile(self._graph, cmd="scope", options=options)

    def profile_operations(self, options: Mapping[str, Any] | None) -> Any:
        """What :func:`profile` gives by types of operations."""
        return profile(self._graph, cmd="op", options=options)


near_keywords_of_functions(__name__)
