"""tf.profiler: the parameters of graphs, and what each operation takes, by names and by types."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def _network(tf: Any) -> None:
    """Two layers and a convolution, with their gradients; what initial values are made of is a constant."""
    x = tf.placeholder(tf.float32, [8, 10], name="x")
    with tf.variable_scope("", initializer=tf.ones_initializer(), use_resource=True):
        window = tf.get_variable("window", [2, 2, 1, 3])
        with tf.variable_scope("net"):
            kernel = tf.get_variable("kernel", [10, 5])
            bias = tf.get_variable("bias", [5], trainable=False)
            hidden = tf.nn.relu(tf.matmul(x, kernel) + bias)
            with tf.name_scope("inner"):
                double = tf.square(hidden) * 2.0
    image = tf.reshape(x[:, :9], [8, 3, 3, 1])
    seen = tf.nn.conv2d(image, window, [1, 1, 1, 1], "SAME", name="seen")
    loss = tf.add(tf.reduce_sum(double), tf.reduce_sum(seen), name="loss")
    tf.gradients(loss, [kernel, window])


def _scopes(node: Any) -> Any:
    own = [node.name, node.parameters, node.total_parameters, node.float_ops, node.total_float_ops]
    return [own, node.total_definition_count, [_scopes(child) for child in node.children]]


def _types(node: Any) -> Any:
    own = [node.name, node.parameters, node.total_parameters, node.float_ops, node.total_float_ops]
    return [
        own,
        [operation.name for operation in node.graph_nodes],
        [_types(child) for child in node.children],
    ]


def names(tf: Any, folder: Path) -> Any:
    _network(tf)
    builder = tf.profiler.ProfileOptionBuilder
    graph = tf.get_default_graph()
    parameters = builder(builder.trainable_variables_parameter()).with_empty_output().build()
    flops = builder(builder.float_operation()).with_empty_output().build()
    changed = [
        parameters,
        parameters | {"account_displayed_op_only": False},
        parameters | {"min_params": 13},
        parameters | {"max_depth": 2, "order_by": "params"},
        flops,
        flops | {"order_by": "name"},
        flops | {"min_float_ops": 300},
        flops
        | {
            "min_float_ops": 300,
            "account_displayed_op_only": False,
            "account_type_regexes": ["M.*", "Conv.*"],
        },
        flops | {"show_name_regexes": ["net/.*"]},
        flops | {"hide_name_regexes": ["net/inner.*", ".*/MatMul"]},
        flops | {"start_name_regexes": ["net/inner", "loss"]},
        flops | {"trim_name_regexes": ["net"]},
        flops | {"account_type_regexes": ["MatMul", "Squ.*"], "min_float_ops": 0},
    ]
    return [_scopes(tf.profiler.profile(graph=graph, cmd="scope", options=options)) for options in changed]


def types(tf: Any, folder: Path) -> Any:
    _network(tf)
    builder = tf.profiler.ProfileOptionBuilder
    flops = builder(builder.float_operation()).with_empty_output().build()
    profiler = tf.profiler.Profiler(graph=tf.get_default_graph())
    changed = [
        flops,
        flops
        | {"order_by": "name", "account_type_regexes": ["M.*", "Conv2D", "Placeholder", "Su.*", "Squ.*"]},
        flops | {"min_occurrence": 2},
        flops | {"min_float_ops": 300, "account_displayed_op_only": False},
        flops | {"show_name_regexes": ["M.*"], "hide_name_regexes": ["Mul"]},
        flops | {"account_type_regexes": ["_trainable_variables"], "min_float_ops": 0},
    ]
    found = [_types(profiler.profile_operations(options=options)) for options in changed]
    return [*found, _scopes(profiler.profile_name_scope(options=flops))]


def outputs(tf: Any, folder: Path) -> Any:
    _network(tf)
    options = tf.profiler.ProfileOptionBuilder().with_accounted_types(["MatMul", "VarHandleOp", "Square"])
    options = options.select(["params", "float_ops"]).with_max_depth(10).account_displayed_op_only(True)
    options = (
        options.with_min_parameters(0).with_min_float_operations(0).with_min_occurrence(0).order_by("name")
    )
    options = options.with_node_names(start_name_regexes=["net"], show_name_regexes=["net.*"]).with_step(-1)
    written = options.with_file_output(outfile=str(folder / "profile")).build()
    profile = tf.profiler.profile(tf.get_default_graph(), options=written)
    lines = [
        line for line in (folder / "profile").read_text().splitlines() if " (" in line and "flops" in line
    ]
    return {"total": [profile.total_parameters, profile.total_float_ops], "lines": lines}


def options(tf: Any, folder: Path) -> Any:
    builder = tf.profiler.ProfileOptionBuilder
    made = builder(options=builder.time_and_memory(min_micros=2, min_bytes=3, min_peak_bytes=4))
    made = made.with_min_memory(min_bytes=5, min_peak_bytes=6, min_residual_bytes=7, min_output_bytes=8)
    made = made.with_min_execution_time(min_micros=9, min_accelerator_micros=10, min_cpu_micros=11)
    outputs = [
        builder().with_stdout_output(), builder().with_empty_output(), builder().with_file_output(outfile="f"),
        builder().with_timeline_output(timeline_file="t"), builder().with_pprof_output(pprof_file="p"),
    ]  # fmt: skip
    return [
        builder.trainable_variables_parameter(), builder.float_operation(), builder.time_and_memory(),
        builder().build(), made.build(), [output.build()["output"] for output in outputs],
        builder().with_node_names(hide_name_regexes=["h"], trim_name_regexes=["t"]).build(),
    ]  # fmt: skip


def float_operations(tf: Any, folder: Path) -> Any:
    x, y = tf.zeros([3, 4]), tf.zeros([4])
    image, window, depths = tf.zeros([2, 9, 9, 3]), tf.zeros([3, 3, 3, 5]), tf.zeros([3, 3, 3, 2])
    volume, cube = tf.zeros([2, 5, 5, 5, 2]), tf.zeros([3, 3, 3, 2, 4])
    two, raw = [1, 2, 2, 1], tf.raw_ops
    seen = [tf.nn.conv2d(image, window, two, "SAME"), tf.nn.conv2d(image, window, [1, 1, 1, 1], "VALID")]
    pooled = [
        tf.nn.avg_pool(image, [1, 3, 3, 1], two, "SAME"),
        tf.nn.max_pool(image, [1, 3, 3, 1], two, "VALID"),
    ]
    made = [
        raw.Reciprocal(x=x), tf.square(x), tf.rsqrt(x), tf.log(x), -x, tf.nn.l2_loss(x), tf.nn.softmax(x), x + y, y - x,
        x * y, x / y, tf.maximum(x, y), tf.minimum(x, y), tf.pow(x, y), raw.RsqrtGrad(y=x, dy=x), x > y, x >= y, x < y,
        x <= y, tf.equal(x, y), tf.not_equal(x, y), tf.squared_difference(x, y), tf.reduce_mean(x, 0), tf.reduce_mean(x),
        tf.reduce_sum(x, 1), tf.argmax(x, 1), tf.argmin(x, 0), raw.BiasAddGrad(out_backprop=x), tf.nn.bias_add(x, y),
        tf.add_n([x, x, x]), tf.matmul(x, tf.zeros([4, 5])), tf.matmul(x, tf.zeros([5, 4]), transpose_b=True),
        tf.matmul(x, tf.zeros([3, 5]), transpose_a=True), tf.matmul(tf.zeros([2, 3, 4]), tf.zeros([2, 4, 5])), *seen,
        *tf.gradients(seen[0], [image, window]), *tf.gradients(seen[1], [image, window]),
        tf.nn.depthwise_conv2d_native(image, depths, two, "SAME"), tf.nn.conv3d(volume, cube, [1, 2, 2, 2, 1], "SAME"),
        raw.Dilation2D(input=image, filter=tf.zeros([3, 3, 3]), strides=two, rates=[1, 1, 1, 1], padding="SAME"), *pooled,
        *tf.gradients(pooled[0], [image]), *tf.gradients(pooled[1], [image]), tf.nn.relu(x), tf.exp(x), tf.sqrt(x),
        tf.reduce_max(x), tf.constant(1.0) + 2.0, tf.reduce_sum(tf.constant(1.0)),
        tf.matmul(tf.placeholder(tf.float32, [None, 4]), tf.zeros([4, 5])), -tf.placeholder(tf.float32, [None, 4]),
    ]  # fmt: skip
    builder = tf.profiler.ProfileOptionBuilder
    options = builder(builder.float_operation()).with_min_float_operations(0).with_empty_output().build()
    types = tf.profiler.profile(tf.get_default_graph(), cmd="op", options=options)
    flops: dict[str, int] = {}
    while types.children:
        (types,) = types.children
        flops |= {operation.name: operation.float_ops for operation in types.graph_nodes}
    return [[tensor.op.type, flops[tensor.op.name]] for tensor in made]
