"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.pipeline.learn_datasets import DATASETS as DATASETS
from estimator.pipeline.learn_datasets import load_boston as load_boston
from estimator.pipeline.learn_datasets import load_dataset as load_dataset
from estimator.pipeline.learn_datasets import load_iris as load_iris
from estimator.tf.contrib.learn.datasets import base as base
from estimator.tf.contrib.learn.datasets import mnist as mnist
