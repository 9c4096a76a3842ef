"""Adam that looks ahead: keras.optimizers.Nadam."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from estimator.core.dtypes import float32
from estimator.graph import build as b
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Tensor
from estimator.keras.optimizers.optimizer import Optimizer
from estimator.optimizers.slots import Slot, kept_by
from estimator.variables.slot_role import SlotRole
from estimator.variables.variable import Variable


class Nadam(Optimizer):
    """Adam with the momentum of the next step in place of this one's.

    m and v as Adam's; μᵗ = β1 (1 - 0.96ᵗ / 2), and Πᵗ the product of all so far;
    w -= learning_rate · (μᵗ⁺¹ m / (1 - Πᵗ⁺¹) + (1 - μᵗ) g / (1 - Πᵗ)) / (√(v / (1 - β2ᵗ)) + ε).

    Parameters
    ----------
    learning_rate, beta_1, beta_2, epsilon, name, **kwargs
        As of :class:`~estimator.keras.optimizers.adam.Adam`.

    Source
    ------
    tf.keras.optimizers.Nadam, Keras 2.15 nadam.py; Dozat 2015; slots ``m``, ``v``, and Πᵗ as ``_u_product``
    """

    keras = "Nadam"
    _takes_rows = False
    slots: Sequence[Slot] = (Slot("m", keras="m"), Slot("v", keras="v"))
    lists: Mapping[str, str] = {"m": "_momentums", "v": "_velocities"}
    hyper: Sequence[str] = ("beta_1", "beta_2", "epsilon")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: Any = 0.9,
        beta_2: Any = 0.999,
        epsilon: Any = 1e-7,
        *,
        name: str = "Nadam",
        **kwargs: Any,
    ) -> None:
        super().__init__(name, **kwargs)
        self._learning_rate = self._build_learning_rate(learning_rate)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def build(self, var_list: Sequence[Variable]) -> None:
        """As of the base, and the product of the momentums."""
        super().build(var_list)
        self._product(var_list[0].graph)

    def _product(self, graph: Any) -> Variable:
        kept = kept_by(self, graph).non_slots
        if "u_product" not in kept:
            with graph.as_default(), graph.control_dependencies(None):
                kept["u_product"] = self._made_product(graph)
            kept["u_product"].slot_role = SlotRole()
        return kept["u_product"]

    def _made_product(self, graph: Graph) -> Variable:
        with self._scope(graph):
            return Variable(1.0, trainable=False, dtype=float32)

    def checkpoint_children(self) -> dict[str, Any]:
        """As of the base, and the product of the momentums."""
        product = kept_by(self, self._graph_at_hand()).non_slots.get("u_product")
        return super().checkpoint_children() | ({} if product is None else {"_u_product": product})

    def update_step(self, gradient: Any, variable: Variable) -> Any:
        """One step of a variable; of some rows, it is legacy's."""
        rate, epsilon = self._numbers(variable, "learning_rate", "epsilon")
        now, ahead, product, next_product = (
            self._in_type(variable, number) for number in self._once("momentums", self._momentums)
        )
        rows = gradient.indices if isinstance(gradient, IndexedSlices) else None
        dy = gradient if rows is None else gradient.values
        mean = self._mean(variable, "m", "beta_1", dy, rows)
        square = self._mean(variable, "v", "beta_2", b.Square(dy), rows)
        direction = ahead * mean / (1.0 - next_product) + (1.0 - now) * dy / (1.0 - product)
        step = direction * rate / (b.Sqrt(square / (1.0 - self._power("beta_2", variable))) + epsilon)
        if rows is None:
            return variable.assign_sub(step, read_value=False)
        return b.ResourceScatterSub(variable.handle, rows, step)

    def _rest(self, name: str, variable: Variable) -> Tensor:
        return 1.0 - self._number(name, variable)  # unlike the others, of a float32

    def _momentums(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The momentums of this step and the next one, and the products of all up to both."""
        beta_1 = self._hyper("beta_1")
        step = b.Cast(self.iterations.as_tensor(), DstT=float32)
        now, ahead = (
            beta_1 * (1.0 - 0.5 * b.Pow(0.96, self._momentum_growth() * (step + number)))
            for number in (1.0, 2.0)
        )
        product = self._product(get_default_graph().outermost).as_tensor() * now
        return now, ahead, product, product * ahead

    def _momentum_growth(self) -> float:
        return 1.0

    def _finish(self, update_ops: list[Any], name_scope: str) -> Any:
        """After all updates the product, too."""
        _, _, product, _ = self._once("momentums", self._momentums)
        graph = get_default_graph()
        with graph.control_dependencies(update_ops):
            stored = self._product(graph.outermost).assign(product, read_value=False)
        return super()._finish([*update_ops, stored], name_scope)
