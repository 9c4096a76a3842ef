"""The files that start trainings of several processes: what launchers read in them, and how they start again."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from estimator.settings.cluster import parse
from estimator.settings.yaml_text import read_mapping

FOLDER = Path(__file__).parents[2] / "examples" / "distributed"

# The fields that the files may have, as the API of Kubernetes 1.30 and that of the MPI Operator, kubeflow.org/v2beta1,
# name them; a misspelt one is ignored there without a word. {} stands for anything, a list for one of its entries.
_CONTAINER = {
    "name": {}, "image": {}, "command": {}, "args": {}, "ports": [{"containerPort": {}}],
    "env": [{"name": {}, "value": {}}], "resources": {"limits": {"cpu": {}, "memory": {}}},
    "volumeMounts": [{"name": {}, "mountPath": {}}],
}  # fmt: skip
_POD: dict[str, Any] = {
    "restartPolicy": {}, "subdomain": {}, "terminationGracePeriodSeconds": {}, "containers": [_CONTAINER],
    "volumes": [{"name": {}, "persistentVolumeClaim": {"claimName": {}}}],
}  # fmt: skip
_OBJECT = {"apiVersion": {}, "kind": {}, "metadata": {"name": {}}}
_REPLICAS = {"replicas": {}, "restartPolicy": {}, "template": {"spec": _POD}}
FIELDS: dict[str, Any] = {
    "job.yaml": {**_OBJECT, "spec": {"completionMode": {}, "completions": {}, "parallelism": {}, "backoffLimit": {},
                                     "template": {"spec": _POD}}},
    "service.yaml": {**_OBJECT, "spec": {"clusterIP": {}, "publishNotReadyAddresses": {}, "selector": {"job-name": {}}}},
    "mpijob.yaml": {**_OBJECT, "spec": {"slotsPerWorker": {}, "runPolicy": {"cleanPodPolicy": {}, "backoffLimit": {}},
                                        "mpiReplicaSpecs": {"Launcher": _REPLICAS, "Worker": _REPLICAS}}},
}  # fmt: skip


def read(name: str) -> dict[str, Any]:
    return read_mapping((FOLDER / name).read_text("utf-8"))


def unknown(found: Any, fields: Any, path: str = "") -> list[str]:
    """The paths of what is no field."""
    if fields == {}:
        return []
    if isinstance(fields, list):
        return [bad for entry in found for bad in unknown(entry, fields[0], path)]
    if not isinstance(found, dict):
        return [path]
    return [
        bad
        for key, value in found.items()
        for bad in (unknown(value, fields[key], f"{path}.{key}") if key in fields else [f"{path}.{key}"])
    ]


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_is_one_that_there_is(name: str) -> None:
    assert unknown(read(name), FIELDS[name]) == []
    assert unknown({"kind": "Job", "spce": {}}, FIELDS[name]) == [".spce"]


def pod(name: str) -> dict[str, Any]:
    spec: dict[str, Any] = read(name)["spec"]["template"]["spec"]
    return spec


def test_volumes_of_a_pod_are_those_that_are_mounted() -> None:
    workers = read("mpijob.yaml")["spec"]["mpiReplicaSpecs"]["Worker"]["template"]["spec"]
    for spec in (pod("job.yaml"), workers):
        mounted = [mount["name"] for container in spec["containers"] for mount in container["volumeMounts"]]
        assert mounted == [volume["name"] for volume in spec["volumes"]]


def test_processes_of_the_job_make_a_tf_config_in_which_each_has_its_task() -> None:
    job, service = read("job.yaml"), read("service.yaml")
    size = job["spec"]["completions"]
    assert size == job["spec"]["parallelism"] and job["spec"]["completionMode"] == "Indexed"
    assert service["spec"]["selector"] == {"job-name": job["metadata"]["name"]}
    assert service["metadata"]["name"] == pod("job.yaml")["subdomain"]
    assert service["spec"]["clusterIP"] == "None"  # without an address of its own its pods have names
    container = pod("job.yaml")["containers"][0]
    (script,) = container["args"]
    assert script.rstrip().endswith("exec python /work/train.py")
    told = script.replace("exec python /work/train.py", 'echo "$TF_CONFIG"')
    for rank in range(size):
        done = subprocess.run(
            [*container["command"], told], capture_output=True, text=True, check=True,
            env=os.environ | {"JOB_COMPLETION_INDEX": str(rank)},
        )  # fmt: skip
        cluster = parse(done.stdout)
        assert cluster.global_id == rank and cluster.is_chief == (rank == 0)
        assert cluster.num_worker_replicas == size and cluster.num_ps_replicas == 0
        chief = cluster.spec.task_address("chief", 0)
        assert chief == f"{job['metadata']['name']}-0.{service['metadata']['name']}:2222"
        assert container["ports"] == [{"containerPort": 2222}]


@pytest.mark.parametrize("name", ["restart.sh", "train.sbatch"])
def test_shells_understand_the_scripts(name: str) -> None:
    shell = (FOLDER / name).read_text().splitlines()[0].removeprefix("#!")
    subprocess.run([shell, "-n", str(FOLDER / name)], check=True)
    assert os.access(FOLDER / name, os.X_OK) or name == "train.sbatch"


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder first on the path: what is called there notes its arguments, and ends with the next of some codes."""
    for name in ("mpiexec", "srun", "scontrol", "sleep"):
        command = tmp_path / name
        command.write_text(
            f'#!/bin/sh\necho "{name} $*" >> {tmp_path}/called\n'
            f"test -s {tmp_path}/{name}.codes || exit 0\n"
            f"code=$(head -n 1 {tmp_path}/{name}.codes); sed -i 1d {tmp_path}/{name}.codes; exit $code\n"
        )
        command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def ended(commands: Path, words: list[str], codes: dict[str, list[int]]) -> tuple[int, list[str]]:
    """The exit code of a script, and what it has called."""
    for name, given in codes.items():
        (commands / f"{name}.codes").write_text("".join(f"{code}\n" for code in given))
    done = subprocess.run(words, cwd=commands, capture_output=True, text=True)
    return done.returncode, (commands / "called").read_text().splitlines()


TRAIN = ["mpiexec", "-n", "4", "python", "-m", "mpi4py", "train.py"]


@pytest.mark.parametrize(
    ("codes", "code", "times"),
    [
        ([0], 0, 1),
        ([1, 137, 143, 0], 0, 4),
        ([1] * 25, 1, 20),
        ([1, 3, 0], 3, 2),
        ([2], 2, 1),
        ([130], 130, 1),
    ],
    ids=["done", "failed thrice", "always", "a checkpoint that does not fit", "a wrong call", "Ctrl-C"],
)
def test_the_loop_starts_again_what_may_end_otherwise(
    codes: list[int], code: int, times: int, commands: Path
) -> None:
    found, called = ended(commands, [str(FOLDER / "restart.sh"), *TRAIN], {"mpiexec": codes})
    assert found == code
    assert [call for call in called if not call.startswith("sleep")] == [" ".join(TRAIN)] * times


@pytest.mark.parametrize(
    ("code", "restarts", "requeued"),
    [(0, "0", False), (143, "", True), (1, "19", True), (1, "20", False), (3, "0", False)],
)
def test_the_batch_job_is_queued_again(
    code: int, restarts: str, requeued: bool, commands: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLURM_JOB_ID", "77")
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "8")
    monkeypatch.setenv("SLURM_RESTART_COUNT", restarts)
    found, called = ended(commands, ["bash", str(FOLDER / "train.sbatch")], {"srun": [code]})
    assert found == code
    assert called[0] == "srun --mpi=pmix --kill-on-bad-exit=1 python -m mpi4py train.py"
    assert called[1:] == (["scontrol requeue 77"] if requeued else [])
