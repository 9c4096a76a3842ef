"""The losses that Keras has, as objects of its functions.

Each takes `reduction` and `name` (:class:`~estimator.keras.losses.loss.Loss`), and the options of its function.

Source: tf.keras.losses, Keras 2.15 losses.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.keras.losses import crossentropies, errors
from estimator.keras.losses.loss import FunctionLoss, Reduction

_AUTO = Reduction.AUTO


def _loss(function: Callable[..., Any], class_name: str) -> type[FunctionLoss]:
    """The loss of a function without options."""
    default = function.__name__

    def __init__(self: Any, reduction: str = _AUTO, name: str | None = default) -> None:
        FunctionLoss.__init__(self, function, reduction, name)

    meaning = (function.__doc__ or "").strip()
    members = {"__init__": __init__, "__doc__": meaning, "__module__": __name__, "__qualname__": class_name}
    return type(class_name, (FunctionLoss,), members)


MeanSquaredError = _loss(errors.mean_squared_error, "MeanSquaredError")
MeanAbsoluteError = _loss(errors.mean_absolute_error, "MeanAbsoluteError")
MeanAbsolutePercentageError = _loss(errors.mean_absolute_percentage_error, "MeanAbsolutePercentageError")
MeanSquaredLogarithmicError = _loss(errors.mean_squared_logarithmic_error, "MeanSquaredLogarithmicError")
LogCosh = _loss(errors.log_cosh, "LogCosh")
Hinge = _loss(errors.hinge, "Hinge")
SquaredHinge = _loss(errors.squared_hinge, "SquaredHinge")
CategoricalHinge = _loss(errors.categorical_hinge, "CategoricalHinge")
KLDivergence = _loss(errors.kl_divergence, "KLDivergence")
Poisson = _loss(errors.poisson, "Poisson")


class Huber(FunctionLoss):
    """Half the squared error up to `delta`, linear beyond."""

    def __init__(self, delta: float = 1.0, reduction: str = _AUTO, name: str | None = "huber_loss") -> None:
        super().__init__(errors.huber, reduction, name, {"delta": delta})


class CosineSimilarity(FunctionLoss):
    """Minus the cosine of the angle between labels and predictions along `axis`."""

    def __init__(
        self, axis: int = -1, reduction: str = _AUTO, name: str | None = "cosine_similarity"
    ) -> None:
        super().__init__(errors.cosine_similarity, reduction, name, {"axis": axis})


class BinaryCrossentropy(FunctionLoss):
    """The cross entropy of labels 0 and 1; the options are those of the function ``binary_crossentropy``."""

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str = _AUTO,
        name: str | None = "binary_crossentropy",
    ) -> None:
        options: dict[str, Any] = {
            "from_logits": from_logits,
            "label_smoothing": label_smoothing,
            "axis": axis,
        }
        super().__init__(crossentropies.binary_crossentropy, reduction, name, options)
        self.from_logits = from_logits


class BinaryFocalCrossentropy(FunctionLoss):
    """The binary cross entropy, of which what is predicted well counts little."""

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str = _AUTO,
        name: str | None = "binary_focal_crossentropy",
    ) -> None:
        options: dict[str, Any] = {
            "apply_class_balancing": apply_class_balancing,
            "alpha": alpha,
            "gamma": gamma,
            "from_logits": from_logits,
            "label_smoothing": label_smoothing,
            "axis": axis,
        }
        super().__init__(crossentropies.binary_focal_crossentropy, reduction, name, options)
        self.from_logits = from_logits


class CategoricalCrossentropy(FunctionLoss):
    """The cross entropy of one-hot labels; the options are those of the function ``categorical_crossentropy``."""

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str = _AUTO,
        name: str | None = "categorical_crossentropy",
    ) -> None:
        options: dict[str, Any] = {
            "from_logits": from_logits,
            "label_smoothing": label_smoothing,
            "axis": axis,
        }
        super().__init__(crossentropies.categorical_crossentropy, reduction, name, options)
        self.from_logits = from_logits


class CategoricalFocalCrossentropy(FunctionLoss):
    """The categorical cross entropy, of which what is predicted well counts little."""

    def __init__(
        self,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str = _AUTO,
        name: str | None = "categorical_focal_crossentropy",
    ) -> None:
        options: dict[str, Any] = {
            "alpha": alpha,
            "gamma": gamma,
            "from_logits": from_logits,
            "label_smoothing": label_smoothing,
            "axis": axis,
        }
        super().__init__(crossentropies.categorical_focal_crossentropy, reduction, name, options)
        self.from_logits = from_logits


class SparseCategoricalCrossentropy(FunctionLoss):
    """The cross entropy of class ids; the options are those of the function ``sparse_categorical_crossentropy``."""

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str = _AUTO,
        name: str | None = "sparse_categorical_crossentropy",
    ) -> None:
        options: dict[str, Any] = {"from_logits": from_logits, "ignore_class": ignore_class}
        super().__init__(crossentropies.sparse_categorical_crossentropy, reduction, name, options)
        self.from_logits = from_logits
