"""Checkpoint: a tree of arrays and variables, saved and restored by the names of its objects.

::

    weights, step = np.zeros((4, 3), np.float32), np.array(0)
    checkpoint = Checkpoint(weights=weights, step=step)
    prefix = checkpoint.save("models/mine/ckpt")        # models/mine/ckpt-1
    checkpoint.restore(prefix)                          # into the very same arrays

    checkpoint = Checkpoint(model=model, optimizer=optimizer)

numpy arrays are read and written in place. Variables are read from and written into a session: one that is given, or
entered, or else the graph's own, in which models of Keras have their values. tf.train.Checkpoint of TensorFlow 2 reads
what is written here, and the other way round.

Source
------
tf.train.Checkpoint, TensorFlow 2.15
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.checkpoint.load_status import LoadStatus
from estimator.checkpoint.object_graph import OBJECT_GRAPH_KEY, SAVE_COUNTER, nodes_of, to_message
from estimator.checkpoint.restoring import give_late, restore, session_for
from estimator.checkpoint.trackable import HasChildren, check_trackable, children_of, is_variable
from estimator.core import log
from estimator.core.eager_array import EagerArray
from estimator.graph.defaults import default_sessions
from estimator.model_dir.series import CheckpointSeries
from estimator.model_dir.start import Start
from estimator.model_dir.state import CheckpointState, write_state
from estimator.runtime.own_session import begin_variables
from estimator.runtime.session import Session

Array = np.ndarray[Any, Any]


class Checkpoint:
    """Objects by name; attributes that are set later are objects too.

    Parameters
    ----------
    root : mapping, model or Checkpoint, optional
        Name to object, for names that are not Python names; or an object whose own children stand at the root.
    **objects
        Name to numpy array, variable, model, layer, optimizer, Module, or mapping or list of these.

    Raises
    ------
    TypeError
        If `root` has no children, or an object has no value that can be restored in place.

    Example
    -------
    >>> import tempfile
    >>> total = np.array([1.0, 2.0])
    >>> checkpoint = Checkpoint(total=total)
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     prefix = checkpoint.save(f"{directory}/ckpt")
    ...     total[:] = 0
    ...     status = checkpoint.restore(prefix).assert_consumed()
    >>> total.tolist()
    [1.0, 2.0]
    """

    _root: Any
    _objects: dict[str, Any]
    _save_counter: EagerArray | None

    def __init__(self, root: Any = None, **objects: Any) -> None:
        if root is not None and not isinstance(root, (HasChildren, Mapping)):
            raise TypeError(
                f"a Checkpoint is of named objects, given: {root!r} ({type(root).__name__}). Pass a model, a mapping "
                "of names to arrays or variables, or keyword arguments: Checkpoint(weights=w)."
            )
        if isinstance(root, Checkpoint):
            root = root.checkpoint_children()
        is_named = isinstance(root, Mapping)
        object.__setattr__(self, "_root", None if is_named else root)
        object.__setattr__(self, "_objects", {})
        object.__setattr__(self, "_save_counter", None)
        named = {**(root if is_named else {}), **objects}
        for name in sorted(named):
            setattr(self, name, named[name])
        self._objects.pop(SAVE_COUNTER, None)  # every root has its own

    def __setattr__(self, name: str, value: Any) -> None:
        check_trackable(value, name)
        self._objects[name] = value
        give_late()

    def __getattr__(self, name: str) -> Any:
        objects = self.__dict__.get("_objects", {})
        if name not in objects:
            known = ", ".join(objects) or "none"
            raise AttributeError(f"the checkpoint has no object {name!r}; it has: {known}.")
        return objects[name]

    @property
    def save_counter(self) -> EagerArray:
        """How often :meth:`save` has been called, over all processes: an array without dimensions."""
        if self._save_counter is None:  # as in TensorFlow, what only writes and reads has none
            object.__setattr__(self, "_save_counter", np.array(0, np.int64).view(EagerArray))
        assert self._save_counter is not None
        return self._save_counter

    def checkpoint_children(self) -> Mapping[str, Any]:
        """The objects, those of the root first, and last the counter, if something has been saved or restored."""
        of_root = {} if self._root is None else dict(children_of(self._root))
        counter = {} if self._save_counter is None else {SAVE_COUNTER: self._save_counter}
        return {**of_root, **self._objects, **counter}

    # -- writing -------------------------------------------------------------------------------------------------------

    def save(self, file_prefix: str | os.PathLike[str], session: Any = None) -> str:
        """Write a numbered checkpoint and name it in the state file of its directory.

        Parameters
        ----------
        file_prefix : path
            Directory and basename; the number is appended.
        session : Session, optional
            Which holds the variables' values.

        Returns
        -------
        str
            ``file_prefix-1``, ``-2``...

        Raises
        ------
        OpError
            As :meth:`write`; the number is used again then.
        """
        counter = self.save_counter
        counter += 1
        try:
            prefix = self.write(f"{os.fspath(file_prefix)}-{int(counter)}", session)
        except BaseException:
            counter -= 1
            raise
        directory, name = os.path.split(prefix)
        write_state(directory or os.curdir, CheckpointState.of([name]))
        return prefix

    def write(self, file_prefix: str | os.PathLike[str], session: Any = None) -> str:
        """Write a checkpoint of just that name; no state file names it.

        Raises
        ------
        FailedPreconditionError
            If a variable has no value in the session.
        OpError
            If the files cannot be written.
        """
        prefix = os.fspath(file_prefix)
        directory, name = os.path.split(prefix)
        nodes = nodes_of(self)
        leaves = [node for node in nodes if node.is_leaf]
        dtypes = {node.key: node.value.dtype for node in leaves if is_variable(node.value)}
        series = CheckpointSeries(directory or os.curdir)
        with contextlib.ExitStack() as locks:
            for its_session in sessions_of([node.value for node in leaves], session):
                locks.enter_context(its_session.store.lock)  # no step changes a variable meanwhile
            values = values_of([node.value for node in leaves], session)
            tensors = {node.key: value for node, value in zip(leaves, values, strict=True)}
            tensors[OBJECT_GRAPH_KEY] = np.array(to_message(nodes), object)
            series.save(name, tensors, dtype_of=dtypes, may_be_nonfinite=tensors, acknowledge=False)
        return prefix

    # -- reading -------------------------------------------------------------------------------------------------------

    def restore(self, save_path: str | os.PathLike[str] | None, session: Any = None) -> LoadStatus:
        """Give the objects the values of a checkpoint, ours, TensorFlow's, or one of variables by name.

        Objects that the checkpoint does not have keep their values, and one line names them. Variables that are made
        later, when a model is first called or an optimizer first applied, begin with their values then. Where sessions
        are entered by hand later, they get them from what is returned: ``status.initialize_or_restore(session)``.

        Parameters
        ----------
        save_path : path or None
            The prefix; None restores nothing.
        session : Session, optional
            Which is to hold the variables' values; by default the one that is entered, else the graph's own.

        Raises
        ------
        NotFoundError
            If there is no such checkpoint.
        InvalidArgumentError
            If a shape or type differs; all differences in one table. No value is changed then.
        DataLossError
            If the checkpoint is damaged.
        """
        _ = self.save_counter  # it is restored, too
        return self.read(save_path, session)

    def read(self, save_path: str | os.PathLike[str] | None, session: Any = None) -> LoadStatus:
        """As :meth:`restore`, but for the counter: for what :meth:`write` has written.

        Raises
        ------
        OpError
            As :meth:`restore`.
        """
        if save_path is None:
            return LoadStatus(self, None)
        restoration = Start.named(save_path).use(lambda prefix: restore(prefix, self._roots(), session))
        assert restoration is not None  # there is a prefix
        status = LoadStatus(self, restoration)
        if lacking := status.lacking():
            names = ", ".join(node.name for node in lacking)
            log.warning("%s has no value for %s; what they have stays.", restoration.prefix, names)
        return status

    def _roots(self) -> list[Any]:
        return [self] if self._root is None else [self, self._root]


def sessions_of(leaves: Iterable[Any], session: Session | None) -> dict[Session, list[Any]]:
    """The sessions that hold the variables among the leaves, each with these variables."""
    found: dict[Session, list[Any]] = {}
    for variable in filter(is_variable, leaves):
        found.setdefault(session_for(variable, session), []).append(variable)
    return found


def values_of(leaves: Sequence[Any], session: Session | None) -> list[Array]:
    """The live values of arrays and variables; in a session that nobody has entered, variables begin with initial ones.

    Raises
    ------
    FailedPreconditionError
        If a variable has no value in a session that somebody has entered.
    """
    for its_session, variables in sessions_of(leaves, session).items():
        if its_session is not session and its_session not in default_sessions():
            begin_variables(its_session, variables)
    return [
        session_for(leaf, session).store.of_handle(leaf.handle).value
        if is_variable(leaf)
        else np.asarray(leaf)
        for leaf in leaves
    ]
