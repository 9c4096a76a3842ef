"""Written by `make stub` from the table in base.py; do not edit."""

from estimator.pipeline.learn_datasets import Dataset as Dataset
from estimator.pipeline.learn_datasets import Datasets as Datasets
from estimator.pipeline.learn_datasets import load_boston as load_boston
from estimator.pipeline.learn_datasets import load_csv_with_header as load_csv_with_header
from estimator.pipeline.learn_datasets import load_csv_without_header as load_csv_without_header
from estimator.pipeline.learn_datasets import load_iris as load_iris
from estimator.pipeline.learn_datasets import maybe_download as maybe_download
from estimator.pipeline.learn_datasets import shrink_csv as shrink_csv
