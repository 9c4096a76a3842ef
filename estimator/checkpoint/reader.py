"""Reading a checkpoint without a model.

::

    for name, shape in list_variables("models/iris"):
        print(name, shape)
    kernel = load_variable("models/iris/model.ckpt-200", "dnn/hiddenlayer_0/kernel")

Source
------
tf.train.load_checkpoint, list_variables and load_variable, TensorFlow 2.15. Additionally the
tensors that are not the model's (the resume tensor) are hidden from the listings.
"""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any  # a tensor's element type is known at run time only

from estimator.checkpoint.compare import Spec
from estimator.checkpoint.resume import is_reserved
from estimator.core import errors
from estimator.core.dtypes import DType
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.formats import messages
from estimator.formats.bundle import BundleReader
from estimator.model_dir.finding import signature
from estimator.model_dir.start import Start


@near_keywords
class CheckpointReader:
    """The variables of one checkpoint. Its files close when it goes, or at the end of a ``with`` block.

    Parameters
    ----------
    filepattern : str
        A prefix, for example ``"models/iris/model.ckpt-200"``. One that was looked up as the latest stays
        readable when a trainer deletes it, and if that has happened already, the newer one is read.

    Attributes
    ----------
    prefix : str
        Of the checkpoint that is read.

    Raises
    ------
    NotFoundError
        If there is no such checkpoint.
    DataLossError
        If its index is damaged.
    """

    def __init__(self, filepattern: str) -> None:
        bundle = Start.named(filepattern).use(held_bundle)
        assert bundle is not None  # there is a prefix
        self._bundle = bundle
        self.prefix = bundle.prefix

    def names(self) -> list[str]:
        """The keys of the model's variables, sorted."""
        return [name for name in self._bundle.names() if not is_reserved(name)]

    def has_tensor(self, tensor_str: str) -> bool:
        """Whether there is a tensor of that key."""
        return not is_reserved(tensor_str) and self._bundle.has(tensor_str)

    def get_tensor(self, tensor_str: str) -> Any:
        """The tensor's value, an array or a numpy scalar; bfloat16 as uint16 bits, strings as bytes.

        Raises
        ------
        NotFoundError
            If there is none of that key.
        DataLossError
            If its bytes do not have the stored checksum.
        """
        return self._bundle.get(tensor_str)[()]  # the scalar of an array without dimensions

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """Key to shape, of the model's variables."""
        return {name: list(self._bundle.shape(name)) for name in self.names()}

    def get_variable_to_dtype_map(self) -> dict[str, DType]:
        """Key to element type, of the model's variables."""
        return {name: self._bundle.dtype(name) for name in self.names()}

    def debug_string(self) -> bytes:
        """What is stored, a line each: key, type and shape. A partitioned variable has a line for each slice.

        Example
        -------
        ``global_step (DT_INT64) []``
        """
        return b"".join(
            b"%b (%b) %b\n" % (key, messages.DataType.Name(entry.dtype_number).encode(), _shown(entry.shape))
            for key, entry in self._bundle.stored()
            if not is_reserved(key.decode("utf-8", "replace"))
        )

    def specs(self) -> dict[str, Spec]:
        """Key to (shape, element type), as :func:`~estimator.checkpoint.compare.compare` wants it."""
        return {name: (tuple(self._bundle.shape(name)), self._bundle.dtype(name)) for name in self.names()}

    def close(self) -> None:
        """Close the files; what is read afterwards opens them again."""
        self._bundle.close()

    def __enter__(self) -> CheckpointReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def held_bundle(prefix: str) -> BundleReader:
    """A reader whose files are open and belong together: nobody's deletion or replacement matters from here on."""
    where = os.path.split(prefix)
    files = signature(*where)
    reader = BundleReader(prefix)
    try:
        reader.hold()
    except (errors.NotFoundError, errors.DataLossError, errors.PermissionDeniedError):
        if signature(*where) != files:
            raise
        return reader  # an index without its data still tells names and shapes
    if signature(*where) not in (files, None):
        raise errors.NotFoundError(f"{prefix} was saved anew while it was opened.")
    return reader


def load_checkpoint(ckpt_dir_or_file: str | os.PathLike[str]) -> CheckpointReader:
    """A reader of a checkpoint, or of the latest one of a directory. It goes on reading if a trainer deletes that.

    Parameters
    ----------
    ckpt_dir_or_file : path
        A directory, the prefix of a checkpoint, or its index file.

    Raises
    ------
    NotFoundError
        If there is none.
    DataLossError
        If it is damaged.
    """
    prefix = Start.of(ckpt_dir_or_file).prefix
    if prefix is None:
        raise errors.NotFoundError(
            f"{os.fspath(ckpt_dir_or_file)!r} has no checkpoint: no state file 'checkpoint' and no *.index file. Train "
            "first, or give the prefix of a checkpoint such as 'models/iris/model.ckpt-200'."
        )
    return CheckpointReader(prefix)


def list_variables(ckpt_dir_or_file: str | os.PathLike[str]) -> list[tuple[str, list[int]]]:
    """Keys and shapes, sorted by key.

    Raises
    ------
    NotFoundError, DataLossError
        As :func:`load_checkpoint`.
    """
    with load_checkpoint(ckpt_dir_or_file) as reader:
        return sorted(reader.get_variable_to_shape_map().items())


def load_variable(ckpt_dir_or_file: str | os.PathLike[str], name: str) -> Any:
    """The value of one variable; ``name`` and ``name:0`` are the same.

    Raises
    ------
    NotFoundError, DataLossError
        As :func:`load_checkpoint` and :meth:`CheckpointReader.get_tensor`.
    """
    with load_checkpoint(ckpt_dir_or_file) as reader:
        return reader.get_tensor(name.removesuffix(":0"))


def _shown(shape: tuple[int, ...]) -> bytes:
    return b"[%b]" % b",".join(b"%d" % size for size in shape)


near_keywords_of_functions(__name__)
