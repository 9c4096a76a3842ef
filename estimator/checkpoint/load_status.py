"""What a restore has found, and what is left to do where sessions are entered by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from estimator.checkpoint.object_graph import SAVE_COUNTER, Node, nodes_of
from estimator.checkpoint.restoring import Restoration, give_late, session_for
from estimator.checkpoint.trackable import is_variable
from estimator.runtime.session import Session

_SHOWN = 20  # names in a message


class LoadStatus:
    """What a restore has found; what has been added to the objects since counts, too.

    Parameters
    ----------
    root : object
        What was restored.
    restoration : Restoration or None
        From where; None if there was no checkpoint.
    """

    def __init__(self, root: Any, restoration: Restoration | None) -> None:
        self._root = root
        self._restoration = restoration

    def run_restore_ops(self, session: Session | None = None) -> None:
        """Give the variables of a session what they have in the checkpoint, once more if they have had it.

        Raises
        ------
        AssertionError
            If the path of the checkpoint was None.
        OpError
            If the files have been deleted, or a value does not fit.
        """
        restoration = self._found("initialize_or_restore(session) initializes the variables then.")
        restoration.give([leaf for leaf in restoration.leaves() if is_variable(leaf.value)], session)

    def initialize_or_restore(self, session: Session | None = None) -> None:
        """Give the variables of a session what they have in the checkpoint, and the others their first values.

        Raises
        ------
        OpError
            If the files have been deleted, or a value does not fit.
        """
        initializers: dict[Session, list[Any]] = {}
        for variable in (node.value for node in self.lacking() if is_variable(node.value)):
            initializers.setdefault(session_for(variable, session), []).append(variable.initializer)
        for its_session, operations in initializers.items():
            its_session.run(operations)
        if self._restoration is not None:
            self.run_restore_ops(session)

    def assert_existing_objects_matched(self) -> LoadStatus:
        """Raise unless every object has got a value.

        Raises
        ------
        AssertionError
            Listing those that have not.
        """
        restoration = self._found("nothing was restored.")
        give_late()
        if lacking := [node.name for node in self.lacking()]:
            raise AssertionError(
                f"{len(lacking)} missing: {restoration.prefix} has no value for {_listed(lacking)}. "
                f"It has {_listed(restoration.specs)}."
            )
        return self

    def assert_consumed(self) -> LoadStatus:
        """Raise unless every object has got a value, and every value an object.

        Raises
        ------
        AssertionError
            Listing what has not.
        """
        self.assert_existing_objects_matched()
        restoration = self._found("")
        if unused := restoration.unused:
            raise AssertionError(
                f"{len(unused)} values of {restoration.prefix} have no object: {_listed(unused)}. A model that has not "
                "been called and an optimizer that has not been applied have no variables yet: build them first, or "
                "say expect_partial()."
            )
        return self

    def assert_nontrivial_match(self) -> LoadStatus:
        """Raise if no object has got a value.

        Raises
        ------
        AssertionError
            If nothing was restored.
        """
        restoration = self._found("nothing was restored.")
        give_late()
        if len(restoration.unused) == len(restoration.specs):
            raise AssertionError(f"nothing of {restoration.prefix} was restored.")
        return self

    def expect_partial(self) -> LoadStatus:
        """Say that the checkpoint may have more than is needed; that is never a warning here."""
        return self

    def _found(self, advice: str) -> Restoration:
        if self._restoration is None:
            raise AssertionError(
                f"nothing can be restored: the path of the checkpoint was None. {advice}".rstrip()
            )
        return self._restoration

    def lacking(self) -> list[Node]:
        """The leaves for which the checkpoint has no value, but for the counter of saves."""
        leaves = [node for node in nodes_of(self._root) if node.is_leaf]
        if self._restoration is None:
            return leaves
        found = {id(leaf.value) for leaf in self._restoration.leaves()}
        return [node for node in leaves if id(node.value) not in found and node.name != SAVE_COUNTER]


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    more = [f"and {len(shown) - _SHOWN} more"] if len(shown) > _SHOWN else []
    return ", ".join([*shown[:_SHOWN], *more]) or "nothing"
