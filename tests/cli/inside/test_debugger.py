"""The debugger can be imported, and says what to use instead when it is used."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.cli.inside import debugger
from estimator.core.errors import UnimplementedError


def test_a_session_of_the_debugger_is_refused_with_what_to_use_instead() -> None:
    with pytest.raises(
        UnimplementedError, match=r"LocalCLIDebugWrapperSession is not available: .*tf\.print"
    ):
        debugger.LocalCLIDebugWrapperSession(None)


@pytest.mark.parametrize(
    ("value", "found"),
    [([1.0, np.nan], True), ([np.inf], True), ([1.0], False), ([b"nan"], False), (None, False)],
)
def test_numbers_that_are_not_finite_are_found(value: object, found: bool) -> None:
    assert debugger.has_inf_or_nan(None, value) is found
