"""Lookup tables that change while a graph runs."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import as_dtype
from estimator.core.errors import UnimplementedError
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.shapes import merge
from estimator.functions.arguments import tensor_of
from estimator.functions.lookup import as_given, keys_of
from estimator.functions.scoping import name_scope
from estimator.graph import build as b
from estimator.graph.tensor import Operation, Tensor


@near_keywords
class MutableHashTable:
    """A table that is empty at first, and to which entries are added and removed.

    It needs no initializer, and lives as long as its session: checkpoints have variables, and no tables.

    Parameters
    ----------
    key_dtype, value_dtype : DType
    default_value : scalar
        The value of keys that are not there.
    name : str
    checkpoint : bool
        Accepted for old scripts.
    experimental_is_anonymous : bool
        Accepted for old scripts.

    Raises
    ------
    ValueError
        If there are no tables of these types, or the default is not a scalar.

    Source
    ------
    tf.lookup.experimental.MutableHashTable, TF 2.15 lookup_ops.py
    """

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        name: str = "MutableHashTable",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        self.key_dtype, self.value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)
        self._default_value = tensor_of(default_value, self.value_dtype)
        merge(self._default_value.dims, ())
        self.resource_handle: Tensor = b.MutableHashTableV2(
            use_node_name_sharing=True, key_dtype=self.key_dtype, value_dtype=self.value_dtype, name=name
        )

    @property
    def name(self) -> str:
        """What its operations are called after."""
        return self.resource_handle.op.name.rpartition("/")[2]

    def size(self, name: str | None = None) -> Tensor:
        """How many entries it has, an int64 scalar."""
        with name_scope(name, f"{self.name}_Size", [self.resource_handle]):
            return b.LookupTableSizeV2(self.resource_handle)

    def lookup(self, keys: Any, dynamic_default_values: Any = None, name: str | None = None) -> Any:
        """The values of the keys, in their shape; of a SparseTensor its entries are looked up.

        Raises
        ------
        TypeError
            If the keys are of another type than the table's.
        ValueError
            If the defaults are neither one for all keys nor one for each.
        """
        default = self._default_value
        if dynamic_default_values is not None:
            default = tensor_of(dynamic_default_values, self.value_dtype)
        wanted = keys_of(keys, self.key_dtype)
        with name_scope(name, f"{self.name}_lookup_table_find", [self.resource_handle]):
            return as_given(keys, b.LookupTableFindV2(self.resource_handle, wanted, default))

    def __getitem__(self, keys: Any) -> Any:
        return self.lookup(keys)

    def insert(self, keys: Any, values: Any, name: str | None = None) -> Operation:
        """An operation that adds entries, or replaces those of the same keys."""
        wanted, new = keys_of(keys, self.key_dtype), tensor_of(values, self.value_dtype)
        with name_scope(name, f"{self.name}_lookup_table_insert", [self.resource_handle]):
            inserted: Operation = b.LookupTableInsertV2(self.resource_handle, wanted, new)
        return inserted

    def remove(self, keys: Any, name: str | None = None) -> Operation:
        """An operation that removes the entries of the keys, as far as there are any."""
        wanted = keys_of(keys, self.key_dtype)
        with name_scope(name, f"{self.name}_lookup_table_remove", [self.resource_handle]):
            removed: Operation = b.LookupTableRemoveV2(self.resource_handle, wanted)
        return removed

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """All keys and all values."""
        with name_scope(name, f"{self.name}_lookup_table_export_values", [self.resource_handle]):
            keys, values = b.LookupTableExportV2(
                self.resource_handle, Tkeys=self.key_dtype, Tvalues=self.value_dtype
            )
        return keys, values


def mutable_hash_table(
    key_dtype: Any,
    value_dtype: Any,
    default_value: Any,
    shared_name: None = None,
    name: str = "MutableHashTable",
    checkpoint: bool = True,
) -> MutableHashTable:
    """A :class:`MutableHashTable`, as tf.contrib makes it.

    Raises
    ------
    UnimplementedError
        For a `shared_name`: a table belongs to its graph.

    Source
    ------
    tf.contrib.lookup.MutableHashTable, TF 1.15 lookup_ops.py
    """
    if shared_name is not None:
        raise UnimplementedError(
            f"MutableHashTable: shared_name={shared_name!r} is not available; pass the table itself around."
        )
    return MutableHashTable(key_dtype, value_dtype, default_value, name, checkpoint)


near_keywords_of_functions(__name__)
