"""The libraries that make data today, as they are: what an input_fn makes of their tables and loaders.

`make interop-data` makes an environment that has them, .venv-data, and runs this file there; elsewhere it is skipped.
With ESTIMATOR_DATA=required a library that is missing is a failure.
"""

from __future__ import annotations

import json
import os
import random
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import DataLossError, OutOfRangeError
from estimator.graph.graph import Graph
from estimator.graph.ragged import RaggedTensorValue
from estimator.pipeline.adapt import connect
from estimator.pipeline.dataset import Dataset
from estimator.runtime.session import Session

pytestmark = pytest.mark.filterwarnings("ignore")  # the libraries' own, of one another


def library(name: str) -> Any:
    """The library, or a skip."""
    if os.environ.get("ESTIMATOR_DATA") == "required":
        return __import__(name, fromlist=["_"])
    return pytest.importorskip(name)


class Run:
    """A graph fed by what an input_fn returns, and a session of it."""

    def __init__(self, returned: Any, mode: str = "train", state: Any = None) -> None:
        graph = Graph()
        with graph.as_default():
            self.features, self.labels, source = connect(returned, mode, graph)
        assert source is not None
        self.source = source
        if state is not None:
            source.restore(json.loads(json.dumps(state)))
        self.session = Session(graph=graph)

    def next(self) -> Any:
        return self.session.run(self.features if self.labels is None else (self.features, self.labels))

    def rest(self) -> list[Any]:
        found = []
        try:
            while True:
                found.append(self.next())
        except OutOfRangeError:
            return found


def plain(value: Any) -> Any:
    """Nested lists and the types of arrays, for comparing."""
    if isinstance(value, RaggedTensorValue):
        return value.to_list()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    return [
        value.dtype.name,
        np.where(value != value, "NaN", value).tolist() if value.dtype.kind == "f" else value.tolist(),
    ]


# -- tables ----------------------------------------------------------------------------------------

ROWS = {
    "id": [2**60 + 1, 2, 3],
    "score": [1.5, None, float("nan")],
    "right": [True, False, True],
    "name": ["a", "more than twelve bytes", "ü"],
    "blob": [b"a\0", b"", b"\xff"],
    "ids": [[1, 2], [], [3]],
    "place": [{"x": 1.0, "y": "k"}, {"x": 2.0, "y": "l"}, {"x": None, "y": "m"}],
    "price": [Decimal("1.10"), None, Decimal("-0.3")],
}
WANTED = {
    "id": ["int64", [2**60 + 1, 2, 3]],
    "score": ["float64", ["1.5", "NaN", "NaN"]],
    "right": ["bool", [True, False, True]],
    "name": ["object", [b"a", b"more than twelve bytes", "ü".encode()]],
    "blob": ["object", [b"a\0", b"", b"\xff"]],
    "ids": [[1, 2], [], [3]],
    "place": {"x": ["float64", ["1.0", "2.0", "NaN"]], "y": ["object", [b"k", b"l", b"m"]]},
    "price": ["float64", ["1.1", "NaN", "-0.3"]],
}


def arrow_table() -> Any:
    return library("pyarrow").table(ROWS)


def chunked_table() -> Any:
    pyarrow = library("pyarrow")
    return pyarrow.concat_tables([arrow_table().slice(0, 1), arrow_table().slice(1)])


TABLES = {
    "a Table": arrow_table,
    "a Table of chunks": chunked_table,
    "a RecordBatch": lambda: arrow_table().to_batches()[0],
    "files": lambda: library("pyarrow.dataset").dataset(arrow_table()),
    "a reader": lambda: arrow_table().to_reader(),
    "polars": lambda: library("polars").DataFrame(ROWS),
    "polars, in chunks": lambda: library("polars").concat([library("polars").from_arrow(t) for t in (arrow_table().slice(0, 2), arrow_table().slice(2))]),
    "a query": lambda: library("polars").DataFrame(ROWS).lazy().filter(True),
    "types of Arrow in pandas": lambda: arrow_table().to_pandas(types_mapper=library("pandas").ArrowDtype),
    "Hugging Face": lambda: library("datasets").Dataset(arrow_table()),
    "Hugging Face in another format": lambda: library("datasets").Dataset(arrow_table()).with_format("numpy"),
    "Hugging Face with indices": lambda: library("datasets").Dataset(arrow_table()).select([2, 1, 0]).select([2, 1, 0]),
    "a stream of Hugging Face": lambda: library("datasets").Dataset(arrow_table()).to_iterable_dataset().batch(3),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_every_library_gives_the_same_arrays(name: str) -> None:
    library("pyarrow")
    (found,) = Run(TABLES[name](), "eval").rest()
    assert plain(found) == WANTED


TYPES = {
    "float16": lambda pa: pa.array([1.5, None], pa.float16()),
    "uint64": lambda pa: pa.array([2**64 - 1, 1], pa.uint64()),
    "dictionary": lambda pa: pa.array(["x", "y"]).dictionary_encode(),
    "large_string": lambda pa: pa.array(["x", "y"], pa.large_string()),
    "string_view": lambda pa: pa.array(["x", "more than twelve bytes"], pa.string_view()),
    "fixed list": lambda pa: pa.array([[1, 2], [3, 4]], pa.list_(pa.int8(), 2)),
    "decimal256": lambda pa: pa.array([Decimal("1.1"), Decimal("2.2")], pa.decimal256(40, 2)),
    "decimal32": lambda pa: pa.array([Decimal("1.1"), Decimal("2.2")], pa.decimal32(4, 2)),
    "large list": lambda pa: pa.array([[1], []], pa.large_list(pa.int32())),
}  # fmt: skip


@pytest.mark.parametrize("name", TYPES)
def test_every_type_of_arrow_is_its_values(name: str) -> None:
    pyarrow = library("pyarrow")
    array = TYPES[name](pyarrow)
    for given in (
        array,
        pyarrow.chunked_array([array[:1], array[1:]]),
        library("polars").from_arrow(pyarrow.table({"c": array})) if name != "decimal256" else array,
    ):
        (found,) = Run({"c": given} if not hasattr(given, "columns") else given, "eval").rest()
        value = found["c"]
        rows = value.to_list() if isinstance(value, RaggedTensorValue) else value.tolist()
        for row, wanted in zip(rows, array.to_pylist(), strict=True):
            if wanted is None:
                assert np.isnan(row)
            elif isinstance(wanted, Decimal):
                assert row == float(wanted)
            else:
                assert row == (wanted.encode() if isinstance(wanted, str) else wanted)


def test_all_columns_that_are_wrong_are_named_at_once() -> None:
    polars = library("polars")
    wrong = {
        "whole": [1, None],
        "right": [None, True],
        "name": ["a", None],
        "day": [date(2020, 1, 1)] * 2,
        "rows": [[1], None],
    }
    frame = polars.DataFrame({**wrong, "fine": [1.0, None]})
    for table in (frame, frame.to_arrow()):
        with pytest.raises(ValueError, match=r"(?s)5 problems.*'day'.*'name'.*'right'.*'rows'.*'whole'"):
            Dataset.from_tensor_slices(table)


def test_enums_and_categories_of_polars_are_their_words() -> None:
    polars = library("polars")
    words = {
        "a": polars.Series(["x", "y"], dtype=polars.Categorical),
        "b": polars.Series(["y", "x"], dtype=polars.Enum(["x", "y"])),
    }
    (found,) = Run(polars.DataFrame(words), "eval").rest()
    assert {name: array.tolist() for name, array in found.items()} == {"a": [b"x", b"y"], "b": [b"y", b"x"]}


def test_what_is_read_outlives_its_library_s_table() -> None:
    pyarrow = library("pyarrow")
    dataset = Dataset.from_tensor_slices(pyarrow.table({"x": np.arange(100_000)})).batch(50_000)
    del pyarrow
    assert sum(int(batch["x"].sum()) for batch in dataset.as_numpy_iterator()) == sum(range(100_000))


def test_features_of_tensors_have_their_shape() -> None:
    datasets, pyarrow = library("datasets"), library("pyarrow")
    images = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    kinds = datasets.Features(
        {"image": datasets.Array2D((3, 4), "float32"), "label": datasets.ClassLabel(names=["a", "b"])}
    )
    stored = datasets.Dataset.from_dict({"image": list(images), "label": [1, 0]}, features=kinds)
    (found,) = Run((stored.select_columns("image"), stored["label"]), "eval").rest()
    np.testing.assert_array_equal(found[0]["image"], images)
    assert found[1].tolist() == [1, 0] and found[1].dtype == np.int64
    tensors = pyarrow.FixedShapeTensorArray.from_numpy_ndarray(images)
    (again,) = Run({"image": tensors}, "eval").rest()
    np.testing.assert_array_equal(again["image"], images)


# -- tensors and loaders ---------------------------------------------------------------------------


def test_tensors_of_torch_are_arrays() -> None:
    torch = library("torch")
    given = {
        "half": torch.tensor([1.5, 2.5], dtype=torch.bfloat16, requires_grad=True),
        "conjugate": torch.tensor([1j, 2j]).conj(),
        "float8": torch.tensor([1.0, 2.0]).to(torch.float8_e4m3fn),
        "whole": torch.tensor([1, 2]),
    }
    (found,) = Run(given, "eval").rest()
    assert {name: array.dtype.name for name, array in found.items()} == {
        "half": "float32", "conjugate": "complex64", "float8": "float32", "whole": "int64",
    }  # fmt: skip
    assert found["half"].tolist() == [1.5, 2.5] and found["conjugate"].tolist() == [-1j, -2j]


def test_sparse_tensors_and_matrices_are_sparse() -> None:
    torch, sparse = library("torch"), library("scipy.sparse")
    dense = np.array([[0.0, 5.0, 0.0], [7.0, 0.0, 0.0]])
    twice = torch.sparse_coo_tensor([[1, 0, 0], [0, 1, 1]], [7.0, 2.0, 3.0], (2, 3), dtype=torch.float64)
    tensor = torch.tensor(dense)
    matrices = [
        sparse.csr_matrix(dense),
        sparse.csc_array(dense),
        sparse.coo_array(dense),
        sparse.lil_matrix(dense),
    ]
    for given in (twice, tensor.to_sparse(), tensor.to_sparse_csr(), tensor.to_sparse_csc(), *matrices):
        (found,) = Run({"x": given}, "eval").rest()
        assert [part.tolist() for part in found["x"]] == [[[0, 1], [1, 0]], [5.0, 7.0], [2, 3]]
    with pytest.raises(ValueError, match=r"entries are arrays: pass its to_dense\(\)"):
        Run({"x": torch.sparse_coo_tensor([[0, 1]], torch.ones(2, 3), (2, 3))})


def test_what_a_query_of_duckdb_gives_is_a_table() -> None:
    relation = library("duckdb").sql(
        "select * from (values (1, 'a', null::double), (2, 'b', 1.5)) t(n, s, x)"
    )
    (found,) = Run(relation, "eval").rest()
    assert plain(found) == {
        "n": ["int32", [1, 2]],
        "s": ["object", [b"a", b"b"]],
        "x": ["float64", ["NaN", "1.5"]],
    }


def test_a_batch_of_torch_nests_as_its_samples_do() -> None:
    data = library("torch.utils.data")
    loader = data.DataLoader([((1.0, 2), {"k": 3, "s": "a"})] * 3, batch_size=2)
    ((first, second), labels), _ = Run(loader, "eval").rest()
    assert (first.tolist(), second.tolist()) == ([1.0, 1.0], [2, 2])
    assert {name: array.tolist() for name, array in labels.items()} == {"k": [3, 3], "s": [b"a", b"a"]}
    with pytest.raises(ValueError, match="TensorDataset, which gives single examples by number"):
        Run(data.TensorDataset(library("torch").arange(4)))


N_ROWS = 20


class Noisy:
    """Samples with a random transform."""

    def __len__(self) -> int:
        return N_ROWS

    def __getitem__(self, index: int) -> Any:
        return library("torch").rand(2) + index


def torch_loader(**keywords: Any) -> Any:
    return library("torch.utils.data").DataLoader(Noisy(), batch_size=2, **keywords)


def weighted() -> Any:
    data = library("torch.utils.data")
    return torch_loader(sampler=data.WeightedRandomSampler([1.0] * N_ROWS, N_ROWS))


def stateful(**keywords: Any) -> Any:
    loader = library("torchdata.stateful_dataloader").StatefulDataLoader
    return loader(library("torch").arange(N_ROWS), batch_size=2, shuffle=True, **keywords)


def stream() -> Any:
    return library("datasets").Dataset.from_dict({"x": list(range(N_ROWS))}).to_iterable_dataset(num_shards=3)


def grain_numbers() -> Any:
    grain = library("grain")
    return grain.MapDataset.range(N_ROWS).seed(1).shuffle().map(lambda number: {"x": number}).batch(2)


def grain_loader() -> Any:
    grain = library("grain")
    sampler = grain.samplers.IndexSampler(
        N_ROWS, shuffle=True, seed=1, num_epochs=1, shard_options=grain.sharding.NoSharding()
    )
    source = grain.sources.RangeDataSource(0, N_ROWS, 1)
    return grain.DataLoader(data_source=source, sampler=sampler, operations=[grain.transforms.Batch(2)])


LOADERS = {
    "a DataLoader": torch_loader,
    "a shuffling DataLoader": lambda: torch_loader(shuffle=True),
    "a DataLoader with a generator": lambda: torch_loader(shuffle=True, generator=library("torch").Generator()),
    "a DataLoader with weights": weighted,
    "a DataLoader with workers": lambda: torch_loader(shuffle=True, num_workers=1),
    "a StatefulDataLoader": stateful,
    "a StatefulDataLoader with workers": lambda: stateful(num_workers=1),
    "a stream of Hugging Face": lambda: stream().filter(lambda row: row["x"] % 3 != 1).batch(2),
    "a shuffled stream of Hugging Face": lambda: stream().shuffle(seed=3, buffer_size=5).batch(2),
    "a MapDataset of grain": grain_numbers,
    "an IterDataset of grain": lambda: grain_numbers().to_iter_dataset(),
    "a DataLoader of grain": grain_loader,
    "files": lambda: library("pyarrow.dataset").dataset(library("pyarrow").table({"x": range(N_ROWS)}).slice(0)),
}  # fmt: skip


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_loader_goes_on_where_it_stood(name: str, count: int) -> None:
    if "DataLoader" in name and "grain" not in name:
        library("torch").manual_seed(random.randrange(2**31))
    whole = Run(LOADERS[name]())
    count = min(count, 1) if name == "files" else count
    for _ in range(count):
        whole.next()
    state, fingerprint = whole.source.state(), whole.source.fingerprint()
    wanted = whole.rest()
    if "DataLoader" in name and "grain" not in name:
        library("torch").manual_seed(7)  # another process, another seed
    again = Run(LOADERS[name](), state=state)
    assert again.source.fingerprint() == fingerprint
    assert plain(again.rest()) == plain(wanted)


def test_a_state_of_other_workers_begins_anew() -> None:
    first = Run(stateful())
    first.next()
    other = Run(stateful(num_workers=1))
    with pytest.raises(DataLossError, match="does not take its saved position"):
        other.source.restore(first.source.state())
    assert len(other.rest()) == N_ROWS // 2


def test_all_splits_of_a_dataset_are_refused() -> None:
    datasets = library("datasets")
    with pytest.raises(ValueError, match="return one of them: 'train'"):
        Run(datasets.DatasetDict({"train": datasets.Dataset.from_dict({"x": [1]})}))


def test_single_rows_of_a_stream_are_refused() -> None:
    with pytest.raises(ValueError, match=r"single rows.*dataset\.batch\(32\)"):
        Run(stream())
