"""The test case as pytest and unittest run it."""

from __future__ import annotations

import io
import unittest

import pytest

from estimator import tf


class CaseTest(tf.test.TestCase):
    """A test that pytest collects; its `test_session` is no test."""

    def test_every_test_has_a_graph_and_a_directory_of_its_own(self) -> None:
        self.assertEmpty(tf.get_default_graph().get_operations())
        tf.constant(1)
        self.assertEqual(tf.gfile.ListDirectory(self.get_temp_dir()), [])
        tf.gfile.GFile(f"{self.get_temp_dir()}/f", "w").write("x")

    test_again = test_every_test_has_a_graph_and_a_directory_of_its_own

    def test_a_failed_assertion_says_where_and_how_far(self) -> None:
        with self.assertRaisesRegex(
            AssertionError, r"(?s)where = \[\[1\]\].*lhs = \[2.\].*rhs = \[3.\].*said"
        ):
            self.assertAllClose([1.0, 2.0], [1.0, 3.0], msg="said")
        with self.assertRaisesRegex(AssertionError, r"a\['k'\]\[1\]"):
            self.assertAllClose({"k": [[1.0], [2.0, 3.0]]}, {"k": [[1.0], [2.0, 4.0]]})

    def test_a_dict_of_tensors_equals_itself_in_any_graph(self) -> None:
        with tf.Graph().as_default():
            tensors = {"a": tf.placeholder(tf.float32)}
        self.assertEqual(tensors, dict(tensors))

    def test_gpus_are_refused(self) -> None:
        for make in (self.session, self.cached_session, self.test_session):
            with (
                self.assertRaisesRegex(ValueError, "force_gpu=True: there are no GPUs"),
                make(force_gpu=True),
            ):
                pass

    def test_a_misspelt_field_of_an_expected_message_is_an_error(self) -> None:
        with self.assertRaisesRegex(tf.errors.DataLossError, 'no field named "nam"'):
            self.assertProtoEquals('nam: "a"', tf.NodeDef(name="a"))
        with self.assertRaisesRegex(NotImplementedError, "relative_tolerance"):
            self.assertProtoEquals(tf.NodeDef(), tf.NodeDef(), relative_tolerance=0.1)

    def test_shapes_that_do_not_fit_are_recognised(self) -> None:
        with self.assertRaisesIncompatibleShapesError(ValueError):
            tf.ones([2]) + tf.ones([3])


class OwnSetUpTest(tf.test.TestCase):
    """A test whose setUp does not call that of its parent."""

    def setUp(self) -> None:
        self.value = 3

    def test_a_session_is_kept(self) -> None:
        with tf.Graph().as_default(), self.cached_session() as session:
            self.assertEqual(session.run(tf.constant(self.value)), 3)


def test_unittest_runs_it_and_skips_what_makes_a_session() -> None:
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(CaseTest)
    result = unittest.TextTestRunner(io.StringIO()).run(suite)
    assert result.wasSuccessful()
    assert result.testsRun in (7, 8)  # Python 3.12.1 does not count what is skipped
    assert [(test.id().rpartition(".")[2], why) for test, why in result.skipped] == [
        ("test_session", "it is no test, but makes a session.")
    ]


def test_assertions_alone_cannot_evaluate() -> None:
    from estimator.testing.assertions import Assertions

    with pytest.raises(NotImplementedError, match=r"Assertions must define evaluate\(tensors\)"):
        Assertions().assertAllEqual(tf.constant(1), 1)


def test_a_case_mixes_with_one_that_has_a_metaclass() -> None:
    class Generating(type):
        pass

    class Other(unittest.TestCase, metaclass=Generating):
        pass

    class Both(tf.test.TestCase, Other):
        pass

    assert type(Both) is Generating
