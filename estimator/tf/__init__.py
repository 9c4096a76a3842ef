"""TensorFlow 1's layout of names: ``from estimator import tf`` instead of ``import tensorflow as tf``.

Nothing is defined here. Each name is imported from where it lives when it is first used; a namespace
such as ``tf.layers`` is a module of this folder. A new name is one line in two places, the table and
the block above it, and a line in the snapshot of public names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core.facade import lazy_names

# ruff: noqa: F401 (an old name beside the present one)
__version__ = VERSION = "1.15.0"  # of the interface that is offered; scripts compare it

if TYPE_CHECKING:
    # isort: off
    # fmt: off
    from estimator.columns.column import FixedLenFeature as FixedLenFeature
    from estimator.core.dtypes import (
        DType as DType, as_dtype as as_dtype, bfloat16 as bfloat16, bool as bool,
        complex128 as complex128, complex64 as complex64, double as double, float16 as float16,
        float32 as float32, float64 as float64, half as half, int16 as int16, int32 as int32,
        int64 as int64, int8 as int8, resource as resource, string as string, uint16 as uint16,
        uint32 as uint32, uint64 as uint64, uint8 as uint8, variant as variant,
    )
    from estimator.core.errors import OpError as OpError
    from estimator.core.log import get_logger as get_logger
    from estimator.core.shapes import Dimension as Dimension, TensorShape as TensorShape
    from estimator.formats.messages import GraphDef as GraphDef, MetaGraphDef as MetaGraphDef
    from estimator.graph.gradients import gradients as gradients
    from estimator.graph.graph import (
        Graph as Graph, get_default_graph as get_default_graph,
        reset_default_graph as reset_default_graph,
    )
    from estimator.graph.keys import GraphKeys as GraphKeys
    from estimator.graph.slices import IndexedSlices as IndexedSlices
    from estimator.graph.tensor import Operation as Operation, Tensor as Tensor
    from estimator.functions.arrays import (
        broadcast_to as broadcast_to, concat as concat, constant as constant,
        expand_dims as expand_dims, eye as eye, fill as fill, identity as identity,
        linspace as lin_space, linspace as linspace, meshgrid as meshgrid, ones as ones,
        ones_like as ones_like, pad as pad, placeholder as placeholder,
        placeholder_with_default as placeholder_with_default, range as range, rank as rank,
        reshape as reshape, reverse as reverse, shape as shape, shape_n as shape_n, size as size,
        split as split, squeeze as squeeze, stack as stack, stop_gradient as stop_gradient,
        tile as tile, transpose as transpose, unstack as unstack, zeros as zeros,
        zeros_like as zeros_like,
    )
    from estimator.functions.clipping import (
        clip_by_global_norm as clip_by_global_norm, clip_by_norm as clip_by_norm,
        clip_by_value as clip_by_value, global_norm as global_norm,
    )
    from estimator.functions.grouping import group as group, no_op as no_op, tuple as tuple
    from estimator.functions.indexing import (
        boolean_mask as boolean_mask, diag_matrix as matrix_diag, gather as gather,
        gather_nd as gather_nd, one_hot as one_hot,
        scatter_nd as scatter_nd, segment_mean as segment_mean, segment_sum as segment_sum,
        sequence_mask as sequence_mask, slice as slice, strided_slice as strided_slice,
        unique as unique, unique_with_counts as unique_with_counts,
        unsorted_segment_sum as unsorted_segment_sum,
    )
    from estimator.functions.linalg import matmul as matmul, trace as trace
    from estimator.functions.logic import (
        equal as equal, greater as greater, greater_equal as greater_equal, is_finite as is_finite,
        is_inf as is_inf, is_nan as is_nan, less as less, less_equal as less_equal,
        logical_and as logical_and, logical_not as logical_not, logical_or as logical_or,
        logical_xor as logical_xor, not_equal as not_equal, where as where, where_v2 as where_v2,
    )
    from estimator.functions.math import (
        abs as abs, accumulate_n as accumulate_n, acos as acos, acosh as acosh, add as add,
        add_n as add_n, asin as asin, asinh as asinh, atan as atan, atan2 as atan2, atanh as atanh,
        cast as cast, ceil as ceil, cos as cos, cosh as cosh, div as div,
        divide_no_nan as div_no_nan, divide as divide, erf as erf, erfc as erfc, exp as exp,
        expm1 as expm1, floor as floor, floordiv as floor_div, floordiv as floordiv,
        floormod as floormod, log as log, log1p as log1p, log_sigmoid as log_sigmoid,
        maximum as maximum, minimum as minimum, mod as mod, multiply as multiply,
        negative as negative, pow as pow, truediv as realdiv, reciprocal as reciprocal,
        rint as rint, round as round, rsqrt as rsqrt, saturate_cast as saturate_cast,
        sigmoid as sigmoid, sign as sign, sin as sin, sinh as sinh, sqrt as sqrt, square as square,
        squared_difference as squared_difference, subtract as subtract, tan as tan, tanh as tanh,
        to_double as to_double, to_float as to_float, to_int32 as to_int32, to_int64 as to_int64,
        truediv as truediv, truncatediv as truncatediv, truncatemod as truncatemod,
    )
    from estimator.functions.random import (
        random_normal as random_normal, random_shuffle as random_shuffle,
        random_uniform as random_uniform, set_random_seed as set_random_seed,
        truncated_normal as truncated_normal,
    )
    from estimator.functions.reductions import (
        argmax as arg_max, argmin as arg_min, argmax as argmax, argmin as argmin,
        cumprod as cumprod, cumsum as cumsum, reduce_all as reduce_all, reduce_any as reduce_any,
        reduce_logsumexp as reduce_logsumexp, reduce_max as reduce_max, reduce_mean as reduce_mean,
        reduce_min as reduce_min, reduce_prod as reduce_prod, reduce_sum as reduce_sum,
    )
    from estimator.functions.scoping import (
        Assert as Assert, add_to_collection as add_to_collection,
        add_to_collections as add_to_collections, control_dependencies as control_dependencies,
        convert_to_tensor as convert_to_tensor, device as device,
        disable_eager_execution as disable_eager_execution,
        disable_v2_behavior as disable_v2_behavior,
        enable_resource_variables as enable_resource_variables,
        executing_eagerly as executing_eagerly, get_collection as get_collection,
        get_collection_ref as get_collection_ref, get_default_session as get_default_session,
        is_tensor as is_tensor, name_scope as name_scope,
    )
    from estimator.functions.strings import as_string as as_string
    from estimator.variables.get_variable import (
        get_local_variable as get_local_variable, get_variable as get_variable,
    )
    from estimator.checkpoint.graph_files import import_graph_def as import_graph_def
    from estimator.variables.initializers import (
        constant_initializer as constant_initializer,
        glorot_normal_initializer as glorot_normal_initializer,
        glorot_uniform_initializer as glorot_uniform_initializer,
        ones_initializer as ones_initializer,
        random_normal_initializer as random_normal_initializer,
        random_uniform_initializer as random_uniform_initializer,
        truncated_normal_initializer as truncated_normal_initializer,
        variance_scaling_initializer as variance_scaling_initializer,
        zeros_initializer as zeros_initializer,
    )
    from estimator.variables.partitioners import (
        fixed_size_partitioner as fixed_size_partitioner,
        min_max_variable_partitioner as min_max_variable_partitioner,
        variable_axis_size_partitioner as variable_axis_size_partitioner,
    )
    from estimator.variables.scopes import (
        AUTO_REUSE as AUTO_REUSE, VariableScope as VariableScope,
        get_variable_scope as get_variable_scope, variable_scope as variable_scope,
    )
    from estimator.variables.variable import (
        Variable as Variable, global_variables as all_variables, assign as assign,
        assign_add as assign_add, assign_sub as assign_sub, global_variables as global_variables,
        global_variables_initializer as global_variables_initializer,
        global_variables_initializer as initialize_all_variables,
        is_variable_initialized as is_variable_initialized, local_variables as local_variables,
        local_variables_initializer as local_variables_initializer,
        model_variables as model_variables, moving_average_variables as moving_average_variables,
        trainable_variables as trainable_variables, variables_initializer as variables_initializer,
    )
    from estimator.pipeline.element import TensorSpec as TensorSpec
    from estimator.runtime.config import ConfigProto as ConfigProto, GPUOptions as GPUOptions
    from estimator.runtime.interactive import InteractiveSession as InteractiveSession
    from estimator.runtime.session import Session as Session
    from numpy import newaxis as newaxis
    from estimator.tf import app as app
    from estimator.tf import compat as compat
    from estimator.tf import data as data
    from estimator.tf import dtypes as dtypes
    from estimator.tf import errors as errors
    from estimator.tf import estimator as estimator
    from estimator.tf import feature_column as feature_column
    from estimator.tf import initializers as initializers
    from estimator.tf import io as io
    from estimator.tf import layers as layers
    from estimator.tf import linalg as linalg
    from estimator.tf import logging as logging
    from estimator.tf import losses as losses
    from estimator.tf import math as math
    from estimator.tf import metrics as metrics
    from estimator.tf import nn as nn
    from estimator.tf import random as random
    from estimator.tf import regularizers as regularizers
    from estimator.tf import strings as strings
    from estimator.tf import summary as summary
    from estimator.tf import train as train
    # fmt: on
    # isort: on
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "estimator.columns.column": "FixedLenFeature",
            "estimator.core.dtypes": (
                "DType as_dtype bfloat16 bool complex128 complex64 double float16 float32 float64 "
                "half int16 int32 int64 int8 resource string uint16 uint32 uint64 uint8 variant"
            ),
            "estimator.core.errors": "OpError",
            "estimator.core.log": "get_logger",
            "estimator.core.shapes": "Dimension TensorShape",
            "estimator.formats.messages": "GraphDef MetaGraphDef",
            "estimator.graph.gradients": "gradients",
            "estimator.graph.graph": "Graph get_default_graph reset_default_graph",
            "estimator.graph.keys": "GraphKeys",
            "estimator.graph.slices": "IndexedSlices",
            "estimator.graph.tensor": "Operation Tensor",
            "estimator.functions.arrays": (
                "broadcast_to concat constant expand_dims eye fill identity lin_space=linspace "
                "linspace meshgrid ones ones_like pad placeholder placeholder_with_default range rank "
                "reshape reverse shape shape_n size split squeeze stack stop_gradient tile transpose "
                "unstack zeros zeros_like"
            ),
            "estimator.functions.clipping": ("clip_by_global_norm clip_by_norm clip_by_value global_norm"),
            "estimator.functions.grouping": "group no_op tuple",
            "estimator.functions.indexing": (
                "boolean_mask gather gather_nd matrix_diag=diag_matrix one_hot scatter_nd segment_mean segment_sum "
                "sequence_mask slice strided_slice unique unique_with_counts unsorted_segment_sum"
            ),
            "estimator.functions.linalg": "matmul trace",
            "estimator.functions.logic": (
                "equal greater greater_equal is_finite is_inf is_nan less less_equal logical_and "
                "logical_not logical_or logical_xor not_equal where where_v2"
            ),
            "estimator.functions.math": (
                "abs accumulate_n acos acosh add add_n asin asinh atan atan2 atanh cast ceil cos cosh "
                "div div_no_nan=divide_no_nan divide erf erfc exp expm1 floor floor_div=floordiv "
                "floordiv floormod log log1p log_sigmoid maximum minimum mod multiply negative pow "
                "realdiv=truediv reciprocal rint round rsqrt saturate_cast sigmoid sign sin sinh sqrt "
                "square squared_difference subtract tan tanh to_double to_float to_int32 to_int64 "
                "truediv truncatediv truncatemod"
            ),
            "estimator.functions.random": (
                "random_normal random_shuffle random_uniform set_random_seed truncated_normal"
            ),
            "estimator.functions.reductions": (
                "arg_max=argmax arg_min=argmin argmax argmin cumprod cumsum reduce_all reduce_any "
                "reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_sum"
            ),
            "estimator.functions.scoping": (
                "Assert add_to_collection add_to_collections control_dependencies convert_to_tensor "
                "device disable_eager_execution disable_v2_behavior enable_resource_variables "
                "executing_eagerly get_collection get_collection_ref get_default_session is_tensor "
                "name_scope"
            ),
            "estimator.functions.strings": "as_string",
            "estimator.variables.get_variable": "get_local_variable get_variable",
            "estimator.variables.initializers": (
                "constant_initializer glorot_normal_initializer glorot_uniform_initializer "
                "ones_initializer random_normal_initializer random_uniform_initializer "
                "truncated_normal_initializer variance_scaling_initializer zeros_initializer"
            ),
            "estimator.checkpoint.graph_files": "import_graph_def",
            "estimator.variables.partitioners": (
                "fixed_size_partitioner min_max_variable_partitioner variable_axis_size_partitioner"
            ),
            "estimator.variables.scopes": ("AUTO_REUSE VariableScope get_variable_scope variable_scope"),
            "estimator.variables.variable": (
                "Variable all_variables=global_variables assign assign_add assign_sub "
                "global_variables global_variables_initializer "
                "initialize_all_variables=global_variables_initializer is_variable_initialized "
                "local_variables local_variables_initializer model_variables moving_average_variables "
                "trainable_variables variables_initializer"
            ),
            "estimator.pipeline.element": "TensorSpec",
            "estimator.runtime.config": "ConfigProto GPUOptions",
            "estimator.runtime.interactive": "InteractiveSession",
            "estimator.runtime.session": "Session",
            "numpy": "newaxis",
        },
        modules=(
            "estimator.tf.app estimator.tf.compat estimator.tf.data estimator.tf.dtypes "
            "estimator.tf.errors estimator.tf.estimator estimator.tf.feature_column "
            "estimator.tf.initializers estimator.tf.io estimator.tf.layers estimator.tf.linalg "
            "estimator.tf.logging estimator.tf.losses estimator.tf.math estimator.tf.metrics "
            "estimator.tf.nn estimator.tf.random estimator.tf.regularizers estimator.tf.strings "
            "estimator.tf.summary estimator.tf.train"
        ),
        later=(
            "FixedLenSequenceFeature OptimizerOptions Print RunMetadata RunOptions SparseTensor "
            "TFRecordReader TensorArray VarLenFeature assert_equal assert_greater assert_less "
            "assert_rank bincount case clip_by_average_norm cond contrib "
            "convert_to_tensor_or_sparse_tensor count_nonzero custom_gradient debugging decode_csv "
            "decode_raw diag dynamic_partition dynamic_stitch einsum ensure_shape flags foldl foldr "
            "function gfile graph_util hessians image keras lookup manip map_fn "
            "multinomial norm orthogonal_initializer parse_example parse_single_example "
            "print py_func python_io random_crop report_uninitialized_variables reverse_sequence roll "
            "saved_model scan scatter_add scatter_nd_update scatter_update sparse sparse_placeholder "
            "sparse_tensor_to_dense sparse_to_dense string_split string_to_hash_bucket_fast "
            "string_to_number substr tables_initializer tensordot test "
            "uniform_unit_scaling_initializer unsorted_segment_mean user_ops while_loop write_file"
        ),
    )
