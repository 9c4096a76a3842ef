"""How the variables of a graph get their values: the operations and the saver that a session creator uses.

What is not given is taken from the graph's collections, or made from its variables, when the
scaffold is finalized; the graph is finalized with it. A graph that is final already, because an
earlier session used it or somebody said so, gives what its collections hold: nothing can be made
in it any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from estimator.checkpoint.saver import Saver
from estimator.core.keywords import near_keywords
from estimator.functions.grouping import group
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation, Tensor
from estimator.summaries.ops import merge_all
from estimator.variables.uninitialized import report_uninitialized_variables
from estimator.variables.variable import (
    global_variables,
    global_variables_initializer,
    local_variables_initializer,
)

OWN_REPORTS = ("scaffold", "ready ops made here")
"""The collection of ready ops that nobody gave: what they answer, a session's store knows without planning a run."""


@near_keywords
class Scaffold:
    """The pieces that initialise, restore, save and summarise a graph.

    Parameters
    ----------
    init_op : Operation, optional
        Gives the variables their first values, where there is no checkpoint.
    init_feed_dict : mapping, optional
        Fed to `init_op`.
    init_fn : callable, optional
        Called as ``init_fn(scaffold, session)`` after `init_op`.
    ready_op : Tensor, optional
        The names of what is not ready yet; empty if all is.
    ready_for_local_init_op : Tensor, optional
        The same, asked before `local_init_op`.
    local_init_op : Operation, optional
        Initialises what is not saved: local variables, tables.
    summary_op : Tensor, optional
        All summaries.
    saver : Saver, optional
        Has ``save(session, save_path, global_step=step)`` and ``restore(session, save_path)``.
    copy_from_scaffold : Scaffold, optional
        Where to take what is not given from.
    local_init_feed_dict : mapping, optional
        Fed to `local_init_op`.
    """

    def __init__(
        self,
        init_op: Any = None,
        init_feed_dict: Mapping[Any, Any] | None = None,
        init_fn: Callable[[Scaffold, Any], Any] | None = None,
        ready_op: Any = None,
        ready_for_local_init_op: Any = None,
        local_init_op: Any = None,
        summary_op: Any = None,
        saver: Any = None,
        copy_from_scaffold: Scaffold | None = None,
        local_init_feed_dict: Mapping[Any, Any] | None = None,
    ) -> None:
        if copy_from_scaffold is not None and not isinstance(copy_from_scaffold, Scaffold):
            raise TypeError(f"copy_from_scaffold is not a Scaffold instance, given: {copy_from_scaffold!r}.")
        other = copy_from_scaffold

        def given_or_copied(name: str, given: Any) -> Any:
            return getattr(other, name) if given is None and other is not None else given

        self.init_op = given_or_copied("init_op", init_op)
        self.init_feed_dict = given_or_copied("init_feed_dict", init_feed_dict)
        self._user_init_fn = given_or_copied("_user_init_fn", init_fn)
        self.ready_op = given_or_copied("ready_op", ready_op)
        self.ready_for_local_init_op = given_or_copied("ready_for_local_init_op", ready_for_local_init_op)
        self.local_init_op = given_or_copied("local_init_op", local_init_op)
        self.local_init_feed_dict = given_or_copied("local_init_feed_dict", local_init_feed_dict)
        self.summary_op = given_or_copied("summary_op", summary_op)
        self.saver = given_or_copied("saver", saver)

    @property
    def init_fn(self) -> Callable[[Any], Any] | None:
        """Called with the session after the init op, or None."""
        user_fn = self._user_init_fn
        return None if user_fn is None else lambda session: user_fn(self, session)

    def finalize(self, restores: bool = False) -> Scaffold:
        """Fill in what is not given, from the default graph, and finalize that.

        Parameters
        ----------
        restores : bool
            Whether a checkpoint gives the values and nobody will save the graph: then there is no operation that gives
            variables their first values, nor one that asks whether they have values.

        Raises
        ------
        RuntimeError
            If a collection of the graph that should hold one item holds several.
        """
        graph = get_default_graph()
        for name, (key, make) in _PIECES.items():
            if getattr(self, name) is None:
                is_left_out = graph.finalized or (restores and name in _OF_FIRST_VALUES)
                setattr(self, name, self.get_or_default(name, key, _nothing if is_left_out else make))
        if not graph.finalized:
            if isinstance(self.saver, Saver):
                self.saver.build()
            graph.finalize()
        return self

    @staticmethod
    def get_or_default(arg_name: str, collection_key: str, default_constructor: Callable[[], Any]) -> Any:
        """The only item of a collection of the default graph; if it is empty, a new one, which is put there.

        Parameters
        ----------
        arg_name : str
            The argument of Scaffold that it stands for, for the message.
        collection_key : str
        default_constructor : callable
            Makes the item; it may give None.

        Raises
        ------
        RuntimeError
            If there are several.
        """
        graph = get_default_graph()
        found = graph.get_collection(collection_key)
        if len(found) > 1:
            raise RuntimeError(
                f"More than one item in collection {collection_key!r}: {found}. "
                f"Say which with Scaffold({arg_name}=...)."
            )
        if found:
            return found[0]
        made = default_constructor()
        if made is not None:
            graph.add_to_collection(collection_key, made)
        return made

    @staticmethod
    def default_local_init_op() -> Operation:
        """Initialises the local variables and the tables of the default graph."""
        tables = get_default_graph().get_collection(GraphKeys.TABLE_INITIALIZERS)
        return group(local_variables_initializer(), *tables)


def _default_saver() -> Saver:
    """A saver of all variables; it saves nothing if there are none."""
    return Saver(allow_empty=True)


def _ready() -> Tensor:
    return _known_to_the_store(report_uninitialized_variables())


def _ready_for_local_init() -> Tensor:
    return _known_to_the_store(report_uninitialized_variables(global_variables()))


def _known_to_the_store(report: Tensor) -> Tensor:
    get_default_graph().add_to_collection(OWN_REPORTS, report)
    return report


def _nothing() -> None:
    return None


_PIECES: dict[str, tuple[str, Callable[[], Any]]] = {  # attribute -> its collection, and what makes it
    "init_op": (GraphKeys.INIT_OP, global_variables_initializer),
    "ready_op": (GraphKeys.READY_OP, _ready),
    "ready_for_local_init_op": (GraphKeys.READY_FOR_LOCAL_INIT_OP, _ready_for_local_init),
    "local_init_op": (GraphKeys.LOCAL_INIT_OP, Scaffold.default_local_init_op),
    "summary_op": (GraphKeys.SUMMARY_OP, merge_all),
    "saver": (GraphKeys.SAVERS, _default_saver),
}
_OF_FIRST_VALUES = ("init_op", "ready_op", "ready_for_local_init_op")
