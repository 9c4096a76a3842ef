"""What is public is called as in TensorFlow: the same parameters, in the same order, with the same defaults.

tests/data/tf/signatures.json was written by TensorFlow 2.15.1; with a new name it is made again by

    python -c "from estimator import tf; from tests.signatures import public_callables; import json; \\
        print(json.dumps({'names': public_callables(tf)}))" \\
        | .venv-tf/bin/python tests/interop/tf_signatures_of_functions.py | sed 's/\\], "/],\\n"/g' \\
        > tests/data/tf/signatures.json
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from estimator import tf
from tests.signatures import parameters, public_callables

STORED = Path(__file__).parent / "data" / "tf" / "signatures.json"
THEIRS: dict[str, list[str]] = json.loads(STORED.read_text())

# What is not as in TensorFlow 2.15, by the reason. docs/differences.md says it where a script may notice.
MEANT = {
    "TensorFlow 1 has no such parameter": """
        tf.fill layout; tf.ones layout; tf.zeros layout; tf.lin_space axis; tf.matmul output_type; tf.matmul name;
        tf.math.top_k index_type; tf.math.top_k name; tf.random.stateless_normal alg;
        tf.random.stateless_truncated_normal alg; tf.random.stateless_uniform alg; tf.image.ssim return_index_map;
        tf.image.non_max_suppression_padded sorted_input; tf.image.non_max_suppression_padded canonicalized_coordinates;
        tf.image.non_max_suppression_padded tile_size; tf.train.Checkpoint.save options; tf.train.Checkpoint.write options;
        tf.train.CheckpointManager.save options; tf.train.Optimizer.apply_gradients skip_gradients_aggregation;
        tf.test.assert_equal_graph_def hash_table_shared_name
    """,
    "the default is TensorFlow 1's": "tf.shape out_type; tf.size out_type",
    "Keras 3 alone has no such parameter, and what it chooses is told by the file": """
        tf.keras.activations.deserialize use_legacy_format; tf.keras.activations.serialize use_legacy_format;
        tf.keras.constraints.deserialize use_legacy_format; tf.keras.constraints.serialize use_legacy_format;
        tf.keras.initializers.deserialize use_legacy_format; tf.keras.initializers.serialize use_legacy_format;
        tf.keras.layers.deserialize use_legacy_format; tf.keras.layers.serialize use_legacy_format;
        tf.keras.regularizers.deserialize use_legacy_format; tf.keras.regularizers.serialize use_legacy_format;
        tf.keras.saving.deserialize_keras_object safe_mode
    """,
    "a setting of all optimizers, which is given by its name": """
        tf.keras.optimizers.Adadelta name; tf.keras.optimizers.Adagrad name; tf.keras.optimizers.Adam name;
        tf.keras.optimizers.AdamW name; tf.keras.optimizers.Adamax name; tf.keras.optimizers.Ftrl name;
        tf.keras.optimizers.Nadam name; tf.keras.optimizers.RMSprop name; tf.keras.optimizers.SGD name;
        tf.keras.optimizers.legacy.Adadelta name; tf.keras.optimizers.legacy.Adagrad name;
        tf.keras.optimizers.legacy.Adam name; tf.keras.optimizers.legacy.Adamax name;
        tf.keras.optimizers.legacy.Ftrl name; tf.keras.optimizers.legacy.Ftrl beta;
        tf.keras.optimizers.legacy.Ftrl l2_shrinkage_regularization_strength; tf.keras.optimizers.legacy.SGD name
    """,
    "of several machines": """
        tf.keras.optimizers.legacy.Optimizer gradient_aggregator; tf.keras.optimizers.legacy.Optimizer gradient_transformers;
        tf.keras.optimizers.legacy.Optimizer.add_weight aggregation;
        tf.keras.optimizers.legacy.Optimizer.add_weight synchronization
    """,
    "made by the package alone": """
        tf.distribute.Strategy extended; tf.distribute.ReplicaContext strategy; tf.distribute.ReplicaContext replica_id_in_sync_group;
        tf.DType type_enum; tf.DType handle_data; tf.RaggedTensor row_partition; tf.RaggedTensor internal;
        tf.data.Iterator iterator_resource; tf.data.Iterator initializer; tf.data.Iterator output_types;
        tf.data.Iterator output_shapes; tf.data.Iterator output_classes
    """,
    "the default is what nobody gives": """
        tf.autograph.experimental.set_loop_options parallel_iterations;
        tf.autograph.experimental.set_loop_options swap_memory;
        tf.autograph.experimental.set_loop_options maximum_iterations;
        tf.autograph.experimental.set_loop_options shape_invariants; tf.profiler.profile options;
        tf.sparse_split keyword_required; tf.py_function func; tf.py_function inp; tf.py_function Tout;
        tf.train.MonitoredTrainingSession save_checkpoint_secs; tf.train.MonitoredTrainingSession save_summaries_steps;
        tf.train.MonitoredTrainingSession save_summaries_secs; tf.train.MonitoredTrainingSession save_checkpoint_steps
    """,
    "the default says the same": """
        tf.train.Saver write_version; tf.train.remove_checkpoint checkpoint_format_version;
        tf.train.Saver save_relative_paths; tf.RaggedTensorSpec dtype; tf.keras.layers.AveragePooling1D data_format;
        tf.keras.layers.Conv1D data_format; tf.keras.layers.GlobalAveragePooling1D data_format;
        tf.keras.layers.GlobalMaxPool1D data_format; tf.keras.layers.MaxPool1D data_format;
        tf.keras.layers.Cropping2D cropping; tf.keras.layers.Cropping3D cropping;
        tf.keras.metrics.BinaryCrossentropy label_smoothing; tf.keras.metrics.CategoricalCrossentropy label_smoothing;
        tf.keras.optimizers.Optimizer weight_decay; tf.keras.optimizers.Optimizer.add_variable initializer;
        tf.keras.optimizers.legacy.Optimizer.add_weight initializer;
        tf.keras.optimizers.legacy.Optimizer.add_weight trainable
    """,
    "tf.compat.v1 has it so": "tf.keras.estimator.model_to_estimator checkpoint_format",
    "TensorFlow's own heads and specs are called as here": """
        tf.estimator.Head.update_metrics mode; tf.estimator.Head.update_metrics regularization_losses;
        tf.TypeSpec.is_compatible_with spec_or_value
    """,
}
# Nor does a dataset have a name in TensorFlow 1.
NAMED = {
    f"{name} name"
    for name, theirs in THEIRS.items()
    if name.startswith("tf.data.Dataset.") and "name=None" in theirs
}
EXCEPTIONS = {" ".join(entry.split()) for text in MEANT.values() for entry in text.split(";")}


def differences(name: str, theirs: list[str]) -> Iterator[str]:
    """Each parameter of TensorFlow's that is not here, elsewhere in the order, or has another default."""
    ours = parameters(name, tf)
    if ours is None:  # it takes anything
        return
    known = dict(word.partition("=")[::2] for word in ours)
    takes_any = any(word.startswith("**") for word in ours)
    in_order = list(known)[: ours.index("*") if "*" in ours else None]
    is_positional = True
    for place, word in enumerate(theirs):
        parameter, _, default = word.partition("=")
        if parameter.startswith("*"):
            is_positional = False
        elif parameter not in known:
            if not takes_any:
                yield f"{name} {parameter}"
        elif is_positional and in_order[place : place + 1] != [parameter]:
            yield f"{name} {parameter}"
        elif default and not _same_default(known[parameter], default):
            yield f"{name} {parameter}"


def _same_default(ours: str, theirs: str) -> bool:
    """Whether they mean the same; one size stands for that of each axis."""
    return theirs in (ours, f"({', '.join([ours] * (theirs.count(',') + 1))})")


def test_what_is_public_is_called_as_in_tensorflow() -> None:
    found = {difference for name, theirs in THEIRS.items() for difference in differences(name, theirs)}
    assert found - EXCEPTIONS - NAMED == set()
    assert EXCEPTIONS - found == set(), "these are no exceptions any more"


@pytest.mark.parametrize(
    ("theirs", "found"),
    [
        (["condition", "data", "summarize=None", "name=None"], []),
        (["condition", "data", "name=None"], ["tf.Assert name"]),
        (["condition", "data", "*", "name=None"], []),
        (
            ["condition", "data=3", "summary", "summarize=2"],
            ["tf.Assert data", "tf.Assert summary", "tf.Assert summarize"],
        ),
    ],
)
def test_a_difference_is_found(theirs: list[str], found: list[str]) -> None:
    assert list(differences("tf.Assert", theirs)) == found


def test_tensorflow_was_asked_for_what_is_public() -> None:
    """With a new name the answers are made again."""
    assert set(THEIRS) <= set(public_callables(tf))
