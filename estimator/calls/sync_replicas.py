"""SyncReplicasOptimizer: an optimizer of which all processes wait for one another, as they always do here.

::

    optimizer = SyncReplicasOptimizer(AdamOptimizer(0.001), replicas_to_aggregate=4, total_num_replicas=4)
    train_op = optimizer.minimize(loss, global_step=global_step)
    hook = optimizer.make_session_run_hook(is_chief)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core import log
from estimator.core.keywords import near_keywords
from estimator.distribution.collective import current
from estimator.functions.grouping import group, no_op
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Operation
from estimator.optimizers.optimizer import Optimizer
from estimator.training.session_run_hook import SessionRunHook
from estimator.variables.variable import Variable


@near_keywords
class SyncReplicasOptimizer(Optimizer):
    """The optimizer inside, whose gradients are those of all processes that train together.

    Every step waits for the gradients of all of them, whether this class is around an optimizer or not; there are no
    tokens, and nobody's gradients are dropped.

    Parameters
    ----------
    opt : Optimizer
    replicas_to_aggregate : int
        Of how many processes the gradients are put together; another number than there are is a warning.
    total_num_replicas : int, optional
        Accepted.
    variable_averages : ExponentialMovingAverage, optional
    variables_to_average : sequence of Variable, optional
        Of what the averages are kept.
    use_locking : bool
        Accepted.
    name : str

    Raises
    ------
    TypeError
        If `opt` is no optimizer.

    Source
    ------
    tf.train.SyncReplicasOptimizer, TF 1.15 sync_replicas_optimizer.py
    """

    def __init__(
        self,
        opt: Optimizer,
        replicas_to_aggregate: int,
        total_num_replicas: int | None = None,
        variable_averages: Any = None,
        variables_to_average: Sequence[Variable] | None = None,
        use_locking: bool = False,
        name: str = "sync_replicas",
    ) -> None:
        if not isinstance(opt, Optimizer):
            raise TypeError(f"SyncReplicasOptimizer is made around an optimizer, given: {opt!r}.")
        super().__init__(use_locking, name)
        self._opt, self._averages, self._averaged = opt, variable_averages, variables_to_average
        size = current().size
        if replicas_to_aggregate != size:
            log.warning(
                "SyncReplicasOptimizer: replicas_to_aggregate is %s, and the gradients of %d %s are put together: "
                "of all that train.", replicas_to_aggregate, size, "process" if size == 1 else "processes",
            )  # fmt: skip

    def compute_gradients(self, *args: Any, **kwargs: Any) -> Any:
        """The gradients, as the optimizer inside computes them."""
        return self._opt.compute_gradients(*args, **kwargs)

    def apply_gradients(
        self, grads_and_vars: Any, global_step: Variable | None = None, name: str | None = None
    ) -> Operation:
        """The operation that changes the variables, and their averages where they are kept.

        Raises
        ------
        ValueError
            If there is no global step.
        """
        if global_step is None:
            raise ValueError("Global step is required to check the staleness")
        train_op = self._opt.apply_gradients(grads_and_vars, global_step, name)
        if self._averages is None:
            return train_op
        with get_default_graph().control_dependencies([train_op]):
            return group(train_op, self._averages.apply(self._averaged))

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        """What the optimizer inside keeps for a variable."""
        return self._opt.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> list[str]:
        """The names of what the optimizer inside keeps."""
        return self._opt.get_slot_names(*args, **kwargs)

    def variables(self) -> list[Variable]:
        """What the optimizer inside keeps."""
        return self._opt.variables()

    def make_session_run_hook(self, is_chief: bool, num_tokens: int = -1) -> SessionRunHook:
        """A hook that has nothing to do: all processes wait for one another as it is."""
        return SessionRunHook()

    def get_init_tokens_op(self, num_tokens: int = -1) -> Operation:
        """An operation that does nothing: there are no tokens."""
        return no_op(name="set_token")
