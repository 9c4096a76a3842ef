"""tf.gfile and tf.io.gfile by their keywords, and writers of events."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def old_names(tf: Any, folder: Path) -> Any:
    old = tf.gfile
    old.MakeDirs("deep/down")
    old.MkDir("flat")
    with old.Open("flat/text", "w") as file:
        file.write("one\ntwo\n")
    old.Copy("flat/text", "deep/copy", overwrite=True)
    old.Rename("deep/copy", "deep/renamed", overwrite=False)
    found = {
        "read": old.Open("flat/text").read(),
        "lines": old.GFile("flat/text", "r").readlines(),
        "first": old.FastGFile("flat/text", mode="rb").readline(),
        "globs": [old.Glob(filename="*/text"), old.Glob("deep/re*")],
        "exists": [old.Exists("deep/down"), old.Exists("nothing"), old.IsDirectory("deep")],
        "listed": sorted(old.ListDirectory("deep")),
        "walked": sorted(
            (top, sorted(folders), sorted(files)) for top, folders, files in old.Walk(top="deep")
        ),
        "size": old.Stat("flat/text").length,
    }
    old.Remove("flat/text")
    old.DeleteRecursively("deep")
    return found | {
        "left": sorted(path.name for path in folder.iterdir()),
        "flat": old.ListDirectory("flat"),
    }


def new_names(tf: Any, folder: Path) -> Any:
    gfile = tf.io.gfile
    gfile.makedirs("a/b")
    gfile.mkdir(path="c")
    with gfile.GFile(name="a/text", mode="w") as file:
        file.write("abc")
    gfile.copy(src="a/text", dst="c/text", overwrite=True)
    gfile.rename(src="c/text", dst="c/other")
    found = {
        "exists": [
            gfile.exists("a/b"),
            gfile.exists(path="c/text"),
            gfile.isdir("c"),
            gfile.isdir(path="a/text"),
        ],
        "globs": [gfile.glob("a/*"), gfile.glob(pattern=["c/*", "a/t*"])],
        "listed": [sorted(gfile.listdir("a")), gfile.listdir(path="c")],
        "size": gfile.stat(path="a/text").length,
        "walked": [(top, folders, files) for top, folders, files in gfile.walk(top="c")],
    }
    gfile.remove(path="a/text")
    gfile.rmtree("a")
    gfile.rmtree(path="c")
    return found | {"left": [path.name for path in folder.iterdir()]}


def _events(tf: Any, folder: Path) -> list[Any]:
    path = next(folder.glob("events.*"))
    found = []
    for event in tf.train.summary_iterator(str(path)):
        kind = event.WhichOneof("what")
        if kind == "meta_graph_def":
            continue  # which says what the graph_def says
        tags = [value.tag for value in event.summary.value] if kind == "summary" else []
        found.append([kind, event.step, tags])
    return found


def summaries(tf: Any, folder: Path) -> Any:
    summary = tf.summary
    x = tf.constant([1.0, 2.0])
    made = [
        summary.scalar(name="one", tensor=tf.reduce_sum(x), collections=["mine"], family="kin"),
        summary.scalar("two", tensor=x[0]),
        summary.histogram(name="all", values=x, collections=["mine", tf.GraphKeys.SUMMARIES], family=None),
        summary.text(name="said", tensor=tf.constant("hi"), collections=["mine"]),
        summary.image(
            name="seen", tensor=tf.zeros([2, 1, 1, 1]), max_outputs=1, collections=[], family="kin"
        ),
    ]
    merged = summary.merge(inputs=made, collections=None, name="merged")
    graph = tf.get_default_graph()
    writer = summary.FileWriter(
        logdir="logs",
        graph=graph,
        max_queue=2,
        flush_secs=1,
        graph_def=None,
        filename_suffix=".s",
        session=None,
    )
    with tf.Session() as session:
        writer.add_summary(summary=session.run(merged), global_step=3)
        writer.add_summary(session.run(summary.merge_all(key="mine", name="both")), 4)
    writer.add_session_log(session_log=tf.SessionLog(status=tf.SessionLog.START), global_step=5)
    writer.close()
    return {
        "names": [tensor.op.name for tensor in made],
        "collections": [len(tf.get_collection(key)) for key in ("mine", tf.GraphKeys.SUMMARIES)],
        "events": _events(tf, folder / "logs"),
        "suffix": [path.name.endswith(".s") for path in (folder / "logs").iterdir()],
    }


def graphs_as_files(tf: Any, folder: Path) -> Any:
    tf.constant(1.0, name="one")
    graph = tf.get_default_graph()
    written = [
        tf.train.write_graph(graph_or_graph_def=graph, logdir="g", name="graph.pb", as_text=False),
        tf.io.write_graph(graph.as_graph_def(), "g", "graph.pbtxt"),
    ]
    read = tf.GraphDef()
    with tf.gfile.GFile(written[0], "rb") as file:
        read.ParseFromString(file.read())
    return {
        "written": written,
        "nodes": [node.name for node in read.node],
        "text": Path(written[1]).read_text()[:20],
    }
