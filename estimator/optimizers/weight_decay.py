"""Weight decay apart from the gradient: at each step a variable loses a part of itself, then it is updated.

A penalty in the loss would be scaled by Adam's √v as the gradient is; this is not, and does not depend on the learning
rate. A decay of the learning rate must be written for both::

    schedule = tf.train.exponential_decay(1.0, step, 1000, 0.9)
    optimizer = AdamWOptimizer(weight_decay=1e-4 * schedule, learning_rate=1e-3 * schedule)

Source
------
tf.contrib.opt, TF 1.15 weight_decay_optimizers.py; Loshchilov and Hutter 2017, arXiv:1711.05101
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.grouping import no_op
from estimator.functions.indexing import gather
from estimator.graph import build as b
from estimator.graph.tensor import Operation, Tensor
from estimator.optimizers.adam import AdamOptimizer
from estimator.optimizers.momentum import MomentumOptimizer
from estimator.optimizers.optimizer import Optimizer
from estimator.variables.variable import Variable


class DecoupledWeightDecayExtension:
    """What an optimizer is extended by, no optimizer itself; it stands before the optimizer among the bases of a class.

    It suits optimizers whose update does not depend on the variable's value.

    Parameters
    ----------
    weight_decay : float, Tensor or callable
        The part of itself that a variable loses at each step.
    *args, **kwargs
        Those of the optimizer.

    Source
    ------
    tf.contrib.opt.DecoupledWeightDecayExtension
    """

    _decayed: frozenset[Variable] | None = None  # None: all

    def __init__(self, weight_decay: Any, *args: Any, **kwargs: Any) -> None:
        self._weight_decay = weight_decay
        super().__init__(*args, **kwargs)

    def minimize(
        self,
        loss: Any,
        global_step: Variable | None = None,
        var_list: Any = None,
        gate_gradients: int = Optimizer.GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
        decay_var_list: Collection[Variable] | None = None,
    ) -> Operation:
        """The operation that changes variables so that a loss becomes smaller, and lets them decay.

        Parameters
        ----------
        loss, global_step, var_list, gate_gradients, aggregation_method, colocate_gradients_with_ops, name, grad_loss
            See :meth:`~estimator.optimizers.optimizer.Optimizer.minimize`.
        decay_var_list : collection of Variable, optional
            Those that decay; by default all that are updated.
        """
        pairs = self.compute_gradients(  # type: ignore[attr-defined]  # the optimizer's
            loss, var_list, gate_gradients, aggregation_method, colocate_gradients_with_ops, grad_loss
        )
        return self.apply_gradients(pairs, global_step, name, decay_var_list)

    def apply_gradients(
        self,
        grads_and_vars: Any,
        global_step: Variable | None = None,
        name: str | None = None,
        decay_var_list: Collection[Variable] | None = None,
    ) -> Operation:
        """The operation that changes the variables by their gradients, and lets them decay.

        Parameters
        ----------
        grads_and_vars, global_step, name
            See :meth:`~estimator.optimizers.optimizer.Optimizer.apply_gradients`.
        decay_var_list : collection of Variable, optional
            Those that decay; by default all that are updated.
        """
        self._decayed = frozenset(decay_var_list) if decay_var_list else None
        step: Operation = super().apply_gradients(grads_and_vars, global_step, name)  # type: ignore[misc]
        return step

    def _prepare(self) -> None:
        decay = self._weight_decay() if callable(self._weight_decay) else self._weight_decay
        self._weight_decay_tensor = b.Identity(decay, name="weight_decay")
        super()._prepare()  # type: ignore[misc]

    def _part_of(self, variable: Variable, value: Tensor) -> Tensor:
        part: Tensor = b.Cast(self._weight_decay_tensor, DstT=variable.dtype) * value
        return part

    def _decays(self, variable: Variable) -> bool:
        return self._decayed is None or variable in self._decayed

    def _resource_apply_dense(self, grad: Tensor, handle: Variable) -> Any:
        decay = no_op()
        if self._decays(handle):
            decay = handle.assign_sub(self._part_of(handle, handle.as_tensor()), read_value=False)
        with grad.graph.control_dependencies([decay]):
            return super()._resource_apply_dense(grad, handle)  # type: ignore[misc]

    def _resource_apply_sparse(self, grad: Tensor, handle: Variable, indices: Tensor) -> Any:
        decay = no_op()
        if self._decays(handle):
            part = self._part_of(handle, gather(handle, indices))
            decay = b.ResourceScatterSub(handle.handle, indices, part)
        with grad.graph.control_dependencies([decay]):
            return super()._resource_apply_sparse(grad, handle, indices)  # type: ignore[misc]


class MomentumWOptimizer(DecoupledWeightDecayExtension, MomentumOptimizer):
    """Momentum with weight decay.

    Parameters
    ----------
    weight_decay : float, Tensor or callable
        The part of itself that a variable loses at each step.
    learning_rate, momentum : float, Tensor or callable
    use_nesterov : bool
        As for :class:`~estimator.optimizers.momentum.MomentumOptimizer`.

    Source
    ------
    tf.contrib.opt.MomentumWOptimizer
    """

    def __init__(
        self,
        weight_decay: Any,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "MomentumW",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(weight_decay, learning_rate, momentum, use_locking, name, use_nesterov)


class AdamWOptimizer(DecoupledWeightDecayExtension, AdamOptimizer):
    """Adam with weight decay.

    Parameters
    ----------
    weight_decay : float, Tensor or callable
        The part of itself that a variable loses at each step.
    learning_rate, beta1, beta2, epsilon : float, Tensor or callable
        As for :class:`~estimator.optimizers.adam.AdamOptimizer`.

    Source
    ------
    tf.contrib.opt.AdamWOptimizer
    """

    def __init__(
        self,
        weight_decay: Any,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "AdamW",
    ) -> None:
        super().__init__(weight_decay, learning_rate, beta1, beta2, epsilon, use_locking, name)


def extend_with_decoupled_weight_decay(base_optimizer: type[Optimizer]) -> type[Optimizer]:
    """A class of optimizers that are `base_optimizer`'s, with weight decay.

    Parameters
    ----------
    base_optimizer : class
        An Optimizer whose update does not depend on the variable's value.

    Returns
    -------
    class
        Its constructor takes ``weight_decay`` before the arguments of `base_optimizer`; `minimize` and
        `apply_gradients` take a ``decay_var_list``.

    Raises
    ------
    TypeError
        If it is no class of optimizers.

    Source
    ------
    tf.contrib.opt.extend_with_decoupled_weight_decay
    """
    if not isinstance(base_optimizer, type) or not issubclass(base_optimizer, Optimizer):
        raise TypeError(
            f"a class of optimizers is wanted, such as tf.train.AdamOptimizer, given: {base_optimizer!r}."
        )
    return type(f"{base_optimizer.__name__}W", (DecoupledWeightDecayExtension, base_optimizer), {})


near_keywords_of_functions(__name__)
