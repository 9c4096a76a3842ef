from __future__ import annotations

import numpy as np
import pytest

from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.runtime.session import Session

pytestmark = pytest.mark.jax


def generator(words: tuple[int, int, int]) -> np.random.Generator:
    bits = np.random.Philox(key=np.array(words[:2], np.uint64))
    state = bits.state
    state["state"]["counter"] = np.array([0, 0, 0, words[2]], np.uint64)
    bits.state = state
    return np.random.Generator(bits)


@pytest.mark.parametrize("words", [(1, 2, 0), (2**64 - 1, 2**63 + 11, 5), (0, 0, 2**40)])
@pytest.mark.parametrize("dims", [(), (1,), (7,), (3, 5), (0, 2)])
def test_uniform_numbers_are_numpys_bit_for_bit(words: tuple[int, int, int], dims: tuple[int, ...]) -> None:
    from estimator.runtime.executors.jax.drawing import uniform
    from estimator.runtime.executors.jax.library import jnp, wide

    with wide():
        device_words = jnp.array(words, jnp.uint64)
        for dtype in (np.float32, np.float64):
            found = np.asarray(uniform(device_words, dims, is_double=dtype is np.float64))
            wanted = generator(words).random(dims, dtype=dtype)  # type: ignore[arg-type]
            assert found.dtype == dtype
            assert found.tobytes() == np.asarray(wanted).tobytes()


def test_draws_of_many_runs_are_those_of_the_interpreter_and_go_on_after_a_restore() -> None:
    graph = Graph()
    graph.seed = 3
    with graph.as_default():
        drawn = build.RandomUniform([4, 3], dtype=np.float32, seed=1) + build.Placeholder(
            dtype=np.float32, shape=()
        )
    placeholder = graph.get_operations()[-2].outputs[0]
    assert placeholder.op.type == "Placeholder"
    runs = {}
    for executor in ("interpreter", "jax"):
        with Session(graph=graph, executor=executor) as session:
            first = [session.run(drawn, {placeholder: 0.0}) for _ in range(2)]
            state = session.store.random_state()
            third = session.run(drawn, {placeholder: 0.0})
            session.store.restore_random_state(state)
            again = session.run(drawn, {placeholder: 0.0})
        assert third.tobytes() == again.tobytes() != first[1].tobytes()
        runs[executor] = [each.tobytes() for each in (*first, third)]
    assert runs["jax"] == runs["interpreter"]
