"""What is in a layer: its weights, the layers below it, and what they add to a loss, to a step and to a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from estimator.core import nest
from estimator.core.errors import raise_problems
from estimator.core.shapes import show
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Operation, Tensor
from estimator.keras.calls import gathered, outer_call
from estimator.keras.traces import note_attribute
from estimator.keras.tracking import Tracking, layers_in, unique, variables_in
from estimator.network.layers import layer as core
from estimator.runtime.order import prune
from estimator.runtime.own_session import begin_variables, session_at_hand
from estimator.variables.variable import Variable


class Contents(Tracking):
    """Weights, layers, losses, updates and metrics of a layer; its own come before those of the layers below it.

    Attributes
    ----------
    stateful : bool
        Whether its updates belong to every run, and not only to those that train.
    """

    stateful = False

    _trainable: bool
    _trainable_weights: list[Variable]
    _non_trainable_weights: list[Variable]
    _named_weights: dict[str, Variable]  # by the names that add_weight was given
    _losses: list[Any]
    _penalties: list[Callable[[], Any]]
    _updates: list[Any]
    _metrics: list[Any]
    _inputs_of: dict[Any, Any]  # of the call in which a loss or an update was added

    def _begin_contents(self, trainable: bool) -> None:
        vars(self).update(
            _trainable=trainable, _trainable_weights=[], _non_trainable_weights=[], _named_weights={}, _losses=[],
            _penalties=[], _updates=[], _metrics=[], _inputs_of={},
        )  # fmt: skip

    # -- layers ----------------------------------------------------------------------------------------------------

    def _sublayers(self) -> list[Any]:
        """The layers that are attributes, or in lists and dicts that are, in the order in which these were set."""
        found = (layer for value in self._parts().values() for layer in layers_in(value))
        return [layer for layer in unique(list(found)) if layer is not self]

    def _all_layers(self) -> list[Any]:
        """This layer and all below it, each once, an outer one before its inner ones."""
        found: dict[int, Any] = {}
        waiting = [self]
        while waiting:
            layer = waiting.pop()
            if id(layer) not in found:
                found[id(layer)] = layer
                waiting += reversed(layer._sublayers() if isinstance(layer, Contents) else [])
        return list(found.values())

    @property
    def submodules(self) -> tuple[Any, ...]:
        """All layers below this one."""
        return tuple(self._all_layers()[1:])

    # -- weights -------------------------------------------------------------------------------------------------------

    @property
    def trainable(self) -> bool:
        """Whether the weights are trained; setting it says so of all layers below, too."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        vars(self)["_trainable"] = bool(value)
        for layer in self._sublayers():
            layer.trainable = value

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that are trained: none if the layer is not trainable."""
        if not self._trainable:
            return []
        below = [weight for layer in self._sublayers() for weight in layer.trainable_weights]
        return unique([*self._trainable_weights, *self._loose("trainable"), *below])

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that are not trained: all if the layer is not trainable."""
        own = [*self._non_trainable_weights, *self._loose("frozen")]
        if self._trainable:
            below = [weight for layer in self._sublayers() for weight in layer.non_trainable_weights]
            return unique([*own, *below])
        below = [weight for layer in self._sublayers() for weight in layer.weights]
        return unique([*self._trainable_weights, *self._loose("trainable"), *own, *below])

    def _loose(self, which: str) -> list[Variable]:
        """The variables in lists and dicts, which may have grown since they were set."""
        found = [variable for value in self._parts().values() for variable in variables_in(value)]
        return [variable for variable in found if variable.trainable == (which == "trainable")]

    @property
    def weights(self) -> list[Variable]:
        """All weights, those that are trained first."""
        return unique([*self.trainable_weights, *self.non_trainable_weights])

    @property
    def own_weights(self) -> list[Variable]:
        """The weights of this layer and of none below it: first those made to be trained, be they frozen now or not."""
        made = [*self._trainable_weights, *self._loose("trainable")]
        return unique([*made, *self._non_trainable_weights, *self._loose("frozen")])

    @property
    def variables(self) -> list[Variable]:
        """All weights."""
        return self.weights

    @property
    def trainable_variables(self) -> list[Variable]:
        """The weights that are trained."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The weights that are not trained."""
        return self.non_trainable_weights

    def _list_weight(self, variable: Any, name: str | None = None) -> None:
        """List a variable, or its parts, among the own weights."""
        for part in variables_in(variable):
            own = self._trainable_weights if part.trainable else self._non_trainable_weights
            if all(part is not known for known in own):
                own.append(part)
        if name is not None:
            self._named_weights[name] = variable

    def __setattr__(self, name: str, value: Any) -> None:
        note_attribute(self, name, value)
        super().__setattr__(name, value)
        if isinstance(value, Variable) and "_trainable_weights" in vars(self):
            self._list_weight(value)

    def get_weights(self) -> list[np.ndarray[Any, Any]]:
        """The values of the weights, as arrays, in the order of :attr:`weights`."""
        weights = self.weights
        if not weights:
            return []
        session = session_at_hand(weights[0].graph)
        begin_variables(session, weights)
        values: list[np.ndarray[Any, Any]] = session.run(weights)
        return values

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Give the weights values, in the order of :attr:`weights`.

        Raises
        ------
        ValueError
            If there are more or fewer, or shapes differ: all of them are named, and nothing has changed.
        """
        own, given = self.weights, [np.asarray(value) for value in weights]
        owner = f"layer {getattr(self, 'name', '')!r}"
        if len(own) != len(given):
            names = ", ".join(f"{weight.op.name} {show(weight.dims)}" for weight in own) or "none"
            raise ValueError(
                f"You called `set_weights(weights)` on {owner} with a list of {len(given)} arrays, but it has "
                f"{len(own)} weights: {names}."
            )
        problems = [
            f"weight {weight.op.name} has the shape {show(weight.dims)}, the array that is given for it "
            f"{show(value.shape)}."
            for weight, value in zip(own, given, strict=True)
            if not weight.shape.is_compatible_with(value.shape)
        ]
        raise_problems(owner, problems)
        if own:
            session = session_at_hand(own[0].graph)
            for weight, value in zip(own, given, strict=True):
                weight.load(value, session)

    def checkpoint_children(self) -> dict[str, Any]:
        """What a checkpoint keeps below this layer: weights by the names they were added under, and attributes."""
        return self._named_weights | self._parts()

    # -- losses, updates, metrics ----------------------------------------------------------------------------------

    def _penalize(self, variable: Any, regularizer: Callable[[Any], Any]) -> None:
        self._penalties.append(partial(_penalty, variable, regularizer))

    @property
    def losses(self) -> list[Any]:
        """The penalties of weights and of activities, and what was added, of this layer and of those below it.

        While somebody gathers what calls add, those of the calls that are gathered count, and no others.
        """
        gathering = gathered()
        found = [] if gathering is None else list(gathering.losses)
        for layer in self._all_layers():
            of_calls = _losses_of_calls(layer) if gathering is None else []
            kept = (_once(penalty) for penalty in getattr(layer, "_penalties", ()))
            found += [*of_calls, *(penalty for penalty in kept if penalty is not None)]
        return found

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Add tensors to the losses, or functions without arguments that give one; those stand for weights.

        Parameters
        ----------
        losses : Tensor, callable, or list of them
        inputs : optional
            Accepted: whoever wants the losses of one call gathers them.
        """
        found = gathered()
        for loss in losses if isinstance(losses, (list, tuple)) else [losses]:
            if callable(loss) and not isinstance(loss, Tensor):
                self._penalties.append(loss)
            elif loss is not None:
                tensor = _as_tensor(loss)
                (self._losses if found is None else found.losses).append(tensor)
                self._note_inputs(tensor)

    @property
    def updates(self) -> list[Any]:
        """What a step that trains runs as well; of layers that are not trainable nothing, unless they are stateful."""
        return [update for layer in self._all_layers() for update in _updates_of(layer)]

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Add operations, or functions that make them, to the updates.

        As in TensorFlow they are not in the graph's collection UPDATE_OPS: a model_fn runs :attr:`updates` itself.
        """
        found = gathered()
        for given in updates if isinstance(updates, (list, tuple)) else [updates]:
            update = given() if callable(given) and not isinstance(given, (Tensor, Operation)) else given
            update = getattr(update, "op", update)
            if found is None:
                self._updates.append(update)
                self._note_inputs(update)
            elif self._trainable or self.stateful:
                found.updates.append(update)

    @property
    def metrics(self) -> list[Any]:
        """The objects of tf.keras.metrics that are attributes of this layer or of those below it."""
        return [layer for layer in self._all_layers() if hasattr(layer, "update_state")]

    def add_metric(self, value: Any, aggregation: str | None = None, name: str | None = None) -> None:
        """Report a tensor beside the loss, as the mean of what it is in each batch.

        Raises
        ------
        ValueError
            If it has no name.
        """
        named = name or getattr(getattr(value, "_metric_obj", None), "name", None)
        if named is None:
            raise ValueError("add_metric: give it a name, such as name='norm'.")
        found = gathered()
        (self._metrics if found is None else found.metrics).append((self, value, aggregation, named))

    def _note_inputs(self, added: Any) -> None:
        call = outer_call()
        self._inputs_of[added] = None if call is None else call.inputs

    def get_losses_for(self, inputs: Any) -> list[Any]:
        """Those of :attr:`losses` that depend on these inputs; for None those that depend on no call's inputs."""
        return self._that_depend(self.losses, inputs)

    def get_updates_for(self, inputs: Any) -> list[Any]:
        """Those of :attr:`updates` that depend on these inputs; for None those that depend on no call's inputs.

        A model that was called on features and has an Input of its own has updates of both: a model_fn runs those of
        None and of its features.
        """
        return self._that_depend(self.updates, inputs)

    def _that_depend(self, added: list[Any], inputs: Any) -> list[Any]:
        if inputs is not None:
            return [element for element in added if _depends(element, inputs)]
        origins: dict[Any, Any] = {}
        for layer in self._all_layers():
            origins |= getattr(layer, "_inputs_of", {})
        return [element for element in added if not _depends(element, origins.get(element))]


def _depends(element: Any, inputs: Any) -> bool:
    """Whether an operation, or a tensor, needs one of these tensors."""
    given = {tensor.op for tensor in nest.flatten(inputs) if isinstance(tensor, Tensor)}
    return not given.isdisjoint(prune([getattr(element, "op", element)], frozenset())) if given else False


def _losses_of_calls(layer: Any) -> list[Any]:
    return layer._losses if isinstance(layer, Contents) else layer.losses


def _updates_of(layer: Any) -> Iterator[Any]:
    if isinstance(layer, Contents):
        yield from layer._updates if layer._trainable or layer.stateful else ()
    elif isinstance(layer, core.Layer):
        yield from layer.updates


def _penalty(variable: Any, regularizer: Callable[[Any], Any]) -> Any:
    with variable.graph.name_scope(f"{variable.op.name}/Regularizer"):
        return regularizer(variable)


def _once(penalty: Callable[[], Any]) -> Any:
    """The tensor of a penalty, made when it is first asked for; a graph that is complete has it or cannot have it."""
    own = getattr(penalty, "args", None)  # of a variable of its graph, else of the default graph
    graph = (own[0].graph if own else get_default_graph()).outermost

    def make() -> Any:
        with graph.as_default(), graph.control_dependencies(None), graph.name_scope(None):
            return penalty()

    return graph.kept_for(penalty, make)


def _as_tensor(loss: Any) -> Any:
    return loss if isinstance(loss, Tensor) else get_default_graph().convert(loss)
