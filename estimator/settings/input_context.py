"""What an input function is told of the processes that train together, if it takes ``input_context``.

Source
------
tf.distribute.InputContext, TF 1.15 distribute_lib.py
"""

from __future__ import annotations

from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_methods


@near_keywords_of_methods
class InputContext:
    """Which part of the input this process is to read.

    Parameters
    ----------
    num_input_pipelines : int
        How many processes read input, each a part.
    input_pipeline_id : int
        Which of them this is.
    num_replicas_in_sync : int
        How many train together.

    Raises
    ------
    ValueError
        If there is no such process.

    Example
    -------
    >>> context = InputContext(num_input_pipelines=4, input_pipeline_id=1, num_replicas_in_sync=4)
    >>> context.get_per_replica_batch_size(128)
    32
    """

    def __init__(
        self, num_input_pipelines: int = 1, input_pipeline_id: int = 0, num_replicas_in_sync: int = 1
    ) -> None:
        problems = []
        if not 0 <= input_pipeline_id < num_input_pipelines:
            problems.append(
                f"input_pipeline_id must be one of 0...{num_input_pipelines - 1} (num_input_pipelines is "
                f"{num_input_pipelines}), given: {input_pipeline_id}."
            )
        if num_replicas_in_sync < 1:
            problems.append(f"num_replicas_in_sync must be >= 1, given: {num_replicas_in_sync}.")
        raise_problems("InputContext", problems)
        self._num_input_pipelines = num_input_pipelines
        self._input_pipeline_id = input_pipeline_id
        self._num_replicas_in_sync = num_replicas_in_sync

    @property
    def num_input_pipelines(self) -> int:
        """How many processes read input."""
        return self._num_input_pipelines

    @property
    def input_pipeline_id(self) -> int:
        """Which of them this is, from 0 on."""
        return self._input_pipeline_id

    @property
    def num_replicas_in_sync(self) -> int:
        """How many train together."""
        return self._num_replicas_in_sync

    def get_per_replica_batch_size(self, global_batch_size: int) -> int:
        """The size of a batch of one process, of which all together are a batch of the given size.

        Raises
        ------
        ValueError
            If it cannot be divided among them.
        """
        if global_batch_size % self._num_replicas_in_sync:
            raise ValueError(
                f"The `global_batch_size` {global_batch_size} is not divisible by `num_replicas_in_sync` "
                f"{self._num_replicas_in_sync}."
            )
        return global_batch_size // self._num_replicas_in_sync

    def __repr__(self) -> str:
        of = f"total: {self._num_input_pipelines}"
        return f"tf.distribute.InputContext(input pipeline id {self._input_pipeline_id}, {of})"
