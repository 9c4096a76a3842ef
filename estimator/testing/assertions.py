"""Assertions about arrays and tensors.

Wherever one takes an array it takes tensors, too, and structures of both; all tensors of an assertion are evaluated in
one run.

Source
------
tf.test.TestCase, TF 1.15 framework/test_util.py
"""

from __future__ import annotations

import contextlib
import re
import unittest
from collections.abc import Callable, Collection, Container, Iterator, Mapping
from typing import Any

import numpy as np

from estimator.core import errors, nest
from estimator.core.texts import as_bytes
from estimator.formats import messages
from estimator.functions.scoping import is_tensor
from estimator.graph.tensor import Tensor
from estimator.testing.comparison import as_array, not_close, not_equal, shapes_differ

_HALF = 1e-3  # what the half precision types are compared with; bfloat16 ten times that
_WRONG_SHAPES = (
    "[Ii]ncompatible shapes|Dimensions must be equal|required broadcastable shapes|do not (fit|broadcast)"
)


class Assertions(unittest.TestCase):
    """A test whose assertions take tensors; a subclass says how these are evaluated."""

    # No abstract method: packages mix the test case with others, whose metaclass would be in conflict with that.
    def evaluate(self, tensors: Any) -> Any:
        """The values of tensors, in any structure.

        Raises
        ------
        NotImplementedError
            Where a subclass does not say how.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must define evaluate(tensors), which gives their values."
        )

    def _values(self, *structures: Any) -> list[Any]:
        """The structures with values for tensors, all of one run."""
        leaves = [leaf for structure in structures for leaf in nest.flatten(structure)]
        wanted = [leaf for leaf in leaves if is_tensor(leaf)]
        found = iter(self.evaluate(wanted) if wanted else ())
        return [
            nest.pack_as(
                structure, [next(found) if is_tensor(leaf) else leaf for leaf in nest.flatten(structure)]
            )
            for structure in structures
        ]

    def _arrays(self, *values: Any) -> list[np.ndarray[Any, Any]]:
        return [as_array(value) for value in self._values(*values)]

    # -- close and equal -----------------------------------------------------------------------------------------------

    def assertAllClose(
        self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: str | None = None
    ) -> None:
        """Fail unless ``|a - b| <= atol + rtol |b|`` everywhere.

        Parameters
        ----------
        a, b : array, tensor, or a structure of them
            Dicts of the same keys, lists and tuples of the same length.
        rtol, atol : float
            How far apart they may be, relative to `b` and besides.
        msg : str, optional
            Said when it fails.

        Raises
        ------
        AssertionError
            If they are not close, or of different shapes, lengths or keys.
        ValueError
            If one is a dict and the other is not.
        """
        left, right = self._values(a, b)
        self._assert_close(left, right, rtol, atol, msg or "", "")

    def _assert_close(self, a: Any, b: Any, rtol: float, atol: float, msg: str, path: str) -> None:
        a, b = (value._asdict() if hasattr(value, "_asdict") else value for value in (a, b))
        if isinstance(a, Mapping) != isinstance(b, Mapping):
            raise ValueError(f"cannot compare a dict with what is none, a{path} with b{path}. {msg}")
        if isinstance(a, Mapping):
            self.assertCountEqual(a.keys(), b.keys(), f"mismatched keys of a{path} and b{path}. {msg}")
            for key in a:
                self._assert_close(a[key], b[key], rtol, atol, msg, f"{path}[{key!r}]")
        elif isinstance(a, (list, tuple)) and as_array(a).dtype == object:
            if len(a) != len(b):
                self.fail(f"mismatched length: a{path} has {len(a)} items, b{path} {len(b)}. {msg}")
            for place, (one, other) in enumerate(zip(a, b)):
                self._assert_close(one, other, rtol, atol, msg, f"{path}[{place}]")
        else:
            left, right = as_array(a), as_array(b)
            where = f" (a{path} and b{path})" if path else ""
            self._fail_if(shapes_differ(left, right) or not_close(left, right, rtol, atol), f"{msg}{where}")

    def assertNotAllClose(
        self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: str | None = None
    ) -> None:
        """Fail if they are close everywhere."""
        try:
            self.assertAllClose(a, b, rtol, atol)
        except self.failureException:
            return
        self.fail(f"the two values are close at all elements. {msg or ''}")

    def assertAllCloseAccordingToType(
        self,
        a: Any,
        b: Any,
        rtol: float = 1e-6,
        atol: float = 1e-6,
        float_rtol: float = 1e-6,
        float_atol: float = 1e-6,
        half_rtol: float = _HALF,
        half_atol: float = _HALF,
        bfloat16_rtol: float = 10 * _HALF,
        bfloat16_atol: float = 10 * _HALF,
        msg: str | None = None,
    ) -> None:
        """As :meth:`assertAllClose`, with tolerances for each type: of both arrays' the larger ones count."""
        left, right = self._arrays(a, b)
        kinds = {str(left.dtype), str(right.dtype)}
        for names, type_rtol, type_atol in (
            ({"float32", "complex64"}, float_rtol, float_atol),
            ({"float16"}, half_rtol, half_atol),
            ({"bfloat16"}, bfloat16_rtol, bfloat16_atol),
        ):
            if kinds & names:
                rtol, atol = max(rtol, type_rtol), max(atol, type_atol)
        self.assertAllClose(left, right, rtol, atol, msg)

    def assertAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """Fail unless they have the same shape and elements; NaN equals NaN, a text its bytes."""
        left, right = self._arrays(a, b)
        self._fail_if(shapes_differ(left, right) or not_equal(left, right), msg)

    def assertNotAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """Fail if they have the same shape and elements."""
        left, right = self._arrays(a, b)
        if not (shapes_differ(left, right) or not_equal(left, right)):
            self.fail(f"the two values are equal at all elements. {msg or ''}")

    def _fail_if(self, difference: str, msg: str | None) -> None:
        if difference:
            self.fail(f"{difference}\n{msg}" if msg else difference)

    # -- near, in order, within ----------------------------------------------------------------------------------------

    def assertNear(self, f1: float, f2: float, err: float, msg: str | None = None) -> None:
        """Fail unless two numbers are at most `err` apart."""
        f1, f2 = self._values(f1, f2)
        self.assertTrue(
            f1 == f2 or abs(f1 - f2) <= err, f"{f1} != {f2} +/- {err}{f' ({msg})' if msg else ''}"
        )

    def assertArrayNear(self, farray1: Any, farray2: Any, err: float, msg: str | None = None) -> None:
        """Fail unless two vectors have the same length and no element is more than `err` apart."""
        farray1, farray2 = self._values(farray1, farray2)
        self.assertEqual(len(farray1), len(farray2), msg)
        for one, other in zip(farray1, farray2):
            self.assertNear(float(one), float(other), err, msg)

    def assertNDArrayNear(self, ndarray1: Any, ndarray2: Any, err: float, msg: str | None = None) -> None:
        """Fail unless the Euclidean norm of the difference is below `err`."""
        left, right = self._arrays(ndarray1, ndarray2)
        distance = np.linalg.norm(left - right)
        self.assertTrue(distance < err, msg or f"{distance} is not less than {err}")

    def assertAllGreater(self, a: Any, comparison_target: Any) -> None:
        """Fail unless every element is greater."""
        array, target = self._arrays(a, comparison_target)
        self.assertGreater(np.min(array), target)

    def assertAllLess(self, a: Any, comparison_target: Any) -> None:
        """Fail unless every element is less."""
        array, target = self._arrays(a, comparison_target)
        self.assertLess(np.max(array), target)

    def assertAllGreaterEqual(self, a: Any, comparison_target: Any) -> None:
        """Fail if an element is less."""
        array, target = self._arrays(a, comparison_target)
        self.assertGreaterEqual(np.min(array), target)

    def assertAllLessEqual(self, a: Any, comparison_target: Any) -> None:
        """Fail if an element is greater."""
        array, target = self._arrays(a, comparison_target)
        self.assertLessEqual(np.max(array), target)

    def assertAllInRange(
        self,
        target: Any,
        lower_bound: float,
        upper_bound: float,
        open_lower_bound: bool = False,
        open_upper_bound: bool = False,
    ) -> None:
        """Fail unless every element is a number within the bounds, themselves allowed unless they are open."""
        (array,) = self._arrays(target)
        if array.dtype.kind not in "iuf":
            self.fail(f"the value does not have an ordered numeric type, but {array.dtype}: {array}")
        above = array > lower_bound if open_lower_bound else array >= lower_bound
        below = array < upper_bound if open_upper_bound else array <= upper_bound
        outside = array[~(above & below)]
        left, right = "(" if open_lower_bound else "[", ")" if open_upper_bound else "]"
        if outside.size:
            self.fail(
                f"{outside.size} of the {array.size} element(s) are NaN or outside the range "
                f"{left}{lower_bound}, {upper_bound}{right}: {outside}"
            )

    def assertAllInSet(self, target: Any, expected_set: Collection[Any]) -> None:
        """Fail if an element is none of the set."""
        (array,) = self._arrays(target)
        others = np.setdiff1d(array, list(expected_set))
        if others.size:
            self.fail(f"{others.size} unique element(s) are not in the set {expected_set}: {others}")

    def assertDTypeEqual(self, target: Any, expected_dtype: Any) -> None:
        """Fail unless the array, or the tensor's value, is of the type."""
        self.assertEqual(self._arrays(target)[0].dtype, np.dtype(expected_dtype))

    def assertShapeEqual(self, input_a: Any, input_b: Any, msg: str | None = None) -> None:
        """Fail unless an array or tensor has the shape of another; nothing is evaluated.

        Raises
        ------
        TypeError
            If one is neither.
        """
        self.assertAllEqual(_shape(input_a), _shape(input_b), msg)

    def assertDictEqual(self, d1: Any, d2: Any, msg: Any = None) -> None:
        """Fail unless dicts have the same keys and equal values; arrays of floating point numbers must be close."""
        if d1.keys() == d2.keys() and all(d1[key] is d2[key] for key in d1):
            return  # tensors, say, of which no graph is at hand
        d1, d2 = self._values(d1, d2)
        with contextlib.suppress(ValueError, self.failureException):  # arrays have no truth value
            super().assertDictEqual(d1, d2, msg)
            return
        self.assertCountEqual(d1.keys(), d2.keys(), msg)
        for key, value in d1.items():
            same = self.assertAllClose if as_array(value).dtype.kind == "f" else self.assertAllEqual
            same(value, d2[key], msg=str(key))

    # -- errors, messages, and what absl and Python 2 had --------------------------------------------------------------

    @contextlib.contextmanager
    def assertRaisesWithPredicateMatch(
        self,
        exception_type: type[BaseException] | tuple[type[BaseException], ...],
        expected_err_re_or_predicate: str | Callable[[Any], Any],
    ) -> Iterator[None]:
        """Fail unless the block raises such an exception, in whose message the pattern is found.

        Parameters
        ----------
        exception_type : class
            Of the exception.
        expected_err_re_or_predicate : str or callable
            A pattern, or what says of the exception whether it is the one.
        """
        given = expected_err_re_or_predicate
        try:
            yield
        except exception_type as error:
            matches = given(error) if callable(given) else re.search(given, _told(error))
            if not matches:
                raise self.failureException(f"exception of type {type(error)}: {error}") from error
        except Exception as error:
            raise self.failureException(f"exception of type {type(error)}: {error}") from error
        else:
            self.fail(f"{exception_type} not raised")

    def assertRaisesOpError(self, expected_err_re_or_predicate: str | Callable[[Any], Any]) -> Any:
        """Fail unless the block raises an OpError: see :meth:`assertRaisesWithPredicateMatch`."""
        return self.assertRaisesWithPredicateMatch(errors.OpError, expected_err_re_or_predicate)

    def assertRaisesIncompatibleShapesError(
        self, exception_type: type[BaseException] = errors.InvalidArgumentError
    ) -> Any:
        """Fail unless the block raises an error about shapes: see :meth:`assertRaisesWithPredicateMatch`."""
        return self.assertRaisesWithPredicateMatch(exception_type, _WRONG_SHAPES)

    def assertProtoEquals(
        self,
        expected_message_maybe_ascii: Any,
        message: Any,
        msg: str | None = None,
        relative_tolerance: float | None = None,
    ) -> None:
        """Fail unless a protobuf message is the expected one, given as a message or as its text.

        Parameters
        ----------
        expected_message_maybe_ascii : message or str
            What it should be.
        message : message
            What it is.
        msg : str, optional
            Said when it fails.
        relative_tolerance : float, optional
            Refused: numbers must be equal.

        Raises
        ------
        NotImplementedError
            If a tolerance is given.
        """
        if relative_tolerance is not None:
            raise NotImplementedError(
                "assertProtoEquals takes no relative_tolerance; compare the numbers apart."
            )
        expected = expected_message_maybe_ascii
        if isinstance(expected, (str, bytes)):
            expected = messages.parse_text(
                type(message), as_bytes(expected), "the expected text", skip_unknown=False
            )
        self.assertMultiLineEqual(messages.to_text(expected), messages.to_text(message), msg)

    def assertStartsWith(self, actual: str, expected_start: str, msg: str | None = None) -> None:
        """Fail unless a text begins with another."""
        if not actual.startswith(expected_start):
            self.fail(f"{actual!r} does not start with {expected_start!r}{f' : {msg!r}' if msg else ''}")

    def assertEmpty(self, container: Collection[Any], msg: str | None = None) -> None:
        """Fail if there is something in it."""
        self.assertLen(container, 0, msg)

    def assertNotEmpty(self, container: Collection[Any], msg: str | None = None) -> None:
        """Fail if there is nothing in it."""
        self.assertTrue(len(container), msg or f"{container!r} has length of 0.")

    def assertLen(self, container: Collection[Any], expected_len: int, msg: str | None = None) -> None:
        """Fail unless there are so many things in it."""
        if len(container) != expected_len:
            self.fail(f"{container!r} has length of {len(container)}, expected {expected_len}. {msg or ''}")

    def assertBetween(self, value: Any, minv: Any, maxv: Any, msg: str | None = None) -> None:
        """Fail unless ``minv <= value <= maxv``."""
        self.assertTrue(minv <= value <= maxv, msg or f"{value!r} is not between {minv!r} and {maxv!r}")

    def assertSameElements(
        self, expected_seq: Collection[Any], actual_seq: Collection[Any], msg: str | None = None
    ) -> None:
        """Fail unless each thing in one is in the other, however often."""
        self._contained(expected_seq, actual_seq, msg)
        self._contained(actual_seq, expected_seq, msg)

    def assertContainsSubset(
        self, expected_subset: Collection[Any], actual_set: Container[Any], msg: str | None = None
    ) -> None:
        """Fail unless each thing of the first is in the second."""
        self._contained(expected_subset, actual_set, msg)

    def _contained(self, some: Collection[Any], whole: Container[Any], msg: str | None) -> None:
        missing = [thing for thing in some if thing not in whole]
        if missing:
            self.fail(f"missing elements {missing}. {msg or ''}")

    assertItemsEqual = unittest.TestCase.assertCountEqual
    assertEquals = unittest.TestCase.assertEqual
    assertNotEquals = unittest.TestCase.assertNotEqual
    assertAlmostEquals = unittest.TestCase.assertAlmostEqual
    assertRaisesRegexp = unittest.TestCase.assertRaisesRegex
    assertRegexpMatches = unittest.TestCase.assertRegex
    assert_ = unittest.TestCase.assertTrue


def _shape(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.get_shape().as_list()
    if isinstance(value, (np.ndarray, np.generic)):
        return value.shape
    raise TypeError(
        f"assertShapeEqual compares arrays and tensors, found {value!r} ({type(value).__name__})."
    )


def _told(error: BaseException) -> str:
    """The message of an error, and the operation it is of."""
    name = getattr(getattr(error, "op", None), "name", None)
    return f"{error}\nCaused by: {name}" if name else str(error)
