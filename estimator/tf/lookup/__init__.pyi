"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.functions.lookup import StaticHashTable as StaticHashTable
from estimator.functions.lookup import StaticVocabularyTable as StaticVocabularyTable
from estimator.functions.table_initializers import KeyValueTensorInitializer as KeyValueTensorInitializer
from estimator.functions.table_initializers import TextFileIndex as TextFileIndex
from estimator.functions.table_initializers import TextFileInitializer as TextFileInitializer
from estimator.tf.lookup import experimental as experimental
