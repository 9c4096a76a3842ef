"""What an experiment may name: nothing else of this package can be reached from YAML.

Each table has the names that TensorFlow's scripts use, and where they are; a module is imported when one of its names
is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from estimator.core.facade import name_table
from estimator.estimators.recipe import READY_MADE

Table = Mapping[str, tuple[str, str]]

COLUMNS = name_table(
    {
        "estimator.columns.bucketized": "bucketized_column",
        "estimator.columns.crossed": "crossed_column",
        "estimator.columns.embedding": "embedding_column",
        "estimator.columns.hashed": "categorical_column_with_hash_bucket",
        "estimator.columns.identity": "categorical_column_with_identity",
        "estimator.columns.indicator": "indicator_column",
        "estimator.columns.numeric": "numeric_column",
        "estimator.columns.sequence": (
            "sequence_categorical_column_with_hash_bucket sequence_categorical_column_with_identity "
            "sequence_categorical_column_with_vocabulary_file sequence_categorical_column_with_vocabulary_list"
        ),
        "estimator.columns.sequence_numeric": "sequence_numeric_column",
        "estimator.columns.shared_embedding": "shared_embedding_columns",
        "estimator.columns.vocabulary_file": "categorical_column_with_vocabulary_file",
        "estimator.columns.vocabulary_list": "categorical_column_with_vocabulary_list",
        "estimator.columns.weighted": "weighted_categorical_column",
    }
)
OPTIMIZERS = name_table(  # AdagradDA wants the global step, which is not there before the graph
    {
        "estimator.optimizers.adadelta": "AdadeltaOptimizer Adadelta=AdadeltaOptimizer",
        "estimator.optimizers.adagrad": "AdagradOptimizer Adagrad=AdagradOptimizer",
        "estimator.optimizers.adam": "AdamOptimizer Adam=AdamOptimizer",
        "estimator.optimizers.ftrl": "FtrlOptimizer Ftrl=FtrlOptimizer",
        "estimator.optimizers.gradient_descent": (
            "GradientDescentOptimizer GradientDescent=GradientDescentOptimizer SGD=GradientDescentOptimizer"
        ),
        "estimator.optimizers.lazy_adam": "LazyAdamOptimizer",
        "estimator.optimizers.momentum": "MomentumOptimizer Momentum=MomentumOptimizer",
        "estimator.optimizers.nadam": "NadamOptimizer",
        "estimator.optimizers.proximal_adagrad": (
            "ProximalAdagradOptimizer ProximalAdagrad=ProximalAdagradOptimizer"
        ),
        "estimator.optimizers.proximal_gradient_descent": (
            "ProximalGradientDescentOptimizer ProximalGradientDescent=ProximalGradientDescentOptimizer"
        ),
        "estimator.optimizers.rmsprop": "RMSPropOptimizer RMSProp=RMSPropOptimizer",
        "estimator.optimizers.weight_decay": "AdamWOptimizer MomentumWOptimizer",
    }
)
DECAYS = name_table(
    {
        "estimator.functions.decay": (
            "cosine_decay cosine_decay_restarts exponential_decay inverse_time_decay linear_cosine_decay "
            "natural_exp_decay noisy_linear_cosine_decay piecewise_constant "
            "piecewise_constant_decay=piecewise_constant polynomial_decay"
        )
    }
)
HEADS = name_table(
    {
        "estimator.models.heads.binary": "BinaryClassHead",
        "estimator.models.heads.multi_class": "MultiClassHead",
        "estimator.models.heads.multi_head": "MultiHead",
        "estimator.models.heads.multi_label": "MultiLabelHead",
        "estimator.models.heads.regression": "LogisticRegressionHead PoissonRegressionHead RegressionHead",
        "estimator.models.heads.standardized": "StandardizedRegressionHead",
    }
)
INITIALIZERS = name_table(
    {
        "estimator.variables.initializers": (
            "constant=Constant glorot_normal=GlorotNormal glorot_uniform=GlorotUniform he_normal he_uniform "
            "lecun_normal lecun_uniform ones=Ones orthogonal=Orthogonal random_normal=RandomNormal "
            "random_uniform=RandomUniform truncated_normal=TruncatedNormal uniform_unit_scaling=UniformUnitScaling "
            "variance_scaling=VarianceScaling zeros=Zeros"
        )
    }
)
FUNCTIONS = name_table(  # of numbers, for normalizer_fn and inverse_link_fn
    {"estimator.functions.math": "abs exp log log1p rsqrt sigmoid sign sqrt square tanh"}
)
NORMALIZERS = name_table({"estimator.columns.standardize": "Standardize"})
HOOKS = name_table(
    {
        "estimator.training.hooks.logging_tensor": "LoggingTensorHook",
        "estimator.training.hooks.profiler": "ProfilerHook",
        "estimator.training.hooks.step_counter": "StepCounterHook",
    }
)
STOPPING = name_table(
    {
        "estimator.calls.early_stopping": (
            "EarlyStoppingHook stop_if_higher_hook stop_if_lower_hook stop_if_no_decrease_hook "
            "stop_if_no_increase_hook"
        )
    }
)
EXPORTERS = name_table({"estimator.calls.exporters": "BestExporter FinalExporter LatestExporter"})
COMPARISONS = name_table({"estimator.calls.exporters": "loss_smaller"})
WARM_STARTS = name_table({"estimator.checkpoint.warm_start": "WarmStartSettings"})

# What stands for the thing that an argument wants, by the kind of the argument: the table, and the thing's name.
TABLES: Mapping[str, tuple[Table, str]] = {
    "estimator": (READY_MADE, "ready-made model"),
    "column": (COLUMNS, "feature column"),
    "optimizer": (OPTIMIZERS, "optimizer"),
    "decay": (DECAYS, "learning rate decay"),
    "head": (HEADS, "head"),
    "initializer": (INITIALIZERS, "initializer"),
    "function": (FUNCTIONS, "function"),
    "normalizer": (NORMALIZERS, "normalizer"),
    "comparison": (COMPARISONS, "function"),
    "hook": (HOOKS, "hook"),
    "stopping": (STOPPING, "early stopping hook"),
    "exporter": (EXPORTERS, "exporter"),
    "warm_start": (WARM_STARTS, "warm start"),
}


def named(name: str, table: Table) -> Any:
    """The thing of that name.

    Raises
    ------
    KeyError
        If the table has no such name.
    """
    home, own = table[name]
    return getattr(import_module(home), own)
