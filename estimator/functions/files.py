"""Functions that read, write and find whole files while the graph runs, under TensorFlow's names."""

from __future__ import annotations

from estimator.core.keywords import near_keywords_of_functions
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Operation, Tensor


def read_file(filename: TensorLike, name: str | None = None) -> Tensor:
    """All bytes of a file, as a scalar text.

    Parameters
    ----------
    filename : scalar string tensor

    Raises
    ------
    NotFoundError
        In the run, if there is no such file.

    Source
    ------
    tf.io.read_file, TF 1.15
    """
    contents: Tensor = b.ReadFile(filename, name=name)
    return contents


def write_file(filename: TensorLike, contents: TensorLike, name: str | None = None) -> Operation:
    """An operation that makes a file of these bytes, and its directory if need be.

    A file of that name stays whole until the new one is.

    Parameters
    ----------
    filename, contents : scalar string tensors

    Raises
    ------
    PermissionDeniedError, ResourceExhaustedError
        In the run, if the system refuses.

    Source
    ------
    tf.io.write_file, TF 1.15
    """
    written: Operation = b.WriteFile(filename, contents, name=name)
    return written


def matching_files(pattern: TensorLike, name: str | None = None) -> Tensor:
    """The files whose names fit a pattern, or any of several, in order.

    ``*`` stands for any characters but a slash, ``?`` for one, ``[ab]`` for one of these, ``[^ab]`` for another.

    Parameters
    ----------
    pattern : string tensor
        A scalar or a vector.

    Shape
    -----
    pattern [] or [n] -> [files]

    Source
    ------
    tf.io.matching_files, TF 1.15
    """
    names: Tensor = b.MatchingFiles(pattern, name=name)
    return names


near_keywords_of_functions(__name__)
