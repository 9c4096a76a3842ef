"""Methods of datasets by which chance, another dataset or an error says what comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from estimator.core.dtypes import int64
from estimator.core.keywords import near_keywords_of_methods
from estimator.pipeline import stages
from estimator.pipeline.element import Array, as_array
from estimator.pipeline.recipe import Recipe, whole_number
from estimator.pipeline.specs import TensorSpec
from estimator.pipeline.stage import Node

if TYPE_CHECKING:
    from typing import Self


@near_keywords_of_methods
class Choosing(Recipe):
    """How a dataset is made of several, and of what can be made of one."""

    @classmethod
    def random(
        cls, seed: Any = None, rerandomize_each_iteration: bool | None = None, name: Any = None
    ) -> Self:
        """Random numbers without end, int64 from 0 to 2 ** 32 - 1.

        Parameters
        ----------
        seed : int, optional
            The numbers are a function of this seed and the graph's; without both they are drawn anew each time.
        rerandomize_each_iteration : bool
            Whether every round of repeat has its own.
        """
        number = None if seed is None else whole_number(seed, "Dataset.random: seed")
        return cls._made_of(stages.RandomNode(number, bool(rerandomize_each_iteration)))

    @classmethod
    def sample_from_datasets(
        cls,
        datasets: Sequence[Self],
        weights: Any = None,
        seed: Any = None,
        stop_on_empty_dataset: bool = False,
        rerandomize_each_iteration: bool | None = None,
    ) -> Self:
        """Elements of several datasets, each the next of one that is drawn.

        Parameters
        ----------
        datasets : list of Dataset
            With elements of one kind.
        weights : list of float, optional
            How likely each is drawn; all alike by default.
        seed : int, optional
            See :meth:`random`.
        stop_on_empty_dataset : bool
            Whether the end of one is the end; otherwise one without elements is passed over.
        rerandomize_each_iteration : bool
            Whether every round of repeat draws anew.

        Raises
        ------
        ValueError
            If there is no dataset, or not a weight for each.
        TypeError
            If their elements differ in structure or type.
        """
        name = "Dataset.sample_from_datasets"
        nodes = _nodes(datasets, name)
        draws = cls.random(seed, rerandomize_each_iteration)._node
        likely = _weights(weights, len(nodes), name)
        drawn = tuple(node for node, weight in zip(nodes, likely, strict=True) if weight)
        if len(drawn) == 1:
            return cls._made_of(drawn[0])
        return cls._made_of(stages.MixedNode(draws, drawn, likely[likely > 0], bool(stop_on_empty_dataset)))

    @classmethod
    def choose_from_datasets(
        cls, datasets: Sequence[Self], choice_dataset: Self, stop_on_empty_dataset: bool = True
    ) -> Self:
        """Elements of several datasets, each the next of the one that another dataset says.

        Parameters
        ----------
        datasets : list of Dataset
            With elements of one kind.
        choice_dataset : Dataset
            Of scalars of type int64: the numbers of datasets, counted from 0.
        stop_on_empty_dataset : bool
            Whether the end of one is the end; otherwise the next choice counts.

        Raises
        ------
        ValueError
            If there is no dataset.
        TypeError
            If their elements differ in structure or type, or the choices are no scalars of type int64.
        InvalidArgumentError
            When run, if there is no dataset of a number.

        Example
        -------
        >>> from estimator import tf
        >>> sources = [tf.data.Dataset.range(3), tf.data.Dataset.range(10, 13)]
        >>> mixed = tf.data.Dataset.choose_from_datasets(sources, tf.data.Dataset.range(2).repeat(3))
        >>> [int(number) for number in mixed.as_numpy_iterator()]
        [0, 10, 1, 11, 2, 12]
        """
        name = "Dataset.choose_from_datasets"
        nodes = _nodes(datasets, name)
        if choice_dataset.element_spec != TensorSpec((), int64):
            raise TypeError(
                f"{name}: `choice_dataset` must be a dataset of scalars of type tf.int64, given: {choice_dataset!r}."
            )
        return cls._made_of(stages.MixedNode(choice_dataset._node, nodes, None, bool(stop_on_empty_dataset)))

    def rejection_resample(
        self,
        class_func: Callable[..., Any],
        target_dist: Any,
        initial_dist: Any = None,
        seed: Any = None,
        name: Any = None,
    ) -> Self:
        """Pairs of a class and an element, some left out at random so that classes have the shares that are wanted.

        Parameters
        ----------
        class_func : callable
            From an element to its class, a scalar of type int32 or int64 below the number of classes.
        target_dist : sequence of float
            The share that each class is to have.
        initial_dist : sequence of float, optional
            The share that it has; by default told from the elements that have been read.
        seed : int, optional
            Of what stays.

        Raises
        ------
        ValueError
            If class_func is no function, the shares are no vectors of one length, of numbers that are not negative and
            not all 0, a class that is wanted has none, or a class is no whole number.

        Source
        ------
        tf.data.Dataset.rejection_resample, TF 2.15 resampling.py
        """
        if not callable(class_func):
            raise ValueError(
                f"Dataset.rejection_resample: class_func takes a function of an element, given: {class_func!r}."
            )
        target = stages.shares(target_dist, "rejection_resample: target_dist")
        initial = (
            None if initial_dist is None else stages.shares(initial_dist, "rejection_resample: initial_dist")
        )
        resampled_pairs: Self = stages.resampled(self, class_func, target, initial, seed)
        return resampled_pairs

    def ignore_errors(self, log_warning: bool = False, name: Any = None) -> Self:
        """The elements that can be made: what raises an error of an operation is passed over.

        Parameters
        ----------
        log_warning : bool
            Whether each is told in the log.
        """
        return self._made_of(stages.IgnoreErrorsNode(self._node, bool(log_warning)))


def _nodes(datasets: Sequence[Any], name: str) -> tuple[Node, ...]:
    wrong = [dataset for dataset in datasets if not isinstance(dataset, Recipe)]
    if wrong or not datasets:
        raise (TypeError if wrong else ValueError)(
            f"{name} takes a list of at least one dataset, given: {wrong[0] if wrong else datasets!r}."
        )
    nodes = tuple(dataset._node for dataset in datasets)
    for node in nodes[1:]:
        stages.check_same_kind(nodes[0], node, name)
    return nodes


def _weights(weights: Any, count: int, name: str) -> Array:
    if weights is None:
        return np.ones(count)
    array = as_array(weights, f"{name}: weights").astype(np.float64)
    if array.shape != (count,) or np.any(array < 0) or not np.isfinite(array.sum()) or not array.any():
        raise ValueError(
            f"{name}: `weights` must be {count} numbers that are not negative and not all 0, one for each dataset, "
            f"given: {weights!r}."
        )
    return array
