"""Values that are several tensors: what a SparseTensor and IndexedSlices have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Self

    from estimator.core.dtypes import DType
    from estimator.graph.tensor import Operation, Owner, Tensor


class Composite:
    """A value that stands for several tensors, its :attr:`components`; most of what it is asked, its values answer.

    A run fetches and is fed all of them at once. A component may be a composite itself.

    Attributes
    ----------
    made_dense_by : str
        What makes one tensor of it, for messages.
    has_operators : bool
        Whether it answers all of Python's operators, on the right of a tensor too.
    """

    made_dense_by = "tf.convert_to_tensor"
    has_operators = False

    values: Tensor

    @property
    def components(self) -> Any:
        """A named tuple of its tensors, with None for one that is not given; filled with arrays, it is its value."""
        raise NotImplementedError

    def mapped(self, function: Callable[[Tensor], Any]) -> Self:
        """The same kind of value with `function` of each of its tensors."""
        changed = (
            part.mapped(function) if isinstance(part, Composite) else None if part is None else function(part)
            for part in self.components
        )
        return self.of_components(*changed)

    def with_values(self, new_values: Any) -> Self:
        """Other values at the same positions."""
        return self.of_components(*self.components._replace(values=new_values))

    def of_components(self, *components: Any) -> Self:
        """The same kind of value of other components."""
        return type(self)(*components)

    @property
    def differentiated(self) -> Tensor | None:
        """The tensor whose gradient is that of this value; None if it has none."""
        return None

    def with_gradient(self, gradient: Any) -> Any:
        """The gradient of this value, of that of what is :attr:`differentiated`."""
        return gradient

    @property
    def tensors(self) -> list[Tensor]:
        """Those of its components that are given; of such as are composites themselves, theirs."""
        return [
            tensor
            for part in self.components
            if part is not None
            for tensor in (part.tensors if isinstance(part, Composite) else [part])
        ]

    @property
    def dtype(self) -> DType:
        """The type of the values."""
        return self.values.dtype

    @property
    def name(self) -> str:
        """The name of the values."""
        return self.values.name

    @property
    def op(self) -> Operation:
        """The operation that gives the values."""
        return self.values.op

    @property
    def device(self) -> str:
        """The device of the values; here always empty."""
        return self.values.device

    @property
    def graph(self) -> Owner:
        """The graph of the values."""
        return self.values.graph

    def consumers(self) -> list[Operation]:
        """The operations that take one of the components as an input."""
        return list(dict.fromkeys(op for tensor in self.tensors for op in tensor.consumers()))

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """Its value in a session (default: the current one): its components with arrays in place of tensors."""
        return self.graph.current_session(session).run(self, feed_dict)
