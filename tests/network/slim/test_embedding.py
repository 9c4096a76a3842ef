from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.functions.arrays import placeholder
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.slices import IndexedSlices
from estimator.network.slim.embedding import embed_sequence
from estimator.variables.variable import global_variables, model_variables, trainable_variables

Run = Callable[..., Any]
IDS = np.array([[3, 1, 3], [0, 3, 1]])


@pytest.mark.parametrize("unique", [False, True])
def test_ids_become_rows(run: Run, graph: Graph, unique: bool) -> None:
    ids = placeholder("int64", [None, None])
    embedded = embed_sequence(ids, 4, 2, unique=unique)
    assert embedded.dims == (None, None, 2)
    (table,) = trainable_variables()
    rows, found = run([table, embedded], {ids: IDS})
    np.testing.assert_array_equal(found, rows[IDS])


def test_the_gradient_of_unique_ids_has_each_row_once(run: Run, graph: Graph) -> None:
    embedded = embed_sequence(IDS, 4, 2, unique=True)
    (slices,) = gradients(embedded, trainable_variables())
    assert isinstance(slices, IndexedSlices)
    indices, values = run([slices.indices, slices.values])
    assert indices.tolist() == [3, 1, 0]
    np.testing.assert_array_equal(values, [[3, 3], [2, 2], [1, 1]])


def test_names_are_contribs_and_the_table_may_be_shared(graph: Graph) -> None:
    embed_sequence(IDS, 4, 2)
    embed_sequence(IDS, 4, 2, trainable=False)
    embed_sequence(IDS, scope="EmbedSequence", reuse=True)
    names = ["EmbedSequence/embeddings", "EmbedSequence_1/embeddings"]
    assert [variable.op.name for variable in global_variables()] == names
    assert [variable.op.name for variable in model_variables()] == names
    assert [variable.op.name for variable in trainable_variables()] == names[:1]


def test_a_new_table_needs_its_sizes(graph: Graph) -> None:
    with pytest.raises(ValueError, match="embed_sequence: embed_dim is needed for a new table"):
        embed_sequence(IDS, vocab_size=4)
    with pytest.raises(ValueError, match=r"(?s)vocab_size is needed .*embed_dim is needed"):
        embed_sequence(IDS)
