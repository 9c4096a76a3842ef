"""What siblings do is one call in a plan, with the bits, the errors and the writes of the interpreter."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph import build
from tests.runtime.programs import all_values, bits, plan_lines

WORDS = ["education", "occupation"]
EXECUTORS = ("interpreter", "numpy")


def sparse(rows: list[list[str]]) -> Any:
    """A batch of words, as many as there are in each row."""
    entries = [(row, column) for row, words in enumerate(rows) for column in range(len(words))]
    words = [word for row in rows for word in row]
    most = max(map(len, rows), default=0)
    return tf.SparseTensorValue(
        np.array(entries, np.int64).reshape(-1, 2), np.array(words, object), [len(rows), most]
    )


BATCHES: dict[str, list[list[str]]] = {
    "a word each": [["a"], ["b"], ["c"], ["a"]],
    "the same word": [["a"], ["a"], ["a"], ["a"]],
    "empty rows": [["a"], [], ["b"], []],
    "no words": [[], [], [], []],
    "unknown words": [["a"], ["x"], ["y"], ["b"]],  # whose ids are -1
    "several words": [["a", "b", "a"], ["c"], ["b", "b"], ["a"]],
    "other words": [["c"], ["b"], ["b"], ["c"]],
}


class WideAndDeep:
    """A linear part and an embedding of each of several columns."""

    def __init__(self, combiner: str, optimizer: Any, weighted: bool) -> None:
        with tf.Graph().as_default() as self.graph:
            tf.set_random_seed(1)
            fc = tf.feature_column
            self.fed = {word: tf.sparse_placeholder(tf.string, [None, None]) for word in WORDS}
            self.weights = {word: tf.sparse_placeholder(tf.float32, [None, None]) for word in WORDS}
            features = self.fed | {f"{word}_weight": values for word, values in self.weights.items()}
            columns = [fc.categorical_column_with_vocabulary_list(word, ["a", "b", "c"]) for word in WORDS]
            if weighted:
                columns = [
                    fc.weighted_categorical_column(column, f"{column.key}_weight") for column in columns
                ]
            deep = fc.input_layer(features, [fc.embedding_column(column, 3, combiner) for column in columns])
            wide = fc.linear_model(features, columns, sparse_combiner=combiner)
            self.loss = tf.reduce_sum(tf.square(wide + tf.reduce_sum(deep, 1, keepdims=True) - 1.0))
            self.step = optimizer().minimize(self.loss)
            self.start = [tf.global_variables_initializer(), tf.tables_initializer()]

    def feeds(self, names: list[str]) -> dict[Any, Any]:
        """A batch of each of the columns."""
        words = {word: sparse(BATCHES[name]) for word, name in zip(WORDS, names, strict=True)}
        weights = {
            word: value._replace(values=np.linspace(0.5, 2, len(value.values)).astype(np.float32))
            for word, value in words.items()
        }
        return {self.fed[w]: words[w] for w in WORDS} | {self.weights[w]: weights[w] for w in WORDS}

    def session(self, executor: str) -> Any:
        session = tf.Session(graph=self.graph, executor=executor)
        session.run(self.start)
        return session

    def trained(self, executor: str) -> Any:
        """The losses and the variables at the end, of batches of all kinds between plain ones."""
        plain = ["a word each", "the same word"]
        order = [plain, plain, *([name, "other words"] for name in BATCHES), plain]
        with self.session(executor) as session:
            losses = [session.run([self.loss, self.step], self.feeds(names))[0] for names in order]
            return bits(losses), all_values(session)


OPTIMIZERS = {
    "Ftrl": lambda: tf.train.FtrlOptimizer(0.1, l1_regularization_strength=0.01),
    "Adagrad": lambda: tf.train.AdagradOptimizer(0.1),
    "Adam": lambda: tf.train.AdamOptimizer(0.1),
}


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize(("combiner", "optimizer"), [("mean", "Ftrl"), ("sum", "Adam"), ("sqrtn", "Adagrad")])
def test_a_training_over_columns_is_the_interpreters(combiner: str, optimizer: str, weighted: bool) -> None:
    model = WideAndDeep(combiner, OPTIMIZERS[optimizer], weighted)
    assert model.trained("numpy") == model.trained("interpreter")


class Tables:
    """Rows of several tables, and an update of them; ids and gradients are fed."""

    def __init__(self, count: int = 3) -> None:
        with tf.Graph().as_default() as self.graph:
            self.tables = [
                tf.get_variable(f"t{n}", initializer=np.ones((4, 2), np.float32)) for n in range(count)
            ]
            self.slots = [
                tf.get_variable(f"s{n}", initializer=np.ones((4, 2), np.float32)) for n in range(count)
            ]
            self.ids = [build.Placeholder(dtype="int64", shape=(None,)) for _ in range(count)]
            self.grads = [build.Placeholder(dtype="float32", shape=(None, 2)) for _ in range(count)]
            self.uniques = [build.Unique(ids) for ids in self.ids]
            self.rows = [tf.gather(table, ids) for table, ids in zip(self.tables, self.ids, strict=True)]
            updated = zip(self.tables, self.slots, self.grads, self.ids, strict=True)
            self.updates = [
                build.ResourceSparseApplyAdagrad(table.handle, slot.handle, np.float32(0.1), grad, ids)
                for table, slot, grad, ids in updated
            ]
            self.start = tf.global_variables_initializer()

    def feeds(self, *ids: list[int]) -> dict[Any, Any]:
        grads = {
            grad: np.full((len(own), 2), 0.5, np.float32) for grad, own in zip(self.grads, ids, strict=True)
        }
        return dict(zip(self.ids, ids, strict=True)) | grads

    def session(self, executor: str) -> Any:
        session = tf.Session(graph=self.graph, executor=executor)
        session.run(self.start)
        return session


def test_what_siblings_do_is_one_call_and_their_own_stand_below() -> None:
    model = Tables()
    with model.session("numpy") as session:
        lines = plan_lines(session, [model.uniques, model.updates], model.feeds([0], [1], [2]))
    assert len([line for line in lines if re.search(r"^t\d+, t\d+, t\d+ = \w+\(.*\[f", line)]) == 2
    assert len([line for line in lines if line.endswith("is None:")]) == 6
    assert len([line for line in lines if line.startswith("else: ")]) == 3  # an update gives nothing


def test_a_repeat_among_siblings_has_what_the_first_of_them_gives() -> None:
    with tf.Graph().as_default() as graph:
        fed = [build.Placeholder(dtype="int64", shape=(None,)) for _ in range(2)]
        found = [build.Unique(ids) for ids in (fed[0], fed[0], fed[1], fed[1], fed[0])]
        twice = build.Unique(found[1][0])[0], build.Unique(build.Neg(build.Neg(found[4][0])))[0]
    feeds = dict(zip(fed, ([3, 3, 1], [2, 2]), strict=True))
    with tf.Session(graph=graph) as session:
        lines = plan_lines(session, [found, twice], feeds)
        assert len([line for line in lines if line.endswith("is None:")]) == 4  # two calls of two operations
        for _ in range(3):
            values, again = session.run([found, twice], feeds)
    assert [[part.tolist() for part in own] for own in values] == [
        [[3, 1], [0, 0, 1]], [[3, 1], [0, 0, 1]], [[2], [0, 0]], [[2], [0, 0]], [[3, 1], [0, 0, 1]],
    ]  # fmt: skip
    assert [own.tolist() for own in again] == [[3, 1], [3, 1]]


@pytest.mark.parametrize("where", range(3))
@pytest.mark.parametrize("what", ["rows", "updates"])
def test_an_error_is_that_of_the_interpreter_and_so_is_what_has_been_written(what: str, where: int) -> None:
    model, seen = Tables(), []
    wrong = [[4] if place == where else [place] for place in range(3)]
    fetches = getattr(model, what)
    for executor in EXECUTORS:
        with model.session(executor) as session:
            for _ in range(2):
                session.run(fetches, model.feeds([0], [1], [2]))
            with pytest.raises(tf.errors.InvalidArgumentError) as caught:
                session.run(fetches, model.feeds(*wrong))
            seen.append((str(caught.value), all_values(session), session.store.torn))
    assert seen[0] == seen[1]
    assert seen[0][2] is (what == "updates" and where > 0)


def test_a_variable_that_two_update_gets_both_updates() -> None:
    model, seen = Tables(1), []
    with model.graph.as_default():
        again = build.ResourceSparseApplyAdagrad(
            model.tables[0].handle, model.slots[0].handle, np.float32(0.1), model.grads[0], model.ids[0]
        )
    for executor in EXECUTORS:
        with model.session(executor) as session:
            for _ in range(3):
                session.run([model.updates, again], model.feeds([1, 2]))
            seen.append(all_values(session))
    assert seen[0] == seen[1]


def test_what_is_fed_of_one_sibling_stays_what_was_fed() -> None:
    model = Tables()
    fed = model.feeds([3, 3], [2], [1, 0, 1]) | {model.uniques[1][1]: np.array([7], np.int32)}
    with model.session("numpy") as session:
        for _ in range(3):
            found = session.run(model.uniques, fed)
    assert [[part.tolist() for part in own] for own in found] == [
        [[3], [0, 0]],
        [[2], [7]],
        [[1, 0], [0, 1, 0]],
    ]


def test_numbers_of_bfloat16_are_not_given_to_a_joint_kernel() -> None:
    with tf.Graph().as_default() as graph:
        fed = [build.Placeholder(dtype="bfloat16", shape=(None, 2)) for _ in range(2)]
        sums = [
            build.SparseSegmentSum(rows, np.array([0, 1], np.int32), np.array([0, 1], np.int32))
            for rows in fed
        ]
    feeds = {rows: np.ones((2, 2), np.float32) for rows in fed}
    with tf.Session(graph=graph) as session:
        assert not any(line.endswith("is None:") for line in plan_lines(session, sums, feeds))


def test_what_needs_its_sibling_is_not_done_with_it() -> None:
    with tf.Graph().as_default() as graph:
        ids = build.Placeholder(dtype="int64", shape=(None,))
        first, places = build.Unique(ids)
        again = build.Unique(build.Identity(first))[0], build.Unique(first)[0]
    with tf.Session(graph=graph) as session:
        for _ in range(3):
            found = session.run([again, places], {ids: [5, 5, 3]})
    assert [values.tolist() for values in found[0]] == [[5, 3], [5, 3]]
