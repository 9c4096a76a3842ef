"""Branches, loops and TensorArrays as scripts use them, with the gradients that flow through them.

TensorFlow (tests/interop/tf_control_flow.py) and this package (tests/test_control_flow.py) run the very same functions;
nothing is imported here that either of them lacks. tests/data/tf/control_flow.json has TensorFlow's answers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

X = np.float32([[0.5, -1.0], [1.5, 0.25]])
W = np.float32([[1.0, 0.5], [-0.25, 2.0]])


def answers(tf: Any, case: Any, runs: int = 1, **session: Any) -> list[Any]:
    """What a case computes and the gradients of its first value, in the last of some runs; None for no gradient."""
    with tf.Graph().as_default():
        ys, xs = case(tf)
        gradients = tf.gradients(ys[0], xs) if xs else []
        made = [gradient for gradient in gradients if gradient is not None]
        made = [tf.convert_to_tensor(gradient) for gradient in made]
        with tf.Session(**session) as session:
            initializer = tf.global_variables_initializer()
            for _ in range(runs):
                session.run(initializer)
                values, found = session.run([ys, made])
    rest = iter(found)
    return [
        *(plain(value) for value in values),
        *(None if g is None else plain(next(rest)) for g in gradients),
    ]


def write(tf: Any, case: Any, prefix: str) -> dict[str, Any]:
    """Write a case with its gradients, and a step of training where it has variables, to a .meta file.

    Returns
    -------
    dict
        The names of what to fetch, of the step or None, and of what to fetch after some of them; those of the first
        value and of what it can be differentiated by.
    """
    with tf.Graph().as_default():
        ys, xs = case(tf)
        gradients = tf.gradients(ys[0], xs) if xs else []
        tensors = [tf.convert_to_tensor(tensor) for tensor in (*ys, *gradients) if tensor is not None]
        fetches = [tf.identity(tensor).name for tensor in tensors]
        variables = [variable for variable in xs if isinstance(variable, tf.Variable)]
        loss = tf.reduce_sum(ys[0])
        train = (
            tf.train.MomentumOptimizer(0.01, 0.9).minimize(loss, var_list=variables).name
            if variables
            else None
        )
        trained = [tf.identity(variable).name for variable in variables]
        tf.train.export_meta_graph(prefix + ".meta")
        return {
            "meta": prefix + ".meta", "fetches": fetches, "train": train, "trained": trained,
            "y": tf.identity(ys[0]).op.inputs[0].name, "xs": [x.name for x in xs],
        }  # fmt: skip


def read(tf: Any, written: dict[str, Any], **session: Any) -> list[Any]:
    """What a graph of a .meta file gives: what is fetched, and what is trained after five steps."""
    with tf.Graph().as_default(), tf.Session(**session) as session:
        tf.train.import_meta_graph(written["meta"])
        initializer = tf.global_variables_initializer()
        for _ in range(3):
            session.run(initializer)
            values = session.run(written["fetches"])
        session.run(initializer)
        for _ in range(5 if written["train"] else 0):
            session.run(written["train"])
        return [plain(value) for value in (*values, *session.run(written["trained"]))]


def differentiate(tf: Any, written: dict[str, Any], **session: Any) -> list[Any]:
    """The gradients that are found for a graph of a .meta file; None for no gradient."""
    with tf.Graph().as_default() as graph, tf.Session(**session) as session:
        tf.train.import_meta_graph(written["meta"])
        variables = {variable.name: variable for variable in tf.global_variables()}
        xs = [
            variables[name] if name in variables else graph.get_tensor_by_name(name) for name in written["xs"]
        ]
        gradients = tf.gradients(graph.get_tensor_by_name(written["y"]), xs)
        session.run(tf.global_variables_initializer())
        return [None if g is None else plain(session.run(tf.convert_to_tensor(g))) for g in gradients]


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    listed = np.asarray(value).tolist()
    return listed.decode() if isinstance(listed, bytes) else listed


# -- branches ----------------------------------------------------------------------------------------------------------


def branch_taken(tf: Any) -> Any:
    x, w = tf.constant(X), tf.Variable(W)
    return [tf.cond(tf.reduce_sum(x) > 0.0, lambda: tf.matmul(x, w) * x, lambda: x)], [x, w]


def branch_not_taken(tf: Any) -> Any:
    x, w = tf.constant(X), tf.Variable(W)
    return [tf.cond(tf.reduce_sum(x) < 0.0, lambda: tf.matmul(x, w) * x, lambda: 3.0 * x)], [x, w]


def branch_of_one_input_alone(tf: Any) -> Any:
    x, y, z = tf.constant(2.0), tf.constant(3.0), tf.constant(4.0)
    return [tf.cond(x > 1.0, lambda: y * y, lambda: y + 1.0) * x], [x, y, z]


def branch_of_several_results(tf: Any) -> Any:
    x = tf.constant(X)
    a, (b, c) = tf.cond(x[0, 0] > 0.0, lambda: (x, (x * x, 2)), lambda: (-x, (x, 3)))
    return [tf.reduce_sum(a * b), c], [x]


def branches_nested(tf: Any) -> Any:
    x, y = tf.constant(3.0), tf.constant(0.5)

    def inner() -> Any:
        return tf.cond(y > 1.0, lambda: x * y, lambda: x * x * y)

    return [tf.cond(x > 2.0, lambda: inner() + y, lambda: y)], [x, y]


def branch_of_rows(tf: Any) -> Any:
    w, ids = tf.Variable(W), tf.constant([1, 1, 0])
    return [tf.cond(ids[0] > 0, lambda: tf.nn.embedding_lookup(w, ids) ** 2, lambda: tf.ones([3, 2]))], [w]


def branch_of_rows_given(tf: Any) -> Any:
    x = tf.constant([[2.0, 3.0]])
    rows = tf.cond(
        x[0, 0] > 1.0,
        lambda: tf.IndexedSlices(x * x, tf.constant([2])),
        lambda: tf.IndexedSlices(x, tf.constant([0])),
    )
    return [rows.values, rows.indices], [x]


def branch_of_a_gradient(tf: Any) -> Any:
    x = tf.constant(3.0)
    return [tf.cond(x > 0.0, lambda: tf.gradients(x**3, x)[0], lambda: x)], [x]


def case_of_three(tf: Any) -> Any:
    x = tf.constant(2.0)
    return [tf.case([(x < 1.0, lambda: x), (x < 3.0, lambda: x**2)], default=lambda: x**3)], [x]


def branch_by_number(tf: Any) -> Any:
    x, w = tf.constant(X), tf.Variable(W)
    functions = [lambda: x, lambda: tf.matmul(x, w) * x, lambda: x * w]
    return [tf.switch_case(tf.constant(1), functions), tf.switch_case(tf.constant(-1), functions)], [x, w]


def branch_of_no_number(tf: Any) -> Any:
    x, w = tf.constant(X), tf.Variable(W)
    functions = {1: lambda: (x, [x[0]]), 0: lambda: (w, [w[1]])}
    y, (row,) = tf.switch_case(tf.constant(7), functions, default=lambda: (x * w * w, [tf.exp(x[1])]))
    return [y * row, row], [x, w]


def branches_by_number_nested(tf: Any) -> Any:
    x, y = tf.constant(3.0), tf.constant(0.5)

    def inner() -> Any:
        return tf.switch_case(tf.cast(x, tf.int32) - 2, [lambda: y, lambda: tf.sin(x * y), lambda: x])

    def outer() -> Any:
        return tf.cond(y < 1.0, lambda: inner() * y, lambda: y)

    return [tf.switch_case(tf.cast(y, tf.int32), [lambda: outer() * x, lambda: y, lambda: x])], [x, y]


def branch_by_number_that_writes(tf: Any) -> Any:
    v, x = tf.Variable(1.0, use_resource=True), tf.constant(2.0)

    def written() -> Any:
        with tf.control_dependencies([tf.assign_add(v, 1.0)]):
            return v.read_value() * x

    return [tf.switch_case(tf.cast(x, tf.int32), [lambda: x, lambda: v * 9.0, written])], [x]


def branch_twice_differentiated(tf: Any) -> Any:
    x = tf.constant(3.0)
    y = tf.cond(x > 0.0, lambda: x**3, lambda: x)
    return [tf.gradients(y, x)[0], y], [x]


def branch_with_a_stop(tf: Any) -> Any:
    x, y = tf.constant(2.0), tf.constant(3.0)
    return [tf.cond(x > 0.0, lambda: tf.stop_gradient(x * y) * y, lambda: y)], [y]


def branch_that_writes(tf: Any) -> Any:
    v, x = tf.Variable(1.0, use_resource=True), tf.constant(2.0)

    def written() -> Any:
        with tf.control_dependencies([tf.assign_add(v, 1.0)]):
            return v.read_value() * x

    return [tf.cond(x > 0.0, written, lambda: x)], [x]


# -- loops -------------------------------------------------------------------------------------------------------------


def power(tf: Any) -> Any:
    x = tf.constant(2.0)
    return [*tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * x), [0, x])[::-1]], [x]


def loop_of_a_matrix(tf: Any) -> Any:
    x, w = tf.constant(X), tf.Variable(W)
    return [tf.while_loop(lambda i, y: i < 4, lambda i, y: (i + 1, tf.tanh(tf.matmul(y, w))), [0, x])[1]], [
        x,
        w,
    ]


def loop_until_the_values_say_so(tf: Any) -> Any:
    x, rate = tf.constant(0.1), tf.constant(1.5)
    return [*tf.while_loop(lambda y, i: y < 2.0, lambda y, i: (y * rate, i + 1), [x, 0])], [x, rate]


def loop_without_a_round(tf: Any) -> Any:
    x, y = tf.constant(2.0), tf.constant(5.0)
    return [tf.while_loop(lambda i, z: i < 0, lambda i, z: (i + 1, z * y), [0, x])[1]], [x, y]


def loop_with_a_limit(tf: Any) -> Any:
    x = tf.constant(1.1)
    return [tf.while_loop(lambda y: y < 100.0, lambda y: y * y * x, [x], maximum_iterations=3)], [x]


def loop_of_two_that_mix(tf: Any) -> Any:
    x, y = tf.constant(0.5), tf.constant(2.0)
    _, a, c = tf.while_loop(lambda i, a, c: i < 3, lambda i, a, c: (i + 1, a * c, a + c), [0, x, y])
    return [a * c, a, c], [x, y]


def loop_that_a_gradient_misses(tf: Any) -> Any:
    x, y = tf.constant(2.0), tf.constant(5.0)
    z = tf.while_loop(lambda i, z: i < 3, lambda i, z: (i + 1, z + tf.floor(y) + 1.0), [0, x])[1]
    return [z], [x]


def loop_of_ints_and_texts(tf: Any) -> Any:
    x = tf.constant(X)

    def step(i: Any, text: Any, total: Any) -> Any:
        return i + 1, tf.string_join([text, tf.as_string(i)]), total + x[i % 2] * tf.cast(i, tf.float32)

    i, text, total = tf.while_loop(lambda i, text, total: i < 3, step, [0, "t", tf.zeros([2])])
    return [total, i, text], [x]


def loop_that_grows(tf: Any) -> Any:
    x = tf.constant([[1.0, 2.0]])
    grown = tf.while_loop(
        lambda i, y: i < 3, lambda i, y: (i + 1, tf.concat([y * 2.0, x], 0)), [0, x],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape([None, 2])],
    )[1]  # fmt: skip
    return [grown], [x]


def loops_nested(tf: Any) -> Any:
    x = tf.constant(1.5)

    def row(i: Any, y: Any) -> Any:
        def step(j: Any, z: Any) -> Any:
            return (j + 1, z * x + tf.cond(z > 2.0, lambda: z * x, lambda: x))

        return i + 1, tf.while_loop(lambda j, z: j < i, step, [0, y])[1] + x

    return [tf.while_loop(lambda i, y: i < 4, row, [0, x])[1]], [x]


def loop_in_a_branch(tf: Any) -> Any:
    x, w = tf.constant(1.5), tf.Variable(0.5)

    def loop() -> Any:
        return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * w), [0, x])[1]

    return [tf.cond(x > 0.0, loop, lambda: x)], [x, w]


def branch_in_a_loop(tf: Any) -> Any:
    x, w = tf.constant(1.5), tf.Variable(0.5)

    def step(i: Any, y: Any) -> Any:
        return (i + 1, tf.cond(tf.equal(i % 2, 0), lambda: y * w, lambda: y + w * w))

    return [tf.while_loop(lambda i, y: i < 5, step, [0, x])[1]], [x, w]


def branches_by_number_in_a_loop(tf: Any) -> Any:
    x, w = tf.constant(1.5), tf.Variable(0.5)

    def step(i: Any, y: Any) -> Any:
        functions = [lambda: y * w, lambda: y + w * w, lambda: tf.cond(y > 1.0, lambda: y * y, lambda: x)]
        return i + 1, tf.switch_case(i % 4, functions)

    return [tf.while_loop(lambda i, y: i < 6, step, [0, x])[1]], [x, w]


def loop_in_a_branch_by_number(tf: Any) -> Any:
    x, w = tf.constant(1.5), tf.Variable(0.5)

    def loop() -> Any:
        return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * w), [0, x])[1]

    return [tf.switch_case(tf.cast(x, tf.int32), [lambda: x, loop, lambda: w])], [x, w]


def loop_over_rows_of_a_table(tf: Any) -> Any:
    w = tf.Variable(W)

    def step(i: Any, y: Any) -> Any:
        return (i + 1, y * tf.reduce_sum(tf.nn.embedding_lookup(w, [i % 2, 1])))

    return [tf.while_loop(lambda i, y: i < 3, step, [0, 1.0])[1]], [w]


def loop_twice_differentiated(tf: Any) -> Any:
    x = tf.constant(2.0)
    y = tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * x), [0, x])[1]
    return [tf.gradients(y, x)[0], y], [x]


def loop_that_descends(tf: Any) -> Any:
    x = tf.constant([3.0, -2.0])

    def step(i: Any, y: Any) -> Any:
        return (i + 1, y - 0.1 * tf.gradients(tf.reduce_sum(y**4), y)[0])

    return [tf.while_loop(lambda i, y: i < 3, step, [0, x])[1]], [x]


def loop_that_reads_what_it_writes(tf: Any) -> Any:
    v, x = tf.Variable(1.0, use_resource=True), tf.constant(2.0)

    def step(i: Any, y: Any) -> Any:
        with tf.control_dependencies([tf.assign_add(v, 1.0)]):
            return i + 1, y * v.read_value()

    return [tf.while_loop(lambda i, y: i < 3, step, [0, x], parallel_iterations=1)[1]], [x]


def loop_of_a_structure(tf: Any) -> Any:
    x = tf.constant(2.0)

    def step(i: Any, state: Any) -> Any:
        return (i + 1, {"a": state["b"][0] * x, "b": [state["a"] + x]})

    state = tf.while_loop(lambda i, state: i < 3, step, [0, {"a": x, "b": [x * x]}])[1]
    return [state["a"] * state["b"][0], state["a"]], [x]


def loop_of_unknown_shapes(tf: Any) -> Any:
    x = tf.placeholder_with_default(X, None)
    w = tf.placeholder_with_default(W, [None, None])
    return [tf.while_loop(lambda i, y: i < 2, lambda i, y: (i + 1, tf.matmul(y, w) * tf.reduce_mean(y)), [0, x],
                          shape_invariants=[tf.TensorShape([]), tf.TensorShape(None)])[1]], [x, w]  # fmt: skip


def loop_without_back_prop(tf: Any) -> Any:
    x, y = tf.constant(2.0), tf.constant(3.0)
    z = tf.while_loop(lambda i, z: i < 3, lambda i, z: (i + 1, z * x), [0, x], back_prop=False)[1]
    return [z * y], [x, y]


def loop_of_a_condition_alone(tf: Any) -> Any:
    x, limit = tf.constant(2.0), tf.constant(10.0)
    return [tf.while_loop(lambda y: y < limit, lambda y: y * x, [x])], [x]


def loop_of_slices_and_gathers(tf: Any) -> Any:
    x = tf.constant(np.arange(12, dtype=np.float32).reshape(4, 3) / 10)

    def step(i: Any, y: Any) -> Any:
        return (i + 1, y * x[i, 1:] + tf.gather(x, i)[:2])

    return [tf.while_loop(lambda i, y: i < 4, step, [0, tf.ones([2])])[1]], [x]


def loop_in_double(tf: Any) -> Any:
    x = tf.constant(1.25, tf.float64)
    return [
        tf.while_loop(
            lambda i, y: i < tf.constant(3, tf.int64),
            lambda i, y: (i + 1, y * x),
            [tf.constant(0, tf.int64), x],
        )[1]
    ], [x]


# -- TensorArrays ------------------------------------------------------------------------------------------------------


def array_of_states(tf: Any) -> Any:
    x = tf.constant(np.float32([[1, 2], [3, 4], [5, 6]]) / 4)
    rows = tf.TensorArray(tf.float32, 3).unstack(x)

    def step(i: Any, state: Any, states: Any) -> Any:
        new = tf.tanh(state * 0.5 + rows.read(i))
        return i + 1, new, states.write(i, new)

    states = tf.while_loop(lambda i, *_: i < 3, step, [0, tf.zeros([2]), tf.TensorArray(tf.float32, 3)])[2]
    return [states.stack() * [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]], [x]


def array_in_a_branch(tf: Any) -> Any:
    x = tf.constant([1.0, 2.0])
    rows = tf.TensorArray(tf.float32, 2).unstack(x)
    chosen = tf.cond(x[0] > 0.0, lambda: rows.write(0, x[1] * x[0]) if False else rows, lambda: rows)
    return [chosen.stack() * x], [x]


def array_that_grows_and_is_joined(tf: Any) -> Any:
    x = tf.constant(X)
    array = tf.TensorArray(tf.float32, 0, dynamic_size=True, element_shape=[2, 2])
    array = tf.while_loop(
        lambda i, a: i < 3, lambda i, a: (i + 1, a.write(i, x * tf.cast(i, tf.float32))), [0, array]
    )[1]
    return [array.concat() * tf.concat([x, x, x], 0), array.size()], [x]


def array_scattered_gathered_and_split(tf: Any) -> Any:
    x = tf.constant(np.arange(6, dtype=np.float32).reshape(3, 2))
    scattered = tf.TensorArray(tf.float32, 3, clear_after_read=False).scatter([2, 0, 1], x * x)
    parts = tf.TensorArray(tf.float32, 2, infer_shape=False).split(x * 2.0, [1, 2])
    return [tf.reduce_sum(scattered.gather([0, 2]) * x[:2]) + tf.reduce_sum(parts.concat() * x)], [x]


def array_written_in_nested_loops(tf: Any) -> Any:
    x = tf.constant([1.0, 2.0, 3.0])

    def row(i: Any, array: Any) -> Any:
        def step(j: Any, a: Any) -> Any:
            return (j + 1, a.write(i * 3 + j, x[i] * x[j]))

        return i + 1, tf.while_loop(lambda j, a: j < 3, step, [0, array])[1]

    array = tf.while_loop(lambda i, a: i < 3, row, [0, tf.TensorArray(tf.float32, 9, element_shape=[])])[1]
    return [array.stack() * tf.range(9.0)], [x]


# -- what prints and checks on the way -----------------------------------------------------------------------------------


def prints_and_checks_on_the_way(tf: Any) -> Any:
    x, w = tf.constant(X), tf.Variable(W)
    y = tf.Print(tf.matmul(x, w), [x, "x"], message="x: ", summarize=2)
    check = tf.Assert(tf.reduce_all(x < 9.0), [x], summarize=1)
    with tf.control_dependencies([tf.print("x:", x, summarize=1), check]):
        y = tf.identity(y)
    return [y * y, tf.strings.format("{} and {}", (x, tf.constant("a")))], [x, w]


def prints_and_checks_in_a_branch(tf: Any) -> Any:
    x, w = tf.constant(X), tf.Variable(W)

    def branch() -> Any:
        with tf.control_dependencies([tf.Assert(tf.reduce_all(x < 9.0), [x]), tf.print("x:", x)]):
            return tf.Print(x, [w]) * w

    return [tf.cond(tf.reduce_sum(x) > 0.0, branch, lambda: x)], [x, w]


def prints_in_a_loop(tf: Any) -> Any:
    x, w = tf.constant(X), tf.Variable(W)

    def step(i: Any, y: Any) -> Any:
        return i + 1, tf.Print(tf.tanh(tf.matmul(y, w)), [i, y], first_n=2)

    return [tf.while_loop(lambda i, y: i < 3, step, [0, x])[1]], [x, w]


CASES = {
    name: case
    for name, case in list(globals().items())
    if callable(case)
    and getattr(case, "__module__", None) == __name__
    and name not in ("answers", "write", "read", "differentiate", "plain")
}
