"""Sessions of a graph with values in its variables, for loops that are written by hand.

What a :class:`~estimator.training.session_creator.ChiefSessionCreator` does with a scaffold is done here with
operations that are given one by one.

Source
------
tf.train.SessionManager, TF 1.15 session_manager.py
"""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.errors import DeadlineExceededError
from estimator.core.keywords import near_keywords_of_methods
from estimator.graph.graph import Graph, get_default_graph
from estimator.model_dir.finding import kept_with
from estimator.model_dir.start import Start
from estimator.runtime.session import Session

Path = str | os.PathLike[str]


@near_keywords_of_methods
class SessionManager:
    """Makes sessions that are restored from a checkpoint, or initialised.

    Parameters
    ----------
    local_init_op : Operation, optional
        Run in every new session, when `ready_for_local_init_op` lists nothing.
    ready_op, ready_for_local_init_op : Tensor, optional
        The names of what is not ready yet; empty if all is. Not asked if there is none.
    graph : Graph, optional
        By default the thread's default graph.
    recovery_wait_secs : number
        How often a checkpoint is looked for that is waited for.
    local_init_run_options : RunOptions, optional
    local_init_feed_dict : mapping, optional
        Fed to `local_init_op`.
    """

    def __init__(
        self,
        local_init_op: Any = None,
        ready_op: Any = None,
        ready_for_local_init_op: Any = None,
        graph: Graph | None = None,
        recovery_wait_secs: float = 30,
        local_init_run_options: Any = None,
        local_init_feed_dict: Mapping[Any, Any] | None = None,
    ) -> None:
        self._local_init_op = local_init_op
        self._ready_op = ready_op
        self._ready_for_local_init_op = ready_for_local_init_op
        self._graph = get_default_graph() if graph is None else graph
        self._wait_secs = recovery_wait_secs
        self._local_init_run = {"options": local_init_run_options, "feed_dict": local_init_feed_dict}

    def prepare_session(
        self,
        master: str = "",
        init_op: Any = None,
        saver: Any = None,
        checkpoint_dir: Path | None = None,
        checkpoint_filename_with_path: Path | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        config: Any = None,
        init_feed_dict: Mapping[Any, Any] | None = None,
        init_fn: Callable[[Session], Any] | None = None,
    ) -> Session:
        """A session whose variables have the values of a checkpoint; without one, those of `init_op` and `init_fn`.

        Raises
        ------
        RuntimeError
            If variables have no value afterwards, or there is nothing that could give them one.
        ValueError
            If a directory and a checkpoint are given.
        """
        session, restored = self._restore(
            master,
            saver,
            checkpoint_dir,
            checkpoint_filename_with_path,
            wait_for_checkpoint,
            max_wait_secs,
            config,
        )
        with _closed_on_error(session):
            if not restored:
                if init_op is None and init_fn is None and self._local_init_op is None:
                    raise RuntimeError(
                        "Model is not initialized and no init_op or init_fn or local_init_op was given."
                    )
                if init_op is not None:
                    session.run(init_op, feed_dict=init_feed_dict)
                if init_fn is not None:
                    init_fn(session)
            if missing := self._initialize_locally(session):
                raise RuntimeError(_not_ready("local_init", init_op, init_fn, missing))
            if missing := _listed(session, self._ready_op):
                raise RuntimeError(_not_ready("the first step", init_op, init_fn, missing))
        return session

    def recover_session(
        self,
        master: str = "",
        saver: Any = None,
        checkpoint_dir: Path | None = None,
        checkpoint_filename_with_path: Path | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        config: Any = None,
    ) -> tuple[Session, bool]:
        """A session, and whether a checkpoint has given all of its variables their values.

        Raises
        ------
        ValueError
            If a directory and a checkpoint are given.
        """
        session, restored = self._restore(
            master,
            saver,
            checkpoint_dir,
            checkpoint_filename_with_path,
            wait_for_checkpoint,
            max_wait_secs,
            config,
        )
        with _closed_on_error(session):
            missing = self._initialize_locally(session) or _listed(session, self._ready_op)
        if restored and missing:
            log.info(
                "Restoring model from %s did not make model ready: no value for %s",
                checkpoint_dir or checkpoint_filename_with_path,
                ", ".join(missing),
            )
        return session, restored and not missing

    def wait_for_session(
        self, master: str = "", config: Any = None, max_wait_secs: float = math.inf
    ) -> Session:
        """A session that is ready as it is, since nothing needs a value that `local_init_op` does not give.

        Raises
        ------
        DeadlineExceededError
            At once, if variables have no value: nobody else can give them one, as there is only the local process.
        """
        session = Session(master, graph=self._graph, config=config)
        with _closed_on_error(session):
            if missing := self._initialize_locally(session) or _listed(session, self._ready_op):
                raise DeadlineExceededError(
                    f"Session was not ready: no value for {', '.join(missing)}. There is only the local process, so "
                    "that no other one will give it: use prepare_session."
                )
        return session

    def _restore(
        self,
        master: str,
        saver: Any,
        directory: Path | None,
        checkpoint: Path | None,
        waits: bool,
        max_wait_secs: float,
        config: Any,
    ) -> tuple[Session, bool]:
        if directory and checkpoint:
            raise ValueError("Can not provide both checkpoint_dir and checkpoint_filename_with_path.")
        session = Session(master, graph=self._graph, config=config)

        def restore(prefix: str) -> str:
            saver.restore(session, prefix)
            return prefix

        if not saver or not (directory or checkpoint):
            return session, False
        with _closed_on_error(session):
            start = (
                Start(os.fspath(checkpoint)) if checkpoint else self._latest(directory, waits, max_wait_secs)
            )
            restored = start.use(restore)
            if restored is not None and start.may_move:
                saver.recover_last_checkpoints([info.prefix for info in kept_with(restored)])
        return session, restored is not None

    def _latest(self, directory: Any, waits: bool, max_wait_secs: float) -> Start:
        end = time.monotonic() + max_wait_secs
        start = Start.latest(directory)
        while waits and start.prefix is None and time.monotonic() < end:
            log.info("Waiting for checkpoint to be available.")
            time.sleep(self._wait_secs)
            start = Start.latest(directory)
        return start

    def _initialize_locally(self, session: Session) -> list[str]:
        """Run the local init op, unless something is missing that it needs: what that is."""
        if self._local_init_op is None:
            return []
        missing = _listed(session, self._ready_for_local_init_op)
        if not missing:
            log.info("Running local_init_op.")
            session.run(self._local_init_op, **self._local_init_run)
            log.info("Done running local_init_op.")
        return missing


@contextlib.contextmanager
def _closed_on_error(session: Session) -> Iterator[None]:
    try:
        yield
    except BaseException:
        session.close()
        raise


def _listed(session: Session, ready_op: Any) -> list[str]:
    """What an op lists as not ready; an op that gives numbers lists nothing, as TensorFlow has it."""
    if ready_op is None:
        return []
    found = session.run(ready_op)
    if found is None or np.asarray(found).dtype == np.int32:
        return []
    return [
        name.decode() if isinstance(name, bytes) else str(name)
        for name in np.ravel(np.asarray(found, object))
    ]


def _not_ready(purpose: str, init_op: Any, init_fn: Any, missing: list[str]) -> str:
    name = getattr(init_op, "name", None)
    return (
        f"Init operations did not make model ready for {purpose}. Init op: {name}, init fn: {init_fn}, no value for: "
        f"{', '.join(missing)}."
    )
