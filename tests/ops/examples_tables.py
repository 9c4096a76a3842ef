"""Ops of lookup tables take no arrays alone: a table is a resource of a session."""

from __future__ import annotations

from tests.ops.example import Example

EXAMPLES: list[Example] = []
_OPS = (
    "HashTableV2 MutableHashTableV2 InitializeTableV2 InitializeTableFromTextFileV2 LookupTableImportV2 "
    "LookupTableFindV2 LookupTableSizeV2 LookupTableExportV2 LookupTableInsertV2 LookupTableRemoveV2"
)
ELSEWHERE = dict.fromkeys(_OPS.split(), "tests/ops/test_tables.py")
