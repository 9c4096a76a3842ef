"""Written by `make stub` from the table in ragged.py; do not edit."""

from estimator.functions.ragged.gathering import boolean_mask as boolean_mask
from estimator.functions.ragged.joining import stack as stack
from estimator.functions.ragged.making import constant as constant
from estimator.functions.ragged.making import constant_value as constant_value
from estimator.functions.ragged.making import placeholder as placeholder
from estimator.functions.ragged.making import range as range
from estimator.functions.ragged.making import row_splits_to_segment_ids as row_splits_to_segment_ids
from estimator.functions.ragged.making import segment_ids_to_row_splits as segment_ids_to_row_splits
from estimator.functions.ragged.making import stack_dynamic_partitions as stack_dynamic_partitions
from estimator.functions.ragged.mapping import map_flat_values as map_flat_values
from estimator.graph.ragged import RaggedTensorValue as RaggedTensorValue
