"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.pipeline.dataset import Dataset as Dataset
from estimator.pipeline.dataset import output_classes as get_output_classes
from estimator.pipeline.dataset import output_shapes as get_output_shapes
from estimator.pipeline.dataset import output_types as get_output_types
from estimator.pipeline.dataset import make_initializable_iterator as make_initializable_iterator
from estimator.pipeline.dataset import make_one_shot_iterator as make_one_shot_iterator
from estimator.pipeline.file_datasets import FixedLengthRecordDataset as FixedLengthRecordDataset
from estimator.pipeline.file_datasets import TFRecordDataset as TFRecordDataset
from estimator.pipeline.file_datasets import TextLineDataset as TextLineDataset
from estimator.pipeline.iterator import GraphIterator as Iterator
from estimator.pipeline.options import Options as Options
from estimator.pipeline.options import ThreadingOptions as ThreadingOptions
from estimator.pipeline.specs import DatasetSpec as DatasetSpec
from estimator.pipeline.transformations import AUTOTUNE as AUTOTUNE
from estimator.pipeline.transformations import INFINITE_CARDINALITY as INFINITE_CARDINALITY
from estimator.pipeline.transformations import UNKNOWN_CARDINALITY as UNKNOWN_CARDINALITY
from estimator.tf.data import experimental as experimental
