"""Files, under the names of TensorFlow 1: tf.gfile."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.files.gfile": "FastGFile=GFile GFile Open=GFile",
        "estimator.files.old_names": (
            "Copy DeleteRecursively Exists Glob IsDirectory ListDirectory MakeDirs MkDir Remove Rename Stat Walk"
        ),
    },
)
