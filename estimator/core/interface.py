"""Which TensorFlow the names of ``estimator.tf`` are those of, for scripts that ask.

Scripts of 2018 compare the version as text (``"1.4" <= tf.__version__``) and as numbers
(``LooseVersion(tf.__version__) >= "1.13"``); 1.99 is above both, and below 2.
"""

from __future__ import annotations

import contextlib
import datetime
import platform
from collections.abc import Iterator

from estimator.core.keywords import near_keywords_of_functions

VERSION = "1.99.0"
GIT_VERSION = f"v{VERSION}-numpy-estimator"
GRAPH_DEF_VERSION = 1645  # of TensorFlow 2.15: the meaning of every op in the files that are written here
GRAPH_DEF_VERSION_MIN_CONSUMER = GRAPH_DEF_VERSION_MIN_PRODUCER = 0
COMPILER_VERSION = platform.python_compiler()

_horizon = datetime.date(2019, 10, 14)  # when TensorFlow 1.15 came out


def forward_compatible(year: int, month: int, day: int) -> bool:
    """Whether programs of that day, by which a newer form of a graph may be written, are behind us: before 1.15.

    Source
    ------
    tf.compat.forward_compatible, TF 1.15
    """
    return _horizon > datetime.date(year, month, day)


@contextlib.contextmanager
def forward_compatibility_horizon(year: int, month: int, day: int) -> Iterator[None]:
    """A block in which :func:`forward_compatible` answers as on that day.

    Source
    ------
    tf.compat.forward_compatibility_horizon, TF 1.15
    """
    global _horizon
    before, _horizon = _horizon, datetime.date(year, month, day)
    try:
        yield
    finally:
        _horizon = before


near_keywords_of_functions(__name__)
