"""Embeddings in TensorBoard: which variables its projector shows, and where their names and pictures are.

::

    config = projector.ProjectorConfig()
    embedding = config.embeddings.add(tensor_name="words", metadata_path="words.tsv")
    projector.visualize_embeddings(tf.summary.FileWriter(model_dir), config)

Source
------
tf.contrib.tensorboard.plugins.projector, TF 1.15
"""

from __future__ import annotations

import os
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.formats import messages
from estimator.model_dir.storage import make_directory, write_atomically

_FILE_NAME = "projector_config.pbtxt"  # where TensorBoard looks


def visualize_embeddings(summary_writer: Any, config: Any) -> None:
    """Write ``projector_config.pbtxt`` into the directory of a writer, where TensorBoard looks for it.

    Parameters
    ----------
    summary_writer : FileWriter, or str or path
        The writer of the directory, or the directory.
    config : ProjectorConfig
        Without a ``model_checkpoint_path`` TensorBoard takes the checkpoints of the directory.

    Raises
    ------
    ValueError
        If the writer has no directory.
    TypeError
        If `config` is no ProjectorConfig.
    OpError
        If the file cannot be written.
    """
    is_writer = hasattr(summary_writer, "get_logdir")
    logdir = summary_writer.get_logdir() if is_writer else summary_writer
    if logdir is None:
        raise ValueError("Summary writer must have a logdir: make it by tf.summary.FileWriter(logdir).")
    if not hasattr(config, "embeddings"):
        raise TypeError(f"config must be a ProjectorConfig, given: {config!r}.")
    make_directory(logdir)
    text = messages.to_text(messages.ProjectorConfig.FromString(config.SerializeToString()))
    write_atomically(os.path.join(logdir, _FILE_NAME), text.encode())


near_keywords_of_functions(__name__)
