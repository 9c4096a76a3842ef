"""Classes of TensorFlow's for devices and machines that there are none of here: to be named, subclassed, never made.

Scripts name them at import, or where a flag says so; a script that does not make one runs.
"""

from __future__ import annotations

import enum
import os
from typing import Any, NoReturn

from estimator.core.errors import NotFoundError, UnimplementedError
from estimator.core.keywords import near_keywords


def unavailable(path: str, instead: str, makers: str = "", parent: type = object) -> type:
    """A class that cannot be made.

    Parameters
    ----------
    path : str
        What it is in TensorFlow: ``tf.contrib.tpu.TPUEstimator``.
    instead : str
        What to use instead; the error ends with it.
    makers : str
        Its static methods that make one, separated by blanks.
    parent : type
        What it is a kind of, where scripts ask that.
    """

    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise UnimplementedError(f"{path} is not available: {instead}.")

    name = path.rpartition(".")[2]
    doc = f"Not available; making one is an error that says: {instead}.\n\nSource\n------\n{path}, TF 1.15\n"
    made = {maker: staticmethod(refuse) for maker in makers.split()}
    return type(name, (parent,), {"__new__": refuse, "__doc__": doc, "__module__": __name__, **made})


_NO_TPU = "there are no TPUs here"
_NO_SERVERS = (
    "every process that trains has all variables; start several by mpiexec, with MirroredStrategy or without"
)

TPUEstimator = unavailable("tf.contrib.tpu.TPUEstimator", f"{_NO_TPU}; use tf.estimator.Estimator")
TPUEstimatorSpec = unavailable(
    "tf.contrib.tpu.TPUEstimatorSpec", f"{_NO_TPU}; use tf.estimator.EstimatorSpec"
)
TPURunConfig = unavailable("tf.contrib.tpu.RunConfig", f"{_NO_TPU}; use tf.estimator.RunConfig")
TPUConfig = unavailable("tf.contrib.tpu.TPUConfig", f"{_NO_TPU}; use tf.estimator.RunConfig")
TPUClusterResolver = unavailable(
    "tf.contrib.cluster_resolver.TPUClusterResolver",
    f"{_NO_TPU}; use tf.estimator.RunConfig without a cluster",
)
ParameterServerStrategy = unavailable("tf.contrib.distribute.ParameterServerStrategy", _NO_SERVERS)
TPUStrategy = unavailable("tf.contrib.distribute.TPUStrategy", _NO_TPU)

CentralStorageStrategy = unavailable("tf.distribute.experimental.CentralStorageStrategy", _NO_SERVERS)
Server = unavailable(
    "tf.train.Server", "one process trains; run tf.estimator.train_and_evaluate", "create_local_server"
)

_FLOAT32 = "numbers keep their types here; use the optimizer itself"

enable_mixed_precision_graph_rewrite = unavailable(
    "tf.train.experimental.enable_mixed_precision_graph_rewrite", _FLOAT32
)
FixedLossScale = unavailable("tf.train.experimental.FixedLossScale", _FLOAT32)
DynamicLossScale = unavailable("tf.train.experimental.DynamicLossScale", _FLOAT32)
MixedPrecisionLossScaleOptimizer = unavailable(
    "tf.train.experimental.MixedPrecisionLossScaleOptimizer", _FLOAT32
)

create_local_cluster = unavailable("tf.test.create_local_cluster", "one process trains; use tf.Session()")
DynamicRnnEstimator = unavailable(
    "tf.contrib.learn.DynamicRnnEstimator", "use tf.nn.dynamic_rnn in a model_fn of tf.estimator.Estimator"
)
WALSMatrixFactorization = unavailable(
    "tf.contrib.factorization.WALSMatrixFactorization",
    "use two embedding columns and the product of their rows in a model_fn of tf.estimator.Estimator",
)

_IN_A_VARIABLE = "a value stays in a session as a tf.Variable; feed it what a run has given by variable.load"
get_session_handle = unavailable("tf.get_session_handle", _IN_A_VARIABLE)
get_session_tensor = unavailable("tf.get_session_tensor", _IN_A_VARIABLE)
delete_session_tensor = unavailable("tf.delete_session_tensor", _IN_A_VARIABLE)

_ADDED_UP = "one process trains; add gradients up in a tf.Variable by assign_add"
ConditionalAccumulatorBase = unavailable("tf.ConditionalAccumulatorBase", _ADDED_UP)
ConditionalAccumulator = unavailable("tf.ConditionalAccumulator", _ADDED_UP)
SparseConditionalAccumulator = unavailable("tf.SparseConditionalAccumulator", _ADDED_UP)

_COMPILED = "what is compiled for TensorFlow cannot be run here; write it in Python and call it by tf.py_func"


@near_keywords
def load_op_library(library_filename: str) -> NoReturn:
    """Refuse a library of operations; scripts have another way for one that is not there, and are told so.

    Raises
    ------
    NotFoundError
        If there is no such file.
    UnimplementedError
        If there is.

    Source
    ------
    tf.load_op_library, TF 1.15 load_library.py
    """
    if not os.path.exists(library_filename):
        raise NotFoundError(f"{library_filename!r}: there is no such file, and {_COMPILED}.")
    raise UnimplementedError(f"{library_filename!r} is not loaded: {_COMPILED}.")


@near_keywords
def load_library(library_location: str) -> NoReturn:
    """As :func:`load_op_library`.

    Raises
    ------
    NotFoundError, UnimplementedError
        By whether there is such a file.

    Source
    ------
    tf.load_library, TF 1.15 load_library.py
    """
    load_op_library(library_location)


load_file_system_library = unavailable(
    "tf.load_file_system_library", "files are local; mount what is elsewhere"
)


class CollectiveCommunication(enum.Enum):
    """How machines would talk: names for a strategy, which is not available.

    Source
    ------
    tf.distribute.experimental.CollectiveCommunication, TF 1.15 cross_device_ops.py
    """

    AUTO = "AUTO"
    RING = "RING"
    NCCL = "NCCL"


class InputPipelineConfig:
    """How TPUs are fed: names for a TPUConfig, which is not available.

    Source
    ------
    tf.contrib.tpu.InputPipelineConfig, TF 1.15 tpu_config.py
    """

    PER_SHARD_V1 = 1
    PER_HOST_V1 = 2
    PER_HOST_V2 = 3
    BROADCAST = 4
