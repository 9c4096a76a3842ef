"""Adam: running means of the gradient and of its square, corrected for having started at 0.

m += (1 - β1)(g - m); v += (1 - β2)(g² - v); w -= learning_rate · √(1 - β2ᵗ) / (1 - β1ᵗ) · m / (√v + ε), with t the
number of this step. β1ᵗ and β2ᵗ are variables, multiplied by β1 and β2 after all updates. AMSGrad divides by the root
of the largest v so far.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.functions.grouping import group
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.optimizers.by_name import register
from estimator.optimizers.optimizer import Optimizer
from estimator.optimizers.slots import Hyper, Slot
from estimator.variables.slot_role import SlotRole
from estimator.variables.variable import Variable


@register("Adam")
class AdamOptimizer(Optimizer):
    """Steps of about the learning rate, in the direction of the mean gradient.

    m += (1 - β1)(g - m); v += (1 - β2)(g² - v); w -= learning_rate · √(1 - β2ᵗ) / (1 - β1ᵗ) · m / (√v + ε),
    with t the number of this step. With `amsgrad` the largest v so far takes the place of v.

    Not for large tables that are looked up: m and v of all rows decay at each step, and all rows move, whether
    they were looked up or not; Adagrad touches only the rows that were. Not with the default ε where gradients
    are often nearly 0: there m / √v is large and says nothing; a larger ε, such as 0.1, holds such weights still.

    Parameters
    ----------
    learning_rate : float, Tensor or callable
    beta1, beta2 : float, Tensor or callable
        How much of the running means is kept at each step.
    epsilon : float, Tensor or callable
        Added to √v.
    amsgrad : bool
        Divide by the largest v so far, which is a third slot. Ours; TensorFlow has it in Keras' Adam only.

    Example
    -------
    >>> from estimator import tf
    >>> with tf.Graph().as_default(), tf.Session() as session:
    ...     w = tf.get_variable("w", initializer=[1.0, -2.0])
    ...     step = tf.train.AdamOptimizer(0.1).minimize(tf.reduce_sum(w * w))  # g = 2 w
    ...     session.run(tf.global_variables_initializer())
    ...     for _ in range(2):
    ...         session.run(step)
    ...     print(session.run(w).round(2))  # each step about 0.1
    [ 0.8 -1.8]

    Source
    ------
    tf.train.AdamOptimizer, TF 1.15 adam.py; slots ``m``, ``v`` (and ``vhat``), called ``<var>/Adam``, ``<var>/Adam_1``;
    variables ``beta1_power`` and ``beta2_power`` in the name scope where gradients are applied
    """

    keras = "Adam"
    slots = (Slot("m", keras="m"), Slot("v", keras="v"), Slot("vhat", keras="vhat", when="_amsgrad"))
    _lr_t = Hyper("_lr", "learning_rate")
    _beta1_t = Hyper("_beta1", "beta1")
    _beta2_t = Hyper("_beta2", "beta2")
    _epsilon_t = Hyper("_epsilon", "epsilon")
    _beta1_power_t = Hyper("_beta1_power", "beta1_power")
    _beta2_power_t = Hyper("_beta2_power", "beta2_power")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adam",
        *,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(use_locking, name)
        self._lr, self._beta1, self._beta2, self._epsilon = learning_rate, beta1, beta2, epsilon
        self._amsgrad = amsgrad

    def _create_slots(self, var_list: Sequence[Variable]) -> None:
        """The powers, then for each variable both running means."""
        for name, beta in (("beta1_power", self._beta1), ("beta2_power", self._beta2)):
            power = self._create_non_slot_variable(self._call_if_callable(beta), name, var_list[0])
            power.slot_role = SlotRole(is_power=True)
        super()._create_slots(var_list)

    # Tensors like the hyper-parameters, and read once: only updates by the very same numbers become one call.
    def _beta1_power(self) -> Any:
        return self._power("beta1_power", self._beta1)

    def _beta2_power(self) -> Any:
        return self._power("beta2_power", self._beta2)

    def _power(self, name: str, first: Any) -> Any:
        power = self._get_non_slot_variable(name)
        return self._call_if_callable(first) if power is None else power  # what it will start with

    def _get_beta_accumulators(self) -> tuple[Variable, Variable]:
        """The variables that hold β1ᵗ and β2ᵗ in the current graph."""
        first, second = map(self._get_non_slot_variable, ("beta1_power", "beta2_power"))
        assert first is not None and second is not None
        return first, second

    def _resource_apply_dense(self, grad: Tensor, handle: Variable) -> Any:
        slots = ("m", "v", "vhat") if self._amsgrad else ("m", "v")
        apply: Callable[..., Any] = b.ResourceApplyAdamWithAmsgrad if self._amsgrad else b.ResourceApplyAdam
        return apply(*self._handles(handle, *slots), *self._numbers(handle), grad)

    def _numbers(self, variable: Variable) -> list[Tensor]:
        """The powers and the hyper-parameters, in the type of the variable."""
        powers = self._beta1_power_t, self._beta2_power_t
        return self._cast(variable, *powers, self._lr_t, self._beta1_t, self._beta2_t, self._epsilon_t)

    def _resource_apply_sparse(self, grad: Tensor, handle: Variable, indices: Tensor) -> Any:
        return self._apply_sparse_shared(grad, handle, indices, self._resource_scatter_add)

    def _apply_sparse_shared(
        self, grad: Tensor, var: Variable, indices: Tensor, scatter_add: Callable[..., Tensor]
    ) -> Any:
        """Rows without a gradient have one of 0: both means decay everywhere, and every row moves."""
        beta1_power, beta2_power, lr, beta1, beta2, epsilon = self._numbers(var)
        rate = lr * b.Sqrt(1 - beta2_power) / (1 - beta1_power)
        m = self._moved(var, "m", beta1, indices, grad * (1 - beta1), scatter_add)
        v = self._moved(var, "v", beta2, indices, grad * grad * (1 - beta2), scatter_add)
        square = v
        if self._amsgrad:
            vhat = self._slot(var, "vhat")
            square = vhat.assign(b.Maximum(vhat, v))
        step = var.assign_sub(rate * m / (b.Sqrt(square) + epsilon), read_value=False)
        return group(step, m, v, square)

    def _moved(
        self, var: Variable, slot_name: str, kept: Tensor, indices: Tensor, values: Tensor,
        scatter_add: Callable[..., Tensor],
    ) -> Tensor:  # fmt: skip
        """A running mean, after all of it has decayed and the rows have got their part."""
        slot = self._slot(var, slot_name)
        decayed = slot.assign(slot * kept, read_value=False)
        with kept.graph.control_dependencies([decayed]):
            return scatter_add(slot, indices, values)

    @staticmethod
    def _resource_scatter_add(x: Variable, i: Tensor, v: Tensor) -> Tensor:
        """A variable's value after values have been added to its rows."""
        added = b.ResourceScatterAdd(x.handle, i, v)
        with i.graph.control_dependencies([added]):
            return x.as_tensor()

    def _finish(self, update_ops: list[Any], name_scope: str) -> Any:
        """After all updates, the powers of the next step."""
        graph = get_default_graph()
        steps = []
        with graph.control_dependencies(update_ops):
            for power, beta in zip(
                self._get_beta_accumulators(), (self._beta1_t, self._beta2_t), strict=True
            ):
                grown = b.Mul(power.as_tensor(), graph.cast(beta, power.dtype))
                steps.append(power.assign(grown, read_value=False))
        return group(*update_ops, *steps, name=name_scope)
