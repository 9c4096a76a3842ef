"""The layer of Keras: a function of tensors whose weights are variables of the graph in which it is first called.

A layer has its name from the beginning, the first free form of its kind's; its weights are named below the name scope
of its first call, as in TensorFlow 1: a layer called ``dnn`` whose ``build`` says ``add_weight("kernel0", ...)`` has
the variable ``dnn/kernel0``. Layers that are its attributes are parts of it.

Arithmetic is that of :mod:`estimator.network.layers`: ``class Dense(core.Dense, Layer)`` computes as the one, and has
name, weights and configuration as the other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from estimator.core import nest
from estimator.core.dtypes import DType, DTypeLike, as_dtype, float32
from estimator.core.errors import UnimplementedError
from estimator.core.shapes import ShapeLike, TensorShape, as_dims, show
from estimator.graph import build as b
from estimator.graph.function import FunctionGraph
from estimator.graph.graph import get_default_graph, graph_of
from estimator.graph.names import demand_text
from estimator.graph.tensor import Tensor
from estimator.keras import nodes, outside, traces
from estimator.keras.call_arguments import MASK, masks_of, taken_by_call
from estimator.keras.calls import calling, gathered, gathering, outer_call
from estimator.keras.configuration import KINDS, Configured
from estimator.keras.connections import Connected
from estimator.keras.contents import Contents
from estimator.keras.effects import reading_what_is_written
from estimator.keras.learning_phase import chosen_phase
from estimator.keras.naming import in_snake_case, unique_name
from estimator.network.layers import layer as core
from estimator.network.layers.input_spec import check_inputs
from estimator.variables.distribution_options import VariableAggregation, VariableSynchronization, is_trained
from estimator.variables.recipe import call_initializer
from estimator.variables.variable import Variable


class Layer(Configured, Connected, Contents, core.Layer):
    """A function of tensors: a subclass has :meth:`call`, and :meth:`build` if it has weights of its own.

    Parameters
    ----------
    trainable : bool
    name : str, optional
        By default the first free form of the class' name: ``my_layer``, ``my_layer_1``.
    dtype : DType, optional
        The type of its weights, to which floating point inputs are cast; by default that of the first such input.
    dynamic : bool
        Accepted: everything is a graph.
    input_shape, batch_input_shape, batch_size, input_dim : optional
        What a Sequential model makes an Input of.
    weights : list of array, optional
        What the weights begin with, in the order in which they are made.
    autocast : bool
        Whether inputs are cast.
    activity_regularizer : callable or str, optional
        From the output to a loss, which is divided by the size of the batch.

    Attributes
    ----------
    built : bool
        Whether the weights are there.
    supports_masking : bool
        Whether a mask of the input is handed on to what takes the output.

    Raises
    ------
    ValueError
        If a name stands for no function.

    Source
    ------
    tf.keras.layers.Layer, TF 2.15
    """

    supports_masking = False
    input_spec: Any = None
    _initial_weights: list[np.ndarray[Any, Any]] | None

    def __init__(
        self,
        trainable: bool = True,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        dynamic: bool = False,
        *,
        input_shape: ShapeLike | None = None,
        batch_input_shape: ShapeLike | None = None,
        batch_size: int | None = None,
        input_dim: int | None = None,
        weights: Sequence[Any] | None = None,
        autocast: bool = True,
        activity_regularizer: Any = None,
    ) -> None:
        if not isinstance(trainable, (bool, np.bool_)):
            raise TypeError(f"Expected `trainable` argument to be a boolean, but got: {trainable!r}.")
        if name is not None:
            demand_text(name)
        self._begin_contents(trainable)
        self.dtype = None if dtype is None else _dtype_of(dtype)
        self.dynamic, self._autocast = dynamic, autocast
        self._name = unique_name(in_snake_case(type(self).__name__)) if name is None else name
        self.built = False
        vars(self)["_initial_weights"] = None if weights is None else [np.asarray(value) for value in weights]
        if input_dim is not None and input_shape is None:
            input_shape = (input_dim,)
        if batch_input_shape is not None:
            vars(self)["_batch_input_shape"] = as_dims(batch_input_shape)
        elif input_shape is not None:
            vars(self)["_batch_input_shape"] = (batch_size, *(as_dims(input_shape) or ()))
        self._take(activity_regularizer=activity_regularizer)

    # -- what it is ------------------------------------------------------------------------------------------------

    def name_scope(self) -> contextlib.AbstractContextManager[str]:
        """A block whose operations are named below the layer's name."""
        return get_default_graph().name_scope(self.name)

    # -- calling it ------------------------------------------------------------------------------------------------

    def build(self, input_shape: Any) -> None:
        """Make the weights, with :meth:`add_weight`, for an input of that static shape; here there are none."""
        self.built = True

    def get_build_config(self) -> dict[str, Any] | None:
        """For what input the weights were made; None if nobody knows.

        Source
        ------
        Layer.get_build_config, TF 2.15
        """
        shapes = vars(self).get("_build_input_shape")
        return None if shapes is None else {"input_shape": shapes}

    def build_from_config(self, config: Mapping[str, Any]) -> None:
        """Make the weights for what :meth:`get_build_config` has told."""
        if config.get("input_shape") is not None and not self.built:
            self.build(config["input_shape"])
            self.built = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The output; the first call makes the weights.

        Outside any graph, with arrays and numbers, it is computed at once; see :mod:`estimator.keras.outside`.

        Parameters
        ----------
        inputs : Tensor or array, or a structure of them
        *args, **kwargs
            Handed to :meth:`call`. ``training`` is by default that of the layer that calls this one; ``mask`` the one
            that the inputs bring along.

        Raises
        ------
        ValueError
            If inputs do not fit, or are of another graph than the weights; or if ``call`` gives nothing.
        """
        if "_trainable_weights" not in vars(self):
            raise RuntimeError(
                f"You must call `super().__init__()` in the layer constructor, which {type(self).__name__} does not."
            )
        inputs, args, kwargs = self._split(args, kwargs)
        if outside.is_outside(inputs, args, kwargs):
            return outside.call(self, inputs, args, kwargs)
        return self.call_in_graph(inputs, *args, **kwargs)

    apply = __call__

    def _split(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
        """The inputs apart from the other arguments."""
        if args:
            return args[0], args[1:], kwargs
        first = next(iter(taken_by_call(self).names), None)
        if first is None or first not in kwargs:
            raise ValueError("The first argument to `Layer.call` must always be passed.")
        rest = {name: value for name, value in kwargs.items() if name != first}
        return kwargs[first], (), rest

    def call_in_graph(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The output as tensors of the inputs' graph, or of the default graph if they are of none."""
        graph = graph_of(nest.flatten(inputs))
        with graph.as_default():
            inputs = self._as_inputs(inputs)
            if self.input_spec is not None:
                if inputs is None:
                    raise ValueError(
                        f"layer {self.name!r} was called on None: it takes a tensor, or an array."
                    )
                check_inputs(self.input_spec, inputs, self.name)
            masks = taken_by_call(self).argument("mask", args, kwargs)
            masks = masks_of(inputs) if masks is None else masks
            told, training = self._told(args, kwargs, masks)
            is_of_step = outer_call() is None and gathered() is not None
            lines = reading_what_is_written() if is_of_step else contextlib.nullcontext()
            with lines, calling(self, training, inputs), graph.name_scope(self.name):
                self._build_once(inputs)
                outputs = self.call(self._cast(inputs), *args, **told)
                if outputs is None:
                    raise ValueError(
                        f"A layer's `call` method should return a Tensor or a list of Tensors, not None (layer: "
                        f"{self.name})."
                    )
                if self.activity_regularizer is not None:
                    self._regularize(outputs)
                self._hand_on(inputs, masks, outputs)
            if outer_call() is None and nodes.has_history(inputs):
                outputs = nodes.record(self, inputs, args, kwargs, outputs)
        return outputs

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The output for an input; here it is the input."""
        return inputs

    def _as_inputs(self, inputs: Any) -> Any:
        """Tensors in the structure that was given; arrays and numbers are constants, a list of numbers is one."""
        graph, leaves = get_default_graph(), nest.flatten(inputs)
        if (
            leaves
            and isinstance(inputs, list)
            and all(isinstance(leaf, (bool, int, float, str)) for leaf in leaves)
        ):
            return graph.convert(inputs)
        return nest.map_structure(partial(_as_tensor, self), inputs)

    def _told(self, args: tuple[Any, ...], kwargs: dict[str, Any], masks: Any) -> tuple[dict[str, Any], Any]:
        """The keywords of :meth:`call`, with `training` and `mask` where nobody gave them, and whether it trains."""
        taken = taken_by_call(self)
        told = dict(kwargs)
        training = taken.argument("training", args, kwargs)
        if not taken.takes("training"):
            told.pop("training", None)
        if training is None:
            outer = outer_call()
            training = chosen_phase() if outer is None or outer.training is None else outer.training
            if training is not None and taken.takes("training") and not taken.is_positional("training", args):
                told["training"] = _as_bool(training)
        if masks is not None and taken.takes("mask") and not taken.is_positional("mask", args):
            told["mask"] = masks
        return told, training

    def _build_once(self, inputs: Any) -> None:
        tensors = [tensor for tensor in nest.flatten(inputs) if tensor is not None]
        if self.built:
            self._demand_own_graph(tensors)
            return
        if self.dtype is None:
            floating = [tensor.dtype for tensor in tensors if tensor.dtype.is_floating]
            self.dtype = floating[0] if floating and not traces.is_like_eager() else float32
        shapes = nest.map_structure(lambda tensor: None if tensor is None else tensor.shape, inputs)
        self.build(shapes)
        vars(self)["_build_input_shape"] = shapes
        self.built = True

    def _demand_own_graph(self, tensors: list[Any]) -> None:
        weights = self.weights
        here = get_default_graph().outermost
        if weights and weights[0].graph is not here:
            given = tensors[0].name if tensors and isinstance(tensors[0], Tensor) else "its input"
            raise ValueError(
                f"layer {self.name!r} has its weights ({weights[0].op.name}) in one graph, and is called on {given} of "
                "another. Make the layer or model inside the model_fn or the `with graph.as_default()` that calls it; "
                "a model that has been trained becomes an Estimator by keras.estimator.model_to_estimator."
            )

    def _cast(self, inputs: Any) -> Any:
        """The inputs, those of floating point in the layer's type."""
        own = self.compute_dtype
        if not self._autocast or not own.is_floating:
            return inputs
        if all(not _is_other_float(leaf, own) for leaf in nest.flatten(inputs)):
            return inputs
        return nest.map_structure(
            lambda leaf: b.Cast(leaf, DstT=own) if _is_other_float(leaf, own) else leaf, inputs
        )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The static shape of the output for an input of that static shape; weights are made if they are not there.

        Parameters
        ----------
        input_shape : shape, or structure of shapes
            Sizes that are not known are None.
        """
        weights = self.weights
        graph: Any = weights[0].graph if weights else get_default_graph()
        with graph.as_default(), gathering():
            body = FunctionGraph(self.name, outer=graph)
            graph.library.pop(body.name)  # no operation calls it
            with body.as_default():
                inputs = nest.map_structure(
                    lambda shape: body.add_argument(self.compute_dtype, as_dims(shape)),
                    shapes_in(input_shape),
                )
                outputs = self.call_in_graph(inputs)
        return nest.map_structure(lambda tensor: tensor.shape, outputs)

    # -- masks -----------------------------------------------------------------------------------------------------

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The mask of the output; here that of the input, if the layer supports masking.

        Raises
        ------
        TypeError
            If there is a mask, and the layer does not support masking.
        """
        if self.supports_masking:
            return mask
        if any(part is not None for part in nest.flatten(mask)):
            raise TypeError(
                f"Layer {self.name} does not support masking, but was passed an input_mask: {mask}."
            )
        return None

    def _hand_on(self, inputs: Any, masks: Any, outputs: Any) -> None:
        """Let the outputs bring along their masks, if the layer knows them."""
        leaves = nest.flatten(outputs)
        is_plain = type(self).compute_mask is Layer.compute_mask
        if (is_plain and not self.supports_masking) or all(hasattr(leaf, MASK) for leaf in leaves):
            return
        found = nest.flatten(self.compute_mask(inputs, masks))
        for leaf, mask in zip(leaves, found, strict=False):
            if isinstance(leaf, Tensor) and mask is not None:
                setattr(leaf, MASK, mask)

    # -- weights ---------------------------------------------------------------------------------------------------

    def add_weight(  # type: ignore[override]  # in the order of arguments that Keras has
        self,
        name: str | None = None,
        shape: ShapeLike = (),
        dtype: DTypeLike | None = None,
        initializer: Any = None,
        regularizer: Any = None,
        trainable: bool | None = None,
        constraint: Any = None,
        partitioner: Any = None,
        use_resource: bool | None = None,
        synchronization: Any = VariableSynchronization.AUTO,
        aggregation: Any = VariableAggregation.NONE,
        **kwargs: Any,
    ) -> Variable:
        """A variable of this layer, named below the name scope in force.

        Parameters
        ----------
        name : str, optional
        shape : shape
            By default a number.
        dtype : DType, optional
            By default the layer's.
        initializer, regularizer, constraint : callable, str or dict, optional
            Of Keras or of TensorFlow 1; by default glorot_uniform, or zeros for what is not floating point.
        trainable : bool, optional
            By default True, unless its `synchronization` is ON_READ.
        partitioner, use_resource, aggregation, **kwargs
            Accepted: a weight is in one piece, and there is one copy.

        Raises
        ------
        ValueError
            If a name stands for no function, or initial weights do not fit.
        """
        kind = as_dtype(dtype or self.dtype or float32)
        functions = self._resolved(initializer=initializer, regularizer=regularizer, constraint=constraint)
        first = functions["initializer"] or KINDS["initializer"].get(
            "glorot_uniform" if kind.is_floating else "zeros"
        )
        dims = as_dims(shape)
        if dims is None or None in dims:
            raise ValueError(
                f"layer {self.name!r}: the shape of the weight {name!r} must be known, given: {show(dims)}. Sizes of "
                "an input must be known for it: use set_shape, or give the Input its shape."
            )
        variable = Variable(
            self._given_value(name, dims) or partial(call_initializer, first, dims, kind),
            trainable=is_trained(trainable, synchronization),
            name=name or "Variable",
            dtype=kind,
            shape=dims,
            constraint=functions["constraint"],
            synchronization=synchronization,
            aggregation=aggregation,
            initializer_scope="Initializer/",
        )
        if functions["regularizer"] is not None:
            self._penalize(variable, functions["regularizer"])
        self._list_weight(variable, name)
        return variable

    add_variable = add_weight  # type: ignore[assignment]

    def _given_value(self, name: str | None, dims: Any) -> Callable[[], Any] | None:
        """What gives the next of the initial weights, if the layer was given any."""
        if not self._initial_weights:
            return None
        value = self._initial_weights.pop(0)
        if value.shape != dims:
            raise ValueError(
                f"layer {self.name!r}: the weights that it was given have {value.shape} where {name!r} has {dims}."
            )
        return lambda: value

    def _variables_here(self) -> contextlib.AbstractContextManager[Any]:
        return contextlib.nullcontext()  # the name scope says where

    def count_params(self) -> int:
        """How many numbers the weights hold.

        Raises
        ------
        ValueError
            If they are not there yet.
        """
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on layer {self.name}, but the layer isn't built. You can build it "
                "manually via: `layer.build(input_shape)`."
            )
        return sum(weight.shape.num_elements() or 0 for weight in self.weights)


def _dtype_of(given: DTypeLike) -> DType:
    if isinstance(given, str) and given.startswith("mixed_"):
        raise UnimplementedError(
            f"dtype={given!r}: layers compute in the type of their weights; use 'float32'."
        )
    return as_dtype(given)


def _as_bool(training: Any) -> Any:
    return b.Cast(training, DstT="bool") if isinstance(training, Tensor) else bool(training)


def _as_tensor(layer: Layer, value: Any) -> Any:
    """A leaf of the inputs in the default graph; composites stay what they are."""
    if value is None or hasattr(value, "components"):
        return value
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        value = value.astype(layer.compute_dtype.as_numpy_dtype)  # as numpy makes everything of that type
    return get_default_graph().convert(value)


def _is_other_float(leaf: Any, own: DType) -> bool:
    return isinstance(leaf, Tensor) and leaf.dtype.is_floating and leaf.dtype is not own


def shapes_in(value: Any) -> Any:
    """The shapes of a structure, where a list of sizes is a shape."""
    if isinstance(value, Mapping):
        return {key: shapes_in(shape) for key, shape in value.items()}
    if isinstance(value, (list, tuple)) and any(
        isinstance(part, (list, tuple, TensorShape)) for part in value
    ):
        return [shapes_in(shape) for shape in value]
    return shape_of(value)


def shape_of(input_shape: Any) -> TensorShape:
    """The shape that `build` was given, as people give it."""
    return input_shape if isinstance(input_shape, TensorShape) else TensorShape(as_dims(input_shape))
