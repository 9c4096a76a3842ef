"""60,000 pictures of a hundred kinds of things: ``keras.datasets.cifar100``."""

from __future__ import annotations

from estimator.core.keywords import near_keywords
from estimator.keras.local_data.cifar import load_folder
from estimator.keras.local_data.files import Pairs

_ORIGIN = "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz"
_SHA256 = "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7"


@near_keywords
def load_data(label_mode: str = "fine") -> Pairs:
    """Pictures and kinds for training, and for testing, from ``~/.keras/datasets/cifar-100-python``.

    Parameters
    ----------
    label_mode : str
        ``fine`` for the hundred kinds, ``coarse`` for the twenty that they belong to.

    Returns
    -------
    (x_train, y_train), (x_test, y_test)
        uint8.

    Shape
    -----
    [50000, 32, 32, 3] and [50000, 1], [10000, 32, 32, 3] and [10000, 1]

    Raises
    ------
    ValueError
        If there is no such mode.
    NotFoundError
        If neither the folder nor its archive is there: nothing is fetched.
    DataLossError
        If it is another folder.

    Source
    ------
    tf.keras.datasets.cifar100.load_data
    """
    if label_mode not in ("fine", "coarse"):
        raise ValueError(
            f'`label_mode` must be one of `"fine"`, `"coarse"`. Received: label_mode={label_mode!r}.'
        )
    return load_folder("cifar-100-python", _ORIGIN, _SHA256, ["train"], "test", f"{label_mode}_labels")
