"""Settings of sessions that old scripts make; they are kept and checked, and one process has use for one of them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class GPUOptions:
    """What a script wants of a GPU; there is none.

    Source
    ------
    tf.GPUOptions, TF 1.15 config.proto
    """

    per_process_gpu_memory_fraction: float = 0.0
    allow_growth: bool = False
    allocator_type: str = ""
    visible_device_list: str = ""
    force_gpu_compatible: bool = False


@dataclass(slots=True)
class ConfigProto:
    """Settings of a session, for old scripts.

    ``intra_op_parallelism_threads`` is the number of threads of matrix products in an Estimator's calls
    (:mod:`estimator.runtime.blas`); nothing else here counts.

    A name that TensorFlow does not have is an error, in the call and in an assignment.

    Example
    -------
    >>> config = ConfigProto(allow_soft_placement=True)
    >>> config.gpu_options.allow_growth = True
    >>> config.gpu_options.alow_growth = True
    Traceback (most recent call last):
        ...
    AttributeError: 'GPUOptions' object has no attribute 'alow_growth'...

    Source
    ------
    tf.ConfigProto, TF 1.15 config.proto
    """

    device_count: dict[str, int] = field(default_factory=dict)
    intra_op_parallelism_threads: int = 0
    inter_op_parallelism_threads: int = 0
    use_per_session_threads: bool = False
    device_filters: list[str] = field(default_factory=list)
    gpu_options: GPUOptions = field(default_factory=GPUOptions)
    allow_soft_placement: bool = False
    log_device_placement: bool = False
    operation_timeout_in_ms: int = 0
