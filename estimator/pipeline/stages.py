"""The stages that datasets are made of, and what functions of elements need, imported when a dataset first has one.

Dataset has methods for all of them, and a dataset is made of a few. What nearly every training uses (batch, repeat,
shuffle, arrays) is imported where it is used, as anything else is; the rest the methods find here::

    return stages.WindowNode(self._node, ...)
"""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.pipeline.buckets": "Buckets",
        "estimator.pipeline.cache": "CacheNode",
        "estimator.pipeline.combine": "ConcatenateNode ZipNode check_same_kind",
        "estimator.pipeline.cycle": "ALL InterleaveNode UnbatchNode",
        "estimator.pipeline.faults": "IgnoreErrorsNode",
        "estimator.pipeline.files": "TEXT matching_files plain_names",
        "estimator.pipeline.fold": "ScanNode TakeWhileNode UniqueNode reduced traced_fold",
        "estimator.pipeline.functions": (
            "FilterNode Running as_graph_component captured_tensors describe_body traced traced_number traced_predicate"
        ),
        "estimator.pipeline.groups": "GroupNode",
        "estimator.pipeline.mixing": "MixedNode RandomNode",
        "estimator.pipeline.nested": "as_dataset_component traced_dataset",
        "estimator.pipeline.options": "Options OptionsNode options_of",
        "estimator.pipeline.padding": "PaddedBatchNode paddings",
        "estimator.pipeline.prefetch": "PrefetchNode",
        "estimator.pipeline.ragged_batch": "RaggedNode",
        "estimator.pipeline.rebatch": "RebatchNode",
        "estimator.pipeline.resampling": "resampled shares",
        "estimator.pipeline.sparse_batch": "SparseBatchNode",
        "estimator.pipeline.stacked": "MapNode",
        "estimator.pipeline.window": "WindowNode",
    },
)
