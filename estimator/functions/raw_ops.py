"""Every declared op under TensorFlow's name, called by keywords alone: ``tf.raw_ops.UniqueV2(x=rows, axis=[0])``.

``raw_ops.pyi`` beside this file lists them for editors and type checkers; ``make stub`` writes it.
"""

from __future__ import annotations

import typing as _typing  # not its names: Any is an op
from collections.abc import Callable

from estimator.core import facade as _facade
from estimator.graph.op import OPS as _OPS
from estimator.graph.raw import raw_op as _raw_op

# A local op has no more than its name from TensorFlow.
__all__ = sorted(name for name in _OPS if not _OPS.get(name).local)


def __getattr__(name: str) -> Callable[..., _typing.Any]:
    if name not in __all__:
        _facade.raise_unknown("estimator.tf.raw_ops", name, __all__)
    function = globals()[name] = _raw_op(_OPS.get(name))
    return function


def __dir__() -> list[str]:
    return __all__
