"""A variable as TensorFlow's VariableDef message, and what such a message says.

Source
------
tensorflow/core/framework/variable.proto of TensorFlow 2.15
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from estimator.core.errors import DataLossError
from estimator.formats import messages
from estimator.graph.tensor import Operation, Tensor
from estimator.variables.distribution_options import VariableAggregation, VariableSynchronization
from estimator.variables.slice_info import SaveSliceInfo

Message: TypeAlias = Any  # a class made at run time


def variable_def(variable: Any, snapshot_name: str, name_of: Callable[[Tensor], str]) -> Message:
    """The message of a variable.

    Parameters
    ----------
    variable : Variable
    snapshot_name : str
        The name of a tensor that reads it.
    name_of : callable
        Under which name a tensor stands in the file, or graph, that the message goes with.
    """
    result = messages.VariableDef(
        variable_name=name_of(variable.handle),
        initializer_name=variable.initializer.name,
        snapshot_name=snapshot_name,
        initial_value_name=name_of(variable.initial_value),
        is_resource=True,
        trainable=bool(variable.trainable),
        synchronization=variable.synchronization.value,
        aggregation=variable.aggregation.value,
    )
    info = variable.save_slice_info
    if info is not None:
        result.save_slice_info_def.full_name = info.full_name
        result.save_slice_info_def.full_shape.extend(info.full_shape)
        result.save_slice_info_def.var_offset.extend(info.var_offset)
        result.save_slice_info_def.var_shape.extend(info.var_shape)
    return result


def arguments_of(proto: Message, element: Callable[[str], Any]) -> dict[str, Any]:
    """The arguments of :meth:`Variable.of_handle` for the variable that a message describes, but for `trainable`.

    Parameters
    ----------
    proto : VariableDef
    element : callable
        The tensor or operation of that name.

    Raises
    ------
    DataLossError
        If there is no variable of that name.
    """
    handle, initializer = element(proto.variable_name), element(proto.initializer_name)
    is_handle = isinstance(handle, Tensor) and handle.op.type == "VarHandleOp"
    if not is_handle or not isinstance(initializer, Operation):
        raise DataLossError(f"{proto.variable_name!r} is listed as a variable, but is none in the graph.")
    info = proto.save_slice_info_def if proto.HasField("save_slice_info_def") else None
    return {
        "handle": handle,
        "initializer": initializer,
        "initial_value": element(proto.initial_value_name) if proto.initial_value_name else None,
        "save_slice_info": info
        and SaveSliceInfo(
            info.full_name, tuple(info.full_shape), tuple(info.var_offset), tuple(info.var_shape)
        ),
        "synchronization": VariableSynchronization(proto.synchronization),
        "aggregation": VariableAggregation(proto.aggregation),
    }
