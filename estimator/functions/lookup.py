"""Lookup tables: from words to numbers, and back.

A table is a resource of the session, as a variable is, and has no entries before its initializer has run::

    table = StaticHashTable(KeyValueTensorInitializer(["emerson", "lake"], [7, 8]), default_value=-1)
    ids = table.lookup(tf.constant(["lake", "king"]))   # 8 and -1

    with tf.Session() as session:
        session.run(tf.tables_initializer())
        session.run(ids)

Sessions with hooks, and so an Estimator's train, evaluate and predict, run all initializers by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, as_dtype, int64, string
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import merge
from estimator.functions import strings
from estimator.functions.arguments import tensor_of
from estimator.functions.grouping import no_op
from estimator.functions.logic import not_equal, where_v2
from estimator.functions.math import add, cast
from estimator.functions.scoping import name_scope
from estimator.functions.table_initializers import (
    TableInitializer,
)
from estimator.graph import build as b
from estimator.graph.composite import Composite
from estimator.graph.tensor import Operation, Tensor


@near_keywords
class HasherSpec(NamedTuple):
    """How words that a table does not have are spread over buckets.

    Attributes
    ----------
    hasher : str
        "fasthash", "legacy", or "stronghash", which takes a key.
    key : sequence of two ints, optional
    """

    hasher: str
    key: Sequence[int] | None = None


FastHashSpec = HasherSpec("fasthash")


def StrongHashSpec(key: Sequence[int]) -> HasherSpec:
    """The keyed hash: who does not know the key cannot fill one bucket.

    Raises
    ------
    ValueError
        If there are not two numbers.
    TypeError
        If they are no integers.
    """
    if len(key) != 2:
        raise ValueError(f"`key` must have size 2, received {len(key)}.")
    if not all(isinstance(word, (int, np.integer)) for word in key):
        raise TypeError(f"Invalid key {key}. Must be unsigned integer values.")
    return HasherSpec("stronghash", [int(word) for word in key])


@near_keywords
class StaticHashTable:
    """A table that never changes once it is initialised.

    Parameters
    ----------
    initializer : KeyValueTensorInitializer or TextFileInitializer
        Where its entries come from.
    default_value : scalar
        The value of keys that are not there.
    name : str, default "hash_table"
    experimental_is_anonymous : bool
        Accepted for old scripts.

    Raises
    ------
    ValueError
        If there are no tables of these types, or the default is not a scalar.
    FailedPreconditionError
        When it is asked, if its initializer has not run.

    Source
    ------
    tf.lookup.StaticHashTable, TF 1.15 lookup_ops.py
    """

    def __init__(
        self,
        initializer: TableInitializer,
        default_value: Any,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        self.key_dtype, self.value_dtype = initializer.key_dtype, initializer.value_dtype
        self.default_value = tensor_of(default_value, self.value_dtype)
        merge(self.default_value.dims, ())
        with self.default_value.graph.control_dependencies(None):
            self.resource_handle: Tensor = b.HashTableV2(
                shared_name=initializer.shared_name,
                key_dtype=self.key_dtype,
                value_dtype=self.value_dtype,
                name=name or "hash_table",
            )
        self._init_op = initializer.initialize(self)

    @property
    def name(self) -> str:
        """What its operations are called after."""
        return self.resource_handle.op.name.rpartition("/")[2]

    @property
    def initializer(self) -> Operation:
        """The operation that gives the table its entries; a second run changes nothing."""
        return self._init_op

    init = initializer

    def size(self, name: str | None = None) -> Tensor:
        """How many entries it has, an int64 scalar."""
        with name_scope(name, f"{self.name}_Size", [self.resource_handle]):
            return b.LookupTableSizeV2(self.resource_handle)

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of the keys, in their shape; of a SparseTensor its entries are looked up.

        Raises
        ------
        TypeError
            If the keys are of another type than the table's.
        """
        wanted = keys_of(keys, self.key_dtype)
        with name_scope(name, f"{self.name}_Lookup", [self.resource_handle]):
            values = b.LookupTableFindV2(self.resource_handle, wanted, self.default_value)
        return as_given(keys, values)

    def __getitem__(self, keys: Any) -> Any:
        return self.lookup(keys)

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """All keys and all values."""
        with name_scope(name, f"{self.name}_Export", [self.resource_handle]):
            keys, values = b.LookupTableExportV2(
                self.resource_handle, Tkeys=self.key_dtype, Tvalues=self.value_dtype
            )
        return keys, values


@near_keywords
class IdTableWithHashBuckets:
    """A table of ids behind whose last id lie buckets for all other keys, by their hash.

    Parameters
    ----------
    table : StaticHashTable or None
        From text or int64 to int64; None if there are only buckets.
    num_oov_buckets : int
    hasher_spec : HasherSpec
    name : str, optional
    key_dtype : DType, optional
        The type of the keys that it is asked for: any integers, for a table of int64.

    Raises
    ------
    ValueError
        If there is neither a table nor a bucket, or no such hasher.
    TypeError
        If the types do not go together.

    Source
    ------
    tf.contrib.lookup.IdTableWithHashBuckets, TF 1.15 lookup_ops.py
    """

    def __init__(
        self,
        table: StaticHashTable | None,
        num_oov_buckets: int,
        hasher_spec: HasherSpec = FastHashSpec,
        name: str | None = None,
        key_dtype: Any = None,
    ) -> None:
        if table is None and num_oov_buckets <= 0:
            raise ValueError("`oov_buckets` must be > 0 if no `table` is supplied.")
        own = string if table is None else table.key_dtype
        self.key_dtype = own if key_dtype is None else as_dtype(key_dtype)
        self.value_dtype = int64
        if table is not None:
            _demand_ids(table.key_dtype, table.value_dtype, self.key_dtype)
        elif not (self.key_dtype.is_integer or self.key_dtype is string):
            raise TypeError(f"Invalid `key_dtype`, expected integer or string, got {self.key_dtype.name}.")
        self._table = table
        self._num_oov_buckets = num_oov_buckets
        self._bucket = _hasher(hasher_spec)
        given = (name or "").rstrip("/") or ("hash_bucket" if table is None else table.name)
        self._name = given.rpartition("/")[2]

    @property
    def name(self) -> str:
        """What its operations are called after."""
        return self._name

    @property
    def resource_handle(self) -> Tensor | None:
        """The handle of the table inside."""
        return None if self._table is None else self._table.resource_handle

    @property
    def initializer(self) -> Operation:
        """The operation that gives the table inside its entries."""
        if self._table is not None:
            return self._table.initializer
        with name_scope(None, "init"):
            return no_op()

    init = initializer

    def size(self, name: str | None = None) -> Tensor:
        """How many ids there are, the buckets among them, an int64 scalar."""
        with name_scope(name, f"{self.name}_Size"):
            inner = tensor_of(0, int64) if self._table is None else self._table.size()
            return inner + self._num_oov_buckets

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The ids of the keys, in their shape; of a SparseTensor its entries are looked up.

        Raises
        ------
        TypeError
            If the keys are of another type than the table takes.
        """
        wanted = keys_of(keys, self.key_dtype)
        if self._table is not None and self._table.key_dtype is int64:
            wanted = cast(wanted, int64)
        if self._table is not None and not self._num_oov_buckets:
            return as_given(keys, self._table.lookup(wanted, name))
        with name_scope(name, f"{self.name}_Lookup"):
            return as_given(keys, self._ids(wanted))

    def __getitem__(self, keys: Any) -> Any:
        return self.lookup(keys)

    def _ids(self, keys: Tensor) -> Tensor:
        texts = keys if keys.dtype is string else strings.as_string(keys)
        buckets = self._bucket(texts, num_buckets=self._num_oov_buckets, name="hash_bucket")
        if self._table is None:
            return buckets
        ids = self._table.lookup(keys)
        others = add(buckets, self._table.size())
        return where_v2(not_equal(ids, self._table.default_value), ids, others)


@near_keywords
class StaticVocabularyTable(IdTableWithHashBuckets):
    """A table of ids that never changes, behind whose last id lie buckets for all other keys.

    Parameters
    ----------
    initializer : KeyValueTensorInitializer or TextFileInitializer, or None
        From text or int64 to int64; None if there are only buckets.
    num_oov_buckets : int
    lookup_key_dtype : DType, optional
        The type of the keys that it is asked for: any integers, for a table of int64.
    name : str, optional
    experimental_is_anonymous : bool
        Accepted for old scripts.

    Raises
    ------
    ValueError
        If there is no bucket; use StaticHashTable.
    TypeError
        If the types do not go together.

    Source
    ------
    tf.lookup.StaticVocabularyTable, TF 1.15 lookup_ops.py
    """

    def __init__(
        self,
        initializer: TableInitializer | None,
        num_oov_buckets: int,
        lookup_key_dtype: Any = None,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        if num_oov_buckets <= 0:
            raise ValueError("`num_oov_buckets` must be > 0; use StaticHashTable.")
        if initializer is None:
            super().__init__(None, num_oov_buckets, name=name)
            return
        key_dtype = initializer.key_dtype if lookup_key_dtype is None else as_dtype(lookup_key_dtype)
        _demand_ids(initializer.key_dtype, initializer.value_dtype, key_dtype)
        super().__init__(StaticHashTable(initializer, -1), num_oov_buckets, name=name, key_dtype=key_dtype)


def _hasher(spec: HasherSpec) -> Callable[..., Tensor]:
    if not isinstance(spec, HasherSpec):
        raise TypeError(f"`hasher_spec` must be of type HasherSpec, got {type(spec).__name__}.")
    if spec.hasher == "stronghash":
        return partial(strings.string_to_hash_bucket_strong, key=spec.key or ())
    known: dict[str, Callable[..., Tensor]]
    known = {"fasthash": strings.string_to_hash_bucket_fast, "legacy": strings.string_to_hash_bucket}
    if spec.hasher not in known:
        raise ValueError(
            f"Found unknown hasher {spec.hasher!r} in `hasher_spec`; known: fasthash, legacy, stronghash."
        )
    return known[spec.hasher]


def _demand_ids(key_dtype: DType, value_dtype: DType, asked: DType) -> None:
    """Check the types of a table of ids, and of the keys that it will be asked for."""
    if key_dtype not in (int64, string):
        raise TypeError(f"Invalid `key_dtype`, expected int64 or string, received {key_dtype.name}.")
    if value_dtype is not int64:
        raise TypeError(f"Invalid `value_dtype`, expected int64, but got {value_dtype.name}.")
    if asked is not string and not asked.is_integer or asked.is_integer != key_dtype.is_integer:
        raise TypeError(f"Invalid `key_dtype`: a table of {key_dtype.name} cannot be asked for {asked.name}.")


def keys_of(keys: Any, dtype: DType) -> Tensor:
    """The keys as a tensor; of a SparseTensor its entries."""
    given = keys.values if isinstance(keys, Composite) else keys
    if getattr(given, "dtype", dtype) != dtype and isinstance(given, Tensor):
        raise TypeError(f"Dtype of argument `keys` must be {dtype.name}, received: {given.dtype.name}.")
    return tensor_of(given, dtype)


def as_given(keys: Any, values: Tensor) -> Any:
    """The values at the places of the keys: a SparseTensor if they are one."""
    return keys.with_values(values) if isinstance(keys, Composite) else values


near_keywords_of_functions(__name__)
