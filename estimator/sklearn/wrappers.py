"""An Estimator with the methods of scikit-learn: it stands in a Pipeline, and GridSearchCV looks for its arguments.

::

    model = est.sklearn.Classifier(est.DNNClassifier, hidden_units=[10, 10], steps=500)
    search = GridSearchCV(make_pipeline(StandardScaler(), model), {"classifier__hidden_units": [[10], [10, 10]]})

Every fit begins anew, in a folder of its own. A fitted model that is pickled or copied takes its checkpoint along.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from contextlib import nullcontext, suppress
from tempfile import mkdtemp
from typing import Any

import numpy as np

from estimator.columns.numeric import numeric_column
from estimator.core import log
from estimator.core.extras import from_extra
from estimator.core.files import open_regular
from estimator.core.registry import did_you_mean
from estimator.core.signatures import argument_names
from estimator.estimators.linear import LinearClassifier, LinearRegressor
from estimator.model_dir.file_names import STATE_FILE, owner_of
from estimator.model_dir.storage import make_directory, remove_tree, write_atomically
from estimator.pipeline.dataset import Dataset
from estimator.settings.run_config import RunConfig

with from_extra("sklearn", "est.sklearn needs"):
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.utils import check_random_state, column_or_1d
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import _check_sample_weight, check_is_fitted
try:
    from sklearn.utils.validation import validate_data
except ImportError:  # scikit-learn before 1.6

    def validate_data(model: Any, *data: Any, skip_check_array: bool = False, **checks: Any) -> Any:
        """Check the data, and note or compare number and names of the features."""
        return model._validate_data(*data, cast_to_ndarray=not skip_check_array, **checks)


_COLUMNS = ("feature_columns", "linear_feature_columns", "dnn_feature_columns")
_WEIGHTS = "sample_weight"  # the feature in which they lie
_PREDICTED_AT_ONCE = 1024  # rows


class _Wrapper(BaseEstimator):
    _default: Callable[..., Any]

    def __init__(
        self,
        estimator: Callable[..., Any] | None = None,
        *,
        steps: int = 1000,
        batch_size: int = 32,
        model_dir: str | os.PathLike[str] | None = None,
        config: RunConfig | None = None,
        random_state: Any = None,
        verbose: int = 0,
        **arguments: Any,
    ) -> None:
        self.estimator = estimator
        self.steps = steps
        self.batch_size = batch_size
        self.model_dir = model_dir
        self.config = config
        self.random_state = random_state
        self.verbose = verbose
        for name, value in arguments.items():
            setattr(self, name, value)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The arguments, those for the Estimator among them."""
        return {name: value for name, value in vars(self).items() if name.strip("_") == name}

    def set_params(self, **params: Any) -> _Wrapper:
        """Change arguments; they count from the next fit on.

        Raises
        ------
        ValueError
            If neither the wrapper nor the Estimator has such an argument.
        """
        given = params.get("estimator", self.estimator)
        kind = self._default if given is None else given
        known = {*self.get_params(), *(argument_names(kind, "estimator") if callable(kind) else ())}
        for name in params:
            if name not in known:
                raise ValueError(
                    f"Invalid parameter {name!r} for {self}.{did_you_mean(name, known)} There is: {sorted(known)}."
                )
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        if (trained := state.pop("estimator_", None)) is not None:
            names = [name for name in os.listdir(trained.model_dir) if name == STATE_FILE or owner_of(name)]
            state["_files"] = {name: _contents(os.path.join(trained.model_dir, name)) for name in names}
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__({name: value for name, value in state.items() if name != "_files"})
        if (files := state.get("_files")) is not None:
            folder = mkdtemp(prefix="fit-")
            for name, contents in files.items():
                write_atomically(os.path.join(folder, os.path.basename(name)), contents)
            self._make(folder, is_temporary=True)

    def _make(self, folder: str, is_temporary: bool) -> None:
        """Make the Estimator of what fit has noted; set_params may have changed the arguments since."""
        kind, arguments = self._made_of
        with log.brief():
            self.estimator_ = kind(**arguments, model_dir=folder)
        if is_temporary:
            weakref.finalize(self.estimator_, _remove, folder)

    def _fit(self, X: Any, y: Any, sample_weight: Any, **own: Any) -> Any:
        """Train a new Estimator; `own` are arguments that y has decided."""
        kind = self._default if self.estimator is None else self.estimator
        taken = argument_names(kind, "estimator")
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        features = self._features(X)
        own["config"] = (self.config or RunConfig(keep_checkpoint_max=1)).replace(tf_random_seed=seed)
        if not self._reads_table:
            own |= dict.fromkeys(_COLUMNS, [numeric_column("x", shape=self.n_features_in_)])
        if sample_weight is not None:
            if "weight_column" not in taken:
                raise ValueError(
                    f"sample_weight needs an Estimator with a weight_column, which {kind} does not take."
                )
            features[_WEIGHTS] = _check_sample_weight(sample_weight, X, dtype=np.float32)
            own["weight_column"] = _WEIGHTS
        given = {
            name: value for name, value in self.get_params().items() if name not in self._get_param_names()
        }
        self._made_of = kind, {name: value for name, value in own.items() if name in taken} | given
        if self.model_dir is not None:
            make_directory(self.model_dir)
        self._make(mkdtemp(prefix="fit-", dir=self.model_dir), is_temporary=self.model_dir is None)

        def input_fn() -> Dataset:
            rows = Dataset.from_tensor_slices((features, y)).shuffle(len(y), seed)
            return rows.repeat().batch(self.batch_size)

        with nullcontext() if self.verbose else log.brief():
            self.estimator_.train(input_fn, steps=self.steps)
        return self

    def _predict(self, X: Any, key: str) -> Any:
        """The predictions of all rows under one key of the model's."""
        check_is_fitted(self, "estimator_")
        features = self._features(self._checked(X, reset=False))
        with nullcontext() if self.verbose else log.brief():
            batches = self.estimator_.predict(
                lambda: Dataset.from_tensor_slices(features).batch(_PREDICTED_AT_ONCE),
                [key],
                yield_single_examples=False,
            )
            return np.concatenate([batch[key] for batch in batches])

    @property
    def _reads_table(self) -> bool:
        return any(getattr(self, name, None) is not None for name in _COLUMNS)

    def _checked(self, *data: Any, **how: Any) -> Any:
        if self._reads_table:
            if not hasattr(data[0], "columns"):
                raise TypeError(
                    f"feature_columns read the columns of a table by their names: X is a DataFrame, given: "
                    f"{type(data[0]).__name__}."
                )
            return validate_data(self, *data, skip_check_array=True, **how)
        return validate_data(self, *data, dtype=np.float32, **how)

    def _features(self, X: Any) -> dict[str, Any]:
        return {name: X[name] for name in X.columns} if self._reads_table else {"x": X}


def _contents(path: str) -> bytes:
    with open_regular(path) as file:
        return file.read()


def _remove(folder: str) -> None:
    with suppress(OSError):  # somebody has tidied up already
        remove_tree(folder)


class Classifier(ClassifierMixin, _Wrapper):
    """An Estimator that classifies, for scikit-learn.

    Parameters
    ----------
    estimator : class or callable, optional
        What makes the Estimator: a ready-made class, ``est.Estimator`` with a model_fn whose predictions have
        "probabilities", or a function with an argument model_dir. It gets what it names of feature_columns,
        n_classes, weight_column and config. LinearClassifier by default.
    steps : int
        For how many fit trains.
    batch_size : int
    model_dir : str or path, optional
        A folder in which each fit makes one of its own; by default it is temporary.
    config : RunConfig, optional
        Its tf_random_seed is that of random_state.
    random_state : int or RandomState, optional
        Decides first weights and the order of the rows.
    verbose : int
        0 is silent, else fit logs as train does.
    **arguments
        Those of the Estimator. feature_columns read a DataFrame by the names of its columns; without them all columns
        are numbers.

    Attributes
    ----------
    classes_ : array
        The labels.
    estimator_ : Estimator
        What has been trained, with its model_dir.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.
    """

    _default = LinearClassifier

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Classifier:
        """Train a new model.

        Parameters
        ----------
        X : array [samples, features] or DataFrame
        y : array [samples] of labels of any kind
        sample_weight : array [samples], optional

        Raises
        ------
        ValueError, TypeError
            If data or arguments are not valid.
        """
        X, y = self._checked(X, y)
        y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        self.classes_, indices = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"a classifier needs two classes at least, y has one class: {self.classes_.tolist()}."
            )
        return self._fit(X, indices, sample_weight, n_classes=len(self.classes_))

    def predict(self, X: Any) -> Any:
        """The labels that are most likely, [samples]."""
        likeliest = self.predict_proba(X).argmax(axis=1)
        return self.classes_[likeliest]

    def predict_proba(self, X: Any) -> Any:
        """The probabilities, [samples, classes] in the order of ``classes_``."""
        return self._predict(X, "probabilities")


class Regressor(RegressorMixin, _Wrapper):
    """An Estimator that predicts numbers, for scikit-learn; the parameters are :class:`Classifier`'s.

    A model_fn gives them under "predictions"; by default the Estimator is a LinearRegressor.
    """

    _default = LinearRegressor

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Regressor:
        """Train a new model on numbers [samples]; else as :meth:`Classifier.fit`."""
        X, y = self._checked(X, y, y_numeric=True)
        return self._fit(X, column_or_1d(y, warn=True).astype(np.float32), sample_weight)

    def predict(self, X: Any) -> Any:
        """The numbers, [samples]."""
        return self._predict(X, "predictions").reshape(-1)
