"""Written by `make stub` from the table in mnist.py; do not edit."""

from estimator.pipeline.learn_datasets import load_mnist as load_mnist
from estimator.pipeline.mnist import DataSet as DataSet
from estimator.pipeline.mnist import extract_images as extract_images
from estimator.pipeline.mnist import extract_labels as extract_labels
from estimator.pipeline.mnist import read_data_sets as read_data_sets
