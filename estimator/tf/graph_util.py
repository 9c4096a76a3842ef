"""GraphDefs cut down and frozen: tf.graph_util."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.checkpoint.freezing": "convert_variables_to_constants extract_sub_graph remove_training_nodes",
        "estimator.checkpoint.graph_files": "import_graph_def",
    },
)
