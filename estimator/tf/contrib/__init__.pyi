"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.tf.contrib import cluster_resolver as cluster_resolver
from estimator.tf.contrib import crf as crf
from estimator.tf.contrib import data as data
from estimator.tf.contrib import distribute as distribute
from estimator.tf.contrib import distributions as distributions
from estimator.tf.contrib import estimator as estimator
from estimator.tf.contrib import factorization as factorization
from estimator.tf.contrib import feature_column as feature_column
from estimator.tf.contrib import framework as framework
from estimator.tf.contrib import image as image
from estimator.tf.contrib import keras as keras
from estimator.tf.contrib import layers as layers
from estimator.tf.contrib import learn as learn
from estimator.tf.contrib import legacy_seq2seq as legacy_seq2seq
from estimator.tf.contrib import lookup as lookup
from estimator.tf.contrib import losses as losses
from estimator.tf.contrib import metrics as metrics
from estimator.tf.contrib import opt as opt
from estimator.tf.contrib import predictor as predictor
from estimator.tf.contrib import rnn as rnn
from estimator.tf.contrib import seq2seq as seq2seq
from estimator.tf.contrib import slim as slim
from estimator.tf.contrib import summary as summary
from estimator.tf.contrib import tensorboard as tensorboard
from estimator.tf.contrib import tpu as tpu
from estimator.tf.contrib import training as training
