from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.saver import Saver
from estimator.core.dtypes import float64
from estimator.core.errors import GradientError
from estimator.functions.arrays import placeholder
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.graph.slices import IndexedSlices
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.optimizers.adagrad_da import AdagradDAOptimizer
from estimator.optimizers.adam import AdamOptimizer
from estimator.optimizers.by_name import as_optimizer, check_optimizer
from estimator.optimizers.ftrl import FtrlOptimizer
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.optimizers.momentum import MomentumOptimizer
from estimator.optimizers.optimizer import Optimizer
from estimator.optimizers.proximal_adagrad import ProximalAdagradOptimizer
from estimator.optimizers.proximal_gradient_descent import ProximalGradientDescentOptimizer
from estimator.optimizers.rmsprop import RMSPropOptimizer
from estimator.variables.get_variable import get_variable
from estimator.variables.global_step import create_global_step, get_or_create_global_step
from estimator.variables.scopes import variable_scope
from estimator.variables.variable import Variable, global_variables

Run = Callable[..., Any]


@pytest.fixture
def w(graph: Graph) -> Variable:
    return get_variable("w", initializer=[1.0, 2.0])


def _loss(w: Variable) -> Any:
    return b.Sum(b.Square(w), [0])


def test_the_global_step_is_counted_after_the_updates(graph: Graph, run: Run, w: Variable) -> None:
    step = create_global_step()
    train_op = AdagradOptimizer(0.1).minimize(_loss(w), step)
    assert (train_op.type, train_op.name) == ("AssignAddVariableOp", "Adagrad")
    (update,) = graph.get_operation_by_name("Adagrad/update").control_inputs
    assert update.type == "ResourceApplyAdagrad"
    assert graph.get_collection(GraphKeys.TRAIN_OP) == [train_op]
    run(train_op)
    assert run(step) == 1


def test_every_update_waits_for_every_gradient(graph: Graph, w: Variable) -> None:
    v = get_variable("v", initializer=[3.0, 4.0])
    GradientDescentOptimizer(0.1).minimize(_loss(w) + _loss(v))
    updates = [each for each in graph.get_operations() if each.type == "ResourceApplyGradientDescent"]
    gradients = {each.inputs[2].op for each in updates}
    for update in updates:
        (gate,) = update.control_inputs
        assert set(gate.control_inputs) == gradients


def test_gradients_see_the_variables_of_before_the_step(run: Run, w: Variable) -> None:
    v = get_variable("v", initializer=[1.0, 1.0])
    train_op = GradientDescentOptimizer(1.0).minimize(b.Sum(b.Mul(w, v), [0]))
    run(train_op)
    np.testing.assert_array_equal(run(w), [0.0, 1.0])  # w - v
    np.testing.assert_array_equal(run(v), [0.0, -1.0])  # v - w, with the w of before


def test_adams_powers_follow_all_updates_and_live_in_the_name_scope(
    graph: Graph, run: Run, w: Variable
) -> None:
    with graph.name_scope("dnn/head"):
        optimizer = AdamOptimizer(0.1)
        train_op = optimizer.minimize(_loss(w))
    powers = optimizer.variables()[:2]
    assert [each.op.name for each in powers] == ["dnn/head/beta1_power", "dnn/head/beta2_power"]
    run(train_op)
    np.testing.assert_allclose(run(powers), [0.9**2, 0.999**2], rtol=1e-6)


@pytest.mark.parametrize(
    "optimizer",
    [
        GradientDescentOptimizer(0.1), MomentumOptimizer(0.1, 0.9), AdagradOptimizer(0.1), AdamOptimizer(0.1),
        AdamOptimizer(0.1, amsgrad=True), RMSPropOptimizer(0.1), RMSPropOptimizer(0.1, centered=True), FtrlOptimizer(0.1),
        ProximalAdagradOptimizer(0.1), AdagradDAOptimizer(0.1, get_or_create_global_step),
    ],
)  # fmt: skip
def test_updates_share_the_tensors_of_their_numbers(graph: Graph, w: Variable, optimizer: Optimizer) -> None:
    """Only then does a plan do the updates of many variables by one call."""
    other = get_variable("other", initializer=[3.0, 4.0])
    optimizer.minimize(_loss(w) + _loss(other))
    updates = [op for op in graph.get_operations() if op.type.startswith("ResourceApply")]
    assert len(updates) == 2
    numbers = [
        [
            tensor
            for tensor, arg in zip(op.inputs, op.definition.inputs, strict=True)
            if tensor.dtype.name != "resource" and arg.name != op.definition.apply
        ]
        for op in updates
    ]
    assert numbers[0] == numbers[1]


def test_slots_know_their_variable(graph: Graph, w: Variable) -> None:
    optimizer = AdamOptimizer()
    optimizer.minimize(_loss(w))
    m, v = optimizer.get_slot(w, "m"), optimizer.get_slot(w, "v")
    assert m is not None and v is not None
    assert (m.slot_of, m.slot_name, v.slot_of, v.slot_name) == (w, "Adam", w, "Adam_1")
    assert optimizer.get_slot_names() == ["m", "v"]
    assert optimizer.get_slot(w, "momentum") is None


def test_what_is_kept_is_found_as_in_tensorflow(graph: Graph, w: Variable) -> None:
    optimizer = AdamOptimizer()
    optimizer.minimize(_loss(w))
    # the keys are those of TensorFlow 2.15's own attributes
    assert optimizer._slots == {
        "m": {(graph, "w"): optimizer.get_slot(w, "m")},
        "v": {(graph, "w"): optimizer.get_slot(w, "v")},
    }
    powers = dict(zip(("beta1_power", "beta2_power"), optimizer._get_beta_accumulators(), strict=True))
    assert optimizer._non_slot_dict == {(name, graph): power for name, power in powers.items()}
    with Graph().as_default():
        assert (optimizer._slots, optimizer._non_slot_dict) == ({}, {})


def test_global_variables_are_in_tensorflows_order(graph: Graph, w: Variable) -> None:
    get_variable("v", initializer=[1.0])
    AdamOptimizer().minimize(_loss(w) + b.Sum(graph.get_collection("variables")[1].as_tensor(), [0]))
    assert [each.op.name for each in global_variables()] == [
        "w", "v", "beta1_power", "beta2_power", "w/Adam", "w/Adam_1", "v/Adam", "v/Adam_1",
    ]  # fmt: skip


def test_two_optimizers_keep_their_slots_apart(graph: Graph, w: Variable) -> None:
    # The names are those of TensorFlow 2.15 for the same calls.
    with variable_scope("train"):
        first, second = AdamOptimizer(), AdamOptimizer()
        first.minimize(_loss(w))
        second.minimize(_loss(w))
    assert [each.op.name for each in first.variables()] == [
        "train/beta1_power", "train/beta2_power", "train/w/Adam", "train/w/Adam_1",
    ]  # fmt: skip
    assert [each.op.name for each in second.variables()] == [
        "train/beta1_power_1", "train/beta2_power_1", "train/w/Adam_2", "train/w/Adam_3",
    ]  # fmt: skip


def test_applying_twice_shares_the_slots(graph: Graph, w: Variable) -> None:
    optimizer = MomentumOptimizer(0.1, 0.9)
    for _ in range(2):
        optimizer.apply_gradients(optimizer.compute_gradients(_loss(w)))
    assert [each.op.name for each in optimizer.variables()] == ["w/Momentum"]


def test_hyper_parameters_may_be_tensors_of_the_run(run: Run, w: Variable) -> None:
    rate = placeholder("float32", [])
    train_op = GradientDescentOptimizer(rate).minimize(_loss(w), name="train")
    run(train_op, {rate: 0.5})
    np.testing.assert_array_equal(run(w), [0.0, 0.0])
    assert train_op.name == "train"


def test_changed_gradients_are_what_is_applied(run: Run, w: Variable) -> None:
    optimizer = GradientDescentOptimizer(1.0)
    pairs = [
        (b.ClipByValue(gradient, -1.0, 1.0), variable)
        for gradient, variable in optimizer.compute_gradients(_loss(w))
    ]
    run(optimizer.apply_gradients(pairs))
    np.testing.assert_array_equal(run(w), [0.0, 1.0])


def test_a_constraint_follows_the_update(run: Run, graph: Graph) -> None:
    w = get_variable("w", initializer=[1.0, -1.0], constraint=lambda value: b.Maximum(value, 0.5))
    run(GradientDescentOptimizer(0.5).minimize(_loss(w)))
    np.testing.assert_array_equal(run(w), [0.5, 0.5])


def test_variables_without_gradient_are_left_alone(run: Run, w: Variable) -> None:
    other = get_variable("other", initializer=[5.0])
    run(AdagradOptimizer(0.1).minimize(_loss(w)))
    assert run(other) == [5.0]


def test_the_way_of_a_missing_gradient_is_shown(graph: Graph, w: Variable) -> None:
    class_ids = b.Bucketize(w, boundaries=[0.5])
    with pytest.raises((GradientError, ValueError), match="gradient"):
        AdagradOptimizer(0.1).minimize(b.Sum(graph.cast(class_ids, "float32"), [0]))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda o, w: o.minimize(w.graph.constant(1.0)),
            ValueError,
            r"No gradients provided for any variable.*\[w:0\]",
        ),
        (lambda o, w: o.minimize(_loss(w), var_list=[]), ValueError, "No variables to optimize"),
        (lambda o, w: o.minimize(3.0), TypeError, "the loss must be a Tensor, given: 3.0"),
        (lambda o, w: o.minimize(w.graph.constant(3)), ValueError, "Invalid type int32"),
        (lambda o, w: o.minimize(_loss(w), var_list=["w"]), TypeError, "must hold variables, given: 'w'"),
        (lambda o, w: o.minimize(_loss(w), gate_gradients=7), ValueError, "GATE_GRAPH"),
        (lambda o, w: o.apply_gradients([]), ValueError, "No variables provided"),
        (
            lambda o, w: o.apply_gradients([(None, w)]),
            ValueError,
            r"No gradients provided for any variable: \[w:0\]",
        ),
        (
            lambda o, w: o.apply_gradients([(object(), w)]),
            TypeError,
            "Gradient must be convertible to a Tensor",
        ),
        (lambda o, w: o.apply_gradients([([1.0, 2.0, 3.0], w)]), ValueError, "not compatible"),
        (lambda o, w: o.apply_gradients([(w.as_tensor(), "w")]), TypeError, "Variable must be a variable"),
    ],
)
def test_a_mistake_is_named(w: Variable, call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(AdagradOptimizer(0.1), w)


def test_a_gradient_may_be_whatever_becomes_a_tensor(run: Run, w: Variable) -> None:
    given = get_variable("given", initializer=[10.0, 20.0])
    run(GradientDescentOptimizer(0.1).apply_gradients([(given, w)]))
    np.testing.assert_allclose(run(w), [0.0, 0.0], atol=1e-6)  # w - 0.1 given
    run(GradientDescentOptimizer(1.0).apply_gradients([(np.array([1.0, 2.0]), w)]))
    np.testing.assert_allclose(run(w), [-1.0, -2.0], atol=1e-6)


def test_the_loss_may_be_a_function(run: Run, w: Variable) -> None:
    run(GradientDescentOptimizer(0.5).minimize(lambda: _loss(w)))
    np.testing.assert_array_equal(run(w), [0.0, 0.0])


def test_gradients_by_tensors_are_computed_too(run: Run, w: Variable) -> None:
    x = b.Identity(w)
    ((gradient, target),) = GradientDescentOptimizer(0.5).compute_gradients(b.Sum(b.Square(x), [0]), x)
    assert target is x
    np.testing.assert_array_equal(run(gradient), [2.0, 4.0])


def test_an_optimizer_says_which_types_it_takes(w: Variable) -> None:
    class OnlyDouble(GradientDescentOptimizer):
        def _valid_dtypes(self) -> set[Any]:
            return {float64}

    with pytest.raises(ValueError, match="Invalid type float32 for .*, expected one of float64"):
        OnlyDouble(0.1).minimize(_loss(w))


def test_what_a_subclass_does_not_say_is_an_error_that_names_it(w: Variable) -> None:
    class Nothing(Optimizer):
        pass

    rows = IndexedSlices(w.graph.constant([1.0]), w.graph.constant([0]))
    with pytest.raises(
        NotImplementedError, match="Nothing does not say how a variable is updated; define _apply_dense"
    ):
        Nothing(False, "Nothing").minimize(_loss(w))
    with pytest.raises(NotImplementedError, match=r"rows are updated; .* the gradient of w:0 dense"):
        Nothing(False, "Nothing").apply_gradients([(rows, w)])


def test_rows_and_their_places_may_be_values_of_python(graph: Graph, run: Run) -> None:
    w = Variable([[1.0], [2.0], [3.0]])
    run(w.initializer)
    run(GradientDescentOptimizer(1.0).apply_gradients([(IndexedSlices([[0.5], [1.0]], [0, 2], [3, 1]), w)]))  # type: ignore[arg-type]
    assert run(w).tolist() == [[0.5], [2.0], [2.0]]


def test_a_constraint_does_not_go_with_rows(graph: Graph) -> None:
    w = get_variable("w", initializer=[1.0, -1.0], constraint=lambda value: b.Maximum(value, 0.5))
    rows = IndexedSlices(graph.constant([1.0]), graph.constant([0]))
    with pytest.raises(RuntimeError, match=r"Cannot use a constraint function on a sparse variable.* w:0"):
        GradientDescentOptimizer(0.5).apply_gradients([(rows, w)])


@pytest.mark.parametrize("form", ["_apply_dense", "_resource_apply_dense"])
def test_the_form_that_the_most_derived_class_has_is_called(run: Run, w: Variable, form: str) -> None:
    def doubled(self: Any, grad: Any, var: Any) -> Any:
        return getattr(super(made, self), form)(b.Mul(grad, 2.0), var)

    made = type("Doubled", (AdagradOptimizer,), {form: doubled})
    plain, twice = (
        get_variable("plain", initializer=[1.0, 2.0]),
        get_variable("twice", initializer=[1.0, 2.0]),
    )
    run(
        [
            AdagradOptimizer(0.1).apply_gradients([([2.0, 4.0], plain)]),
            made(0.1).apply_gradients([([1.0, 2.0], twice)]),
        ]
    )
    np.testing.assert_array_equal(run(plain), run(twice))
    assert not np.array_equal(run(plain), [1.0, 2.0])


def test_rows_in_the_form_of_references_say_of_which_shape_they_are(run: Run, graph: Graph) -> None:
    class Dense(GradientDescentOptimizer):
        def _apply_sparse_duplicate_indices(self, grad: Any, var: Any) -> Any:
            return self._apply_dense(grad.as_tensor(), var)

    table = get_variable("table", initializer=[[1.0], [2.0], [3.0]])
    rows = IndexedSlices(graph.constant([[1.0], [2.0]]), graph.constant([2, 2]))
    run(Dense(1.0).apply_gradients([(rows, table)]))
    np.testing.assert_array_equal(run(table), [[1.0], [2.0], [0.0]])


def test_rows_of_distinct_ids_are_not_added_up_again(run: Run, graph: Graph) -> None:
    words = graph.constant([3, 1, 3, 0])
    distinct, places = b.Unique(words)
    rows = b.OneHot(distinct, 4, 1.0, 0.0)
    tables = [get_variable(name, initializer=np.ones((4, 4), np.float32)) for name in ("once", "often")]
    optimizer = AdagradOptimizer(0.1)
    optimizer.apply_gradients([(IndexedSlices(rows, b.Reshape(b.Identity(distinct), [-1])), tables[0])])
    assert [op.type for op in graph.get_operations()].count("UnsortedSegmentSum") == 0
    optimizer.apply_gradients([(IndexedSlices(b.GatherV2(rows, places, 0), words), tables[1])])
    optimizer.apply_gradients([(IndexedSlices(b.GatherV2(rows, places, 0), places), tables[1])])
    assert [op.type for op in graph.get_operations()].count("UnsortedSegmentSum") == 2


def test_rows_of_distinct_ids_move_as_those_of_any_ids(run: Run, graph: Graph) -> None:
    words, ids = graph.constant([3, 1, 3, 0]), placeholder("int32", [None])
    distinct, rows = b.Unique(words)[0], np.random.default_rng(0).standard_normal((3, 2)).astype(np.float32)
    tables = [get_variable(name, initializer=np.ones((4, 2), np.float32)) for name in ("known", "any")]
    steps = [
        AdagradOptimizer(0.1).apply_gradients([(IndexedSlices(graph.constant(rows), indices), table)])
        for indices, table in zip((distinct, ids), tables, strict=True)
    ]
    for step in steps:
        run(step, {ids: [3, 1, 0]})
    known, other = (run(table) for table in tables)
    assert known.tobytes() == other.tobytes()
    assert known[2].tolist() == [1, 1] and not np.array_equal(known[3], [1, 1])


def test_adagrad_needs_a_positive_start() -> None:
    with pytest.raises(ValueError, match="initial_accumulator_value must be positive: 0"):
        AdagradOptimizer(0.1, initial_accumulator_value=0.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"learning_rate_power": 0.5}, "learning_rate_power 0.5 needs to be negative or zero"),
        ({"initial_accumulator_value": -1.0}, "initial_accumulator_value -1.0 needs to be positive or zero"),
        ({"l1_regularization_strength": -1.0}, "l1_regularization_strength -1.0 needs to be"),
        ({"l2_regularization_strength": -1.0}, "l2_regularization_strength -1.0 needs to be"),
        (
            {"l2_shrinkage_regularization_strength": -1.0},
            "l2_shrinkage_regularization_strength -1.0 needs to be",
        ),
    ],
)
def test_ftrl_refuses_strengths_out_of_range(options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FtrlOptimizer(0.1, **options)


def test_proximal_adagrad_needs_a_positive_start() -> None:
    with pytest.raises(ValueError, match="initial_accumulator_value must be positive: 0"):
        ProximalAdagradOptimizer(0.1, initial_accumulator_value=0.0)


@pytest.mark.parametrize("kind", [ProximalAdagradOptimizer, ProximalGradientDescentOptimizer])
@pytest.mark.parametrize("penalty", ["l1_regularization_strength", "l2_regularization_strength"])
def test_proximal_optimizers_refuse_penalties_below_0(kind: Callable[..., Any], penalty: str) -> None:
    with pytest.raises(ValueError, match=f"{penalty} -0.5 needs to be positive or zero"):
        kind(0.1, **{penalty: -0.5})


def test_adagrad_da_needs_a_positive_start() -> None:
    with pytest.raises(ValueError, match="initial_gradient_squared_accumulator_value must be positive: 0"):
        AdagradDAOptimizer(0.1, 1, initial_gradient_squared_accumulator_value=0.0)


def test_adagrad_da_takes_an_l1_below_0_for_none(run: Callable[..., Any]) -> None:
    v = get_variable("v", initializer=[1.0, -2.0])
    global_step = get_or_create_global_step()
    step = AdagradDAOptimizer(0.1, global_step, 0.1, -1.0, 0.2).minimize(_loss(v), global_step)
    for _ in range(3):
        run(step)
    # TensorFlow 2.15.1 leaves this of the sum of squares
    np.testing.assert_allclose(run(v), [-0.07757576, 0.08854581], rtol=1e-5)


@pytest.mark.parametrize("step", [None, 1.5])
def test_adagrad_da_needs_what_counts_the_steps(graph: Graph, w: Variable, step: Any) -> None:
    with pytest.raises(TypeError, match=r"a whole number, given .*get_or_create_global_step\(\) is it"):
        AdagradDAOptimizer(0.1, step).minimize(_loss(w))


def test_checkpoints_have_the_slots_under_their_names_in_the_graph(graph: Graph, w: Variable) -> None:
    with variable_scope("train"):  # TensorFlow 2.15 saves the same keys
        AdamOptimizer().minimize(_loss(w))
    assert list(Saver().keys()) == [
        "train/beta1_power", "train/beta2_power", "train/w/Adam", "train/w/Adam_1", "w",
    ]  # fmt: skip


def test_slots_say_what_they_are_there_for(graph: Graph, w: Variable) -> None:
    RMSPropOptimizer(0.1, centered=True).minimize(_loss(w))
    RMSPropOptimizer(0.1, momentum=0.5, keras_form=True).minimize(_loss(w))
    roles = [(each.op.name, each.slot_role.keras) for each in global_variables() if each.slot_role]
    assert roles == [
        ("w/RMSProp", None),
        ("w/RMSProp_1", None),
        ("w/RMSProp_2", None),
        ("w/KerasRMSProp", ("RMSprop", "rms")),
        ("w/KerasRMSProp_1", ("RMSprop", "momentum")),
    ]


def test_an_optimizer_needs_a_name() -> None:
    with pytest.raises(ValueError, match="Must specify the optimizer name"):
        GradientDescentOptimizer(0.1, name="")


def test_an_optimizer_is_found_by_name_instance_or_function() -> None:
    instance = AdamOptimizer()
    assert isinstance(as_optimizer("Adagrad", 0.05), AdagradOptimizer)
    assert as_optimizer(instance, 0.05) is instance
    assert as_optimizer(lambda: instance, 0.05) is instance


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("Adgrad", "Did you mean 'Adagrad'"),
        ("Momentum", "needs momentum too"),
        (3, "Given: 3"),
        (lambda: 3, "gave: 3"),
    ],
)
def test_what_is_no_optimizer_is_answered_with_what_there_is(given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        as_optimizer(given, 0.05)


def test_checking_makes_nothing() -> None:
    def fails() -> None:
        raise AssertionError("called")

    check_optimizer(fails)
