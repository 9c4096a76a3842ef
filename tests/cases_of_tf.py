"""Small programs of ``tf`` for what is no single call: scopes, collections, checks, all arguments by keywords.

TensorFlow (tests/interop/tf_uses.py) and this package (tests/test_uses.py) run the very same ones; nothing is imported here
that either of them lacks. What each returns is compared: tensors by their values, all else as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Case = Callable[[Any], Any]
CASES: dict[str, Case] = {}


def case(function: Case) -> Case:
    """Puts it into the table of what cannot be written as one expression."""
    CASES[function.__name__] = function
    return function


@case
def a_placeholder_by_keywords(tf: Any) -> Any:
    given = tf.placeholder(dtype=tf.int32, shape=[None, 2], name="given")
    fed = tf.placeholder_with_default(input=[[1, 2]], shape=[None, 2])
    return [given.dtype.name, given.shape.as_list(), given.op.type, fed]


@case
def a_branch_by_keywords(tf: Any) -> Any:
    return tf.cond(pred=tf.constant(True), true_fn=lambda: tf.constant(1), false_fn=lambda: tf.constant(2))


@case
def assignments_by_keywords(tf: Any) -> Any:
    variable = tf.Variable([1.0, 2.0])
    with tf.control_dependencies(control_inputs=[tf.assign(ref=variable, value=[3.0, 4.0])]):
        first = tf.identity(variable.read_value())
    with tf.control_dependencies([first]):  # which may lie where the variable does, and is not fetched
        return tf.assign_add(ref=variable, value=[1.0, 1.0])


@case
def collections_by_key_and_scope(tf: Any) -> Any:
    with tf.variable_scope("one"):
        tf.get_variable(name="w", shape=[], initializer=tf.ones_initializer())
    with tf.variable_scope("two"):
        tf.get_variable(name="w", shape=[], initializer=tf.zeros_initializer())
    key = tf.GraphKeys.GLOBAL_VARIABLES
    found = [tf.get_collection(key=key, scope="one"), tf.get_collection(key, "two"), tf.get_collection(key)]
    return [[variable.name for variable in variables] for variables in found]


@case
def a_scope_by_keywords(tf: Any) -> Any:
    with tf.variable_scope(name_or_scope="outer", values=[tf.constant(1.0)], reuse=tf.AUTO_REUSE) as scope:
        made = tf.get_variable("w", [2], initializer=tf.ones_initializer())
        again = tf.get_variable("w", [2])
    return [scope.name, made.name, again is made, again]


@case
def an_imported_graph_by_keywords(tf: Any) -> Any:
    with tf.Graph().as_default() as graph:
        tf.multiply(tf.constant(3.0), 2.0, name="product")
    found = tf.import_graph_def(graph_def=graph.as_graph_def(), return_elements=["product:0"], name="given")
    return [found[0].name, found]


@case
def what_a_custom_getter_is_given(tf: Any) -> Any:
    given: dict[str, Any] = {}

    def noted(getter: Any, *args: Any, **kwargs: Any) -> Any:
        given.update(kwargs)
        return getter(*args, **kwargs)

    with tf.variable_scope("s", custom_getter=noted, reuse=tf.AUTO_REUSE, use_resource=True):
        made = tf.get_variable(
            "w", [2], initializer=tf.ones_initializer(), aggregation=tf.VariableAggregation.SUM
        )
    plain = {key: value for key, value in given.items() if isinstance(value, (bool, str, list, type(None)))}
    return [sorted(given), sorted(plain), given["aggregation"].name, given["dtype"].name, made]


@case
def a_custom_getter_that_names_what_it_takes(tf: Any) -> Any:
    def noted(
        getter: Any,
        name: Any,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        *more: Any,
        **rest: Any,
    ) -> Any:
        return getter(f"{name}_own", shape, dtype, tf.constant_initializer(5.0), *more, **rest)

    with tf.variable_scope("s", custom_getter=noted):
        made = tf.get_variable("w", [2], tf.float64)
    return [made.name, made]


@case
def a_scope_made_by_hand(tf: Any) -> Any:
    scope = tf.VariableScope(
        tf.AUTO_REUSE, "by_hand", tf.ones_initializer(), name_scope="there/", dtype=tf.float64
    )
    with tf.variable_scope(scope) as inside:
        made = tf.get_variable("w", [2])
    return [
        inside.name,
        inside.original_name_scope,
        inside.use_resource,
        inside.caching_device,
        made.name,
        made,
    ]


@case
def a_graph_imported_by_position(tf: Any) -> Any:
    with tf.Graph().as_default() as graph:
        tf.negative(tf.placeholder(tf.float32, [], name="x"), name="y")
    return tf.import_graph_def(graph.as_graph_def(), {"x": tf.constant(3.0)}, ["y:0"], "given", None, None)


@case
def parts_changed_by_methods(tf: Any) -> Any:
    made = tf.Variable([1.0, 2.0, 3.0])
    with tf.control_dependencies([tf.assign(made, [5.0, 5.0, 5.0])]):
        added = made.scatter_nd_add([[1]], [2.0], "by_position")
    with tf.control_dependencies([added]):
        replaced = made.scatter_nd_update(indices=[[0]], updates=[9.0], name="by_keyword")
    with tf.control_dependencies([replaced]):
        return [made.gather_nd([[0], [1]]), made.sparse_read([2, 2])]


@case
def a_layer_with_weights_of_every_kind(tf: Any) -> Any:
    class Weighted(tf.layers.Layer):
        def build(self, shape: Any) -> None:
            every = (None, None, tf.VariableSynchronization.AUTO, tf.VariableAggregation.MEAN)
            self.one = self.add_weight("one", [2], tf.float32, tf.ones_initializer(), None, True, *every)
            self.two = self.add_weight(
                name="two",
                shape=[2],
                synchronization=tf.VariableSynchronization.ON_READ,
                initializer=tf.ones_initializer(),
            )

        def call(self, inputs: Any) -> Any:
            return inputs + self.one + self.two

    layer = Weighted()
    result = layer(tf.constant([1.0, 2.0]))
    return [layer.one.trainable, layer.two.trainable, len(tf.trainable_variables()), result]


METRICS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "accuracy": lambda tf: (tf.constant([1, 2]), tf.constant([1, 1])),
    "auc": lambda tf: (tf.constant([True, False]), tf.constant([0.9, 0.2])),
    "average_precision_at_k": lambda tf: (tf.constant([[1]], tf.int64), tf.constant([[0.1, 0.9]]), 1),
    "false_negatives": lambda tf: (tf.constant([True]), tf.constant([False])),
    "false_negatives_at_thresholds": lambda tf: (tf.constant([True]), tf.constant([0.2]), [0.5]),
    "false_positives": lambda tf: (tf.constant([True]), tf.constant([False])),
    "false_positives_at_thresholds": lambda tf: (tf.constant([True]), tf.constant([0.2]), [0.5]),
    "mean": lambda tf: (tf.constant([1.0, 2.0]),),
    "mean_absolute_error": lambda tf: (tf.constant([1.0]), tf.constant([2.0])),
    "mean_cosine_distance": lambda tf: (tf.constant([[1.0, 0.0]]), tf.constant([[0.0, 1.0]]), 1),
    "mean_iou": lambda tf: (tf.constant([1]), tf.constant([0]), 2),
    "mean_per_class_accuracy": lambda tf: (tf.constant([1]), tf.constant([0]), 2),
    "mean_relative_error": lambda tf: (tf.constant([1.0]), tf.constant([2.0]), [1.0]),
    "mean_squared_error": lambda tf: (tf.constant([1.0]), tf.constant([2.0])),
    "mean_tensor": lambda tf: (tf.constant([1.0, 2.0]),),
    "percentage_below": lambda tf: (tf.constant([1.0, 2.0]), 1.5),
    "precision": lambda tf: (tf.constant([True]), tf.constant([False])),
    "precision_at_k": lambda tf: (tf.constant([[1]], tf.int64), tf.constant([[0.1, 0.9]]), 1),
    "precision_at_thresholds": lambda tf: (tf.constant([True]), tf.constant([0.2]), [0.5]),
    "precision_at_top_k": lambda tf: (tf.constant([[1]], tf.int64), tf.constant([[1]], tf.int64)),
    "recall": lambda tf: (tf.constant([True]), tf.constant([False])),
    "recall_at_k": lambda tf: (tf.constant([[1]], tf.int64), tf.constant([[0.1, 0.9]]), 1),
    "recall_at_thresholds": lambda tf: (tf.constant([True]), tf.constant([0.2]), [0.5]),
    "recall_at_top_k": lambda tf: (tf.constant([[1]], tf.int64), tf.constant([[1]], tf.int64)),
    "root_mean_squared_error": lambda tf: (tf.constant([1.0]), tf.constant([2.0])),
    "sensitivity_at_specificity": lambda tf: (tf.constant([True]), tf.constant([0.2]), 0.5),
    "sparse_average_precision_at_k": lambda tf: (tf.constant([[1]], tf.int64), tf.constant([[0.1, 0.9]]), 1),
    "sparse_precision_at_k": lambda tf: (tf.constant([[1]], tf.int64), tf.constant([[0.1, 0.9]]), 1),
    "specificity_at_sensitivity": lambda tf: (tf.constant([True]), tf.constant([0.2]), 0.5),
    "true_negatives": lambda tf: (tf.constant([True]), tf.constant([False])),
    "true_negatives_at_thresholds": lambda tf: (tf.constant([True]), tf.constant([0.2]), [0.5]),
    "true_positives": lambda tf: (tf.constant([True]), tf.constant([False])),
    "true_positives_at_thresholds": lambda tf: (tf.constant([True]), tf.constant([0.2]), [0.5]),
}


@case
def metrics_in_collections(tf: Any) -> Any:
    return [_listed(tf, name) for name in METRICS]


def _listed(tf: Any, name: str) -> list[Any]:
    value, update = getattr(tf.metrics, name)(
        *METRICS[name](tf), metrics_collections=[f"{name} values"], updates_collections=f"{name} updates"
    )
    values, updates = tf.get_collection(f"{name} values"), tf.get_collection(f"{name} updates")
    return [name, len(values), values[0] is value, len(updates), updates[0] is update]


@case
def variables_of_scopes(tf: Any) -> Any:
    with tf.variable_scope("a"):
        tf.get_variable("w", [2])
        tf.get_variable("fixed", [2], trainable=False, collections=[tf.GraphKeys.GLOBAL_VARIABLES, "mine"])
        tf.get_local_variable(
            name="count", shape=[], dtype=tf.int32, initializer=tf.zeros_initializer(), collections=["kept"]
        )
    with tf.variable_scope("b", constraint=tf.abs, regularizer=tf.nn.l2_loss):
        made = tf.get_variable("w", [2], caching_device="/cpu:0")
        tf.add_to_collection(tf.GraphKeys.MODEL_VARIABLES, made)
        tf.add_to_collection(tf.GraphKeys.MOVING_AVERAGE_VARIABLES, made)
    named = [
        tf.global_variables(scope="a"), tf.trainable_variables(scope="a"), tf.local_variables(scope="a"),
        tf.model_variables(scope="b"), tf.moving_average_variables(scope="a"), tf.get_collection("mine"),
        tf.trainable_variables("b"), tf.get_collection("kept"),
    ]  # fmt: skip
    return [[variable.op.name for variable in found] for found in named] + [
        made.constraint is tf.abs,
        [loss.op.name for loss in tf.losses.get_regularization_losses()],
    ]


@case
def an_old_scope_of_operations(tf: Any) -> Any:
    x = tf.constant(1.0)
    with tf.variable_op_scope(
        [x], None, default_name="layer", initializer=tf.ones_initializer(), dtype=tf.float64
    ) as scope:
        made = tf.get_variable("w", [2])
    return [scope.name, made.op.name, (x + 1.0).op.name, made]


@case
def checks_by_keywords(tf: Any) -> Any:
    x, words = tf.constant([1.0, 2.0]), {"data": ["seen"], "summarize": 2, "message": "no"}
    checks = [
        tf.assert_equal(x=x, y=x, **words), tf.assert_greater(x=x, y=0.0, **words),
        tf.assert_greater_equal(x=x, y=1.0, **words), tf.assert_less(x=x, y=3.0, **words),
        tf.assert_less_equal(x=x, y=2.0, **words), tf.assert_none_equal(x=x, y=3.0, **words),
        tf.assert_near(x=x, y=x, rtol=0.1, atol=0.1, **words), tf.assert_positive(x=x, **words),
        tf.assert_negative(x=-x, **words), tf.assert_non_negative(x=x, **words), tf.assert_non_positive(x=-x, **words),
        tf.assert_rank(x=x, rank=1, **words), tf.assert_rank_at_least(x=x, rank=1, **words),
        tf.assert_rank_in(x=x, ranks=[1, 2], **words),
    ]  # fmt: skip
    tf.assert_integer(x=tf.constant(1), message="no")
    tf.assert_scalar(tensor=tf.constant(1), message="no")
    tf.assert_type(tensor=x, tf_type=tf.float32, message="no")
    with tf.control_dependencies([check for check in checks if check is not None]):
        return tf.identity(x)


@case
def operations_at_one_place(tf: Any) -> Any:
    one = tf.constant(1.0)
    with tf.colocate_with(one):
        return tf.add(one, 1.0)


@case
def the_way_back_to_version_one(tf: Any) -> Any:
    tf.disable_eager_execution()
    tf.enable_resource_variables()
    return [tf.executing_eagerly(), tf.disable_v2_behavior(), tf.executing_eagerly()]


@case
def a_logger_and_its_name(tf: Any) -> Any:
    return tf.get_logger().name
