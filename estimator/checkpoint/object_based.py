"""Checkpoint: a tree of arrays and variables, saved and restored by the names of its objects.

::

    weights, step = np.zeros((4, 3), np.float32), np.array(0)
    checkpoint = Checkpoint(weights=weights, step=step)
    prefix = checkpoint.save("models/mine/ckpt")        # models/mine/ckpt-1
    checkpoint.restore(prefix)                          # into the very same arrays

numpy arrays are read and written in place. Variables are read from and written into a session, the default one
unless another is given. tf.train.Checkpoint of TensorFlow 2 reads what is written here, and the other way round.

Source
------
tf.train.Checkpoint, TensorFlow 2.15
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from estimator.checkpoint.compare import Mismatch, Spec, compare, raise_mismatch
from estimator.checkpoint.object_graph import (
    OBJECT_GRAPH_KEY,
    Node,
    check_trackable,
    is_variable,
    nodes_of,
    stored_keys,
    to_message,
)
from estimator.checkpoint.resume import is_reserved
from estimator.checkpoint.variables import spec_of
from estimator.core import log
from estimator.core.dtypes import as_dtype
from estimator.core.errors import InvalidArgumentError, NotFoundError
from estimator.formats.bundle import BundleReader
from estimator.graph.defaults import default_sessions
from estimator.graph.graph import get_default_graph
from estimator.model_dir.series import CheckpointSeries
from estimator.model_dir.start import Start
from estimator.model_dir.state import CheckpointState, write_state

Array = np.ndarray[Any, Any]


class LoadStatus:
    """What a restore has found.

    Parameters
    ----------
    mismatch : Mismatch or None
        What the objects lack in the checkpoint.
    unused : sequence of str
        Keys of the checkpoint that no object has taken.
    prefix : str or None
        The checkpoint; None if there was none.
    values : sequence of (variable, array)
        What variables have in the checkpoint.
    others : sequence of variable
        The variables that have nothing there.
    """

    def __init__(
        self,
        mismatch: Mismatch | None,
        unused: Sequence[str],
        prefix: str | None,
        values: Sequence[tuple[Any, Array]] = (),
        others: Sequence[Any] = (),
    ) -> None:
        self._mismatch = mismatch
        self._unused = tuple(unused)
        self._prefix = prefix
        self._values = values
        self._others = others

    def run_restore_ops(self, session: Any = None) -> None:
        """Give the variables of a session what they have in the checkpoint, once more if a session was open before.

        Raises
        ------
        AssertionError
            If the path of the checkpoint was None.
        ValueError
            If there is no session.
        """
        if self._prefix is None:
            raise AssertionError(
                "nothing can be restored: the path of the checkpoint was None. initialize_or_restore(session) "
                "initializes the variables then."
            )
        for variable, value in self._values:
            _assign(variable, value, session)

    def initialize_or_restore(self, session: Any = None) -> None:
        """Give the variables of a session what they have in the checkpoint, and the others their first values.

        Raises
        ------
        ValueError
            If there is no session.
        """
        if self._others:
            current = get_default_graph().current_session(session)
            current.run([variable.initializer for variable in self._others])
        if self._prefix is not None:
            self.run_restore_ops(session)

    def assert_existing_objects_matched(self) -> LoadStatus:
        """Raise unless every object has got a value.

        Raises
        ------
        AssertionError
            Listing those that have not.
        """
        if self._prefix is None:
            raise AssertionError("nothing was restored: the path of the checkpoint was None.")
        if self._mismatch is not None:
            raise AssertionError(self._mismatch.message(self._prefix))
        return self

    def assert_consumed(self) -> LoadStatus:
        """Raise unless every object has got a value, and every value an object.

        Raises
        ------
        AssertionError
            Listing what has not.
        """
        self.assert_existing_objects_matched()
        if self._unused:
            raise AssertionError(
                f"{len(self._unused)} values of {self._prefix} have no object: {', '.join(self._unused[:20])}."
            )
        return self

    def assert_nontrivial_match(self) -> LoadStatus:
        """Raise if no object has got a value.

        Raises
        ------
        AssertionError
            If nothing was restored.
        """
        if self._prefix is None or (
            self._mismatch is not None and len(self._mismatch.missing) == len(self._mismatch.model)
        ):
            raise AssertionError(f"nothing of {self._prefix} was restored.")
        return self

    def expect_partial(self) -> LoadStatus:
        """Say that the checkpoint may have more than is needed; that is never a warning here."""
        return self


class Checkpoint:
    """Objects by name; attributes that are set later are objects too.

    Parameters
    ----------
    root : mapping or Checkpoint, optional
        Name to object, for names that are not Python names.
    **objects
        Name to numpy array, variable, optimizer, or mapping or list of these.

    Raises
    ------
    TypeError
        If `root` is not a mapping, or an object has no value that can be restored in place.

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

    _objects: dict[str, Any]
    _save_counter: Array

    def __init__(self, root: Any = None, **objects: Any) -> None:
        if root is not None and not isinstance(root, (Checkpoint, Mapping)):
            raise TypeError(
                f"a Checkpoint is of named objects, given: {root!r} ({type(root).__name__}). Pass a mapping of "
                "names to arrays or variables, or keyword arguments: Checkpoint(weights=w)."
            )
        given = root.checkpoint_children() if isinstance(root, Checkpoint) else dict(root or {})
        object.__setattr__(self, "_objects", {})
        object.__setattr__(self, "_save_counter", np.array(0, np.int64))
        for name in sorted({**given, **objects}):
            setattr(self, name, {**given, **objects}[name])
        self._objects.pop("save_counter", None)  # every root has its own

    def __setattr__(self, name: str, value: Any) -> None:
        check_trackable(value, name)
        self._objects[name] = value

    def __getattr__(self, name: str) -> Any:
        objects = self.__dict__.get("_objects", {})
        if name not in objects:
            known = ", ".join(objects) or "none"
            raise AttributeError(f"the checkpoint has no object {name!r}; it has: {known}.")
        return objects[name]

    @property
    def save_counter(self) -> Array:
        """How often :meth:`save` has been called, over all processes: an array without dimensions."""
        return self._save_counter

    def checkpoint_children(self) -> Mapping[str, Any]:
        """The objects, and last the counter."""
        return {**self._objects, "save_counter": self._save_counter}

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
        self._save_counter[...] += 1
        try:
            prefix = self.write(f"{os.fspath(file_prefix)}-{int(self._save_counter)}", session)
        except BaseException:
            self._save_counter[...] -= 1
            raise
        directory, name = os.path.split(prefix)
        write_state(directory or os.curdir, CheckpointState.of([name]))
        return prefix

    def write(self, file_prefix: str | os.PathLike[str], session: Any = None) -> str:
        """Write a checkpoint of just that name; no state file names it.

        Raises
        ------
        FailedPreconditionError
            If a variable has no value.
        ValueError
            If there are variables and no session.
        OpError
            If the files cannot be written.
        """
        prefix = os.fspath(file_prefix)
        directory, name = os.path.split(prefix)
        nodes = nodes_of(self)
        leaves = [node for node in nodes if node.leaf is not None]
        tensors = {node.key: value_of(node.leaf, session) for node in leaves}
        tensors[OBJECT_GRAPH_KEY] = np.array(to_message(nodes), object)
        dtypes = {node.key: node.leaf.dtype for node in leaves if is_variable(node.leaf)}
        series = CheckpointSeries(directory or os.curdir)
        series.save(name, tensors, dtype_of=dtypes, may_be_nonfinite=tensors, acknowledge=False)
        return prefix

    # -- reading -------------------------------------------------------------------------------------------------------

    def restore(self, save_path: str | os.PathLike[str] | None, session: Any = None) -> LoadStatus:
        """Give the objects the values of a checkpoint, ours, TensorFlow's, or one of variables by name.

        Objects that the checkpoint does not have keep their values, and one line names them. Where there is no session
        yet, variables get theirs from what is returned: ``status.initialize_or_restore(session)``.

        Parameters
        ----------
        save_path : path or None
            The prefix; None restores nothing.
        session : Session, optional
            Which holds the variables' values.

        Raises
        ------
        NotFoundError
            If there is no such checkpoint.
        InvalidArgumentError
            If a shape or type differs; all differences in one table. No value is changed then.
        DataLossError
            If the checkpoint is damaged.
        """
        if save_path is None:
            leaves = [node.leaf for node in nodes_of(self) if is_variable(node.leaf)]
            return LoadStatus(None, (), None, others=leaves)
        status = Start.named(save_path).use(lambda prefix: self._restore(prefix, session))
        assert status is not None  # there is a prefix
        return status

    def _restore(self, prefix: str, session: Any) -> LoadStatus:
        with _open(prefix) as reader:
            leaves = _stored_leaves(nodes_of(self), reader)
            mismatch = compare(
                {key: _spec(node.leaf) for key, node in leaves.items()},
                {key: (tuple(reader.shape(key)), reader.dtype(key)) for key in _value_keys(reader)},
            )
            if mismatch is not None and mismatch.different:
                raise_mismatch(mismatch, prefix)
            found = {key: node for key, node in leaves.items() if reader.has(key)}
            _check_writable(found.values())
            arrays = {key: reader.get(key) for key in found}
            unused = [key for key in _value_keys(reader) if key not in found]
        values = [(node.leaf, arrays[key]) for key, node in found.items()]
        has_session = session is not None or bool(default_sessions())
        for leaf, value in values:
            if has_session or not is_variable(leaf):
                _assign(leaf, value, session)
        if mismatch is not None and mismatch.missing:
            names = ", ".join(node.name for key, node in leaves.items() if key not in found)
            log.warning("%s has no value for %s; what they have stays.", prefix, names)
        return LoadStatus(
            mismatch,
            unused,
            prefix,
            [(leaf, value) for leaf, value in values if is_variable(leaf)],
            [node.leaf for key, node in leaves.items() if key not in found and is_variable(node.leaf)],
        )

    read = restore


def _open(prefix: str) -> BundleReader:
    try:
        return BundleReader(prefix)
    except NotFoundError as error:
        raise NotFoundError(
            f"Error when restoring from checkpoint at {prefix}: {error} Please double-check that the path is correct. "
            "You may be missing the checkpoint suffix (e.g. the '-1' in 'path/to/ckpt-1')."
        ) from error


def _value_keys(reader: BundleReader) -> list[str]:
    return [key for key in reader.names() if key != OBJECT_GRAPH_KEY and not is_reserved(key)]


def _stored_leaves(nodes: Sequence[Node], reader: BundleReader) -> dict[str, Node]:
    """Key in the checkpoint to leaf; one that the checkpoint does not have is there under the key we would give it."""
    if not reader.has(OBJECT_GRAPH_KEY):  # written by a Saver: keys are plain names
        return {node.name: node for node in nodes if node.leaf is not None and node.name != "save_counter"}
    keys = stored_keys(nodes, bytes(reader.get(OBJECT_GRAPH_KEY)[()]), reader.prefix)
    return {keys.get(number, node.key): node for number, node in enumerate(nodes) if node.leaf is not None}


def _spec(leaf: Any) -> Spec:
    return spec_of(leaf) if is_variable(leaf) else (leaf.shape, as_dtype(leaf.dtype))


def value_of(leaf: Any, session: Any) -> Array:
    """The value of an array or variable; of a variable the live one in the session (default: the current one)."""
    if not is_variable(leaf):
        return np.asarray(leaf)
    value: Array = get_default_graph().current_session(session).store.of_handle(leaf.handle).value
    return value


def _check_writable(nodes: Any) -> None:
    fixed = [node.name for node in nodes if not is_variable(node.leaf) and not node.leaf.flags.writeable]
    if fixed:
        raise InvalidArgumentError(
            f"these arrays are read-only and cannot be restored in place: {', '.join(fixed)}. Copy them first."
        )


def _assign(leaf: Any, value: Array, session: Any) -> None:
    if is_variable(leaf):
        get_default_graph().current_session(session).store.of_handle(leaf.handle).write(value, anew=True)
    else:
        leaf[...] = value
