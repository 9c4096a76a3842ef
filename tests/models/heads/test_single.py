"""Heads of one task: predictions by key."""

from __future__ import annotations

import pytest

from estimator.graph.graph import Graph
from tests.models.heads.tasks import HEADS, logits_of


@pytest.mark.parametrize("kind", HEADS)
def test_predictions_are_chosen_by_key(graph: Graph, kind: str) -> None:
    head = HEADS[kind]()
    every = head.predictions(logits_of(head))
    last = list(every)[-1]
    assert list(head.predictions(logits_of(head), [last])) == [last]


def test_an_unknown_prediction_is_answered_with_those_there_are(graph: Graph) -> None:
    head = HEADS["binary"]()
    with pytest.raises(ValueError, match=r"given: clases. Did you mean 'classes'.*include \['logits', "):
        head.predictions(logits_of(head), ["clases"])
