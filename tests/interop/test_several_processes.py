"""TensorFlow trains on from what one of several processes has saved: what these exchange is an identity there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.distribution.threads import ThreadRanks, in_threads
from tests.interop.conftest import TensorFlow
from tests.interop.models import values
from tests.interop.test_embedding import CLOSE, train


@pytest.mark.parametrize("optimizer", ["adam", "ftrl"])
def test_tensorflow_trains_a_graph_of_several_processes(
    tensorflow: TensorFlow, tmp_path: Path, optimizer: str
) -> None:
    """Both have the same batches, so that the mean of their gradients is what TensorFlow has alone."""

    def trained(rank: int) -> dict[str, Any]:
        folder = tmp_path / str(rank)
        folder.mkdir()
        return train(folder, optimizer)

    ranks = ThreadRanks(2)
    ours, _ = in_threads(2, trained, ranks)
    assert ranks.sums > 0
    assert b"IdentityN" in Path(f"{ours['request']['prefix']}.meta").read_bytes()
    (theirs,) = tensorflow.answer("tf_train.py", [ours["request"]])
    np.testing.assert_allclose(theirs["losses"], ours["losses"], **CLOSE)
    mine, other = values(ours["saved"]), values(ours["request"]["saved"])
    assert mine.keys() == other.keys()
    for name, value in mine.items():
        np.testing.assert_allclose(other[name], value, err_msg=name, **CLOSE)
