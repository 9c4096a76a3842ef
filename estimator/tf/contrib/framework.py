"""Variables of models, blocks of arguments, checkpoints: tf.contrib.framework."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.checkpoint.assign_from_checkpoint": (
            "assign_from_checkpoint assign_from_checkpoint_fn assign_from_values assign_from_values_fn"
        ),
        "estimator.core.arg_scope": (
            "add_arg_scope arg_scope arg_scoped_arguments current_arg_scope has_arg_scope"
        ),
        "estimator.checkpoint.init_from_checkpoint": "init_from_checkpoint",
        "estimator.checkpoint.reader": "list_variables load_checkpoint load_variable",
        "estimator.functions.checks": ("assert_same_float_dtype assert_scalar is_numeric_tensor"),
        "estimator.functions.ordering": "argsort is_non_decreasing is_strictly_increasing sort",
        "estimator.functions.py_func": "py_func",
        "estimator.functions.scoping": "convert_to_tensor_or_sparse_tensor is_tensor",
        "estimator.pipeline.specs": "TensorSpec",
        "estimator.variables.global_step": (
            "assert_global_step create_global_step get_global_step get_or_create_global_step"
        ),
        "estimator.variables.model_variables": (
            "add_model_variable filter_variables get_local_variables get_model_variables get_trainable_variables "
            "get_unique_variable get_variable_full_name get_variables get_variables_by_name get_variables_by_suffix "
            "get_variables_to_restore global_variable local_variable model_variable variable"
        ),
    },
    modules="estimator.tf.nest",
)
