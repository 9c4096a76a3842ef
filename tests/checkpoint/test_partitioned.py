"""Variables in parts, saved as TensorFlow saves them and restored into any other number of parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint import read_cache
from estimator.checkpoint.import_meta import import_meta_graph
from estimator.checkpoint.reader import list_variables, load_variable
from estimator.checkpoint.saver import Saver
from estimator.checkpoint.warm_start import WarmStartSettings, plan_warm_start
from estimator.core import errors
from estimator.formats import messages
from estimator.formats.bundle import BundleReader
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.initializers import Constant
from estimator.variables.partitioners import fixed_size_partitioner
from estimator.variables.scopes import variable_scope
from estimator.variables.variable import global_variables
from tests.checkpoint.graphs import fresh_graph, initialized_session

TF_PARTITIONED = Path(__file__).parents[1] / "data" / "tf" / "bundle_partitioned"
TF_CHECKPOINT = str(TF_PARTITIONED / "model.ckpt-7")


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    read_cache.cache.clear()


def make(
    parts: int, name: str = "emb/weights", shape: Any = (150, 3), axis: int = 0, value: float = 0.0
) -> Any:
    partitioner = fixed_size_partitioner(parts, axis) if parts else None
    return get_variable(name, shape, initializer=Constant(value), partitioner=partitioner)


def expected() -> Any:
    return np.load(TF_PARTITIONED / "expected.npz")


def make_model_of_tensorflow() -> None:
    """The variables of TensorFlow's checkpoint, as TensorFlow made them."""
    make(3)
    make(2, "cols/kernel", (4, 5), axis=1)
    make(1, "one/bias", (4,))
    make(0, "plain", (2,))


@pytest.mark.parametrize("parts", [0, 1, 2, 3, 5])
@pytest.mark.parametrize("streamed", [False, True])
def test_three_parts_of_tensorflow_become_any_number(
    graph: Graph, parts: int, streamed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_cache.cache, "_limit_bytes", 0 if streamed else 1 << 20)
    whole = make(parts)
    session = Session()
    Saver().restore(session, TF_CHECKPOINT)
    np.testing.assert_array_equal(session.run(whole), expected()["emb/weights"])
    if parts:
        assert [len(each) for each in session.run(list(whole))] == [150 // parts] * parts


def test_both_files_are_those_of_tensorflow_byte_for_byte(graph: Graph, tmp_path: Path) -> None:
    make_model_of_tensorflow()
    session = initialized_session()
    saver = Saver()
    saver.restore(session, TF_CHECKPOINT)
    prefix = saver.save(session, tmp_path / "model.ckpt", global_step=8)
    for part in (".index", ".data-00000-of-00001"):
        assert Path(f"{prefix}{part}").read_bytes() == Path(f"{TF_CHECKPOINT}{part}").read_bytes()


def test_the_meta_file_says_what_tensorflows_says(graph: Graph, tmp_path: Path) -> None:
    make_model_of_tensorflow()
    prefix = Saver().save(initialized_session(), tmp_path / "model.ckpt", global_step=8)
    said = []
    for path in (f"{TF_CHECKPOINT}.meta", f"{prefix}.meta"):
        meta = messages.parse("MetaGraphDef", Path(path).read_bytes(), path)
        nodes = {node.name: node for node in meta.graph_def.node}
        names = [
            list(nodes[f"save/{op}/{what}"].attr["value"].tensor.string_val)
            for op in ("SaveV2", "RestoreV2")
            for what in ("tensor_names", "shape_and_slices")
        ]
        protos = [
            messages.parse("VariableDef", each, path)
            for each in meta.collection_def["variables"].bytes_list.value
        ]
        said.append((names, [(each.variable_name, str(each.save_slice_info_def)) for each in protos]))
    assert said[0] == said[1]


def test_what_is_saved_in_parts_is_listed_whole(graph: Graph, tmp_path: Path) -> None:
    make(4, "w", (7, 3), value=2.0)
    get_or_create_global_step()
    prefix = Saver().save(initialized_session(), tmp_path / "m", global_step=1)
    assert list_variables(prefix) == [("global_step", []), ("w", [7, 3])]
    assert (load_variable(prefix, "w") == 2.0).all()
    with BundleReader(prefix) as reader:
        assert reader.entries["w"].slices == (
            ((0, 2), (0, 3)),
            ((2, 2), (0, 3)),
            ((4, 2), (0, 3)),
            ((6, 1), (0, 3)),
        )


@pytest.mark.parametrize(("before", "after"), [(3, 2), (0, 4), (4, 0), (5, 1)])
def test_slots_are_cut_anew_with_their_variables(tmp_path: Path, before: int, after: int) -> None:
    def model(parts: int) -> Any:
        whole = make(parts, "w", (7, 3), value=0.5)
        x = np.arange(14, dtype=np.float32).reshape(2, 7)
        loss = b.Sum(b.Square(b.MatMul(x, whole)), [0, 1])
        return AdagradOptimizer(0.1).minimize(loss, get_or_create_global_step())

    ends = []
    for parts in (before, after):
        with fresh_graph():
            train, session, saver = model(parts), initialized_session(), Saver()
            if parts == before:
                session.run(train)
                prefix = saver.save(session, tmp_path / "m", global_step=1)
                assert list_variables(prefix) == [("global_step", []), ("w", [7, 3]), ("w/Adagrad", [7, 3])]
            else:
                saver.restore(session, prefix)
            session.run(train)
            end = saver.save(session, tmp_path / f"end-{parts}")
            ends.append({name: load_variable(end, name) for name in ("w", "w/Adagrad", "global_step")})
    for name, value in ends[0].items():
        np.testing.assert_allclose(ends[1][name], value, rtol=1e-6, err_msg=name)
    assert ends[0]["global_step"] == 2


def test_differences_are_told_of_the_whole(graph: Graph) -> None:
    make(5, "emb/weights", (160, 3))
    make(2, "cols/kernel", (4, 5))
    make(2, "absent", (4,))
    session = initialized_session()
    with pytest.raises(errors.InvalidArgumentError) as caught:
        Saver().restore(session, TF_CHECKPOINT)
    message = str(caught.value)
    assert "2 of 3 variables of the model do not fit" in message
    assert "emb/weights  [150,3]     [160,3]" in message and "  absent  [4]" in message
    assert "part_" not in message
    assert not any(session.run(each).any() for each in global_variables())


def test_a_mapping_may_name_the_whole_or_its_parts(graph: Graph) -> None:
    whole = make(2)
    for given in ({"emb/weights": whole}, {"emb/weights": list(whole)}, [whole], list(whole)):
        session = initialized_session()
        saver = Saver(given)
        assert list(saver.keys()) == ["emb/weights"]
        saver.restore(session, TF_CHECKPOINT)
        np.testing.assert_array_equal(session.run(whole), expected()["emb/weights"])


def test_several_variables_are_no_parts_of_one(graph: Graph, tmp_path: Path) -> None:
    given = {"w": [make(0, "a", (2,)), make(0, "b", (2,))]}
    with pytest.raises(ValueError, match="a, b are no parts of one variable"):
        Saver(given).keys()


def test_some_of_the_parts_are_not_saved_as_if_they_were_all(graph: Graph, tmp_path: Path) -> None:
    saver = Saver(list(make(3))[:2])
    with pytest.raises(errors.InvalidArgumentError, match="'emb/weights' .* is not covered exactly once"):
        saver.save(initialized_session(), tmp_path / "m")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_parts_that_are_not_finite_are_not_saved(graph: Graph, tmp_path: Path, bad: float) -> None:
    whole = make(2, "w", (4,))
    session = initialized_session()
    whole.parts[1].load([1.0, bad], session)
    with pytest.raises(errors.InvalidArgumentError, match=r"NaN or infinity in them \(w\)"):
        Saver().save(session, tmp_path / "m")


def test_an_unchanged_step_is_not_written_again(graph: Graph, tmp_path: Path) -> None:
    whole = make(2, "w", (4,), value=1.0)
    session, saver = initialized_session(), Saver()
    index = Path(f"{saver.save(session, tmp_path / 'm', global_step=1)}.index")
    before = index.stat().st_ino
    saver.save(session, tmp_path / "m", global_step=1)
    assert index.stat().st_ino == before
    whole.parts[1].load([5.0, 6.0], session)
    saver.save(session, tmp_path / "m", global_step=1)
    assert load_variable(tmp_path / "m-1", "w").tolist() == [1.0, 1.0, 5.0, 6.0]


def test_warm_start_takes_each_part_its_slice(graph: Graph) -> None:
    with variable_scope("", partitioner=fixed_size_partitioner(5)):
        whole: Any = get_variable("emb/weights", [150, 3])
    session = initialized_session()
    plan_warm_start(graph, WarmStartSettings(TF_CHECKPOINT, "emb")).apply(session)
    np.testing.assert_array_equal(session.run(whole), expected()["emb/weights"])


@pytest.mark.parametrize("by_tensorflow", [True, False])
def test_an_imported_graph_has_the_parts(tmp_path: Path, by_tensorflow: bool) -> None:
    meta = f"{TF_CHECKPOINT}.meta"
    if not by_tensorflow:
        with fresh_graph():
            make_model_of_tensorflow()
            meta = f"{Saver().save(initialized_session(), tmp_path / 'm')}.meta"
    with fresh_graph():
        saver = import_meta_graph(meta)
        assert saver is not None and sorted(saver.keys()) == [
            "cols/kernel",
            "emb/weights",
            "one/bias",
            "plain",
        ]
        session = Session()
        saver.restore(session, TF_CHECKPOINT)
        for k in range(3):
            value = session.run(f"emb/weights/part_{k}:0")
            np.testing.assert_array_equal(value, expected()["emb/weights"][50 * k : 50 * (k + 1)])
        prefix = saver.save(session, tmp_path / "again")
    assert Path(f"{prefix}.index").read_bytes() == Path(f"{TF_CHECKPOINT}.index").read_bytes()


def test_slots_that_tensorflow_names_part_by_part(graph: Graph, tmp_path: Path) -> None:
    """A canned model in two parts: TensorFlow 2.15 saves dnn/w/t_0/Adagrad and dnn/w/t_1/Adagrad, a slice of each."""
    whole = make(2, "dnn/w", (4, 2), value=1.0)
    AdagradOptimizer(0.1).minimize(b.Sum(b.MatMul(np.ones((1, 4), np.float32), whole), [0, 1]))
    session, saver = initialized_session(), Saver(dialect="dnn_v1")
    slots = [each for each in global_variables() if each.slot_of is not None]
    for number, each in enumerate(slots):
        each.load(np.full((2, 2), number + 1.0), session)
    prefix = saver.save(session, tmp_path / "m")
    assert list_variables(prefix) == [
        (name, [4, 2]) for name in ("dnn/w", "dnn/w/t_0/Adagrad", "dnn/w/t_1/Adagrad")
    ]
    with pytest.raises(
        errors.InvalidArgumentError, match=r"sufficient slices of 'dnn/w/t_1/Adagrad' .* has 2,2:0,2\."
    ):
        load_variable(prefix, "dnn/w/t_1/Adagrad")
    other = Session()
    Saver().restore(other, str(prefix))  # finds the dialect
    for number, each in enumerate(slots):
        assert (other.run(each) == number + 1.0).all()


def test_part_by_part_slots_of_tensorflow_go_on_under_their_keys(graph: Graph, tmp_path: Path) -> None:
    # TensorFlow 2.15: get_variable("w", [4, 2], partitioner=fixed_size_partitioner(2)) and
    # AdagradOptimizer(0.1).minimize(...), both in variable_scope("dnn"), saved before the first step.
    theirs = TF_PARTITIONED.with_name("bundle_partitioned_slots") / "m"
    with BundleReader(theirs) as reader:
        assert [reader.is_complete(name) for name in reader.names()] == [True, False, False]
    with variable_scope("dnn"):
        whole = make(2, "w", (4, 2))
        AdagradOptimizer(0.1).minimize(b.Sum(b.MatMul(np.ones((1, 4), np.float32), whole), [0, 1]))
    session, saver = Session(), Saver()
    saver.restore(session, theirs)
    assert all((session.run(each) == np.float32(0.1)).all() for each in global_variables()[2:])
    saver.save(session, tmp_path / "m")
    for part in (".index", ".data-00000-of-00001"):
        assert (tmp_path / f"m{part}").read_bytes() == Path(f"{theirs}{part}").read_bytes()
