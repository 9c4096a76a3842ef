"""What a saver is given: a session, a path, a step."""

from __future__ import annotations

import os
from typing import Any

from estimator.core.files import local_path
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session
from estimator.runtime.store import VariableStore


def store_of(sess: Session) -> VariableStore:
    if not hasattr(sess, "store"):
        raise TypeError(f"the first argument is a Session, given: {sess!r}.")
    if sess.is_closed:
        raise RuntimeError("Attempted to use a closed Session.")
    return sess.store


def as_path(save_path: Any) -> str:
    if not isinstance(save_path, (str, os.PathLike)):
        raise TypeError(f"save_path must be a path such as 'models/iris/model.ckpt', given: {save_path!r}.")
    return local_path(save_path)


def as_step(sess: Session, global_step: Any) -> int:
    if isinstance(global_step, Tensor) or hasattr(global_step, "as_graph_element"):
        global_step = sess.run(global_step)
    if isinstance(global_step, (str, float)) or not hasattr(global_step, "__int__"):
        raise TypeError(f"global_step must be a whole number or a tensor of one, given: {global_step!r}.")
    return int(global_step)
