"""The layer of Keras: names, parts, calls, masks and configuration. Names are those that TensorFlow 2.15 gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import UsageError
from estimator.keras.calls import gathering
from estimator.keras.layer import Layer
from estimator.keras.layers.dense import Dense


class Nested(Layer):
    """Two weights, a layer, and two more in a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inner = Dense(3, activation="relu")
        self.more = [Dense(2), Dense(2, name="last")]

    def build(self, input_shape: Any) -> None:
        self.k0 = self.add_weight(name="kernel0", shape=[input_shape[-1], 4])
        self.k1 = self.add_weight(name="kernel1", shape=[4, 4], regularizer="l2")
        super().build(input_shape)

    def call(self, inputs: Any, training: Any = None) -> Any:
        outputs = self.inner(tf.matmul(inputs, self.k0))
        for layer in self.more:
            outputs = layer(outputs)
        return tf.identity(outputs, name="out")


@pytest.fixture(autouse=True)
def _own_graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


def _input(*sizes: int | None, dtype: Any = tf.float32) -> Any:
    return tf.placeholder(dtype, [None, *sizes])


def _names(variables: list[Any]) -> list[str]:
    return [variable.name for variable in variables]


def test_weights_are_named_below_the_scope_of_the_first_call() -> None:
    layer = Nested(name="dnn")
    assert layer(_input(5)).name == "dnn/out:0"
    below = ["dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias", "last/kernel", "last/bias"]
    wanted = [f"dnn/{name}:0" for name in ("kernel0", "kernel1", *below)]
    assert _names(layer.weights) == _names(tf.trainable_variables()) == wanted


def test_a_second_call_and_a_second_layer_have_scopes_of_their_own() -> None:
    layer, x = Nested(name="dnn"), _input(5)
    layer(x)
    assert layer(x).name == "dnn_1/out:0"
    with tf.name_scope("foo"), tf.variable_scope("vs"):
        assert layer(x).name == "foo/vs/dnn/out:0"
        other = Nested(name="dnn")
        assert other(x).name == "foo/vs/dnn_1/out:0"
    assert other.weights[0].name == "foo/vs/dnn_1/kernel0:0"
    assert len(layer.weights) == len(other.weights) == 8


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Dense", "dense"),
        ("LSTMCell", "lstm_cell"),
        ("ReLU", "re_lu"),
        ("Conv2D", "conv2d"),
        ("MaxPooling1D", "max_pooling1d"),
        ("_Own", "private__own"),
    ],
)
def test_the_name_of_a_layer_is_its_class_in_snake_case(name: str, wanted: str) -> None:
    kind: Any = type(name, (Layer,), {})
    assert [kind().name, kind().name, kind(name="mine").name] == [wanted, f"{wanted}_1", "mine"]


def test_names_begin_anew_in_each_graph() -> None:
    assert [Dense(1).name, Dense(1).name] == ["dense", "dense_1"]
    with tf.Graph().as_default():
        assert Dense(1).name == "dense"


def test_a_layer_that_is_appended_to_a_list_later_is_a_part() -> None:
    layer = Layer()
    layer.blocks = []
    layer.heads = {"b": Dense(1, name="b"), "a": Dense(1, name="a")}
    layer.blocks.append([Dense(1, name="first")])
    assert [part.name for part in layer.submodules] == ["first", "a", "b"]


def test_an_attribute_that_is_replaced_is_no_part_any_more() -> None:
    layer = Layer()
    layer.inner, layer.last = Dense(1, name="old"), Dense(1, name="last")
    layer.inner = Dense(1, name="new")
    assert [part.name for part in layer.submodules] == ["last", "new"]
    del layer.last
    assert [part.name for part in layer.submodules] == ["new"]


def test_a_variable_that_is_an_attribute_is_a_weight() -> None:
    layer = Layer()
    layer.step = tf.Variable(1.0, trainable=False, name="step")
    layer.scales = [tf.Variable(2.0, name="scale")]
    assert _names(layer.trainable_weights) == ["scale:0"]
    assert _names(layer.non_trainable_weights) == ["step:0"]


def test_a_layer_of_tf_layers_is_a_part_too() -> None:
    layer = Layer()
    layer.inner = tf.layers.Dense(2, kernel_regularizer=tf.nn.l2_loss)
    layer.inner(_input(3))
    assert _names(layer.weights) == ["dense/kernel:0", "dense/bias:0"]
    assert len(layer.losses) == 1


def test_freezing_a_layer_freezes_what_is_in_it() -> None:
    layer = Nested()
    layer(_input(5))
    layer.more[0].trainable = False
    assert len(layer.trainable_weights) == 6
    layer.trainable = False
    assert (layer.trainable_weights, len(layer.non_trainable_weights)) == ([], 8)
    layer.trainable = True
    assert len(layer.trainable_weights) == 8


def test_weights_are_read_and_set_as_arrays() -> None:
    layer = Dense(2)
    layer(_input(3))
    kernel = np.arange(6.0).reshape(3, 2)
    layer.set_weights([kernel, [7.0, 8.0]])
    read = layer.get_weights()
    np.testing.assert_array_equal(read[0], kernel)
    np.testing.assert_array_equal(read[1], [7.0, 8.0])


def test_weights_that_do_not_fit_are_all_named_and_change_nothing() -> None:
    layer = Dense(2)
    layer(_input(3))
    before = layer.get_weights()
    with pytest.raises(UsageError, match=r"dense/kernel has the shape \(3, 2\), .*\(2, 3\)[\s\S]*dense/bias"):
        layer.set_weights([np.zeros((2, 3)), np.zeros(3)])
    with pytest.raises(
        ValueError, match=r"a list of 1 arrays, but it has 2 weights: dense/kernel \(3, 2\), "
    ):
        layer.set_weights([np.zeros((3, 2))])
    np.testing.assert_array_equal(layer.get_weights()[0], before[0])


def test_initial_weights_are_what_the_variables_begin_with_in_any_session() -> None:
    layer = Dense(2, weights=[np.full((3, 2), 5.0), np.full(2, 6.0)])
    layer(_input(3))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(layer.kernel).tolist() == [[5.0, 5.0]] * 3
        assert session.run(layer.bias).tolist() == [6.0, 6.0]


def test_initial_weights_of_another_shape_are_named() -> None:
    with pytest.raises(ValueError, match=r"have \(2, 2\) where 'kernel' has \(3, 2\)"):
        Dense(2, weights=[np.zeros((2, 2)), np.zeros(2)])(_input(3))


class Told(Layer):
    """Keeps what it is told of training."""

    def call(self, inputs: Any, training: Any = None) -> Any:
        self.told = training
        return inputs


class Around(Layer):
    """Calls another layer, and says nothing of training."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = Told()

    def call(self, inputs: Any, training: Any = None) -> Any:
        return self.inner(inputs)


@pytest.mark.parametrize("given", [True, False])
def test_an_inner_layer_trains_if_the_outer_one_does(given: bool) -> None:
    layer = Around()
    layer(_input(1), training=given)
    assert layer.inner.told is given


def test_nobody_who_says_of_training_is_none() -> None:
    layer = Around()
    layer(_input(1))
    assert layer.inner.told is None


def test_a_tensor_says_whether_to_train_too() -> None:
    layer, is_training = Around(), tf.placeholder(tf.bool, [])
    layer(_input(1), training=is_training)
    assert layer.inner.told.op.type == "Cast" or layer.inner.told is is_training


def test_training_may_be_given_by_position_and_to_a_layer_that_does_not_take_it() -> None:
    layer = Told()
    layer(_input(1), True)
    assert layer.told is True
    assert Dense(1)(_input(1), training=True).shape.as_list() == [None, 1]


def test_the_inputs_may_be_given_by_name() -> None:
    assert Dense(1)(inputs=_input(2)).name == "dense/BiasAdd:0"
    with pytest.raises(ValueError, match="first argument"):
        Dense(1)()


def test_penalties_are_losses_and_made_once() -> None:
    layer = Dense(2, kernel_regularizer="l2", activity_regularizer=tf.reduce_sum)
    layer(_input(3))
    assert [loss.name for loss in layer.losses] == [
        "dense/ActivityRegularizer/truediv:0",
        "dense/kernel/Regularizer/mul:0",
    ]
    assert layer.losses[1] is layer.losses[1]
    assert tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES) == []  # as in TensorFlow


def test_what_calls_add_can_be_gathered_apart() -> None:
    class Adds(Layer):
        def call(self, inputs: Any) -> Any:
            self.add_loss(tf.reduce_sum(inputs))
            self.add_update(tf.no_op())
            self.add_metric(tf.reduce_mean(inputs), name="mean")
            return inputs

    layer = Adds()
    with gathering() as found:
        layer(_input(1))
    assert (layer.losses, layer.updates) == ([], [])
    assert (len(found.losses), len(found.updates), [row[3] for row in found.metrics]) == (1, 1, ["mean"])
    layer(_input(1))
    assert (len(layer.losses), len(layer.updates)) == (1, 1)
    layer.trainable = False
    assert layer.updates == []


def test_losses_and_updates_are_asked_for_by_what_they_depend_on() -> None:
    model = tf.keras.Sequential(
        [
            Dense(5, input_shape=(7,), kernel_regularizer="l2"),
            tf.keras.layers.BatchNormalization(),
            Dense(3, activity_regularizer="l2"),
        ]
    )
    features = _input(7)
    with tf.name_scope("call"):
        model(features, training=True)

    def names(found: list[Any]) -> list[str]:
        return [getattr(one, "op", one).name.split("/")[0] for one in found]

    moved, called = ["batch_normalization"] * 2, ["call"] * 2
    assert names(model.updates) == [*moved, *called]
    assert names(model.get_updates_for(None)) == []
    assert names(model.get_updates_for(features)) == called
    assert names(model.get_updates_for(model.inputs)) == moved
    assert names(model.losses) == ["dense", "dense_1", "call"]
    assert names(model.get_losses_for(None)) == ["dense"]
    assert names(model.get_losses_for(features)) == ["call"]


def test_an_update_of_no_input_is_one_of_every_step() -> None:
    class Counts(Layer):
        def call(self, inputs: Any) -> Any:
            self.add_update(tf.no_op("count"))
            return inputs

    layer, features = Counts(), _input(1)
    layer(features)
    assert [update.name for update in layer.get_updates_for(None)] == ["counts/count"]
    assert layer.get_updates_for(features) == []


def test_a_loss_may_be_a_function() -> None:
    layer = Dense(1)
    layer(_input(2))
    layer.add_loss(lambda: tf.nn.l2_loss(layer.kernel))
    assert layer.losses[0].op.type == "L2Loss"
    assert layer.losses[0] is layer.losses[0]


def test_floating_point_inputs_are_cast_to_the_type_that_was_asked_for() -> None:
    layer = Dense(1, dtype="float64")
    assert layer(_input(2)).dtype == layer.kernel.dtype == tf.float64


def test_the_first_input_decides_the_type_of_the_weights() -> None:
    layer = Dense(1)
    assert layer(_input(2, dtype=tf.float64)).dtype == layer.kernel.dtype == tf.float64


def test_whole_numbers_are_cast_by_a_dense_layer() -> None:
    layer = Dense(1)
    assert layer(_input(2, dtype=tf.int32)).dtype == layer.kernel.dtype == tf.float32


class Masks(Layer):
    """Gives a mask along, or takes it."""

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return tf.not_equal(inputs, 0.0)


class Taking(Layer):
    """Keeps the mask that its input brings along."""

    def call(self, inputs: Any, mask: Any = None) -> Any:
        self.mask = mask
        return inputs + 1.0


def test_a_mask_goes_along_with_a_tensor_through_layers_that_support_it() -> None:
    masked, taking = Masks()(_input(3)), Taking()
    passing = Taking()
    passing.supports_masking = True
    taking(passing(masked))
    assert taking.mask is passing.mask is masked._keras_mask
    taking(taking(masked))
    assert taking.mask is None


def test_a_mask_that_nobody_wants_is_an_error_of_who_asks() -> None:
    with pytest.raises(TypeError, match="does not support masking"):
        Layer(name="plain").compute_mask(None, tf.constant([True]))


def test_the_configuration_of_a_layer_is_its_name_and_type() -> None:
    assert Layer(name="q", dtype="float64", batch_input_shape=(2, 3)).get_config() == {
        "name": "q", "trainable": True, "dtype": "float64", "batch_input_shape": (2, 3),
    }  # fmt: skip


def test_a_class_without_a_configuration_tells_what_it_was_given() -> None:
    class Own(Layer):
        def __init__(self, units: int, **kw: Any) -> None:
            super().__init__(**kw)

    config = Own(3, name="mine").get_config()
    assert config == {"name": "mine", "trainable": True, "dtype": "float32", "units": 3}
    assert Own.from_config(config).get_config() == config


def test_weights_of_one_graph_are_not_used_in_another() -> None:
    layer = Dense(1)
    layer(_input(2))
    with (
        tf.Graph().as_default(),
        pytest.raises(
            ValueError, match=r"'dense' has its weights \(dense/kernel\) in one graph.*model_to_est"
        ),
    ):
        layer(_input(2))


def test_a_call_that_gives_nothing_is_an_error() -> None:
    class Silent(Layer):
        def call(self, inputs: Any) -> None: ...  # type: ignore[override]

    with pytest.raises(ValueError, match="should return a Tensor or a list of Tensors, not None"):
        Silent()(_input(1))


def test_a_misspelt_keyword_is_answered() -> None:
    with pytest.raises(
        TypeError, match="unexpected keyword argument 'kernal_initializer'. Did you mean 'kernel"
    ):
        Dense(2, kernal_initializer="zeros")


def test_parameters_are_counted_once_they_are_there() -> None:
    layer = Dense(2)
    with pytest.raises(ValueError, match="isn't built"):
        layer.count_params()
    layer.build((None, 3))
    assert layer.count_params() == 8


def test_a_layer_that_is_built_by_hand_names_its_weights_without_a_scope() -> None:
    layer = Dense(2)
    layer.build((None, 3))
    assert _names(layer.weights) == ["kernel:0", "bias:0"]


def test_checkpoints_find_weights_and_layers_by_the_names_of_attributes() -> None:
    layer = Nested()
    layer(_input(5))
    assert list(layer.checkpoint_children()) == ["kernel0", "kernel1", "inner", "more", "k0", "k1"]


def test_the_shape_of_an_output_is_known_without_computing_it() -> None:
    layer, graph = Dense(3), tf.get_default_graph()
    assert layer.compute_output_shape((None, 5, 4)).as_list() == [None, 5, 3]
    assert layer.built
    number, functions = len(graph.get_operations()), list(graph.library)
    assert layer.compute_output_shape([7, 2, 4]).as_list() == [7, 2, 3]
    assert (len(graph.get_operations()), list(graph.library)) == (number, functions)
    both = tf.keras.layers.Concatenate().compute_output_shape([(None, 3), (None, 4)])
    assert both.as_list() == [None, 7]
    assert tf.keras.layers.Embedding(9, 2).compute_output_shape((None, 6)).as_list() == [None, 6, 2]


def test_a_sparse_input_is_multiplied_as_it_is() -> None:
    layer = Dense(3, activation="relu", weights=[np.ones((4, 3)), np.ones(3)])
    y = layer(tf.SparseTensor([[0, 1], [1, 2]], [1.0, 2.0], [2, 4]))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(y).tolist() == [[2.0] * 3, [3.0] * 3]


def test_a_constructor_that_forgets_the_layers_is_told() -> None:
    class Forgets(Layer):
        def __init__(self) -> None:
            self.inner = Dense(1)

    with pytest.raises(
        RuntimeError, match=r"You must call `super\(\).__init__\(\)` in the layer constructor, which Forgets"
    ):
        Forgets()(_input(1))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Layer(trainable="yes"), TypeError, "`trainable` argument to be a boolean, but got: 'yes'"),  # type: ignore[arg-type]
        (lambda: Layer(name=3), TypeError, "a name is a text, given: 3"),  # type: ignore[arg-type]
        (lambda: Dense(1, dtype="mixed_float16"), NotImplementedError, "use 'float32'"),
        (lambda: Dense(1).add_weight("w", (None, 3)), ValueError, r"the weight 'w' must be known, given: \(\?, 3\)"),
        (lambda: Dense("3"), TypeError, "units must be a whole number, given: '3'"),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(make: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        make()
