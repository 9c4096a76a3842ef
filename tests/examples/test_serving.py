"""A service of one's own, with generated code, answers from the latest checkpoint, beside our server's own messages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from estimator.columns.numeric import numeric_column
from estimator.estimators.dnn import DNNClassifier
from estimator.pipeline.dataset import Dataset

ROOT = Path(__file__).parents[2]
HERE = ROOT / "examples" / "serving"
FEATURES = ["SepalLength", "SepalWidth", "PetalLength", "PetalWidth"]


@pytest.mark.slow
def test_the_service_answers_from_the_latest_checkpoint(tmp_path: Path) -> None:
    model_dir = str(tmp_path / "iris")
    columns = [numeric_column(key) for key in FEATURES]
    flowers = dict.fromkeys(FEATURES, [1.0, 2.0, 3.0])
    classifier = DNNClassifier([10, 10], columns, model_dir, n_classes=3)
    classifier.train(lambda: Dataset.from_tensors((flowers, [0, 1, 2])).repeat(), steps=7)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "model_server.py", f"--model_dir={model_dir}", "--port=0"]
    with subprocess.Popen(command, cwd=HERE, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().split()[-1]
            done = subprocess.run(
                [sys.executable, "model_client.py", address],
                cwd=HERE, env=environment, capture_output=True, text=True, timeout=30,
            )  # fmt: skip
        finally:
            server.kill()
    assert done.returncode == 0, done.stderr
    *species, step = done.stdout.splitlines()
    assert [bool(re.fullmatch(r"(Setosa|Versicolor|Virginica) \(\d+\.\d%\)", line)) for line in species] == [
        True
    ] * 3
    assert step == "says the model of step 7"


def test_generated_code_stands_beside_the_messages_of_our_server() -> None:
    code = (
        "import model_service_pb2\n"
        "from estimator.formats import messages\n"
        "from estimator.serving.grpc import server\n"
        "assert messages.methods('serving.ModelService')[0] == 'tensorflow.serving.ModelService'\n"
        "print(model_service_pb2.DESCRIPTOR.services_by_name['ModelService'].full_name)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE)])}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], env=environment, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("flowers.ModelService\n", "")
