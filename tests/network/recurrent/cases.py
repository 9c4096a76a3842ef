"""Recurrent networks of all kinds: cells, wrappers, and what runs them.

Each case is an expression, so that TensorFlow (tests/interop/tf_recurrent.py) and this package
(tests/network/recurrent/test_cases.py) evaluate the very same one; nothing is imported here that either of them lacks.
tests/data/tf/recurrent.json has TensorFlow's answers.

In an expression are ``x``, the inputs [batch, time, size]; ``u``, the same of unknown batch and time; ``steps``, the
inputs of each step; ``lengths``, of each example; ``keep``, a probability that is fed; ``h`` and ``c``, states of four
units; ``flat``, both side by side.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

BATCH, TIME, SIZE, UNITS = 4, 5, 3, 4
LENGTHS = np.array([5, 2, 0, 3], np.int32)

CASES = """
rnn.BasicRNNCell(4)(steps[0], h)
rnn.BasicRNNCell(4, 'relu')(steps[0], h)
rnn.BasicRNNCell(4, activation=tf.nn.sigmoid, name='cell')(steps[0], h)
rnn.GRUCell(4)(steps[0], h)
rnn.GRUCell(4, tf.nn.relu, kernel_initializer='ones', bias_initializer=tf.constant_initializer(0.5))(steps[0], h)
rnn.BasicLSTMCell(4)(steps[0], (c, h))
rnn.BasicLSTMCell(4, forget_bias=0.0, activation='relu')(steps[0], [c, h])
rnn.BasicLSTMCell(4, state_is_tuple=False)(steps[0], flat)
rnn.LSTMCell(4)(steps[0], (c, h))
rnn.LSTMCell(4, forget_bias=0.5, activation='softsign', initializer=tf.ones_initializer())(steps[0], (c, h))
rnn.LSTMCell(4, use_peepholes=True)(steps[0], (c, h))
rnn.LSTMCell(4, num_proj=2)(steps[0], (c, h[:, :2]))
rnn.LSTMCell(4, num_proj=2, state_is_tuple=False)(steps[0], flat[:, :6])
rnn.LSTMCell(4, use_peepholes=True, cell_clip=0.2, num_proj=2, proj_clip=0.1)(steps[0], (c, h[:, :2]))
rnn.LSTMCell(4, num_unit_shards=2, num_proj=4, num_proj_shards=2)(steps[0], (c, h))
rnn.LSTMCell(4, trainable=False)(steps[0], (c, h))
rnn.LSTMCell(4)(steps[0], (c, h), scope='given')
rnn.LSTMCell(4, name='cell')(steps[0], (c, h), scope='given')
rnn.LSTMCell(4, dtype=tf.float32).zero_state(tf.shape(u)[0], tf.float32)
rnn.LSTMCell(4).get_initial_state(inputs=steps[0])
rnn.MultiRNNCell([rnn.LSTMCell(4), rnn.GRUCell(2)]).zero_state(3, tf.float32)
rnn.MultiRNNCell([rnn.LSTMCell(4), rnn.GRUCell(4), rnn.BasicRNNCell(2)])(steps[0], ((c, h), h, h[:, :2]))
rnn.MultiRNNCell([rnn.BasicRNNCell(4), rnn.GRUCell(4)], state_is_tuple=False)(steps[0], flat)
rnn.MultiRNNCell([rnn.GRUCell(3)] * 2)(steps[0], (h[:, :3], h[:, 1:]))
rnn.ResidualWrapper(rnn.GRUCell(3))(steps[0], h[:, :3])
rnn.ResidualWrapper(rnn.GRUCell(4), lambda i, o: o * tf.reduce_sum(i, 1, keepdims=True))(steps[0], h)
rnn.DeviceWrapper(rnn.GRUCell(4), '/cpu:0')(steps[0], h)
rnn.DropoutWrapper(rnn.GRUCell(4), 1.0, 1.0, 1.0)(steps[0], h)
rnn.DropoutWrapper(rnn.LSTMCell(4), keep, keep, keep)(steps[0], (c, h))
rnn.DropoutWrapper(rnn.MultiRNNCell([rnn.LSTMCell(4)]), variational_recurrent=True, dtype=tf.float32)(steps[0], ((c, h),))
Own(4)(steps[0], h)
Own(4, name='mine')(steps[0], h)
Own(4)(steps[0], h, scope='given')
Old(4)(steps[0], h)
Old(4)(steps[0], h, 'given')
Fanned()((steps[0], steps[1]), (h, c))
twice(rnn.LSTMCell(4), (c, h))
twice(Own(4), h)
in_loop(rnn.DropoutWrapper(rnn.LSTMCell(4)), (c, h))
shared(tf.AUTO_REUSE)
shared(True)
again(rnn.LSTMCell, (c, h))
again(rnn.LSTMCell, (c, h), name='cell')
again(rnn.LSTMCell, (c, h), reuse=True)
again(Own, h)
in_loop(rnn.BasicLSTMCell(4), (c, h))
in_loop(Own(4), h)
in_loop(Old(4), h)
in_parts(lambda: rnn.LSTMCell(4, use_peepholes=True)(steps[0], (c, h)))
in_parts(lambda: rnn.GRUCell(4)(steps[0], h))
initialized(lambda: rnn.BasicLSTMCell(4)(steps[0], (c, h)))
nn.static_rnn(rnn.BasicRNNCell(4), steps, dtype=tf.float32)
nn.static_rnn(rnn.GRUCell(4), steps, initial_state=h)
nn.static_rnn(rnn.LSTMCell(4), steps, dtype=tf.float32, scope='given')
nn.static_rnn(rnn.LSTMCell(4), steps, dtype=tf.float32, sequence_length=lengths)
nn.static_rnn(rnn.GRUCell(4), steps, initial_state=h, sequence_length=tf.cast(lengths, tf.int64))
nn.static_rnn(rnn.LSTMCell(4), tf.unstack(u, 5, axis=1), dtype=tf.float32, sequence_length=lengths)
nn.static_rnn(rnn.MultiRNNCell([rnn.LSTMCell(4), rnn.LSTMCell(2)]), steps, dtype=tf.float32)
nn.static_rnn(rnn.MultiRNNCell([rnn.GRUCell(4), rnn.GRUCell(4)], state_is_tuple=False), steps, initial_state=flat)
nn.static_rnn(rnn.ResidualWrapper(rnn.LSTMCell(3)), steps, dtype=tf.float32, sequence_length=lengths)
nn.static_rnn(Own(4), steps, dtype=tf.float32)
nn.static_rnn(Old(4), steps, dtype=tf.float32)
nn.static_rnn(Fanned(), [(step, step * 2.0) for step in steps], dtype=tf.float32, sequence_length=lengths)
nn.static_rnn(rnn.LSTMCell(4, num_proj=3), steps, dtype=tf.float32), nn.static_rnn(rnn.LSTMCell(4), steps, dtype=tf.float32, scope='other')
nn.static_state_saving_rnn(rnn.LSTMCell(4), steps, Saver(c=c, h=h), ('c', 'h'))
nn.static_state_saving_rnn(rnn.GRUCell(4), steps, Saver(c=c), 'c', sequence_length=lengths)
twice(rnn.LSTMCell(4), (c, h)), again(rnn.LSTMCell, (c, h))
nn.static_rnn(rnn.LSTMCell(4), steps, dtype=tf.float32), nn.static_rnn(rnn.LSTMCell(4), steps, dtype=tf.float32)
nn.dynamic_rnn(rnn.LSTMCell(4), x, dtype=tf.float32)
nn.dynamic_rnn(rnn.BasicRNNCell(4), u, dtype=tf.float32)
nn.dynamic_rnn(rnn.GRUCell(4), u, lengths, dtype=tf.float32)
nn.dynamic_rnn(rnn.LSTMCell(4), x, lengths, initial_state=rnn.LSTMStateTuple(c, h))
nn.dynamic_rnn(rnn.LSTMCell(4), x, sequence_length=[3, 1, 4, 2], dtype=tf.float32, scope='given')
nn.dynamic_rnn(rnn.GRUCell(4), x, tf.zeros([4], tf.int32), h)
nn.dynamic_rnn(rnn.BasicLSTMCell(4, state_is_tuple=False), x, initial_state=flat)
nn.dynamic_rnn(rnn.LSTMCell(4, use_peepholes=True, num_proj=2), u, tf.cast(lengths, tf.int64), dtype=tf.float32)
nn.dynamic_rnn(rnn.LSTMCell(4), tf.transpose(u, [1, 0, 2]), lengths, dtype=tf.float32, time_major=True)
nn.dynamic_rnn(rnn.LSTMCell(4), tf.cast(u, tf.float64), lengths, dtype=tf.float64)
nn.dynamic_rnn(rnn.LSTMCell(4), tf.layers.dense(u, 5), lengths, dtype=tf.float32, parallel_iterations=1, swap_memory=True)
nn.dynamic_rnn(rnn.MultiRNNCell([rnn.LSTMCell(4), rnn.GRUCell(2)]), u, lengths, dtype=tf.float32)
nn.dynamic_rnn(rnn.MultiRNNCell([rnn.GRUCell(4), rnn.GRUCell(4)], state_is_tuple=False), x, initial_state=flat)
nn.dynamic_rnn(rnn.DropoutWrapper(rnn.ResidualWrapper(rnn.LSTMCell(3)), keep, keep, keep), u, lengths, dtype=tf.float32)
nn.dynamic_rnn(Own(4), u, lengths, dtype=tf.float32)
nn.dynamic_rnn(Old(4), u, dtype=tf.float32)
nn.dynamic_rnn(Fanned(), (u, u * 2.0), lengths, dtype=tf.float32)
nn.dynamic_rnn(rnn.GRUCell(4), u, initial_state=tf.tile(tf.get_variable('initial', [1, 4]), [tf.shape(u)[0], 1]))
in_parts(lambda: nn.dynamic_rnn(rnn.LSTMCell(4), u, lengths, dtype=tf.float32))
initialized(lambda: nn.dynamic_rnn(rnn.GRUCell(4), u, dtype=tf.float32))
run_twice(rnn.LSTMCell(4), u, lengths)
run_twice(Own(4), u, lengths)
nn.bidirectional_dynamic_rnn(rnn.LSTMCell(4), rnn.GRUCell(2), u, lengths, dtype=tf.float32)
nn.bidirectional_dynamic_rnn(rnn.LSTMCell(4), rnn.LSTMCell(4), x, dtype=tf.float32, scope='given')
nn.bidirectional_dynamic_rnn(rnn.GRUCell(4), rnn.GRUCell(4), x, lengths, h, c)
nn.bidirectional_dynamic_rnn(rnn.GRUCell(4), rnn.GRUCell(4), tf.transpose(u, [1, 0, 2]), lengths, dtype=tf.float32, time_major=True)
nn.static_bidirectional_rnn(rnn.LSTMCell(4), rnn.GRUCell(2), steps, dtype=tf.float32)
nn.static_bidirectional_rnn(rnn.LSTMCell(4), rnn.LSTMCell(4), steps, dtype=tf.float32, sequence_length=lengths)
nn.static_bidirectional_rnn(rnn.GRUCell(4), rnn.GRUCell(4), tf.unstack(x, 5, axis=1), h, c, sequence_length=lengths, scope='given')
stacked(nn.raw_rnn(rnn.LSTMCell(4), reading(u, lengths, rnn.LSTMStateTuple(c, h))))
stacked(nn.raw_rnn(rnn.GRUCell(4), reading(x, lengths, h, emit=tf.zeros([2])), scope='given'))
stacked(nn.raw_rnn(rnn.GRUCell(3), reading(u, lengths, h[:, :3], emit=tf.zeros([3]), carry=True)))
stacked(nn.raw_rnn(Own(4), reading(u, lengths, h)))
"""

REFUSED = """
rnn.LSTMCell(4)(x, (c, h))
rnn.LSTMCell(4)(tf.cast(steps[0], tf.int32), (c, h))
rnn.LSTMCell(4)(tf.placeholder(tf.float32, [4, None]), (c, h))
rnn.LSTMCell(4)(steps[0], h)
rnn.LSTMCell(5)(steps[0], (c, h))
rnn.LSTMCell(4, activation='rellu')(steps[0], (c, h))
rnn.LSTMCell(4, dtype=tf.int32)
rnn.LSTMCell(-1).zero_state(3, tf.float32)
rnn.LSTMCell('4').zero_state(3, tf.float32)
rnn.LSTMCell(4).zero_state(None, tf.float32)
rnn.LSTMCell(4).get_initial_state()
rnn.LSTMCell(4).get_initial_state(inputs=steps[0], batch_size=3)
rnn.LSTMCell(4).get_initial_state(inputs=steps[0], dtype=tf.float64)
rnn.RNNCell().state_size
rnn.MultiRNNCell([])
rnn.MultiRNNCell(rnn.LSTMCell(4))
rnn.MultiRNNCell([rnn.LSTMCell(4)], state_is_tuple=False)
rnn.MultiRNNCell([rnn.LSTMCell(4)])(steps[0], h)
rnn.ResidualWrapper(rnn.GRUCell(4))(steps[0], h)
rnn.DropoutWrapper('cell')
rnn.DropoutWrapper(rnn.GRUCell(4), 1.5)
rnn.DropoutWrapper(rnn.GRUCell(4), variational_recurrent=True)
rnn.DropoutWrapper(rnn.GRUCell(4), 0.5, variational_recurrent=True, dtype=tf.float32)
rnn.DropoutWrapper(rnn.GRUCell(4), dropout_state_filter_visitor=3)
nn.static_rnn('cell', steps, dtype=tf.float32)
nn.static_rnn(rnn.GRUCell(4), x, dtype=tf.float32)
nn.static_rnn(rnn.GRUCell(4), [], dtype=tf.float32)
nn.static_rnn(rnn.GRUCell(4), steps)
nn.static_rnn(rnn.GRUCell(4), [tf.placeholder(tf.float32, [4, None])], dtype=tf.float32)
nn.static_rnn(rnn.GRUCell(4), [steps[0], steps[0][:2]], dtype=tf.float32)
nn.static_rnn(rnn.GRUCell(4), steps, dtype=tf.float32, sequence_length=3)
nn.static_state_saving_rnn(rnn.LSTMCell(4), steps, Saver(c=c, h=h), 'c')
rnn.LSTMCell(4, reuse=True)(steps[0], (c, h))
nn.dynamic_rnn('cell', x, dtype=tf.float32)
nn.dynamic_rnn(rnn.GRUCell(4), x)
nn.dynamic_rnn(rnn.GRUCell(4), steps[0], dtype=tf.float32)
nn.dynamic_rnn(rnn.GRUCell(4), tf.placeholder(tf.float32), dtype=tf.float32)
nn.dynamic_rnn(rnn.GRUCell(4), tf.placeholder(tf.float32, [None, None, None]), dtype=tf.float32)
nn.dynamic_rnn(rnn.GRUCell(4), x, sequence_length=3, dtype=tf.float32)
nn.dynamic_rnn(rnn.GRUCell(5), x, initial_state=h)
nn.dynamic_rnn(rnn.LSTMCell(4), x, initial_state=h)
nn.dynamic_rnn(Fanned(), (x, x[:, 1:]), dtype=tf.float32)
nn.dynamic_rnn(Fanned(), (x, x[1:]), dtype=tf.float32)
nn.dynamic_rnn(rnn.LSTMCell(4), x, dtype=tf.float32), nn.dynamic_rnn(rnn.LSTMCell(4), x, dtype=tf.float32)
nn.bidirectional_dynamic_rnn(rnn.LSTMCell(4), 'cell', x, dtype=tf.float32)
nn.static_bidirectional_rnn(rnn.LSTMCell(4), rnn.LSTMCell(4), x, dtype=tf.float32)
nn.raw_rnn(rnn.GRUCell(4), 3)
nn.raw_rnn('cell', reading(u, lengths, h))
nn.raw_rnn(rnn.LSTMCell(4), reading(u, lengths, h))
"""


def lines(text: str) -> list[str]:
    """The lines of a table."""
    return [line.strip() for line in text.strip().splitlines()]


def record(tf: Any, case: str) -> Any:
    """What a case gives: its variables, values, gradients and the losses of some steps, or that it is refused."""
    with tf.Graph().as_default():
        try:
            names, feeds = _names(tf)
            result = eval(case, names)  # noqa: S307  those above
        except (ValueError, TypeError, NotImplementedError, AttributeError):
            return "refused"
        tensors = _flat(result)
        loss = tf.add_n([tf.reduce_mean(tf.square(tensor - 0.3)) for tensor in tensors])
        return _measured(tf, tensors, loss, names, feeds)


def _measured(tf: Any, tensors: list[Any], loss: Any, names: dict[str, Any], feeds: dict[Any, Any]) -> Any:
    variables, trained = tf.global_variables(), tf.trainable_variables()
    sources = [names["x"], names["u"], *trained]
    slopes = tf.gradients(loss, sources)
    train_op = tf.train.GradientDescentOptimizer(0.5).minimize(loss) if trained else tf.no_op()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        initial = session.run(variables)
        for variable in variables:
            variable.load(_pattern(variable.op.name, variable.shape.as_list()), session)
        values = session.run(tensors, feeds)
        found = {
            source.name: session.run(slope, feeds)
            for source, slope in zip(sources, slopes, strict=True)
            if slope is not None
        }
        losses = [session.run([loss, train_op], feeds)[0] for _ in range(5)]
    return {
        "variables": [[v.op.name, v.shape.as_list(), bool(v in trained)] for v in variables],
        "initial": [float(value.flat[0]) if np.ptp(value) == 0 else "random" for value in initial],
        "shapes": [str(tensor.shape).replace("None", "?") for tensor in tensors],
        "values": [_sampled(value) for value in values],
        "gradients": {
            name: _rounded(np.sum(value * _pattern(name, value.shape))) for name, value in found.items()
        },
        "losses": _rounded(losses),
    }


def _sampled(value: Any) -> Any:
    """Some numbers of an array, and the sum of all, each times another number."""
    total = np.sum(value * _pattern("sum", value.shape))
    return _rounded([*np.ravel(value)[:: -(-value.size // 8)], total])


def _rounded(value: Any) -> Any:
    return [float(f"{number:.5g}") for number in np.ravel(value)]


def _pattern(name: str, shape: Any) -> Any:
    """Numbers in [-0.7, 0.7] that follow from a name."""
    return np.random.RandomState(zlib.crc32(name.encode())).uniform(-0.7, 0.7, shape).astype(np.float32)


def _flat(structure: Any) -> list[Any]:
    if isinstance(structure, (list, tuple)):
        return [leaf for part in structure for leaf in _flat(part)]
    return [structure]


def _names(tf: Any) -> tuple[dict[str, Any], dict[Any, Any]]:
    """What the expressions may use, and what is fed."""
    x = tf.placeholder(tf.float32, [BATCH, TIME, SIZE], name="x")
    u = tf.placeholder(tf.float32, [None, None, SIZE], name="u")
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    keep = tf.placeholder(tf.float32, [], name="keep")
    steps = tf.unstack(x, axis=1)
    c, h = (tf.constant(_pattern(name, [BATCH, UNITS])) for name in "ch")
    values = _pattern("x", x.shape.as_list())
    names = {
        "tf": tf, "nn": tf.nn, "rnn": tf.nn.rnn_cell, "x": x, "u": u, "lengths": lengths, "keep": keep, "steps": steps,
        "c": c, "h": h, "flat": tf.concat([c, h], 1), "Saver": Saver,
    }  # fmt: skip
    return names | cells(tf) | ways(tf, steps), {x: values, u: values, lengths: LENGTHS, keep: 1.0}


class Saver:
    """Keeps states by name, and forgets what is saved."""

    def __init__(self, **states: Any) -> None:
        self._states = states

    def state(self, name: str) -> Any:
        """The tensor of that name."""
        return self._states[name]

    def save_state(self, name: str, value: Any) -> Any:
        """An operation."""
        return value.op


def cells(tf: Any) -> dict[str, Any]:
    """Cells as people write them."""

    class Sized(tf.nn.rnn_cell.RNNCell):  # type: ignore[misc,name-defined]
        def __init__(self, units: int, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self._units = units

        state_size = property(lambda self: self._units)
        output_size = property(lambda self: self._units)

    class Own(Sized):
        """Makes its variables in call."""

        def call(self, inputs: Any, state: Any) -> Any:
            """A step."""
            weights = tf.get_variable("w", [inputs.shape[-1], self._units])
            mixed = tf.layers.dense(state, self._units) + tf.layers.dense(inputs, self._units, name="named")
            return tf.tanh(tf.matmul(inputs, weights) + mixed), tf.tanh(mixed)

    class Old(Sized):
        """Opens its scope itself, as cells did before they were layers."""

        def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
            """A step."""
            with tf.variable_scope(scope or type(self).__name__):
                weights = tf.get_variable("w", [inputs.shape[-1], self._units])
                total = tf.matmul(inputs, weights) + tf.layers.dense(state, self._units)
            return total, tf.tanh(total)

    class Fanned(tf.nn.rnn_cell.RNNCell):  # type: ignore[misc,name-defined]
        """Inputs, outputs and states are structures; a state is no matrix."""

        state_size = (4, tf.TensorShape([2, 2]))
        output_size = (tf.TensorShape([2, 2]), 3)

        def call(self, inputs: Any, state: Any) -> Any:
            """A step."""
            first, second = inputs
            weights = tf.get_variable("w", [3, 4])
            total = tf.matmul(first, weights) + state[0]
            square = tf.reshape(tf.matmul(second, weights), [-1, 2, 2]) * tf.reshape(state[1], [-1, 2, 2])
            return (square, first * second), (tf.tanh(total), square)

    return {"Own": Own, "Old": Old, "Fanned": Fanned}


def ways(tf: Any, steps: list[Any]) -> dict[str, Any]:
    """Ways to call cells by hand."""

    def twice(cell: Any, state: Any) -> Any:
        output, state = cell(steps[0], state)
        return output, cell(steps[1], state), [tf.identity(variable) for variable in cell.variables]

    def again(kind: Any, state: Any, **options: Any) -> Any:
        first = kind(4, **{key: value for key, value in options.items() if key == "name"})
        return first(steps[0], state), kind(4, **options)(steps[1], state)

    def in_loop(cell: Any, state: Any) -> Any:
        outputs = []
        with tf.variable_scope("loop") as scope:
            for number, step in enumerate(steps):
                if number:
                    scope.reuse_variables()
                output, state = cell(step, state)
                outputs.append(output)
        return outputs, state

    def shared(reuse: Any) -> Any:
        first = tf.layers.dense(steps[0], 2, name="shared", reuse=tf.AUTO_REUSE)
        return first, tf.layers.dense(steps[1], 2, name="shared", reuse=reuse)

    def in_parts(make: Any) -> Any:
        with tf.variable_scope("parts", partitioner=tf.fixed_size_partitioner(2)):
            return make()

    def initialized(make: Any) -> Any:
        with tf.variable_scope("init", initializer=tf.constant_initializer(0.25)):
            return make()

    def run_twice(cell: Any, inputs: Any, lengths: Any) -> Any:
        first = tf.nn.dynamic_rnn(cell, inputs, dtype=tf.float32)
        with tf.variable_scope(tf.get_variable_scope(), reuse=True):
            return first, tf.nn.dynamic_rnn(cell, inputs, lengths, dtype=tf.float32)

    def reading(inputs: Any, lengths: Any, state: Any, emit: Any = None, carry: bool = False) -> Any:
        turned = tf.transpose(inputs, [1, 0, 2])

        def loop_fn(time: Any, output: Any, new_state: Any, carried: Any) -> Any:
            following = tf.gather(turned, tf.minimum(time, tf.shape(turned)[0] - 1))
            following.set_shape([inputs.shape.as_list()[0], SIZE])
            total = (tf.zeros([]) if output is None else carried + tf.reduce_sum(output)) if carry else None
            emitted = output
            if emit is not None:
                emitted = emit if output is None else output[:, : emit.shape[0]] * 2.0
            return time >= lengths, following, state if output is None else new_state, emitted, total

        return loop_fn

    def stacked(result: Any) -> Any:
        arrays, state, carried = result
        return arrays.stack(), state, [] if carried is None else carried

    made = (twice, again, in_loop, shared, in_parts, initialized, run_twice, reading, stacked)
    return {function.__name__: function for function in made}
