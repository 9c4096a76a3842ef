"""Layers of tf.keras, and what they make of inputs: shapes, values, weights, derivatives, updates, masks, configurations.

The calls are text, so that TensorFlow (tests/interop/tf_keras_layers.py) and this package (tests/keras/layers/
test_cases.py) evaluate the very same ones; nothing is imported here that either of them lacks.
tests/data/tf/keras_layers.json has TensorFlow's answers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

# inputs | layer | further arguments of the call
CASES = """
rows | Dense(4, activation='relu')
rows | Dense(4, use_bias=False, kernel_regularizer='l2', activity_regularizer='l1')
images | Dense(4, activation='softmax', bias_regularizer=K.regularizers.L1L2(0.1, 0.2))
rows | Dense(2, kernel_initializer=K.initializers.he_normal(seed=3), kernel_constraint='max_norm', name='given')
steps | Conv1D(3, 3)
steps | Conv1D(3, 2, padding='causal', dilation_rate=3, activation='tanh')
steps | Conv1D(3, 4, strides=2, padding='same', use_bias=False)
images | Conv2D(3, 3)
images | Conv2D(3, (2, 3), padding='same', activation='relu', kernel_regularizer='l1_l2')
images | Convolution2D(2, [3, 2], strides=(2, 1), padding='same', name='given')
images | Conv2D(3, 2, dilation_rate=2)
volumes | Conv3D(2, 2)
images | Conv2DTranspose(3, 3, strides=2)
images | Conv2DTranspose(3, (2, 3), strides=(3, 2), padding='same', activation='relu')
images | Conv2DTranspose(3, 3, strides=2, padding='same', output_padding=1)
images | Conv2DTranspose(3, 3, strides=3, output_padding=(2, 0))
volumes | Conv3DTranspose(2, 2, strides=2)
steps | SeparableConv1D(3, 2, padding='same', depth_multiplier=2, activation='relu')
images | SeparableConv2D(3, (2, 3), padding='same', depth_multiplier=2, depthwise_regularizer='l2')
images | DepthwiseConv2D(3)
images | DepthwiseConv2D((2, 3), depth_multiplier=2, padding='same', activation='relu', depthwise_initializer='ones')
images | DepthwiseConv2D(2, strides=(2, 2), use_bias=False)
steps | MaxPooling1D()
steps | MaxPooling1D(3, 2, 'same')
images | MaxPooling2D()
images | MaxPool2D((3, 2), (1, 2), padding='same')
volumes | MaxPooling3D((1, 2, 2), (2, 1, 1), 'same')
steps | AveragePooling1D(3, 2, 'same')
images | AveragePooling2D((3, 2), (1, 2), padding='same')
volumes | AveragePooling3D(2, 1)
steps | GlobalAveragePooling1D()
steps | GlobalAveragePooling1D('channels_first')
zeros | GlobalAveragePooling1D() | mask=MASK
images | GlobalAveragePooling2D(keepdims=True)
volumes | GlobalAveragePooling3D()
steps | GlobalMaxPooling1D()
images | GlobalMaxPooling2D('channels_first')
volumes | GlobalMaxPooling3D()
images | Flatten()
images | Flatten('channels_first')
rows | Dropout(0.3)
rows | Dropout(0.3) | training=False
steps | SpatialDropout1D(0.3) | training=False
images | SpatialDropout2D(0.3)
rows | GaussianNoise(0.3) | training=False
rows | GaussianDropout(0.3)
rows | BatchNormalization()
rows | BatchNormalization(momentum=0.5, epsilon=0.01) | training=True
rows | BatchNormalization(scale=False, beta_initializer='ones') | training=True
images | BatchNormalization() | training=True
images | BatchNormalization() | training=False
images | BatchNormalization(axis=1, center=False) | training=True
steps | BatchNormalization(axis=1) | training=True
volumes | BatchNormalization() | training=True
rows | BatchNormalization() | training=tf.constant(True)
rows | LayerNormalization()
images | LayerNormalization(axis=[1, 3], epsilon=0.01)
images | LayerNormalization(axis=1, scale=False)
steps | LayerNormalization(center=False, gamma_initializer='zeros')
ids | Embedding(7, 3)
ids | Embedding(7, 3, mask_zero=True, embeddings_initializer='normal', embeddings_regularizer='l2')
ids | Embedding(7, 3, input_length=3, mask_zero=True)
rows | Activation('tanh')
rows | Activation('hard_sigmoid')
rows | Activation('gelu')
rows | Activation('exponential')
rows | Activation('softplus')
rows | Activation('softsign')
rows | Activation('selu')
rows | Activation('swish')
rows | Activation('mish')
rows | Activation('linear')
rows | ReLU()
rows | ReLU(max_value=0.5, negative_slope=0.1, threshold=0.2)
rows | ReLU(max_value=6.0)
rows | ReLU(negative_slope=0.2)
rows | ReLU(threshold=0.3)
rows | LeakyReLU()
rows | LeakyReLU(alpha=0.1)
images | PReLU(shared_axes=[1, 2])
rows | PReLU(alpha_initializer='ones')
rows | ELU(0.5)
rows | ThresholdedReLU(0.4)
rows | Softmax()
images | Softmax(axis=1)
images | Softmax(axis=[1, 2])
rows | Softmax() | mask=tf.constant([[True, False, True]] * 4)
[rows, rows_too] | Add()
[rows, rows_too] | Subtract()
[rows, rows_too, rows] | Multiply()
[rows, rows_too] | Average()
[rows, rows_too] | Maximum()
[rows, rows_too] | Minimum()
[rows, rows_too] | Concatenate()
[steps, steps] | Concatenate(axis=1)
[rows, rows_too] | Dot(1)
[rows, rows_too] | Dot(axes=-1, normalize=True)
[steps, steps] | Dot(axes=(2, 2))
[steps, steps] | Dot(axes=1)
[images, images] | Dot(axes=(1, 1))
images | Reshape((6, 10))
images | Reshape((-1, 4))
images | Permute((3, 1, 2))
rows | RepeatVector(3)
steps | ZeroPadding1D((1, 2))
images | ZeroPadding2D()
images | ZeroPadding2D((1, 2))
images | ZeroPadding2D(((1, 2), (0, 3)), data_format='channels_first')
images | Cropping2D(((1, 0), (2, 1)))
steps | Cropping1D((1, 2))
steps | UpSampling1D(3)
images | UpSampling2D()
images | UpSampling2D((2, 3), data_format='channels_first')
images | UpSampling2D(2, interpolation='bilinear')
volumes | ZeroPadding3D((1, 2, 0))
volumes | Cropping3D(((1, 0), (0, 1), (1, 1)))
volumes | Cropping3D(1)
volumes | UpSampling3D((1, 2, 3))
images | Cropping2D()
volumes | SpatialDropout3D(0.3)
rows | AlphaDropout(0.3)
rows | Rescaling(2.0, offset=-1.0)
zeros | Masking()
zeros | Masking(mask_value=0.25)
rows | ActivityRegularization(0.1, 0.2)
steps | SimpleRNN(3)
steps | SimpleRNN(3, return_sequences=True, return_state=True, use_bias=False, activation='relu')
steps | LSTM(3, recurrent_activation='sigmoid')
steps | LSTM(3, return_sequences=True, unit_forget_bias=False, kernel_regularizer='l2', recurrent_activation='sigmoid')
steps | LSTM(3, return_state=True, go_backwards=True, recurrent_activation='hard_sigmoid')
steps | LSTM(3, unroll=True, return_sequences=True, recurrent_activation='sigmoid')
steps | LSTM(3, time_major=True, recurrent_activation='sigmoid')
steps | LSTM(3, recurrent_activation='sigmoid') | initial_state=[tf.ones([2, 3]), tf.zeros([2, 3])]
zeros | LSTM(3, recurrent_activation='sigmoid', return_sequences=True) | mask=MASK
zeros | LSTM(3, recurrent_activation='sigmoid', go_backwards=True, unroll=True) | mask=MASK
zeros | GRU(3, recurrent_activation='sigmoid', reset_after=True, return_sequences=True, return_state=True) | mask=MASK
zeros | SimpleRNN(3) | mask=MASK
zeros | RNN(SimpleRNNCell(3), return_sequences=True, zero_output_for_mask=True) | mask=MASK
steps | LSTM(3, dropout=0.3, recurrent_dropout=0.2, recurrent_activation='sigmoid') | training=False
steps | GRU(3, recurrent_activation='sigmoid', reset_after=True)
steps | GRU(3, recurrent_activation='sigmoid', reset_after=True, use_bias=False, return_sequences=True)
steps | GRU(3, recurrent_activation='sigmoid', reset_after=False, return_state=True)
steps | GRU(3, recurrent_activation='hard_sigmoid', reset_after=False, return_sequences=True, go_backwards=True)
steps | RNN(LSTMCell(3, recurrent_activation='sigmoid'))
steps | RNN(SimpleRNNCell(3), return_sequences=True, return_state=True)
steps | RNN([LSTMCell(3, recurrent_activation='sigmoid'), SimpleRNNCell(2)], return_state=True)
steps | RNN(StackedRNNCells([SimpleRNNCell(2), GRUCell(3, recurrent_activation='sigmoid', reset_after=True)]))
steps | Bidirectional(LSTM(3, recurrent_activation='sigmoid'))
steps | Bidirectional(SimpleRNN(3, return_sequences=True, return_state=True), merge_mode='sum', name='both')
steps | Bidirectional(SimpleRNN(3, return_sequences=True, name='one'), merge_mode=None)
zeros | Bidirectional(GRU(3, recurrent_activation='sigmoid', reset_after=True), merge_mode='ave') | mask=MASK
steps | Bidirectional(SimpleRNN(2), 'mul', backward_layer=SimpleRNN(2, go_backwards=True, name='back'))
steps | TimeDistributed(Dense(3, activation='relu'))
volumes | TimeDistributed(Conv2D(3, 2))
rows | Lambda(named)
rows | Lambda(named, arguments={'factor': 3.0})
""".strip().splitlines()

SHAPES = {
    "rows": (4, 3), "rows_too": (4, 3), "steps": (2, 7, 2), "images": (2, 5, 6, 2), "volumes": (2, 3, 4, 3, 2),
    "ids": (2, 3), "zeros": (2, 3, 2),
}  # fmt: skip
WHOLE = ("ids",)
MASK = [[True, False, True], [False, True, False]]


def named(x: Any, factor: float = 2.0) -> Any:
    """A function with a name."""
    return x * factor


def wave(shape: Any, speed: float = 1.0) -> Any:
    """Numbers that have nothing to do with one another, the same on both sides."""
    numbers = np.cos(speed * np.arange(1, np.prod(shape, dtype=int) + 1) ** 1.5)
    return numbers.reshape(shape).astype(np.float32)


def value_of(name: str, shape: Any) -> Any:
    """What a weight is set to; a variance is above 0."""
    if name.endswith(("moving_variance", "gamma")):
        return np.abs(wave(shape, 0.7)) + 0.5
    return wave(shape, 0.7) / 2


def fed(name: str) -> Any:
    """What an input is fed."""
    if name in WHOLE:
        return np.arange(np.prod(SHAPES[name], dtype=int)).reshape(SHAPES[name]).astype(np.int32) % 7
    value = wave(SHAPES[name], 1.3 if name.endswith("too") else 1.0)
    if name == "zeros":
        value[:, 1] = 0.0
        value[0, 2] = 0.25
    return value


def parts(case: str) -> tuple[str, str, str]:
    """The inputs, the layer and further arguments of the call."""
    given = [part.strip() for part in case.split("|")]
    return given[0], given[1], given[2] if len(given) > 2 else ""


def layer_of(tf: Any, case: str) -> Any:
    """The layer, not called yet."""
    keras = tf.keras
    known = {name: getattr(keras.layers, name) for name in dir(keras.layers) if name[0] != "_"}
    return eval(parts(case)[1], {"tf": tf, "K": keras, "named": named, **known})  # noqa: S307  those above


class Traced:
    """A layer that was called in the default graph, with the derivatives of what it gives.

    Parameters
    ----------
    tf : module
    case : str
        One of CASES.
    known : bool
        Whether the size of the batch is known in the graph.

    Attributes
    ----------
    outputs, slopes : list of tensors
        What the layer gives, and its derivatives by the floating inputs and the trained weights.
    """

    def __init__(self, tf: Any, case: str, known: bool = True) -> None:
        which, _, more = parts(case)
        self.inputs = {
            name: tf.placeholder(
                tf.int32 if name in WHOLE else tf.float32, shape if known else (None, *shape[1:]), name=name
            )
            for name, shape in SHAPES.items()
        }
        self.layer = layer_of(tf, case)
        given = eval(which, dict(self.inputs))  # noqa: S307  those above
        self.output = self.layer(given, **eval(f"dict({more})", {"tf": tf, "MASK": tf.constant(MASK)}))  # noqa: S307
        self.outputs = tf.nest.flatten(self.output)
        used = given if isinstance(given, list) else [given]
        xs = [x for x in self.inputs.values() if x.dtype == tf.float32 and any(x is one for one in used)]
        self.waves = [tf.placeholder(tf.float32, name="waves") for _ in self.outputs]
        total = sum(tf.reduce_sum(y * wave) for y, wave in zip(self.outputs, self.waves, strict=True))
        slopes = tf.gradients(total, [*xs, *self.layer.trainable_weights])
        self.slopes = [tf.convert_to_tensor(slope) for slope in slopes if slope is not None]

    def feeds(self, dims: Any = ()) -> dict[Any, Any]:
        """What is fed; with the sizes of the outputs, what these are weighted by, too."""
        values = {x: fed(name) for name, x in self.inputs.items()}
        return values | {wave_: wave(shape, 0.3) for wave_, shape in zip(self.waves, dims, strict=False)}


def record(tf: Any, case: str, known: bool = True) -> dict[str, Any]:
    """What the layer makes, with its weights set.

    Returns
    -------
    dict
        ``dims`` and ``static`` dims of the outputs; ``weights``: names, shapes, whether they are trained; how many
        ``updates``; ``losses``, ``value``, ``slopes`` by the floating inputs and the trained weights, what the updates
        make of the others (``moved``), and the ``mask`` of the output.
    """
    with tf.Graph().as_default():
        traced = Traced(tf, case, known)
        layer, y, ys, slopes = traced.layer, traced.output, traced.outputs, traced.slopes
        trained, all_of_them = layer.trainable_weights, layer.weights
        losses, updates, mask = layer.losses, layer.updates, getattr(ys[0], "_keras_mask", None)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            for variable in all_of_them:
                variable.load(value_of(variable.op.name, variable.shape.as_list()), session)
            feeds = traced.feeds()
            values = session.run(ys, feeds)
            weighted = traced.feeds([value.shape for value in values])
            found, penalties = session.run([slopes, losses], weighted)
            masked = None if mask is None else session.run(mask, feeds).tolist()
            session.run(updates, feeds)
            moved = [session.run(variable) for variable in all_of_them if "moving" in variable.op.name]
        return {
            "outputs": len(y) if isinstance(y, (list, tuple)) else None,
            "dims": [list(value.shape) for value in values],
            "static": [one.shape.as_list() for one in ys],
            "weights": [
                [
                    variable.op.name,
                    variable.shape.as_list(),
                    any(variable is one for one in trained),
                ]
                for variable in all_of_them
            ],
            "updates": len(updates),
            "losses": plain(penalties),
            "value": plain(values),
            "slopes": plain(found),
            "moved": plain(moved),
            "mask": masked,
        }


def plain(value: Any) -> Any:
    """Numbers as JSON has them, with the digits that float32 has."""
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return [float(f"{number:.8g}") for number in np.ravel(value).tolist()]


def told(tf: Any, case: str) -> Any:
    """The configuration of the layer, with numbers and sequences as JSON has them."""
    config = layer_of(tf, case).get_config()
    if "function_type" in config:
        for name in (
            "function",
            "function_type",
            "module",
        ):  # Keras has the function's code, and calls it a lambda
            del config[name]
    return _as_json(config)


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_json(item) for item in value]
    return value.item() if isinstance(value, (np.generic, np.ndarray)) else value
