from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import DataLossError
from estimator.core.shapes import TensorShape
from estimator.functions.arrays import placeholder
from estimator.graph import build as b
from estimator.graph.function import FunctionGraph
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.variables.distribution_options import VariableAggregation
from estimator.variables.get_variable import get_variable
from estimator.variables.variable import (
    Variable,
    assign,
    global_variables,
    local_variables,
    trainable_variables,
    variables_initializer,
)

Run = Callable[..., Any]


def test_a_variable_is_named_after_its_handle(graph: Graph) -> None:
    with graph.name_scope("outer"):
        variable = Variable([1.0, 2.0], name="w")
    assert (variable.name, variable.op.name, variable.op.type) == ("outer/w:0", "outer/w", "VarHandleOp")
    assert variable.op.get_attr("shared_name") == b"outer/w"
    assert variable.initializer.name == "outer/w/Assign"


def test_a_second_variable_of_a_name_gets_a_number(graph: Graph) -> None:
    assert [Variable(0.0, name="w").name for _ in range(3)] == ["w:0", "w_1:0", "w_2:0"]


def test_each_use_is_a_new_read_under_the_current_control_dependencies(graph: Graph) -> None:
    variable = Variable(1.0, name="w")
    first = variable + 0.0
    with graph.control_dependencies([first]):
        second = variable.as_tensor()
    assert first.op.inputs[0].op.name == "w/read"
    assert second.op.control_inputs == (first.op,)


def test_fetching_a_variable_gives_its_value_after_the_run(run: Run) -> None:
    variable = Variable(1.0, name="w")
    before = variable.as_tensor()
    assert run([variable, before, variable.assign_add(2.0).op]) == [3.0, 1.0, None]


def test_feeding_a_variable_overrides_its_reads(run: Run) -> None:
    variable = Variable(1.0, name="w")
    doubled = variable * 2.0
    assert run(doubled, {variable: 5.0}) == 10.0
    assert run(doubled) == 2.0


def test_assign_gives_a_tensor_that_reads_after_the_write(run: Run) -> None:
    variable = Variable([1.0, 2.0])
    np.testing.assert_array_equal(run(assign(variable, [3.0, 4.0])), [3.0, 4.0])
    np.testing.assert_array_equal(run(variable.assign_sub([1.0, 1.0])), [2.0, 3.0])


def test_what_assign_gives_bears_the_name(graph: Graph) -> None:
    variable = Variable([1.0, 2.0], name="w")
    assert variable.assign_add([1.0, 1.0]).name == "AssignAdd:0"
    assert assign(variable, [3.0, 4.0], name="store").name == "store:0"
    assert variable.assign([3.0, 4.0], name="bare", read_value=False).name == "bare"


def test_assign_names_the_variable_whose_shape_differs(graph: Graph) -> None:
    with pytest.raises(ValueError, match=r"variable 'w' has shape \(2,\)"):
        Variable([1.0, 2.0], name="w").assign([1.0, 2.0, 3.0])


def test_operators_work_on_both_sides(run: Run) -> None:
    w = Variable([1.0, 2.0])
    values = run([w + 1.0, 1.0 - w, w * w, 2.0 / w, -w, w[1], np.float32(3) * w, w > 1.5])
    for value, expected in zip(
        values, [[2, 3], [0, -1], [1, 4], [2, 1], [-1, -2], 2, [3, 6], [False, True]], strict=True
    ):
        np.testing.assert_array_equal(value, expected)


def test_logic_and_matrices_work_on_both_sides(run: Run) -> None:
    flags, square = Variable([True, False]), Variable([[1.0, 2.0], [3.0, 4.0]])
    values = run(
        [True & flags, False | flags, True ^ flags, flags ^ flags, np.eye(2, dtype=np.float32) @ square]
    )
    expected = [[True, False], [True, False], [False, True], [False, False], [[1, 2], [3, 4]]]
    assert [value.tolist() for value in values] == expected


def test_a_variable_is_no_python_iterable(graph: Graph) -> None:
    with pytest.raises(TypeError, match="until the graph runs"):
        list(Variable([1.0], name="w"))


def test_collections_follow_the_trainable_flag(graph: Graph) -> None:
    trained, fixed = Variable(0.0), Variable(0.0, trainable=False)
    local = Variable(0.0, trainable=False, collections=["local_variables"])
    assert global_variables() == [trained, fixed]
    assert trainable_variables() == [trained]
    assert local_variables() == [local]


def test_gradients_go_through_every_read(run: Run) -> None:
    w = Variable(3.0)
    (gradient,) = gradients(w * w, w)
    assert run(gradient) == 6.0


def test_the_initial_value_may_come_from_a_function_of_the_graph(run: Run) -> None:
    w = Variable(lambda: b.Fill([2], 7.0), name="w")
    assert w.initial_value.op.name.startswith("w/")
    np.testing.assert_array_equal(run(w), [7.0, 7.0])


def test_an_unknown_shape_is_refused_with_the_name(graph: Graph) -> None:
    with pytest.raises(ValueError, match="variable 'w' must have a fully known shape"):
        Variable(placeholder("float32", [None]), name="w")


def test_a_dataset_function_may_not_make_variables(graph: Graph) -> None:
    with (
        FunctionGraph("Dataset.map", capture_by_value=True).as_default(),
        pytest.raises(ValueError, match=r"Dataset\.map: make it in"),
    ):
        Variable(0.0, name="w")


def test_load_stores_a_value_and_checks_its_shape(graph: Graph) -> None:
    from estimator.runtime.session import Session

    w = Variable([0.0, 0.0], name="w")
    with Session(graph=graph) as session:
        session.run(variables_initializer([w]))
        w.load([1.0, 2.0])
        np.testing.assert_array_equal(w.eval(), [1.0, 2.0])
        with pytest.raises(ValueError, match=r"variable 'w' has shape \(2,\)"):
            w.load([1.0])


@pytest.mark.parametrize("by_name", [False, True])
def test_a_variable_whose_shape_is_not_validated_takes_any(graph: Graph, by_name: bool) -> None:
    first = np.zeros(3, np.float32)
    v = (
        get_variable("v", initializer=first, validate_shape=False)
        if by_name
        else Variable(first, validate_shape=False)
    )
    double = v * 2.0
    assert (v.dims, double.dims) == (None, None)
    fed = placeholder("float32", [None])
    step = v.assign(fed)
    with Session() as session:
        session.run(v.initializer)
        assert session.run(double).tolist() == [0, 0, 0]
        assert session.run(step, {fed: [1, 2]}).tolist() == [1, 2]
        assert session.run(double).tolist() == [2, 4]


def test_the_first_value_of_a_shape_that_is_not_validated_may_be_fed(graph: Graph) -> None:
    fed = placeholder("float32", [None])
    v = get_variable("v", initializer=fed, validate_shape=False)
    with Session() as session:
        session.run(v.initializer, {fed: [1, 2]})
        assert session.run(v).tolist() == [1, 2]


@pytest.mark.parametrize("shape", [None, [None]])
def test_a_variable_may_state_a_shape_of_unknown_sizes(graph: Graph, shape: Any) -> None:
    v = Variable([1.0, 2.0], shape=TensorShape(shape))
    double, grown = v * 2.0, v.assign([1.0, 2.0, 3.0])
    assert v.dims == double.dims == (None if shape is None else (None,))
    with Session() as session:
        session.run(v.initializer)
        assert session.run(double).tolist() == [2, 4]
        assert session.run(grown).tolist() == [1, 2, 3]
        assert session.run(double).tolist() == [2, 4, 6]


def test_more_may_be_said_of_a_shape(graph: Graph) -> None:
    v = Variable([1.0, 2.0], validate_shape=False)
    v.set_shape([2])
    assert v.dims == v.value().dims == (2,)
    with pytest.raises(ValueError, match="not compatible|incompatible"):
        v.set_shape([3])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"name": 3}, TypeError, "the name of a variable is a text, given: 3"),
        ({"collections": "mine", "name": "w"}, ValueError, "collections of variable w must be a list"),
        ({"constraint": 3, "name": "w"}, ValueError, "constraint of variable w must be None or a function"),
        ({"shape": [3]}, ValueError, r"has shape \(3,\), but its initial value"),
    ],
)
def test_what_is_no_argument_of_a_variable_is_refused(
    graph: Graph, arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        Variable([1.0, 2.0], **arguments)
    assert graph.get_operations() == [] or "shape" in arguments


def test_a_reference_stands_for_a_variable_in_sets(graph: Graph) -> None:
    v, w = Variable(1.0), Variable(1.0)
    assert {v.ref(), w.ref(), v.experimental_ref()} == {v.ref(), w.ref()}
    assert v.ref().deref() is v and v.ref() != w.ref()


def test_a_variable_is_a_message_and_back(graph: Graph) -> None:
    with graph.name_scope("outer"):
        v = Variable([1.0, 2.0], name="w", aggregation=VariableAggregation.SUM)
    message = v.to_proto()
    # the names and numbers of the fields as in v.to_proto() of TensorFlow 2.15.1
    assert (message.variable_name, message.initializer_name) == ("outer/w:0", "outer/w/Assign")
    assert (message.is_resource, message.trainable, message.aggregation) == (True, True, 1)
    assert graph.get_tensor_by_name(message.snapshot_name).op.inputs == (v.handle,)
    assert v.to_proto().snapshot_name == message.snapshot_name  # no second read
    for again in (Variable.from_proto(message), Variable(variable_def=message)):
        assert again.handle is v.handle and again.initializer is v.initializer
        assert (again.shape, again.dtype, again.aggregation) == (v.shape, v.dtype, v.aggregation)
    assert global_variables() == [v]
    within = v.to_proto(export_scope="outer")
    assert (within.variable_name, v.to_proto(export_scope="other")) == ("w:0", None)
    assert Variable.from_proto(within, import_scope="outer").handle is v.handle


def test_a_message_of_what_is_no_variable_here_is_refused(graph: Graph) -> None:
    message = Variable([1.0], name="w").to_proto()
    with pytest.raises(KeyError, match="no operation 'imp/w'"):
        Variable.from_proto(message, import_scope="imp")
    message.variable_name = "w/read:0"
    with pytest.raises(DataLossError, match="'w/read:0' is listed as a variable, but is none"):
        Variable.from_proto(message)
    with pytest.raises(ValueError, match="variable_def and initial_value are mutually exclusive"):
        Variable(1.0, variable_def=message)


def test_a_part_keeps_its_place_in_the_message(graph: Graph) -> None:
    v = Variable([1.0], name="w")
    v.save_slice_info = Variable.SaveSliceInfo("whole", (2,), (1,), (1,))
    assert Variable.from_proto(v.to_proto()).save_slice_info == v.save_slice_info
