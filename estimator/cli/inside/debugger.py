"""TensorFlow's debugger: scripts import it and use it where a flag says so; without the flag they run.

Source: tensorflow/python/debug
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.unavailable import unavailable

_INSTEAD = "print with tf.print, look at values with fetches of Session.run, find NaNs with tf.check_numerics"


def _part(name: str) -> type:
    return unavailable(f"tensorflow.python.debug.{name}", f"the debugger is not here; {_INSTEAD}")


DebugDumpDir = _part("DebugDumpDir")
DumpingDebugHook = _part("DumpingDebugHook")
DumpingDebugWrapperSession = _part("DumpingDebugWrapperSession")
GrpcDebugHook = _part("GrpcDebugHook")
GrpcDebugWrapperSession = _part("GrpcDebugWrapperSession")
LocalCLIDebugHook = _part("LocalCLIDebugHook")
LocalCLIDebugWrapperSession = _part("LocalCLIDebugWrapperSession")
TensorBoardDebugHook = _part("TensorBoardDebugHook")
TensorBoardDebugWrapperSession = _part("TensorBoardDebugWrapperSession")


def has_inf_or_nan(datum: Any, tensor: Any) -> bool:
    """Whether an array has a number that is infinite or none; arrays of other things have not.

    Parameters
    ----------
    datum : object
        Tells whose value it is; not asked.
    tensor : array or None

    Source
    ------
    tensorflow/python/debug/lib/debug_data.py
    """
    array = np.asarray(tensor)
    return array.dtype.kind in "fc" and not bool(np.isfinite(array).all())
