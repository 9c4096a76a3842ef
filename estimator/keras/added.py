"""Losses and metrics of a functional model that are functions of its tensors, as layers at the model's edge.

When the model is called again, on the inputs of a ``fit`` for one, they are computed and added again.

Source: AddLoss and AddMetric of keras/engine/base_layer.py, Keras 2.15.
"""

from __future__ import annotations

from typing import Any

from estimator.keras.layer import Layer


class AddLoss(Layer):
    """What it is called on, which it adds to the losses.

    Parameters
    ----------
    unconditional : bool
        Accepted: whether the loss depends on no input.
    **kwargs
        Of :class:`~estimator.keras.layer.Layer`.
    """

    keras_module = "keras.src.engine.base_layer"
    config_names = "unconditional"

    def __init__(self, unconditional: bool = False, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "autocast": False})
        self.unconditional = unconditional

    def call(self, inputs: Any) -> Any:
        """The loss."""
        self.add_loss(inputs)
        return inputs


class AddMetric(Layer):
    """What it is called on, which it reports beside the loss.

    Parameters
    ----------
    aggregation : str, optional
        ``"mean"``: of all batches.
    metric_name : str, optional
        How the report calls it.
    **kwargs
        Of :class:`~estimator.keras.layer.Layer`.
    """

    keras_module = "keras.src.engine.base_layer"
    config_names = "aggregation metric_name"

    def __init__(self, aggregation: str | None = None, metric_name: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.aggregation, self.metric_name = aggregation, metric_name

    def call(self, inputs: Any) -> Any:
        """What is reported."""
        self.add_metric(inputs, self.aggregation, self.metric_name)
        return inputs
