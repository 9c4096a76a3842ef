"""Assertions of ``tf.test.TestCase``, most of which fail for some of their arguments.

The calls are text, so that TensorFlow (tests/interop/tf_assertions.py) and this package (tests/test_assertions.py)
evaluate the very same; nothing is imported here that either of them lacks. tests/data/tf/assertions.json has
TensorFlow's answers: nothing, or the class of the error.
"""

from __future__ import annotations

import collections
from typing import Any

import numpy as np

CALLS = """
t.assertAllClose([1.0, 2.0], [1.0, 2.0000019])
t.assertAllClose([1.0, 2.0], [1.0, 2.1])
t.assertAllClose([1.0, 2.0], [1.0, 2.1], rtol=0.1)
t.assertAllClose([1.0, 2.0], [1.0, 2.1], atol=0.2, msg='said')
t.assertAllClose(1.0, [1.0])
t.assertAllClose([1.0], [1.0, 1.0])
t.assertAllClose([np.nan, np.inf], [np.nan, np.inf])
t.assertAllClose([np.inf], [-np.inf])
t.assertAllClose([np.nan], [1.0])
t.assertAllClose(tf.constant([1.0, 2.0]), [1.0, 2.0])
t.assertAllClose([1.0, 2.0], tf.constant([1.0, 2.0]))
t.assertAllClose(tf.constant(1.0), tf.constant(1.1))
t.assertAllClose({'a': 1.0, 'b': [2.0, 3.0]}, {'b': np.array([2.0, 3.0]), 'a': 1})
t.assertAllClose({'a': 1.0}, {'a': 1.1})
t.assertAllClose({'a': 1.0}, {'b': 1.0})
t.assertAllClose({'a': 1.0}, [1.0])
t.assertAllClose([[1.0], [2.0, 3.0]], [[1.0], [2.0, 3.0]])
t.assertAllClose([[1.0], [2.0, 3.0]], [[1.0], [2.0, 4.0]])
t.assertAllClose([[1.0], [2.0, 3.0]], [[1.0]])
t.assertAllClose(({'a': [1.0]}, [2.0]), ({'a': [1.0]}, [2.0]))
t.assertAllClose(({'a': [1.0]}, [2.0]), ({'a': [1.5]}, [2.0]))
t.assertAllClose(({'a': [1.0]}, [2.0]), ({'a': [1.0]},))
t.assertAllClose(Pair(1.0, [2.0]), Pair(1.0, [2.0]))
t.assertAllClose(Pair(1.0, [2.0]), Pair(1.0, [2.5]))
t.assertAllClose([], [])
t.assertAllClose([1, 2], [1, 2])
t.assertAllClose(1 + 1j, 1 + 1.1j)
t.assertNotAllClose([1.0], [1.1])
t.assertNotAllClose([1.0], [1.0], msg='said')
t.assertNotAllClose([1.0], [1.0, 2.0])
t.assertAllCloseAccordingToType([1.0], [1.0001])
t.assertAllCloseAccordingToType(np.float16([1.0]), [1.0009])
t.assertAllCloseAccordingToType(np.float16([1.0]), [1.1])
t.assertAllCloseAccordingToType(np.float32([1.0]), [1.001], float_rtol=0.1)
t.assertAllCloseAccordingToType(np.float64([1.0]), np.float64([1.001]), float_rtol=0.1)
t.assertAllCloseAccordingToType(np.float16([1.0]), [1.1], half_rtol=0.2, half_atol=0.1)
t.assertAllEqual([1, 2], [1, 2])
t.assertAllEqual([1, 2], [1, 3])
t.assertAllEqual([1, 2], [1.0, 2.0])
t.assertAllEqual([1, 2], [[1, 2]])
t.assertAllEqual(1, [1])
t.assertAllEqual([np.nan], [np.nan])
t.assertAllEqual(['a', 'b'], [b'a', b'b'])
t.assertAllEqual([b'a'], tf.constant(['a']))
t.assertAllEqual(['a'], ['b'])
t.assertAllEqual('a', b'a')
t.assertAllEqual(True, np.True_)
t.assertAllEqual(tf.constant([1, 2]), tf.constant([1, 2]))
t.assertAllEqual(tf.constant([1, 2]), [1, 4])
t.assertAllEqual((1, 2), [1, 2], msg='said')
t.assertNotAllEqual([1], [2])
t.assertNotAllEqual([1], [1])
t.assertNotAllEqual([1], [1, 1])
t.assertNear(1.0, 1.1, 0.2)
t.assertNear(1.0, 1.3, 0.2)
t.assertNear(f1=1.0, f2=1.5, err=0.5, msg='said')
t.assertArrayNear([1.0, 2.0], [1.05, 2.0], 0.1)
t.assertArrayNear(farray1=[1.0, 2.0], farray2=[1.5, 2.0], err=0.1)
t.assertArrayNear([1.0, 2.0], [1.0], 0.1)
t.assertNDArrayNear(np.array([1.0, 2.0]), np.array([1.05, 2.0]), 0.1)
t.assertNDArrayNear(ndarray1=np.ones(4), ndarray2=np.zeros(4), err=2.0)
t.assertAllGreater([2, 3], 1)
t.assertAllGreater([1, 3], 1)
t.assertAllGreater(tf.constant([2.0]), comparison_target=3.0)
t.assertAllLess([2, 3], 4)
t.assertAllLess([2, 4], 4)
t.assertAllGreaterEqual([1, 3], 1)
t.assertAllGreaterEqual([1, 3], 2)
t.assertAllLessEqual([1, 3], 3)
t.assertAllLessEqual([1, 3], 2)
t.assertAllInRange([1.0, 2.0], 1.0, 2.0)
t.assertAllInRange([1.0, 2.0], 1.0, 2.0, open_lower_bound=True)
t.assertAllInRange([1.0, 2.0], 1.0, 2.0, open_upper_bound=True)
t.assertAllInRange(target=[1, 2, 5], lower_bound=0, upper_bound=4)
t.assertAllInRange([1.0, np.nan], 1.0, 2.0)
t.assertAllInRange(['a'], 1.0, 2.0)
t.assertAllInRange([True], 0, 1)
t.assertAllInSet([1, 2, 1], {1, 2})
t.assertAllInSet(target=tf.constant([1, 3]), expected_set=[1, 2])
t.assertDTypeEqual(tf.constant([1.0]), np.float32)
t.assertDTypeEqual(target=np.int32([1]), expected_dtype=np.int64)
t.assertShapeEqual(np.ones([2, 3]), tf.ones([2, 3]))
t.assertShapeEqual(np.ones([2, 3]), tf.ones([3, 2]))
t.assertShapeEqual(tf.ones([2]), tf.zeros([2]), msg='said')
t.assertShapeEqual([1.0], np.ones(1))
t.assertDictEqual({'a': 1}, {'a': 1})
t.assertDictEqual({'a': 1}, {'a': 2})
t.assertDictEqual({'a': np.array([1.0, 2.0])}, {'a': np.array([1.0, 2.0000001])})
t.assertDictEqual({'a': np.array([1, 2])}, {'a': np.array([1, 3])})
t.assertDictEqual({'a': np.array([1, 2])}, {'b': np.array([1, 2])})
t.assertProtoEquals('node { name: "a" op: "b" }', tf.GraphDef(node=[tf.NodeDef(name='a', op='b')]))
t.assertProtoEquals('node { name: "a" op: "c" }', tf.GraphDef(node=[tf.NodeDef(name='a', op='b')]))
t.assertProtoEquals(tf.NodeDef(name='a'), tf.NodeDef(name='a'))
t.assertProtoEquals(tf.NodeDef(name='a'), tf.NodeDef(name='b'))
t.assertStartsWith('text', 'te')
t.assertStartsWith(actual='text', expected_start='xt', msg='said')
t.assertItemsEqual([1, 2, 2], [2, 1, 2])
t.assertItemsEqual([1, 2], [2, 2])
t.assertSameElements([1, 2, 2], [2, 1])
t.assertSameElements([1], [2, 1])
t.assertEmpty([])
t.assertEmpty([1])
t.assertNotEmpty([1])
t.assertNotEmpty([])
t.assertLen([1, 2], 2)
t.assertLen([1, 2], 3)
t.assertBetween(1, 1, 2)
t.assertBetween(3, 1, 2)
t.assertContainsSubset([1], [1, 2])
t.assertContainsSubset([3], [1, 2])
within(t.assertRaisesOpError('bad thing'), lambda: stop(tf.errors.InvalidArgumentError(None, None, 'a bad thing')))
within(t.assertRaisesOpError('good thing'), lambda: stop(tf.errors.InvalidArgumentError(None, None, 'a bad thing')))
within(t.assertRaisesOpError('x'), lambda: stop(ValueError('x')))
within(t.assertRaisesOpError('x'), lambda: None)
within(t.assertRaisesWithPredicateMatch(ValueError, 'a.c'), lambda: stop(ValueError('abc')))
within(t.assertRaisesWithPredicateMatch(ValueError, lambda e: 'z' in str(e)), lambda: stop(ValueError('abc')))
within(t.assertRaisesWithPredicateMatch(exception_type=KeyError, expected_err_re_or_predicate=''), lambda: stop(ValueError()))
t.evaluate(tf.constant(3)) == 3 or stop(AssertionError())
t.evaluate({'a': tf.constant(3), 'b': [tf.constant(4)]}) == {'a': 3, 'b': [4]} or stop(AssertionError())
within(t.session(), lambda: tf.constant(3).eval() == 3 or stop(AssertionError()))
within(t.session(graph=tf.Graph(), use_gpu=False), lambda: tf.constant(3).eval() == 3 or stop(AssertionError()))
within(t.session(), lambda: t.evaluate(tf.constant(3)) == 3 or stop(AssertionError()))
within(t.cached_session(use_gpu=True), lambda: t.evaluate(tf.constant(3)) == 3 or stop(AssertionError()))
kept(t.cached_session, t.cached_session) or stop(AssertionError())
kept(t.test_session, t.cached_session) or stop(AssertionError())
kept(t.cached_session, t.session) and stop(AssertionError())
kept(t.cached_session, lambda: t.cached_session(graph=tf.Graph()))
kept(t.cached_session, lambda: t.cached_session(config=tf.ConfigProto()))
kept(t.cached_session, lambda: t.test_session(graph=tf.Graph())) and stop(AssertionError())
t.get_temp_dir() == t.get_temp_dir() or stop(AssertionError())
tf.test.get_temp_dir() in t.get_temp_dir() or stop(AssertionError())
tf.get_default_graph().seed == 87654321 or stop(AssertionError())
t.assertAllEqual(np.random.randint(1000, size=3), np.random.RandomState(87654321).randint(1000, size=3))
""".strip().splitlines()

Pair = collections.namedtuple("Pair", ["x", "y"])


def outcome(tf: Any, call: str) -> str:
    """Nothing, or the class of the error that the call raises in a test."""

    class Test(tf.test.TestCase):
        """The test that makes the call."""

        def runTest(self) -> None:
            """Make the call."""
            names = {
                "t": self,
                "tf": tf,
                "np": np,
                "Pair": Pair,
                "within": _within,
                "stop": _stop,
                "kept": _kept,
            }
            try:
                eval(call, names)  # noqa: S307  those above
            except Exception as error:  # which one is the question
                found.append(type(error).__name__)

    found: list[str] = []
    Test().debug()
    return "".join(found)


def _within(context: Any, act: Any) -> None:
    with context:
        act()


def _stop(error: Exception) -> None:
    raise error


def _kept(one: Any, other: Any) -> bool:
    """Whether both give one session."""
    with one() as session:
        pass
    with other() as again:
        return session is again
