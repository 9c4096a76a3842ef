"""Written by `make stub` from the table in utils.py; do not edit."""

from estimator.files.fetching import get_file as get_file
from estimator.keras.callbacks.progress_bar import Progbar as Progbar
from estimator.keras.seeds import set_random_seed as set_random_seed
from estimator.keras.serialization import custom_object_scope as CustomObjectScope
from estimator.keras.serialization import custom_object_scope as custom_object_scope
from estimator.keras.serialization import deserialize as deserialize_keras_object
from estimator.keras.serialization import get_custom_objects as get_custom_objects
from estimator.keras.serialization import registered_name as get_registered_name
from estimator.keras.serialization import registered_object as get_registered_object
from estimator.keras.serialization import register_keras_serializable as register_keras_serializable
from estimator.keras.serialization import serialize as serialize_keras_object
from estimator.keras.texts.padding import pad_sequences as pad_sequences
from estimator.keras.texts.vectors import normalize as normalize
from estimator.keras.texts.vectors import to_categorical as to_categorical
from estimator.keras.training.sequence import Sequence as Sequence
