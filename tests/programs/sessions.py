"""Sessions, their settings and Savers by their keywords."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def settings(tf: Any, folder: Path) -> Any:
    config = tf.ConfigProto(
        device_count={"GPU": 0, "CPU": 2}, intra_op_parallelism_threads=1, inter_op_parallelism_threads=2,
        device_filters=["/job:ps", "/job:worker/task:0"], allow_soft_placement=True, log_device_placement=False,
        gpu_options=tf.GPUOptions(
            per_process_gpu_memory_fraction=0.5, allow_growth=True, force_gpu_compatible=True, visible_device_list="0"
        ),
        graph_options=tf.GraphOptions(
            optimizer_options=tf.OptimizerOptions(
                opt_level=tf.OptimizerOptions.L0, global_jit_level=tf.OptimizerOptions.ON_1,
                do_function_inlining=True, do_constant_folding=False,
            )
        ),
        operation_timeout_in_ms=60000,
    )  # fmt: skip
    config.gpu_options.allow_growth = False
    again = tf.ConfigProto.FromString(config.SerializeToString())
    lines = [
        sorted(str(message).splitlines()) for message in (config, again)
    ]  # versions of protobuf differ in order
    return [*lines, str(tf.ConfigProto())]


def sessions(tf: Any, folder: Path) -> Any:
    x = tf.placeholder(tf.float32, name="x")
    y = tf.multiply(x, 2.0, name="y")
    graph = tf.get_default_graph()
    with tf.Session(target="", graph=graph, config=tf.ConfigProto(allow_soft_placement=True)) as session:
        ran = session.run(
            fetches={"y": y, "pair": (y, "y:0")},
            feed_dict={"x:0": 3.0},
            options=tf.RunOptions(),
            run_metadata=None,
        )
        called = session.make_callable(fetches=y, feed_list=[x], accept_options=False)(4.0)
    with tf.Session("") as session:
        evaluated = y.eval(feed_dict={x: 5.0}, session=session)
    other = tf.InteractiveSession(target="", graph=graph, config=None)
    interactive = y.eval({x: 6.0})
    other.close()
    return [ran, called, evaluated, interactive]


def savers(tf: Any, folder: Path) -> Any:
    a = tf.get_variable("a", initializer=1.0)
    b = tf.get_variable("b", initializer=2.0)
    saver = tf.train.Saver(
        var_list={"other_name": a}, reshape=False, sharded=False, max_to_keep=2, keep_checkpoint_every_n_hours=10000.0,
        name=None, restore_sequentially=False, allow_empty=False, save_relative_paths=True, filename=None,
    )  # fmt: skip
    with tf.Session() as session:
        session.run([a.initializer, b.initializer])
        paths = [
            saver.save(
                sess=session, save_path=str(folder / "s"), global_step=step, latest_filename="latest",
                meta_graph_suffix="graph", write_meta_graph=step == 2, write_state=True,
            )
            for step in (1, 2, 3)
        ]  # fmt: skip
        session.run([tf.assign(ref=a, value=9.0), tf.assign(b, 9.0)])
        saver.restore(sess=session, save_path=paths[-1])
        values = session.run([a, b])
    latest = tf.train.latest_checkpoint(checkpoint_dir=str(folder), latest_filename="latest")
    state = tf.train.get_checkpoint_state(checkpoint_dir=str(folder), latest_filename="latest")
    reader = tf.train.NewCheckpointReader(filepattern=paths[-1])
    return {
        "values": values,
        "files": sorted(path.name for path in folder.iterdir()),
        "latest": Path(latest).name,
        "state": [Path(path).name for path in state.all_model_checkpoint_paths],
        "variables": tf.train.list_variables(ckpt_dir_or_file=paths[-1]),
        "value": tf.train.load_variable(ckpt_dir_or_file=paths[-1], name="other_name"),
        "shape": tf.train.load_checkpoint(ckpt_dir_or_file=paths[-1]).get_variable_to_shape_map(),
        "type": reader.get_variable_to_dtype_map()["other_name"].name,
    }


def graphs_from_files(tf: Any, folder: Path) -> Any:
    prefix = str(folder / "m")
    with tf.Graph().as_default(), tf.Session() as session:
        v = tf.get_variable("v", initializer=3.0)
        tf.add_to_collection(name="outputs", value=tf.multiply(v, 2.0, name="twice"))
        session.run(v.initializer)
        tf.train.Saver().save(session, prefix)
    saver = tf.train.import_meta_graph(
        meta_graph_or_file=prefix + ".meta", clear_devices=True, import_scope="inner"
    )
    found = tf.get_collection("outputs", scope="inner")
    with tf.Session() as session:
        saver.restore(session, prefix)
        values = session.run(found)
    exported = tf.train.export_meta_graph(
        filename=str(folder / "out.meta"), collection_list=["outputs"], as_text=False
    )
    return {
        "names": [tensor.name for tensor in found],
        "values": values,
        "collections": sorted(exported.collection_def),
        "files": sorted(path.name for path in folder.glob("*.meta")),
    }
