"""The place of this process in a cluster, as the environment variable TF_CONFIG tells it.

TF_CONFIG is a JSON object; all of its keys are optional::

    {"cluster": {"chief": ["h0:1"], "worker": ["h1:1", "h2:1"], "ps": ["h3:1"]},
     "task": {"type": "worker", "index": 1},
     "model_dir": "/shared/model", "service": {}, "session_master": "", "eval_session_master": ""}

Without ``cluster`` the process is alone: worker 0, and chief; if a launcher has connected it with others, it is the
chief or a worker by its rank. An evaluator is no part of the cluster, so it sees none. Nothing is contacted here: this
is only what a program may ask its :class:`~estimator.settings.run_config.RunConfig`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Any

from estimator.core.errors import UsageError, raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.core.tracebacks import cause_of

CHIEF, MASTER, WORKER, PS, EVALUATOR = "chief", "master", "worker", "ps", "evaluator"


@near_keywords
class ClusterSpec:
    """The addresses of every job of a cluster.

    Parameters
    ----------
    cluster : ClusterSpec, ClusterDef, or mapping of str to (list of str, or mapping of int to str)
        Job name to its tasks' addresses; the inner mapping may leave task numbers out.

    Raises
    ------
    TypeError
        If it is neither.
    ValueError
        If a job's tasks are neither.

    Example
    -------
    >>> spec = ClusterSpec({"chief": ["h0:1"], "worker": ["h1:1", "h2:1"]})
    >>> spec.task_address("worker", 1)
    'h2:1'
    """

    def __init__(self, cluster: Any) -> None:  # JSON: checked by _tasks
        if hasattr(cluster, "job"):
            cluster = {job.name: dict(job.tasks) for job in cluster.job}
        jobs = cluster.as_dict() if isinstance(cluster, ClusterSpec) else cluster
        if not isinstance(jobs, Mapping):
            raise TypeError(f"a cluster should be a dict of jobs to lists of addresses, given: {cluster!r}.")
        self._jobs = {str(job): _tasks(job, tasks) for job, tasks in sorted(jobs.items())}

    @property
    def jobs(self) -> list[str]:
        """The names of the jobs."""
        return list(self._jobs)

    def num_tasks(self, job_name: str) -> int:
        """How many tasks the job has.

        Raises
        ------
        ValueError
            If there is no such job (as of the methods below).
        """
        return len(self._tasks_of(job_name))

    def task_indices(self, job_name: str) -> list[int]:
        """The numbers of the job's tasks."""
        return list(self._tasks_of(job_name))

    def job_tasks(self, job_name: str) -> list[str | None]:
        """The addresses of the job's tasks by number, None where one is left out."""
        tasks = self._tasks_of(job_name)
        return [tasks.get(index) for index in range(max(tasks, default=-1) + 1)]

    def _tasks_of(self, job_name: str) -> dict[int, str]:
        if job_name not in self._jobs:
            raise ValueError(
                f"no such job in cluster: {job_name!r}. It has {', '.join(self._jobs) or 'none'}."
            )
        return self._jobs[job_name]

    def task_address(self, job_name: str, task_index: int) -> str:
        """Where the task listens.

        Raises
        ------
        ValueError
            If the cluster has no such task.
        """
        tasks = self._tasks_of(job_name)
        if task_index not in tasks:
            raise ValueError(f"task {task_index} of job {job_name!r} is not in {self!r}.")
        return tasks[task_index]

    def as_dict(self) -> dict[str, list[str] | dict[int, str]]:
        """Job to addresses: a list, or a dict if task numbers are left out."""
        return {
            job: list(tasks.values()) if list(tasks) == list(range(len(tasks))) else dict(tasks)
            for job, tasks in self._jobs.items()
        }

    def as_cluster_def(self) -> Any:  # a message
        """The same as a ClusterDef message."""
        from estimator.formats import messages  # loads protobuf

        cluster = messages.ClusterDef()
        for job, tasks in self._jobs.items():
            cluster.job.add(name=job, tasks=tasks)
        return cluster

    def __bool__(self) -> bool:
        return bool(self._jobs)

    def __eq__(self, other: object) -> bool:
        return self.as_dict() == (other.as_dict() if isinstance(other, ClusterSpec) else other)

    __hash__ = None  # type: ignore[assignment]  # equal to a dict, hence as unhashable as one

    def __repr__(self) -> str:
        return f"ClusterSpec({self.as_dict()})"


def _tasks(job: str, tasks: Any) -> dict[int, str]:
    try:
        numbered = tasks.items() if isinstance(tasks, Mapping) else enumerate(tasks)
        found = {int(index): address for index, address in sorted(numbered)}
    except (TypeError, ValueError):
        found = None
    if (
        found is None
        or isinstance(tasks, str)
        or not all(isinstance(address, str) for address in found.values())
    ):
        raise ValueError(f"the tasks of job {job!r} should be a list of addresses, given: {tasks!r}.")
    return found


@frozen
class Cluster:
    """What TF_CONFIG says about this process; the defaults are those of a process alone.

    Parameters
    ----------
    spec : ClusterSpec
        Empty for a process alone and for an evaluator.
    task_type, task_id : str and int
        Which process this is.
    is_chief : bool
        Whether it writes checkpoints and summaries.
    master, evaluation_master : str
        The session targets, ``""`` in this process.
    num_ps_replicas, num_worker_replicas : int
        How many parameter servers and workers there are; the chief counts as a worker.
    global_id : int or None
        Counts chief, workers, parameter servers in this order; an evaluator has none.
    service : dict or None
        TF_CONFIG's own, handed through.
    model_dir : str or None
        TF_CONFIG's own.
    device_filters : tuple of str
        The devices that this process may use.
    is_of_launcher : bool
        Whether TF_CONFIG says nothing of a cluster, and it is that of the processes that a launcher has connected.
    """

    spec: ClusterSpec = field(default_factory=lambda: ClusterSpec({}))
    task_type: str = WORKER
    task_id: int = 0
    is_chief: bool = True
    master: str = ""
    evaluation_master: str = ""
    num_ps_replicas: int = 0
    num_worker_replicas: int = 1
    global_id: int | None = 0
    service: dict[str, Any] | None = None
    model_dir: str | None = None
    device_filters: tuple[str, ...] = ()
    is_of_launcher: bool = False


def parse(text: str | None, rank: int = 0, size: int = 1) -> Cluster:
    """The cluster that the value of TF_CONFIG describes; None means that it is not set.

    Parameters
    ----------
    text : str or None
    rank, size : int
        Which process this is, and of how many that a launcher has connected to train together: the chief, then the
        workers. TF_CONFIG must say the same, if it says anything; what it leaves out follows from them.

    Raises
    ------
    UsageError
        If it is not a JSON object, or describes no valid cluster; all problems at once.
    """
    document = {} if text is None else _json_object(text)
    if size == 1:
        return _parse(document)
    is_of_launcher = not document.get("cluster") and not document.get("task")
    if is_of_launcher:
        document["cluster"] = {
            CHIEF: ["process:0"],
            WORKER: [f"process:{worker}" for worker in range(1, size)],
        }
        document.setdefault("session_master", "")
    given = document.get("cluster")
    if isinstance(given, Mapping) and given and not document.get("task"):
        chief = MASTER if MASTER in given else CHIEF
        is_chief = rank == 0
        document["task"] = {"type": chief if is_chief else WORKER, "index": 0 if is_chief else rank - 1}
    found = _parse(document)
    raise_problems("TF_CONFIG", list(_process_problems(found, rank, size)))
    return replace(found, master=document.get("session_master") or "", is_of_launcher=is_of_launcher)


def _process_problems(found: Cluster, rank: int, size: int) -> Iterator[str]:
    """What does not fit the processes that a launcher has connected."""
    this = f"rank {rank} of {size} processes that a launcher has started to train together"
    if found.task_type == EVALUATOR:
        yield (
            f"TF_CONFIG makes this process, {this}, the evaluator, which takes no part in a training. Start the "
            "evaluator by itself, without the launcher; it waits for checkpoints."
        )
        return
    if found.num_ps_replicas:
        yield (
            f"TF_CONFIG has {found.num_ps_replicas} parameter servers (ps), and there are none here: every process "
            f"keeps all variables, and gradients are summed. Leave ps out; this is {this}."
        )
    if found.num_worker_replicas != size:
        yield (
            f"TF_CONFIG has {found.num_worker_replicas} processes that train (the chief and the workers), but this is "
            f"{this}. Start as many as TF_CONFIG has, or leave its cluster out."
        )
    elif not found.num_ps_replicas and found.global_id != rank:
        yield (
            f"TF_CONFIG makes this process {found.task_type} {found.task_id}, which is number {found.global_id}, but "
            f"it is {this}: the chief must be rank 0, worker n rank n + 1. Leave the task out, and it follows."
        )


def _parse(document: Mapping[str, Any]) -> Cluster:
    problems = _shared_problems(document)
    given = document.get("cluster") or {}
    if not isinstance(given, Mapping):
        problems.append(f'"cluster" in TF_CONFIG must be an object, given: {given!r}.')
        raise_problems("TF_CONFIG", problems)
    task_type, task_id = _task(document, bool(given), problems)
    spec = ClusterSpec({})
    try:
        spec = ClusterSpec(given)
        problems += (
            _cluster_problems(spec, task_type, task_id) if given else _local_problems(task_type, task_id)
        )
    except ValueError as error:
        problems.append(f'"cluster" in TF_CONFIG: {error}')
    raise_problems("TF_CONFIG", problems)
    assert task_type is not None and task_id is not None  # else there was a problem
    return _place(spec, task_type, task_id, document)


def _json_object(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(
            "TF_CONFIG",
            [
                f"the environment variable TF_CONFIG is not JSON: {error}. "
                f"It holds {text[:80]!r}; mend or unset it."
            ],
        ) from cause_of(error)
    if not isinstance(document, dict):
        raise UsageError("TF_CONFIG", [f"TF_CONFIG must be a JSON object, given: {text[:80]}"])
    return document


def _shared_problems(document: Mapping[str, Any]) -> list[str]:
    problems = []
    service, model_dir = document.get("service"), document.get("model_dir")
    if service is not None and not isinstance(service, dict):
        problems.append(f'If "service" is set in TF_CONFIG, it must be a dict. Given {type(service)}')
    if model_dir == "":
        problems.append("model_dir in TF_CONFIG should be non-empty.")
    elif model_dir is not None and not isinstance(model_dir, str):
        problems.append(f"model_dir in TF_CONFIG should be a string, given: {model_dir!r}.")
    return problems


def _task(document: Mapping[str, Any], clustered: bool, problems: list[str]) -> tuple[str | None, int | None]:
    """The task's type and number, with the defaults of a process alone; None where there is a problem."""
    task = document.get("task") or {}
    if not isinstance(task, Mapping):
        problems.append(f'"task" in TF_CONFIG must be an object, given: {task!r}.')
        return None, None
    task_type, index = task.get("type"), task.get("index")
    if not clustered:
        task_type, index = WORKER if task_type is None else task_type, 0 if index is None else index
    if not task_type:
        problems.append('If "cluster" is set in TF_CONFIG, task type must be set.')
    if index is None:
        problems.append('If "cluster" is set in TF_CONFIG, task index must be set.')
        return task_type, None
    try:
        number = int(index)
    except (TypeError, ValueError):
        problems.append(f"task index in TF_CONFIG must be a number, given: {index!r}.")
        return task_type, None
    if number < 0:
        problems.append(f"Task index must be non-negative number. Given: {number}.")
        return task_type, None
    return task_type, number


def _local_problems(task_type: str | None, task_id: int | None) -> list[str]:
    problems = []
    if task_type not in (None, WORKER):
        problems.append('If "cluster" is not set in TF_CONFIG, task type must be WORKER.')
    if task_id:
        problems.append('If "cluster" is not set in TF_CONFIG, task index must be 0.')
    return problems


def _cluster_problems(spec: ClusterSpec, task_type: str | None, task_id: int | None) -> list[str]:
    problems = []
    chief = _chief_type(spec)
    if _count(spec, chief) == 0:
        problems.append(f'If "cluster" is set in TF_CONFIG, it must have one "{chief}" node.')
    if _count(spec, chief) > 1:
        problems.append(f'The "cluster" in TF_CONFIG must have only one "{chief}" node.')
    if chief == MASTER and _count(spec, CHIEF):
        problems.append("If `master` node exists in `cluster`, job `chief` is not supported.")
    if chief == MASTER and task_type == EVALUATOR:
        problems.append("If `master` node exists in `cluster`, task_type `evaluator` is not supported.")
    if task_type and task_type != EVALUATOR:
        where = f"in the cluster_spec:\n{spec}\n\nNote that these values may be coming from the TF_CONFIG"
        if task_type not in spec.jobs:
            problems.append(f"{task_type} is not a valid task_type {where} environment variable.")
        elif task_id is not None and task_id not in spec.task_indices(task_type):
            problems.append(
                f"{task_id} is not a valid task_id for task_type {task_type} {where} environment variable."
            )
    return problems


def _place(spec: ClusterSpec, task_type: str, task_id: int, document: Mapping[str, Any]) -> Cluster:
    service, model_dir = document.get("service"), document.get("model_dir")
    evaluation_master = document.get("eval_session_master") or ""
    if not spec:
        master = document.get("session_master") or ""
        return Cluster(
            master=master, evaluation_master=evaluation_master, service=service, model_dir=model_dir
        )
    if task_type == EVALUATOR:
        return Cluster(
            task_type=EVALUATOR,
            task_id=task_id,
            is_chief=False,
            evaluation_master=evaluation_master,
            num_worker_replicas=0,
            global_id=None,
            service=service,
            model_dir=model_dir,
        )
    chief = _chief_type(spec)
    return Cluster(
        spec=spec,
        task_type=task_type,
        task_id=task_id,
        is_chief=task_type == chief,
        master=document.get("session_master") or _address(spec, task_type, task_id),
        num_ps_replicas=_count(spec, PS),
        num_worker_replicas=_count(spec, WORKER) + _count(spec, chief),
        global_id=_global_id(spec, task_type, task_id),
        service=service,
        model_dir=model_dir,
        device_filters=_device_filters(task_type, task_id),
    )


def _count(spec: ClusterSpec, job: str) -> int:
    return spec.num_tasks(job) if job in spec.jobs else 0


def _chief_type(spec: ClusterSpec) -> str:
    return MASTER if _count(spec, MASTER) else CHIEF


def _address(spec: ClusterSpec, task_type: str, task_id: int) -> str:
    alone = sum(map(spec.num_tasks, spec.jobs)) == 1
    return "" if alone else f"grpc://{spec.task_address(task_type, task_id)}"


def _global_id(spec: ClusterSpec, task_type: str, task_id: int) -> int | None:
    before = 0
    for job in (_chief_type(spec), WORKER, PS):
        if job == task_type:
            return before + task_id
        before += _count(spec, job)
    return None


def _device_filters(task_type: str, task_id: int) -> tuple[str, ...]:
    if task_type in (CHIEF, MASTER):
        return "/job:ps", f"/job:{task_type}"
    if task_type == WORKER:
        return "/job:ps", f"/job:worker/task:{task_id}"
    if task_type == PS:
        return "/job:ps", "/job:worker", "/job:chief", "/job:master"
    return ()
