"""The executor of jax on a GPU beside plain jax and PyTorch on the same one: ``python -m benchmarks.gpu``.

First the losses of twenty steps are compared with those of numpy on the processor; then all take turns. Where jax finds
no GPU nothing is measured, and the command says so.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from benchmarks import machine, results
from benchmarks.environments import ON_GPU, PYTHONS, is_here, tf_module, variables
from benchmarks.log_clock import steps_per_second
from benchmarks.models import digits, perceptron
from benchmarks.processes import turns
from benchmarks.row import Comparison, Row, Run, Turn

STEPS, LOOKS = 400, 20  # of a turn, and after how many of them a loop looks at the loss
COMPARED, TOLERANCE = 20, 1e-5

PAGE = results.RESULTS.with_name("GPU.md")


def made(model: str) -> tuple[Any, Callable[[], Any]]:
    """The Estimator of a model, and its input."""
    folder = tempfile.mkdtemp()
    if model == "MLP":
        return perceptron.estimator(tf_module(), "Adam", folder)
    return digits.estimator(tf_module(), folder)


def estimator(model: str) -> Turn:
    """Estimator.train."""
    classifier, input_fn = made(model)
    return lambda: {"steps/s": steps_per_second(classifier, input_fn, STEPS)}


def losses(model: str) -> Turn:
    """The losses of the first steps of Estimator.train, from seeded weights."""
    tf = tf_module()
    classifier, input_fn = made(model)
    classifier = tf.estimator.Estimator(
        classifier.model_fn, tempfile.mkdtemp(), tf.estimator.RunConfig(tf_random_seed=1)
    )
    found: list[float] = []

    class Keep(tf.train.SessionRunHook):
        def before_run(self, run_context: Any) -> Any:
            return tf.train.SessionRunArgs(tf.losses.get_total_loss())

        def after_run(self, run_context: Any, run_values: Any) -> None:
            found.append(float(run_values.results))

    def turn() -> dict[str, float]:
        classifier.train(input_fn, hooks=[Keep()], max_steps=COMPARED)
        return {f"loss ({number})": loss for number, loss in enumerate(found)}

    return turn


def loop(step: Callable[[Any, Any], Any], batches: Any) -> Turn:
    """A loop that looks at the loss now and then."""

    def turn() -> dict[str, float]:
        float(step(*next(batches)))
        start = time.perf_counter()
        for number, batch in enumerate(islice(batches, STEPS), 1):
            loss = step(*batch)
            if number % LOOKS == 0:
                print(float(loss))
        return {"steps/s": STEPS / (time.perf_counter() - start)}

    return turn


def jax_loop(model: str) -> Turn:
    """A loop around the compiled step."""
    if model == "MLP":
        return loop(perceptron.jax_step("Adam"), perceptron.batches())
    return loop(digits.jax_step(), digits.batches())


def torch_loop(model: str) -> Turn:
    """The plain loop."""
    if model == "MLP":
        return loop(perceptron.torch_step("Adam", "cuda"), perceptron.batches())
    return loop(digits.torch_step("cuda"), digits.batches())


def row() -> Row:
    """What is compared, with goals."""
    lines = [
        Comparison(
            f"{model} / {peer}",
            "steps/s",
            Run(ON_GPU["estimator"], estimator, (model,)),
            Run(ON_GPU[peer], make, (model,)),
            goal,
        )
        for model in ("MLP", "CNN")
        for peer, make, goal in (("jax", jax_loop, 0.95), ("torch", torch_loop, None))
    ]
    return Row("On a GPU: 784-512-512-10 with Adam, batch 128; MNIST tutorial, batch 100", tuple(lines))


def device() -> str | None:
    """What jax computes on in the environment for GPUs; None if that is not made, or has no GPU."""
    environment = ON_GPU["jax"]
    if not is_here(environment):
        return None
    code = "import jax; print(jax.default_backend(), jax.devices()[0].device_kind)"
    command = [str(PYTHONS[environment]), "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=variables(environment))
    backend, _, kind = done.stdout.strip().partition(" ")
    return kind if backend == "gpu" else None


def difference(model: str) -> float:
    """The largest relative difference of a loss on the GPU from that of numpy on the processor.

    Raises
    ------
    SystemExit
        If one of them cannot train.
    """
    runs = [Run("estimator", losses, (model,)), Run(ON_GPU["estimator"], losses, (model,))]
    figures, failures = turns(runs, 1)
    if failures:
        raise SystemExit("\n".join(failures))
    (by_numpy,), (on_gpu,) = (figures[run] for run in runs)
    return max(abs(on_gpu[unit] - loss) / abs(loss) for unit, loss in by_numpy.items())


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare, measure, and write the page."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gpu", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--pairs", type=int, default=5, help="how often each takes its turn")
    options = parser.parse_args(arguments)
    kind = device()
    if kind is None:
        print(f"skipped: {PYTHONS[ON_GPU['jax']]} finds no GPU; `make .venv-gpu/installed` makes it.")
        return
    about = [f"{kind}; {time.strftime('%Y-%m-%d %H:%M')}, {machine.revision()}, {options.pairs} pairs."]
    for model in ("MLP", "CNN"):
        found = difference(model)
        verdict = "equal" if found <= TOLERANCE else "NOT EQUAL"
        about.append(
            f"{model}: the losses of {COMPARED} steps differ from numpy's by {found:.1e} at most: {verdict}."
        )
    measured_row = row()
    runs = [run for group in measured_row.groups() for run in group]
    figures, failures = turns(runs, options.pairs)
    text = results.section("GPU", measured_row, figures, failures, "\n".join(about))
    PAGE.write_text(text)
    print(text)
    if any("NOT EQUAL" in line for line in about):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
