"""A test with sessions and assertions about arrays: tf.test.TestCase.

Every test begins with an empty default graph and the same seeds.

Source
------
tf.test.TestCase, TF 1.15 framework/test_util.py
"""

from __future__ import annotations

import contextlib
import random
import tempfile
from collections.abc import Iterator
from typing import Any

import numpy as np

from estimator.functions.random import set_random_seed
from estimator.functions.scoping import get_default_session
from estimator.graph.graph import Graph, get_default_graph, reset_default_graph
from estimator.runtime.session import Session
from estimator.testing.assertions import Assertions
from estimator.testing.environment import get_temp_dir

_SEED = 87654321


class TestCase(Assertions):
    """A test of unittest, which pytest runs as well.

    Example
    -------
    >>> from estimator import tf
    >>> class SquareTest(tf.test.TestCase):
    ...     def test_squares(self):
    ...         self.assertAllClose(tf.square([1.0, 2.0]), [1.0, 4.0])
    >>> SquareTest("test_squares").run().wasSuccessful()
    True
    """

    # Here, since a test's own setUp may leave out that of its parent.
    _directory: str | None = None
    _session: Session | None = None
    _session_arguments: tuple[Any, ...] = ()

    def setUp(self) -> None:
        """Begin with an empty graph and the seeds of every test."""
        super().setUp()
        random.seed(_SEED)
        np.random.seed(_SEED)
        reset_default_graph()
        set_random_seed(_SEED)

    def tearDown(self) -> None:
        """Close the session that the test has kept."""
        self._close_session()
        super().tearDown()

    def _close_session(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def get_temp_dir(self) -> str:
        """A directory of this test alone, removed when the program ends."""
        if self._directory is None:
            self._directory = tempfile.mkdtemp(dir=get_temp_dir())
        return self._directory

    # -- sessions ------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def session(
        self, graph: Graph | None = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False
    ) -> Iterator[Session]:
        """A session that is the default, of a graph that is the default, too.

        Parameters
        ----------
        graph : Graph, optional
            Default: the default graph.
        config : ConfigProto, optional
            For the session.
        use_gpu : bool
            Without effect: there are no GPUs.
        force_gpu : bool
            Refused.

        Raises
        ------
        ValueError
            If a GPU is asked for.
        """
        _refuse_gpu(force_gpu)
        with Session(graph=graph, config=config) as session, session.graph.as_default():
            yield session

    @contextlib.contextmanager
    def cached_session(
        self, graph: Graph | None = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False
    ) -> Iterator[Session]:
        """As :meth:`session`, but the same one throughout the test.

        Raises
        ------
        ValueError
            If it is asked for with other arguments than before, or with a GPU.
        """
        _refuse_gpu(force_gpu)
        arguments = (graph, config)
        if self._session is not None and not _are_same(arguments, self._session_arguments):
            raise ValueError(
                "the session of this test was made with another graph or config; use session() for another one."
            )
        with self._kept(*arguments) as session:
            yield session

    @contextlib.contextmanager
    def test_session(
        self, graph: Graph | None = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False
    ) -> Iterator[Session]:
        """The session of the test if no graph is given, whatever the config; else a session of that graph."""
        _refuse_gpu(force_gpu)
        with self._kept(None, config) if graph is None else self.session(graph, config) as session:
            yield session

    # It begins as a test does, and is none.
    test_session.__unittest_skip__ = True  # type: ignore[attr-defined]
    test_session.__unittest_skip_why__ = "it is no test, but makes a session."  # type: ignore[attr-defined]

    @contextlib.contextmanager
    def _kept(self, graph: Graph | None, config: Any) -> Iterator[Session]:
        if self._session is None:
            self._session = Session(graph=graph, config=config)
            self._session_arguments = (graph, config)
        with self._session.graph.as_default(), self._session.as_default():
            yield self._session

    def evaluate(self, tensors: Any) -> Any:
        """The values of tensors, in any structure, by the default session or that of the test."""
        session = get_default_session()
        if session is not None:
            return session.run(tensors)
        with self.test_session() as kept:
            return kept.run(tensors)


def _are_same(some: tuple[Any, ...], others: tuple[Any, ...]) -> bool:
    graphs = [graph or get_default_graph() for graph in (some[0], others[0])]
    return graphs[0] is graphs[1] and some[1] is others[1]


def _refuse_gpu(force_gpu: bool) -> None:
    if force_gpu:
        raise ValueError("force_gpu=True: there are no GPUs here; leave it out.")
