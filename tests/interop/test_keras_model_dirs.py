"""tf.estimator with optimizers of tf.keras goes on in a model_dir that it began and we continued."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.interop.conftest import TensorFlow
from tests.interop.models import values
from tests.test_tensorflow_model_dirs import FOLDER, V2, Case

OURS, ALL = 2, 5  # steps


@pytest.fixture(scope="module")
def continued(tensorflow: TensorFlow, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    """Each model_dir after 2 more steps of ours and 3 of TensorFlow's."""
    cases, requests = {}, []
    for name in V2:
        case = cases[name] = Case(f"dnn_iris_v2_{name}", tmp_path_factory.mktemp(name) / "model_dir")
        case.train_on(OURS)
        settings = case.expected["case"]
        requests.append(
            {
                "data": str(FOLDER / f"dnn_iris_v2_{name}" / "data.npz"),
                "rows": case.arrays["cont_batches"][OURS:ALL].tolist(),
                "optimizer": settings.get("optimizer", ["Adagrad", {"learning_rate": 0.001}]),
                "columns": [column[1] for column in settings["columns"]],
                "hidden": settings["hidden"],
                "model_dir": str(case.model_dir),
            }
        )
    steps: Any = tensorflow.answer("tf_continue.py", requests)
    assert steps == [205] * len(V2)
    return cases


@pytest.mark.parametrize("name", V2)
def test_taking_turns_ends_where_tensorflow_alone_ended(continued: dict[str, Case], name: str) -> None:
    case = continued[name]
    found = values(str(case.model_dir / "model.ckpt-205"))
    wanted = {
        key.partition("/")[2]: value for key, value in case.arrays.items() if key.startswith("vars_after_5/")
    }
    assert found.keys() == wanted.keys()
    for key, value in wanted.items():
        np.testing.assert_allclose(found[key], value, rtol=1e-5, atol=1e-5, err_msg=key)
