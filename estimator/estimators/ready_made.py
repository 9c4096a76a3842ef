"""What feed-forward and linear models share: their features, their parts, their summaries and their saver."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from estimator.checkpoint.saver import Saver
from estimator.columns.column import scope_name
from estimator.columns.input_layer import plain_scope_name
from estimator.functions import nn
from estimator.graph.tensor import Tensor
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.settings.run_config import RunConfig
from estimator.summaries.ops import histogram, scalar
from estimator.training.scaffold import Scaffold
from estimator.variables.partitioners import Partitioner, min_max_variable_partitioner


def check_features(features: Any) -> None:
    """Refuse features that have no names.

    Raises
    ------
    ValueError
        If they are not a dict.
    """
    if not isinstance(features, Mapping):
        raise ValueError(
            f"features should be a dictionary of `Tensor`s. Given type: {type(features)}. Return "
            "({'name': values, ...}, labels) from input_fn: feature columns find their input by name."
        )


def one_part_each(config: RunConfig) -> Partitioner:
    """As many parts as there are parameter servers to hold them, at least one: TensorFlow's way to cut variables.

    In a local run the variable ``x`` is the one part ``x/part_0``, and scripts and hooks ask for it under that name.
    """
    return min_max_variable_partitioner(config.num_ps_replicas)


def naming_of(columns: Sequence[Any]) -> Callable[[str], str]:
    """How a ready-made model calls the scopes of its columns: a feature 'a/b' is ``a_b`` there.

    TensorFlow has two input layers. The one its models take where they can has plain names; the older one, which
    ``tf.feature_column.input_layer`` is and which shared embeddings need, has ``a/b``.
    """
    return scope_name if any(column.shares_table for column in columns) else plain_scope_name


def partitioner_problems(name: str, partitioner: Any) -> Iterator[str]:
    """What is wrong with a partitioner that was given under that name."""
    if partitioner is not None and not callable(partitioner):
        yield f"{name} must be callable, such as tf.fixed_size_partitioner(2); given: {partitioner!r}."


def summarize_layer(layer: Tensor, name: str, mode: str) -> None:
    """Write how many of a layer's values are zero, and how they are distributed; in prediction nobody would read it."""
    if mode == ModeKeys.PREDICT:
        return
    scalar(f"{name}/fraction_of_zero_values", nn.zero_fraction(layer))
    histogram(f"{name}/activation", layer)


def with_saver(spec: EstimatorSpec, config: RunConfig, dialect: str, *optimizers: Any) -> EstimatorSpec:
    """The spec, saved under the keys of that dialect, or of the one that an optimizer asks for."""
    asked = [found for one in optimizers if (found := getattr(one, "dialect", None)) is not None]
    saver = Saver(
        max_to_keep=config.keep_checkpoint_max,
        keep_checkpoint_every_n_hours=config.keep_checkpoint_every_n_hours or float("inf"),
        dialect=asked[0] if asked else dialect,
        missing_slots=config.missing_slots,
        defer_build=True,
    )
    return spec._replace(scaffold=Scaffold(saver=saver))
