"""What an optimizer of Keras is given, checked before anything is made."""

from __future__ import annotations

from typing import Any

from estimator.graph.defaults import is_outside


def check_options(
    name: str, clipnorm: Any, global_clipnorm: Any, use_ema: bool, ema_momentum: float, frequency: Any
) -> None:
    """Check the options that all optimizers have.

    Raises
    ------
    ValueError
        For the first that makes no sense.
    """
    if clipnorm is not None and global_clipnorm is not None:
        raise ValueError(
            f"{name}: at most one of `clipnorm` and `global_clipnorm` can be set, given: clipnorm={clipnorm}, "
            f"global_clipnorm={global_clipnorm}."
        )
    if use_ema and not 0 <= ema_momentum <= 1:
        raise ValueError(f"{name}: `ema_momentum` must be in the range [0, 1], given: {ema_momentum!r}.")
    if use_ema and frequency is not None and (not isinstance(frequency, int) or frequency < 1):
        raise ValueError(
            f"{name}: `ema_overwrite_frequency` must be an integer above 0 or None, given: {frequency!r}."
        )


def refuse_values(loss: Any, tape: Any) -> None:
    """Refuse what asks for gradients of values.

    Raises
    ------
    TypeError, RuntimeError
    """
    if tape is not None:
        raise TypeError(
            "there is no GradientTape here: gradients are those of a graph. Compute the loss of tensors and pass it: "
            "optimizer.minimize(loss, var_list)."
        )
    if callable(loss) and is_outside():
        raise RuntimeError(
            "optimizer.minimize(function, ...) outside of a graph would have to run at once, on gradients of values. "
            "Build the step of tensors, train_op = optimizer.minimize(loss, var_list), and run it in a session; or "
            "use model.fit()."
        )


def check_share(**shares: Any) -> None:
    """Check that hyper-parameters, where they are numbers, are in [0, 1].

    Raises
    ------
    ValueError
        For the first that is not.
    """
    for name, value in shares.items():
        if isinstance(value, (int, float)) and not 0 <= value <= 1:
            raise ValueError(f"`{name}` must be between [0, 1], given: {value!r}.")
