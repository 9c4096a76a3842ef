"""Written by `make stub` from the table in lookup.py; do not edit."""

from estimator.functions.index_tables import HashTable as HashTable
from estimator.functions.index_tables import index_table_from_file as index_table_from_file
from estimator.functions.index_tables import index_table_from_tensor as index_table_from_tensor
from estimator.functions.index_tables import index_to_string_table_from_file as index_to_string_table_from_file
from estimator.functions.index_tables import index_to_string_table_from_tensor as index_to_string_table_from_tensor
from estimator.functions.lookup import FastHashSpec as FastHashSpec
from estimator.functions.lookup import HasherSpec as HasherSpec
from estimator.functions.lookup import IdTableWithHashBuckets as IdTableWithHashBuckets
from estimator.functions.lookup import StrongHashSpec as StrongHashSpec
from estimator.functions.mutable_tables import mutable_hash_table as MutableHashTable
from estimator.functions.table_initializers import KeyValueTensorInitializer as KeyValueTensorInitializer
from estimator.functions.table_initializers import TextFileIndex as TextFileIndex
from estimator.functions.table_initializers import TextFileInitializer as TextFileInitializer
