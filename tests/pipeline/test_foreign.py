"""Columns and tensors of other libraries: stand-ins of their shape, and pandas where it is installed.

tests/interop/test_data_libraries.py does the same with the libraries themselves.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from estimator.graph.ragged import RaggedTensorValue
from estimator.graph.sparse import SparseTensorValue
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.element import as_array, as_component
from estimator.pipeline.foreign import settled
from estimator.pipeline.tables import unfolded
from tests.arrow_tables import Chunk, Type, arrays, bits, numbers, plain, table, texts

PRESENT = bits(1, 0, 1)
INT8 = Chunk(3, [None, numbers("i1", 1, 2, 3)])


def test_missing_floats_are_nan_of_their_type() -> None:
    found = as_component(
        unfolded(table(3, x=("f", Chunk(3, [PRESENT, numbers("f4", 1, 2, np.nan)]))))["x"], "x"
    )
    np.testing.assert_array_equal(found, np.array([1, np.nan, np.nan], np.float32))
    assert found.dtype == np.float32


def test_all_columns_with_missing_values_are_named_at_once_with_their_rows() -> None:
    many = Chunk(9, [bits(*[0] * 9), numbers("i1", *[0] * 9)])
    people = table(
        9,
        a=("c", many),
        b=("b", Chunk(9, [bits(*[1] * 8, 0), bits(*[0] * 9)])),
        c=("c", Chunk(9, many.buffers, null_count=0)),
    )
    with pytest.raises(ValueError, match=r"(?s)2 problems.*\['a'\].*9 of its 9 values are missing \(rows 0, 1, 2, 3, 4, \.\.\.\).*"
                       r"\['b'\].*1 of its 9 values are missing \(row 8\).*fillna, dropna, fill_null, drop_nulls"):  # fmt: skip
        Dataset.from_tensor_slices(people)


MISSING = {
    "texts": ("u", Chunk(3, [PRESENT, *texts(b"a", b"", b"c")])),
    "bools": ("b", Chunk(3, [PRESENT, bits(1, 1, 1)])),
    "greatest numbers": ("L", Chunk(3, [PRESENT, numbers("u8", 1, 2, 3)])),
    "codes": (
        Type("c", dictionary=Type("u")),
        Chunk(3, [PRESENT, numbers("i1", 0, 0, 0)], dictionary=Chunk(1, [None, *texts(b"a")])),
    ),
    "lists": (Type("+l", children=[Type("f")]), Chunk(3, [PRESENT, numbers("i4", 0, 0, 0, 0)], [Chunk(0, [None, b""])])),
    "lists of one size": (Type("+w:1", children=[Type("f")]), Chunk(3, [PRESENT], [Chunk(3, [None, numbers("f4", 1, 2, 3)])])),
    "records": (Type("+s", children=[Type("c", "a")]), Chunk(3, [PRESENT], [INT8])),
}  # fmt: skip


@pytest.mark.parametrize("name", MISSING)
def test_what_no_float_says_cannot_be_missing(name: str) -> None:
    with pytest.raises(TypeError, match=r"data\['x'\].*1 of its 3 values are missing \(row 1\)"):
        Dataset.from_tensor_slices(table(3, x=MISSING[name]))


LISTS = {
    "of any size": (
        Type("+l", children=[Type("c")]), Chunk(2, [None, numbers("i4", 0, 2, 3)], [INT8]), [[1, 2], [3]],
    ),
    "of equal length by chance": (
        Type("+l", children=[Type("c")]), Chunk(3, [None, numbers("i4", 0, 1, 2, 3)], [INT8]), [[1], [2], [3]],
    ),
    "of texts": (
        Type("+l", children=[Type("u")]),
        Chunk(2, [None, numbers("i4", 0, 0, 1)], [Chunk(1, [None, *texts(b"t")])]), [[], [b"t"]],
    ),
    "of lists": (
        Type("+l", children=[Type("+l", children=[Type("c")])]),
        Chunk(2, [None, numbers("i4", 0, 2, 2)], [Chunk(2, [None, numbers("i4", 0, 1, 3)], [INT8])]), [[[1], [2, 3]], []],
    ),
    "of pairs": (
        Type("+l", children=[Type("+w:1", children=[Type("c")])]),
        Chunk(2, [None, numbers("i4", 0, 2, 3)], [Chunk(3, [None], [INT8])]), [[[1], [2]], [[3]]],
    ),
    "of one size": (Type("+w:3", children=[Type("c")]), Chunk(1, [None], [INT8]), [[1, 2, 3]]),
    "of one size, of lists": (
        Type("+w:2", children=[Type("+l", children=[Type("c")])]),
        Chunk(1, [None], [Chunk(2, [None, numbers("i4", 0, 1, 3)], [INT8])]), [[[1], [2, 3]]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_ragged_unless_their_type_says_one_size(name: str) -> None:
    kind, chunk, wanted = LISTS[name]
    column = unfolded(table(chunk.length, x=(kind, chunk)))["x"]
    assert plain(as_component(column, "x")) == wanted
    assert isinstance(settled(column, "x"), np.ndarray) == (name == "of one size")


def test_missing_floats_in_lists_are_nan_and_other_things_are_not() -> None:
    floats = Chunk(1, [None, numbers("i4", 0, 2)], [Chunk(2, [bits(1, 0), numbers("f8", 1, 2)])])
    np.testing.assert_array_equal(
        arrays(table(1, x=(Type("+l", children=[Type("g")]), floats)))["x"], [[1, np.nan]]
    )
    whole = Chunk(1, floats.buffers, [Chunk(2, [bits(1, 0), numbers("i8", 1, 2)])])
    with pytest.raises(
        TypeError, match=r"data\['x'\] \(in its lists\) \(column\): 1 of its 2 values are missing"
    ):
        Dataset.from_tensor_slices(table(1, x=(Type("+l", children=[Type("l")]), whole)))


def test_types_without_an_array_say_what_to_do() -> None:
    with pytest.raises(TypeError, match=r"data\['t'\] holds dates or times.*make numbers or text of them"):
        Dataset.from_tensor_slices(table(1, t=("tdD", Chunk(1, [None, numbers("i4", 0)]))))


class Dlpack:
    """An array of a library without numpy."""

    def __init__(self, array: Any) -> None:
        self._array = array

    def __dlpack__(self, **keywords: Any) -> Any:
        if isinstance(self._array, str):
            raise BufferError(self._array)
        return self._array.__dlpack__(**keywords)

    def __dlpack_device__(self) -> Any:
        return (1, 0)


class Torch:
    """A tensor of torch."""

    layout, is_nested = "torch.strided", False

    def __init__(self, array: Any, dtype: str = "torch.float32", requires_grad: bool = True) -> None:
        self._array, self.dtype, self._requires_grad = array, dtype, requires_grad

    def detach(self) -> Torch:
        return Torch(self._array, self.dtype, requires_grad=False)

    def float(self) -> Torch:
        return Torch(np.asarray(self._array, np.float32))

    def __array__(self, *args: Any, **keywords: Any) -> Any:
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")

    def numpy(self, *, force: bool = False) -> Any:
        if self._requires_grad and not force:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        if "float" not in self.dtype or "bfloat16" in self.dtype:
            raise TypeError(f"Got unsupported ScalarType {self.dtype}")
        return self._array


class MapStyle:
    """A dataset that gives samples by number."""

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> Any:
        return (1.0, 2)


TENSORS = {
    "an array by dlpack": (Dlpack(np.array([1, 2])), [1, 2]),
    "a tensor with a gradient": (Torch(np.array([1.5], np.float32)), [1.5]),
    "a tensor of bfloat16": (Torch([1.5], "torch.bfloat16"), [1.5]),
}


@pytest.mark.parametrize("name", TENSORS)
def test_tensors_are_arrays(name: str) -> None:
    given, wanted = TENSORS[name]
    assert arrays({"x": given}) == {"x": wanted}


REFUSED = {
    "samples by number": (MapStyle(), "single examples by number.*DataLoader"),
    "an array elsewhere": (Dlpack("it is on the GPU."), "gives no array: it is on the GPU. Copy it to the CPU"),
    "a tensor of a strange type": (Torch([1], "torch.quint8"), "gives no array: Got unsupported ScalarType torch.quint8"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_gives_no_array_is_refused_with_advice(name: str) -> None:
    with pytest.raises(TypeError, match=rf"data\['x'\].*{REFUSED[name][1]}"):
        Dataset.from_tensor_slices({"x": REFUSED[name][0]})


class Sparse(Torch):
    """A sparse tensor of torch: two rows of three, one entry twice."""

    layout, shape = "torch.sparse_csr", (2, 3)

    def __init__(self, n_dense: int = 0) -> None:
        super().__init__(None)
        self._n_dense = n_dense

    def dense_dim(self) -> int:
        return self._n_dense

    def detach(self) -> Any:
        return self

    to_sparse_coo = coalesce = detach

    def indices(self) -> Any:
        return SimpleNamespace(T=Torch(np.array([[0, 2], [1, 0]]), "torch.float32"))

    def values(self) -> Any:
        return Torch(np.array([5.0, 7.0]))


class Matrix:
    """A sparse matrix of scipy: entries in any order, one place twice."""

    nnz, shape = 3, (2, 3)

    def tocoo(self, copy: bool = False) -> Any:
        assert copy  # what follows changes it
        self.row, self.col, self.data = np.array([1, 0, 0]), np.array([0, 2, 2]), np.array([7.0, 2.0, 3.0])
        return self

    def sum_duplicates(self) -> None:
        self.row, self.col, self.data = np.array([1, 0]), np.array([0, 2]), np.array([7.0, 5.0])


@pytest.mark.parametrize("given", [Sparse(), Matrix()], ids=["torch", "scipy"])
def test_sparse_tensors_and_matrices_are_sparse_row_by_row(given: Any) -> None:
    found = as_component(given, "x")
    assert isinstance(found, SparseTensorValue)
    assert [part.tolist() for part in found] == [[[0, 2], [1, 0]], [5.0, 7.0], [2, 3]]
    first, second = Dataset.from_tensor_slices({"x": given}).as_numpy_iterator()
    assert (first["x"].indices.tolist(), second["x"].values.tolist()) == ([[2]], [7.0])
    with pytest.raises(TypeError, match="here is a SparseTensor, and one array is wanted here"):
        as_array(given, "here")


def test_tensors_of_torch_that_are_no_arrays_are_refused() -> None:
    with pytest.raises(TypeError, match=r"x is a Sparse whose entries are arrays: pass its to_dense\(\)"):
        settled(Sparse(n_dense=1), "x")
    nested = Torch([1])
    nested.is_nested = True
    with pytest.raises(TypeError, match="x is a nested Torch: pass its to_padded_tensor"):
        settled(nested, "x")


def test_bfloat16_of_other_libraries_becomes_float32() -> None:
    class Brain:
        dtype = SimpleNamespace(name="bfloat16")

        def astype(self, dtype: Any) -> Any:
            return np.array([1.5, -2.0], dtype)

    found = as_component(Brain(), "x")
    assert (found.tolist(), found.dtype) == ([1.5, -2.0], np.float32)


def test_masked_floats_are_nan_too() -> None:
    found = Dataset.from_tensors(np.ma.array([1.0, 2.0], mask=[False, True]))
    np.testing.assert_array_equal(next(found.as_numpy_iterator()), [1.0, np.nan])


PANDAS = {
    "long ids": (lambda pd: pd.array([2**60 + 1, 2], dtype="Int64"), [2**60 + 1, 2], "int64"),
    "small numbers": (lambda pd: pd.array([1, 2], dtype="UInt8"), [1, 2], "uint8"),
    "floats with NA": (lambda pd: pd.array([1.5, None], dtype="Float32"), [1.5, np.nan], "float32"),
    "bools": (lambda pd: pd.array([True, False], dtype="boolean"), [True, False], "bool"),
    "texts": (lambda pd: pd.array(["a", "b"], dtype="string"), [b"a", b"b"], "object"),
    "objects": (lambda pd: np.array(["a", b"b\0"], object), [b"a", b"b\0"], "object"),
    "categories of texts": (lambda pd: pd.Categorical(["b", "a"], ["a", "b", "c"]), [b"b", b"a"], "object"),
    "categories of numbers": (lambda pd: pd.Categorical([30, 10]), [30, 10], "int64"),
    "categories of floats": (lambda pd: pd.Categorical([1.5, None]), [1.5, np.nan], "float64"),
    "decimals": (lambda pd: np.array([Decimal("1.1"), None], object), [1.1, np.nan], "float64"),
    "sparse": (lambda pd: pd.arrays.SparseArray([0, 1]), [0, 1], "int64"),
}


@pytest.mark.parametrize("name", PANDAS)
def test_columns_of_pandas_keep_their_types(name: str) -> None:
    pandas = pytest.importorskip("pandas")
    make, wanted, dtype = PANDAS[name]
    for column in (pandas.Series(make(pandas)), pandas.Index(make(pandas))):
        found = as_component(column, "x")
        np.testing.assert_array_equal(found, np.array(wanted, dtype))
        assert found.dtype == dtype


def test_half_floats_of_pandas_stay_what_they_are() -> None:
    pandas = pytest.importorskip("pandas")
    assert as_component(pandas.Series(np.array([1, 2], np.float16)), "x").dtype == np.float16


def test_lists_in_a_column_of_pandas_are_ragged() -> None:
    pandas = pytest.importorskip("pandas")
    rows = [[1, 2], [], [3]]
    for column in (
        rows,
        list(map(np.int32, rows)),
        [list(map(str, row)) for row in rows],
        [[row] for row in rows],
    ):
        found = as_component(pandas.Series(column), "x")
        assert isinstance(found, RaggedTensorValue)
    assert as_component(pandas.Series(rows), "x").to_list() == rows
    assert as_component(pandas.Series([np.zeros((1, 2)), np.ones((2, 2))]), "x").shape == (2, None, 2)


WRONG_IN_PANDAS = {
    "whole": (lambda pd: pd.array([1, None], dtype="Int64"), r"1 of its 2 values are missing \(row 1\)"),
    "bools": (lambda pd: pd.array([True, None], dtype="boolean"), "missing"),
    "categories": (lambda pd: pd.Categorical(["a", None]), "missing"),
    "no category": (lambda pd: pd.Categorical([None, None]), "2 of its 2"),
    "lists": (lambda pd: np.array([[1], None], object), "missing"),
    "in lists": (lambda pd: pd.Series([["a"], [None]]), r"\(in its lists\).*1 of its 2"),
    "mixed": (
        lambda pd: np.array(["a", 1, "b", 2], object),
        r"neither numbers nor text: it holds Python objects of type str \(first in row 0\), int \(first in row 1\).*astype",
    ),
    "fractions": (lambda pd: np.array([Fraction(1, 2)], object), "of type Fraction"),
    "moments": (lambda pd: pd.to_datetime(["2020-01-01"]), r"datetime64.*make numbers or text"),
    "moments of a zone": (lambda pd: pd.to_datetime(["2020-01-01"]).tz_localize("UTC"), "datetime64.*UTC"),
    "spans": (lambda pd: pd.to_timedelta([1], unit="s"), "timedelta64"),
    "periods": (lambda pd: pd.period_range("2020", periods=1, freq="D"), "of type Period"),
}


@pytest.mark.parametrize("name", WRONG_IN_PANDAS)
def test_a_wrong_column_of_pandas_is_refused(name: str) -> None:
    pandas = pytest.importorskip("pandas")
    make, message = WRONG_IN_PANDAS[name]
    with pytest.raises(TypeError, match=rf"(?s)^here .*{message}"):
        as_component(pandas.Series(make(pandas)), "here")


def test_all_wrong_columns_of_a_frame_are_named_at_once() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {"a": pandas.array([1, None], dtype="Int64"), "b": [1, "x"], "c": [1, 2], "d": ["y", None]}
    )
    with pytest.raises(ValueError, match=r"(?s)3 problems.*data\['a'\].*data\['b'\].*data\['d'\]"):
        Dataset.from_tensor_slices(dict(frame))


def test_a_frame_of_one_type_is_one_array_as_in_tensorflow() -> None:
    # tf.data.Dataset.from_tensor_slices(frame).output_shapes is (2,) in TensorFlow 2.15: it takes what __array__ gives
    pandas = pytest.importorskip("pandas")
    numbers_of_one = Dataset.from_tensor_slices((pandas.DataFrame({"a": [1, 2], "b": [1.5, 2.5]}), [0, 1]))
    assert [(row.tolist(), label) for row, label in numbers_of_one.as_numpy_iterator()] == [
        ([1.0, 1.5], 0),
        ([2.0, 2.5], 1),
    ]
    of_one_name = Dataset.from_tensors(pandas.DataFrame([[1, 2]], columns=["a", "a"]))
    assert next(of_one_name.as_numpy_iterator()).tolist() == [[1, 2]]
    texts_of_one = Dataset.from_tensors(pandas.DataFrame({"a": ["x"], "b": ["y"]}))
    assert next(texts_of_one.as_numpy_iterator()).tolist() == [[b"x", b"y"]]
    with pytest.raises(
        TypeError, match=r"data\[0\] is a DataFrame.*no common type: 'a' int64, 'b' .*dict\(frame\)"
    ):
        Dataset.from_tensor_slices((pandas.DataFrame({"a": [1], "b": ["y"]}),))
    with pytest.raises(
        TypeError, match=r"data\['x'\]\['a'\] \(Series\): 1 of its 2 values are missing \(row 1\)"
    ):
        Dataset.from_tensors({"x": pandas.DataFrame({"a": pandas.array([1, None], dtype="Int64")})})
