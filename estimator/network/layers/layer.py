"""What all layers share: a scope of their own, and variables made at the first call.

A layer takes the first free form of its name, or of its kind's, in the surrounding scope: ``dense``, ``dense_1``;
the functions, such as ``tf.layers.dense``, take a name that they are given as it is. Its variables are named below
that, and its operations in the name scope of the first call. Calling it again shares variables.
"""

from __future__ import annotations

import contextlib
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from estimator.core import nest
from estimator.core.dtypes import DType, DTypeLike, as_dtype, float32
from estimator.core.keywords import near_keywords
from estimator.core.missing_members import lacks
from estimator.core.shapes import Dims, ShapeLike, show
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph, graph_of
from estimator.graph.keys import GraphKeys
from estimator.graph.likes import TensorLike
from estimator.graph.static import static_value
from estimator.graph.tensor import Operation, Tensor
from estimator.network.layers.by_name import ConstraintLike, InitializerLike, RegularizerLike, functions_of
from estimator.network.layers.input_spec import InputSpec, check_inputs
from estimator.variables.distribution_options import VariableAggregation, VariableSynchronization, is_trained
from estimator.variables.get_variable import get_variable
from estimator.variables.partitioners import Partitioner
from estimator.variables.partitions import PartitionedVariable
from estimator.variables.scopes import VariableScope, get_variable_scope, variable_scope
from estimator.variables.variable import Variable

UpdateLike: TypeAlias = "Operation | Tensor | Callable[[], Operation | Tensor]"


@lacks(
    "activity_regularizer add_metric compute_mask compute_output_shape compute_output_signature dynamic from_config "
    "get_config get_input_at get_input_mask_at get_input_shape_at get_output_at get_output_mask_at "
    "get_output_shape_at get_weights inbound_nodes input input_mask input_shape metrics name_scope "
    "outbound_nodes output output_mask output_shape set_weights stateful submodules supports_masking with_name_scope"
)
@near_keywords
class Layer:
    """A function of a tensor with variables: a subclass has :meth:`call`, and :meth:`build` if it has variables.

    Parameters
    ----------
    trainable : bool
        Whether its variables are trained by default.
    name : str, optional
        The scope of its variables in its first free form; without one its kind's.
    dtype : DType, optional
        The type of its variables; by default that of the input.
    activity_regularizer : callable or str, optional
        From the output to a loss, which is divided by the batch size and listed.
    _reuse : bool, optional
        Take the variables that a layer of the same name has made.
    _scope : str or VariableScope, optional
        The scope of its variables as it is, whether or not it is free.

    Attributes
    ----------
    input_spec : InputSpec, or list of them
        What the layer takes, if it says so; each input is checked against it.
    variables : list of Variable

    Source
    ------
    tf.layers.Layer, TF 1.15 python/layers/base.py
    """

    activity_regularizer: Callable[[Any], Any] | None
    input_spec: Any = None

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        near_keywords(cls)

    def __init__(
        self,
        trainable: bool = True,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        *,
        activity_regularizer: RegularizerLike = None,
        _reuse: bool | None = None,
        _scope: str | VariableScope | None = None,
    ) -> None:
        self.trainable = trainable
        self.dtype = None if dtype is None else as_dtype(dtype)
        self._take(activity_regularizer=activity_regularizer)
        self.built = False
        self._trainable_weights: list[Variable] = []  # layers of packages add to these themselves
        self._non_trainable_weights: list[Variable] = []
        self._losses: list[Tensor] = []
        self._updates: list[Operation] = []
        self._given_name = name
        self._reuse = _reuse
        self._scope: VariableScope | None = None
        self._given_scope = _scope

    def build(self, input_shape: ShapeLike) -> None:
        """Make the variables, with :meth:`add_weight`, for an input of that static shape; here there are none."""
        self.built = True

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The output for an input; here it is the input. A parameter called `scope` is given the layer's scope."""
        return inputs

    def _take(self, **functions: Any) -> None:
        """Keep functions, or those that names stand for, as attributes of the same names."""
        vars(self).update(self._resolved(**functions))

    def _resolved(self, **given: Any) -> dict[str, Any]:
        """The functions that were given, or that names stand for, by argument."""
        return functions_of(type(self).__name__, **given)

    def _declared(self, name: str) -> dict[str, Any]:
        """What the layer was told of one of its variables."""
        kinds = ("initializer", "regularizer", "constraint")
        return {kind: getattr(self, f"{name}_{kind}", None) for kind in kinds}

    @property
    def name(self) -> str:
        """The name it was given, else the last part of its scope."""
        found = self._scope.name.rpartition("/")[2] if self._scope else self._kind()
        return self._given_name or found

    @property
    def variables(self) -> list[Variable]:
        """All variables of the layer, those that are trained first; of one in parts, each part."""
        return self.trainable_variables + self.non_trainable_variables

    @property
    def scope_name(self) -> str:
        """The name of the scope of its variables.

        Raises
        ------
        ValueError
            If the layer has not been called yet, which is when it finds its scope.
        """
        if self._scope is None:
            raise ValueError(f"layer {self.name} has no scope yet: it is determined by the first call.")
        return self._scope.name

    @property
    def losses(self) -> list[Tensor]:
        """The penalties of its variables and outputs; they are among the graph's regularization losses."""
        return self._losses

    @property
    def updates(self) -> list[Operation]:
        """What the step that trains should run as well; nothing if the layer is not trainable."""
        return self._updates if self.trainable else []

    @property
    def trainable_variables(self) -> list[Variable]:
        """Those of its variables that are trained; none if the layer is not trainable."""
        return [*self._trainable_weights] if self.trainable else []

    @property
    def weights(self) -> list[Variable]:
        """All variables of the layer, as :attr:`variables` has them."""
        return self.variables

    trainable_weights = trainable_variables

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """Those of its variables that are not trained."""
        frozen = [] if self.trainable else self._trainable_weights
        return [*frozen, *self._non_trainable_weights]

    non_trainable_weights = non_trainable_variables

    def count_params(self) -> int:
        """How many numbers its variables hold.

        Raises
        ------
        ValueError
            If it has not made them yet.
        """
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on {self.name}, but the layer isn't built: call it with an input "
                f"first, or use {self.name}.build(input_shape)."
            )
        return sum(variable.shape.num_elements() or 0 for variable in self.variables)

    @classmethod
    def _kind(cls) -> str:
        words = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", cls.__name__)  # BasicLSTMCell: basic_lstm_cell
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", words).lower()
        return f"private{words}" if words.startswith("_") else words  # no scope begins with an underscore

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The output, as a tensor; the first call makes the variables.

        Parameters
        ----------
        inputs : Tensor
        *args, **kwargs
            Handed to :meth:`call`; but `scope`, a str or VariableScope, is the scope of the layer, if this is the first
            call and it was not given one.

        Raises
        ------
        TypeError
            If the input cannot be made one tensor.
        """
        scope: str | VariableScope | None = kwargs.pop("scope", None)
        inputs = self._as_inputs(inputs)
        if self.input_spec is not None:
            check_inputs(self.input_spec, inputs, self.name)
        tensors = nest.flatten(inputs)
        graph = graph_of(tensors)
        with graph.as_default():
            own = self.open_scope(scope)
            with self._variables_of(own) as here, graph.name_scope(own.original_name_scope):
                if not self.built:
                    self.dtype = self.dtype or tensors[0].dtype
                    self.build(nest.map_structure(lambda tensor: tensor.shape, inputs))
                    self.built = True
                if "scope" in inspect.signature(self.call).parameters:
                    kwargs["scope"] = here
                outputs = self.call(inputs, *args, **kwargs)
                if outputs is None:
                    raise ValueError(
                        f"A layer's `call` method should return a Tensor or a list of Tensors, not None (layer: "
                        f"{self.name})."
                    )
                if self.activity_regularizer is not None:
                    self._regularize(outputs)
        return outputs

    apply = __call__

    def _as_inputs(self, inputs: Any) -> Any:
        """Tensors in the structure that was given; a list of numbers is one tensor."""
        graph, leaves = get_default_graph(), nest.flatten(inputs)
        takes_one = isinstance(self.input_spec, InputSpec)
        if not leaves or any(leaf is None for leaf in leaves) or (takes_one and isinstance(inputs, Mapping)):
            given = (
                f"a dict of {', '.join(map(repr, inputs)) or 'nothing'}"
                if isinstance(inputs, Mapping)
                else inputs
            )
            raise TypeError(
                f"{type(self).__name__}: the input must be one tensor, given: {given}. Of a dict of features "
                "pass one, or what tf.feature_column.input_layer makes of them."
            )
        if isinstance(inputs, Mapping) or any(_is_of_a_graph(leaf) for leaf in leaves):
            return nest.map_structure(graph.convert, inputs)
        return graph.convert(inputs)

    def open_scope(self, scope: str | VariableScope | None = None) -> VariableScope:
        """The scope of the layer's variables; the first time it is found, in the scope that is in force."""
        if self._scope is None:
            name = self._given_name or self._kind()
            wanted = scope if self._given_scope is None else self._given_scope
            if wanted is None and self._reuse:
                wanted = name
            with variable_scope(wanted, default_name=name) as opened:
                self._scope = opened
        return self._scope

    def _variables_here(self) -> contextlib.AbstractContextManager[VariableScope]:
        """A block in which variables are made in the layer's scope; nothing if that is the scope in force."""
        own, current = self.open_scope(), get_variable_scope()
        return contextlib.nullcontext(current) if current.name == own.name else self._variables_of(own)

    def _variables_of(self, own: VariableScope) -> variable_scope:
        """The layer's scope again: once it is built, its variables are there to be shared."""
        return variable_scope(own, reuse=True if self.built else self._reuse, auxiliary_name_scope=False)

    def _regularize(self, outputs: Tensor) -> None:
        """List the loss of each output: that of a mean example, as in TensorFlow."""
        assert self.activity_regularizer is not None
        with get_default_graph().name_scope("ActivityRegularizer"):
            for output in nest.flatten(outputs):
                loss = self.activity_regularizer(output)
                if loss is not None:
                    self.add_loss(loss / b.Cast(b.Shape(output)[0], DstT=loss.dtype))

    def add_loss(
        self, losses: Tensor | list[Tensor] | tuple[Tensor, ...], inputs: TensorLike | None = None
    ) -> None:
        """List one or several tensors among the layer's losses and the graph's regularization losses."""
        for loss in losses if isinstance(losses, (list, tuple)) else [losses]:
            self._losses.append(loss)
            get_default_graph().add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)

    def add_update(
        self, updates: UpdateLike | Sequence[UpdateLike], inputs: TensorLike | None = None
    ) -> None:
        """List operations, or functions that make them, among the layer's updates and the graph's UPDATE_OPS.

        Nothing runs them but what waits for that collection, as the step that trains should.
        """
        for given in updates if isinstance(updates, Sequence) else [updates]:
            update: Any = given() if callable(given) else given
            update = getattr(update, "op", update)  # of a tensor
            self._updates.append(update)
            if self.trainable:
                get_default_graph().add_to_collection(GraphKeys.UPDATE_OPS, update)

    def get_losses_for(self, inputs: Any) -> list[Tensor]:
        """All losses of the layer, whatever the inputs are."""
        return self.losses

    def get_updates_for(self, inputs: Any) -> list[Operation]:
        """All updates of the layer, whatever the inputs are."""
        return self.updates

    def add_weight(
        self,
        name: str,
        shape: ShapeLike,
        dtype: DTypeLike | None = None,
        initializer: InitializerLike = None,
        regularizer: RegularizerLike = None,
        trainable: bool | None = None,
        constraint: ConstraintLike = None,
        use_resource: bool | None = None,
        synchronization: Any = VariableSynchronization.AUTO,
        aggregation: Any = VariableAggregation.NONE,
        partitioner: Partitioner | None = None,
    ) -> Variable:
        """A variable of this layer; functions may be given by name, as to the layer.

        It is trained, if the layer is, unless `trainable` or `synchronization` says no. With a `partitioner`, its own
        or the scope's, it is made in parts. `use_resource` and `aggregation` are accepted: there is one copy.

        Raises
        ------
        ValueError
            If there is no function of such a name, or no such synchronization or aggregation.
        """
        functions = functions_of(
            f"variable {name} of {type(self).__name__}",
            initializer=initializer,
            regularizer=regularizer,
            constraint=constraint,
        )
        penalties = get_default_graph().get_collection_ref(GraphKeys.REGULARIZATION_LOSSES)
        known = len(penalties)
        with self._variables_here():
            variable = get_variable(
                name,
                shape,
                dtype or self.dtype or float32,
                trainable=self.trainable and is_trained(trainable, synchronization),
                synchronization=synchronization,
                aggregation=aggregation,
                partitioner=partitioner,
                **functions,
            )
        self._losses.extend(penalties[known:])
        self._list_variable(variable)
        return variable

    add_variable = add_weight

    def _list_variable(self, variable: Variable | PartitionedVariable) -> None:
        """List a variable, or its parts, among those of the layer; once. A custom getter may give a tensor instead."""
        parts = variable if isinstance(variable, PartitionedVariable) else [variable]
        known = {id(listed) for listed in self.variables}
        for part in parts:
            if id(part) not in known:
                is_trained = getattr(part, "trainable", True)
                (self._trainable_weights if is_trained else self._non_trainable_weights).append(part)


def _is_of_a_graph(value: Any) -> bool:
    return isinstance(value, Tensor) or hasattr(value, "as_tensor")


def static_last_size(inputs_dims: Dims, layer: str) -> int:
    """The last size of a shape.

    Raises
    ------
    ValueError
        If it is not known, or there is none.
    """
    if inputs_dims is None:
        raise ValueError(
            f"{layer}: the shape of the input is not known, and the weights have one row for each of its columns: "
            "use set_shape([None, size])."
        )
    if len(inputs_dims) < 2:
        advice = "for one number for each example use tf.expand_dims(x, 1)"
        if inputs_dims and inputs_dims[0] is not None:  # a batch of a Dataset has a size that is not known
            advice = f"is dataset.batch(...) missing? Otherwise, {advice}"
        raise ValueError(
            f"Input of layer {layer} is incompatible with the layer: expected min_ndim=2, found "
            f"ndim={len(inputs_dims)}. Its shape is {show(inputs_dims)}, and [batch, size] is wanted: {advice}."
        )
    if inputs_dims[-1] is None:
        raise ValueError(
            f"The last dimension of the inputs to `{layer}` should be defined. Found `None`. The weights "
            "have one row for each input: use set_shape([None, size]), or give the feature column its "
            "shape."
        )
    return inputs_dims[-1]


def demand_floating(dtype: DType | None, layer: str) -> None:
    """Check that the weights of a layer can have the type of its input, if that is known.

    Raises
    ------
    TypeError
        If it is not a floating point type.
    """
    if dtype is not None and not dtype.is_floating:
        advice = (
            "text has to become numbers first, with tf.string_to_number for one"
            if dtype.name == "string"
            else "use tf.cast"
        )
        raise TypeError(f"{layer}: the input is {dtype.name}, a floating point type is needed; {advice}.")


def tensor_or_bool(value: TensorLike | None) -> Tensor | bool:
    """A ``training`` argument: a Python bool, or a constant, as bool; anything else of the graph as a tensor."""
    if value is None or (isinstance(value, (bool, int)) and value in (0, 1)):
        return bool(value)
    if isinstance(value, (int, float, str)):
        raise TypeError(f"training must be True or False, or a bool tensor; given: {value!r}.")
    tensor = get_default_graph().convert(value, "bool")
    known = static_value(tensor)
    return tensor if known is None else bool(known)
