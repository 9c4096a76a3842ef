"""Variables that begin with what a checkpoint has; TensorFlow and this package run the very same text."""

from __future__ import annotations

from typing import Any

ROWS, COLUMNS = 7, 3  # of the new table; five words and two buckets


def initial_values(tf: Any, request: Any) -> dict[str, Any]:
    """For each way to begin, the values after the initializers have run.

    The request names a checkpoint (prefix) and the vocabulary files old and new.
    """
    prefix, start = request["prefix"], tf.train.warm_start
    given = tf.train.init_from_checkpoint

    def moved(**more: Any) -> Any:
        return tf.estimator.VocabInfo(request["new"], 5, 2, request["old"], **more)

    def table(parts: int = 1, name: str = "emb") -> Any:
        return tf.get_variable(
            name, [ROWS, COLUMNS], initializer=tf.ones_initializer(),
            partitioner=tf.fixed_size_partitioner(parts), use_resource=True,
        )  # fmt: skip

    def whole(shape: Any, name: str) -> Any:
        return tf.get_variable(name, shape, initializer=tf.ones_initializer(), use_resource=True)

    halves = tf.random_uniform_initializer(
        0.5, 0.5
    )  # one that can do with the shape that TensorFlow asks for
    ways = {
        "rows": lambda: (table(), start(prefix, None, {"emb": moved()})),
        "rows of two parts": lambda: (table(2), start(prefix, "emb", {"emb": moved(backup_initializer=halves)})),
        "rows, few old lines": lambda: (table(), start(prefix, None, {"emb": moved(old_vocab_size=2)})),
        "rows under another name": lambda: (
            table(name="new/emb"),
            start(prefix, None, {"new/emb": moved()}, {"new/emb": "emb"}),
        ),
        "columns": lambda: (
            whole([COLUMNS, ROWS], "scope/kernel"),
            start(prefix, None, {"scope/kernel": moved(axis=1, backup_initializer=halves)}),
        ),
        "a pattern": lambda: (
            whole([6], "scope/bias"), whole([2], "other"), start(prefix, "scope")
        ),
        "scope to scope": lambda: (whole([6], "new/bias"), given(prefix, {"scope/": "new/"})),
        "top to scope": lambda: (whole([6], "new/scope/bias"), given(prefix, {"/": "new/"})),
        "top to top": lambda: (whole([6], "scope/bias"), given(prefix, {"/": "/"})),
        "name to name": lambda: (whole([6], "x"), given(prefix, {"scope/bias": "x"})),
        "a variable in parts": lambda: (
            tf.get_variable(
                "y", [6, COLUMNS], partitioner=tf.fixed_size_partitioner(3), use_resource=True
            ),
            given(prefix, {"emb": "y"}),
        ),
        "a list of parts": lambda: given(
            prefix,
            {
                "emb": list(
                    tf.get_variable(
                        "z", [6, COLUMNS], partitioner=tf.fixed_size_partitioner(2), use_resource=True
                    )
                )
            },
        ),
    }  # fmt: skip
    return {way: _values(tf, build) for way, build in ways.items()}


def _values(tf: Any, build: Any) -> dict[str, Any]:
    with tf.Graph().as_default(), tf.Session() as session:
        build()
        session.run(tf.global_variables_initializer())
        return {v.op.name: session.run(v).tolist() for v in tf.global_variables()}
