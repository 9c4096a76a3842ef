"""Making a session whose variables have their values: from a checkpoint, or from their initializers.

The order is: finalize the scaffold and the graph, make the session, restore the checkpoint or run
the init op and the init function, ask whether everything is ready for local initialisation, run the
local init op, ask whether everything is ready.

Source
------
tf.train.ChiefSessionCreator, TF 2.15 monitored_session.py and session_manager.py
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from estimator.core import log
from estimator.core.errors import UnimplementedError
from estimator.core.keywords import near_keywords
from estimator.distribution.collective import current
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.model_dir.finding import kept_with
from estimator.model_dir.start import Start
from estimator.runtime.session import Session
from estimator.training.scaffold import OWN_REPORTS, Scaffold


class SessionCreator(Protocol):
    """Makes the session of a MonitoredSession, with values in its variables."""

    def create_session(self) -> Session:
        """A session whose variables have their values."""
        ...


@near_keywords
class ChiefSessionCreator:
    """Restores the latest checkpoint, or initialises.

    Parameters
    ----------
    scaffold : Scaffold, optional
    master : str
        Must be empty: there is only the local process.
    config : object, optional
        Handed to the session.
    checkpoint_dir : str or path, optional
        Its latest checkpoint is restored, if it has one; if a trainer deletes that meanwhile, the newer one.
    checkpoint_filename_with_path : str, optional
        This checkpoint is restored instead.
    start : Start, optional
        Instead of both: where the values come from, if that is known by now.
    after_init : callable, optional
        Called with the session after the init op and before the init function: a warm start.
    saves : bool
        Whether somebody may save the graph; if not, one whose values come from a checkpoint gets no operations that
        initialise.
    executor : str, optional
        Of the session.
    share : callable, optional
        Called with the session when its variables have their values: it gives them to other processes, or takes over
        theirs, which come in the place of what `after_init` and the init function would give.
    takes_over : bool
        Whether it does the latter.

    Attributes
    ----------
    restored : str or None
        The checkpoint that was restored.

    Raises
    ------
    RuntimeError
        From :meth:`create_session`, if variables have no value afterwards.
    """

    def __init__(
        self,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: str | os.PathLike[str] | None = None,
        checkpoint_filename_with_path: str | None = None,
        *,
        start: Start | None = None,
        after_init: Callable[[Session], None] | None = None,
        saves: bool = True,
        executor: str | None = None,
        share: Callable[[Session], None] | None = None,
        takes_over: bool = False,
    ) -> None:
        if master not in ("", "local"):
            raise ValueError(f"master must be '', given: {master!r}; there is only the local process.")
        self._scaffold = scaffold or Scaffold()
        self._config = config
        self._executor = executor
        self._checkpoint_dir = checkpoint_dir
        self._checkpoint = checkpoint_filename_with_path
        self._start = start
        self._after_init = after_init
        self._share, self._takes_over = share, takes_over
        self.saves = saves
        self._only_restores = not saves and start is not None and start.prefix is not None
        self.restored: str | None = None

    def join(self, share: Callable[[Session], None], takes_over: bool) -> None:
        """Share the values with other processes, as the arguments of the constructor say."""
        self._share, self._takes_over = share, takes_over

    def create_session(self) -> Session:
        """A session on the default graph, which is finalized."""
        self._scaffold.finalize(restores=self._only_restores)
        log.info("Graph was finalized.")
        session = self._new_session()
        try:
            self._give_values(session)
        except BaseException:
            session.close()
            raise
        return session

    def _new_session(self) -> Session:
        return Session(graph=get_default_graph(), config=self._config, executor=self._executor)

    def _give_values(self, session: Session) -> None:
        if self._takes_over:
            self._initialize(session)
        else:
            self._restore_or_initialize(session)
        if self._share is not None:
            self._share(session)
        self._demand_ready(session, self._scaffold.ready_for_local_init_op, "local initialisation")
        log.info("Running local_init_op.")
        if self._scaffold.local_init_op is not None:
            session.run(self._scaffold.local_init_op, feed_dict=self._scaffold.local_init_feed_dict)
        log.info("Done running local_init_op.")
        self._demand_ready(session, self._scaffold.ready_op, "the first step", and_local=True)

    def _initialize(self, session: Session) -> None:
        if self._scaffold.init_op is not None:
            session.run(self._scaffold.init_op, feed_dict=self._scaffold.init_feed_dict)

    def _restore_or_initialize(self, session: Session) -> None:
        self.restored = self._restore(session)
        if self.restored is not None:
            return
        self._initialize(session)
        if self._after_init is not None:
            self._after_init(session)
        if self._scaffold.init_fn is not None:
            self._scaffold.init_fn(session)

    def _restore(self, session: Session) -> str | None:
        def restore(checkpoint: str) -> str:
            if self._scaffold.saver is None:
                raise RuntimeError(
                    f"there is no saver to restore {checkpoint!r} with: the graph has no variables, or it was "
                    "finalized without one; then pass Scaffold(saver=...)."
                )
            self._scaffold.saver.restore(session, checkpoint)
            return checkpoint

        start = self._find_start()
        restored = start.use(restore)
        if restored is not None and self._start is None and start.may_move:
            # The directory is this training's own: what earlier runs have saved is thinned along with what comes.
            self._scaffold.saver.recover_last_checkpoints([info.prefix for info in kept_with(restored)])
        return restored

    def _find_start(self) -> Start:
        """Looked up as late as possible: a trainer beside us goes on saving."""
        if self._start is not None:
            return self._start
        if self._checkpoint is not None or self._checkpoint_dir is None:
            return Start(self._checkpoint)
        return Start.latest(self._checkpoint_dir)

    def _demand_ready(self, session: Session, ready_op: Any, purpose: str, and_local: bool = False) -> None:
        """Raise unless the op lists nothing.

        In place of an op that the scaffold has made itself the session's store is asked, and also where there is
        none, in a graph that was final before.
        """
        if ready_op is not None and ready_op not in session.graph.get_collection(OWN_REPORTS):
            listed = np.ravel(np.asarray(session.run(ready_op), object))
            missing = [name.decode() if isinstance(name, bytes) else str(name) for name in listed]
        else:
            variables = session.graph.get_collection(GraphKeys.GLOBAL_VARIABLES)
            if and_local and (ready_op is not None or self._only_restores):
                variables = [*variables, *session.graph.get_collection(GraphKeys.LOCAL_VARIABLES)]
            missing = [v.op.name for v in variables if not session.store.of_handle(v.handle).initialized]
        if not missing:
            return
        source = "init_op and init_fn" if self.restored is None else f"the checkpoint {self.restored}"
        advice = "Give these variables their values in Scaffold(init_op=..., init_fn=...) or leave both out."
        if self._scaffold.init_op is None and not self._only_restores:
            advice = (
                "The graph was finalized without an init_op: leave graph.finalize() out, or make the op before it "
                "and pass Scaffold(init_op=...)."
            )
        raise RuntimeError(
            f"{source} did not make the model ready for {purpose}: no value for {', '.join(missing)}. {advice}"
        )


class LentSession:
    """Gives a session that others go on with: the loop's end does not close it, nor what waits in it.

    Parameters
    ----------
    session : Session
        Its variables have their values, its graph may still grow.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def create_session(self) -> Session:
        """The session."""
        return self._session


@near_keywords
class WorkerSessionCreator:
    """A session whose variables have the values of the chief's, where several processes train together.

    A process alone is the chief: there a graph with variables is refused when the session is made.

    Parameters
    ----------
    scaffold : Scaffold, optional
    master : str
        Must be empty.
    config : object, optional
        Handed to the session.
    max_wait_secs : number
        Accepted; nobody is waited for.

    Source
    ------
    tf.train.WorkerSessionCreator, TF 1.15 monitored_session.py
    """

    def __init__(
        self,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        max_wait_secs: float = 1800,
    ) -> None:
        self._scaffold = scaffold or Scaffold()
        self._master, self._config, self._max_wait_secs = master, config, max_wait_secs
        self._share: Callable[[Session], None] | None = None

    def join(self, share: Callable[[Session], None], takes_over: bool) -> None:
        """Take the values of the chief's variables."""
        self._share = share

    def create_session(self) -> Session:
        """A session on the default graph, which is finalized.

        Raises
        ------
        DeadlineExceededError
            If variables have no value: use :class:`ChiefSessionCreator`.
        """
        if self._share is not None:
            creator = ChiefSessionCreator(
                self._scaffold, "", self._config, share=self._share, takes_over=True
            )
            return creator.create_session()
        from estimator.training.session_manager import SessionManager  # which a chief has no use for

        scaffold = self._scaffold.finalize()
        manager = SessionManager(
            scaffold.local_init_op,
            scaffold.ready_op,
            scaffold.ready_for_local_init_op,
            local_init_feed_dict=scaffold.local_init_feed_dict,
        )
        return manager.wait_for_session(self._master, self._config, self._max_wait_secs)


def demand_others(is_chief: bool) -> None:
    """Refuse a process that is not to be the chief where there is no other.

    Raises
    ------
    UnimplementedError
        If it is so.
    """
    if not is_chief and current().size == 1:
        raise UnimplementedError(
            "is_chief=False: this process is alone, so that nobody would be the chief. Start it together with others, "
            "mpiexec -n 2 python -m mpi4py script.py, or leave is_chief out."
        )


def exchanges(graph: Graph) -> bool:
    """Whether a step of a graph exchanges something with other processes."""
    return any(op.definition.exchanges for op in graph.get_operations())
