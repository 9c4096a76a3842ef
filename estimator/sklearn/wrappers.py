"""An Estimator with the methods of scikit-learn: it stands in a Pipeline, and GridSearchCV looks for its arguments.

::

    model = est.sklearn.Classifier(est.DNNClassifier, hidden_units=[10, 10], steps=500)
    search = GridSearchCV(make_pipeline(StandardScaler(), model), {"classifier__hidden_units": [[10], [10, 10]]})

Every fit begins anew, in a folder of its own. A fitted model that is pickled or copied takes its checkpoint along.
"""

from __future__ import annotations

import os
import shutil
import weakref
from collections.abc import Callable
from tempfile import mkdtemp
from typing import Any

import numpy as np

from estimator.columns.numeric import numeric_column
from estimator.core import log
from estimator.core.extras import from_extra
from estimator.core.files import read_regular
from estimator.core.registry import did_you_mean
from estimator.core.signatures import argument_names
from estimator.estimators.linear import LinearClassifier, LinearRegressor
from estimator.model_dir.file_names import STATE_FILE, owner_of
from estimator.model_dir.storage import make_directory, write_atomically
from estimator.pipeline.dataset import Dataset
from estimator.settings.run_config import RunConfig

with from_extra("sklearn", "est.sklearn needs"):
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.utils import check_random_state, column_or_1d
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

_COLUMNS = ("feature_columns", "linear_feature_columns", "dnn_feature_columns")


class _Wrapper(BaseEstimator):
    _default: Callable[..., Any]

    def __init__(
        self,
        estimator: Callable[..., Any] | None = None,
        *,
        steps: int = 1000,
        batch_size: int = 32,
        model_dir: str | os.PathLike[str] | None = None,
        random_state: Any = None,
        **arguments: Any,
    ) -> None:
        own = {"estimator": estimator, "steps": steps, "batch_size": batch_size}
        self.__dict__.update(own, model_dir=model_dir, random_state=random_state, **arguments)

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
        kind = self._default if (given := params.get("estimator", self.estimator)) is None else given
        known = {*self.get_params(), *(argument_names(kind, "estimator") if callable(kind) else ())}
        for name in params.keys() - known:
            raise ValueError(f"Invalid parameter {name!r}.{did_you_mean(name, known)} There is: {known}.")
        self.__dict__.update(params)
        return self

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        if (folder := getattr(state.pop("estimator_", None), "model_dir", None)) is not None:
            names = [name for name in os.listdir(folder) if name == STATE_FILE or owner_of(name)]
            state["_files"] = {name: read_regular(os.path.join(folder, name), 1 << 40) for name in names}
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if files := self.__dict__.pop("_files", None):
            self._make(folder := mkdtemp(prefix="fit-"), is_temporary=True)
            for name, contents in files.items():
                write_atomically(os.path.join(folder, os.path.basename(name)), contents)

    def _make(self, folder: str, is_temporary: bool) -> None:
        """Make the Estimator of what fit has noted; set_params may have changed the arguments since."""
        kind, arguments = self._made_of
        with log.brief():
            self.estimator_ = kind(**arguments, model_dir=folder)
        if is_temporary:
            weakref.finalize(self.estimator_, shutil.rmtree, folder, ignore_errors=True)

    def _fit(self, X: Any, y: Any, sample_weight: Any, **own: Any) -> Any:
        """Train a new Estimator; `own` are arguments that y has decided."""
        kind, given = self.estimator or self._default, self.get_params()
        features, taken = self._features(X), argument_names(kind, "estimator")
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        config = given.pop("config", None) or RunConfig(keep_checkpoint_max=1)
        own["config"] = config.replace(tf_random_seed=seed)
        if not self._reads_table:
            own |= dict.fromkeys(_COLUMNS, [numeric_column("x", shape=self.n_features_in_)])
        if sample_weight is not None:
            if "weight_column" not in taken:
                raise ValueError(f"sample_weight needs a weight_column, which {kind} does not take.")
            features["sample_weight"] = _check_sample_weight(sample_weight, X, dtype=np.float32)
            own["weight_column"] = "sample_weight"
        own = {name: value for name, value in own.items() if name in taken}
        self._made_of = kind, own | {name: given[name] for name in given.keys() - self._get_param_names()}
        if self.model_dir is not None:
            make_directory(self.model_dir)
        self._make(mkdtemp(prefix="fit-", dir=self.model_dir), is_temporary=self.model_dir is None)
        rows = Dataset.from_tensor_slices((features, y)).shuffle(len(y), seed).repeat().batch(self.batch_size)
        with log.brief():
            self.estimator_.train(lambda: rows, steps=self.steps)
        return self

    def _predict(self, X: Any, key: str) -> Any:
        """The predictions of all rows under one key of the model's."""
        check_is_fitted(self, "estimator_")
        rows = Dataset.from_tensor_slices(self._features(self._checked(X, reset=False))).batch(1024)
        with log.brief():
            found = self.estimator_.predict(lambda: rows, [key], yield_single_examples=False)
            return np.concatenate([batch[key] for batch in found])

    def _checked(self, *data: Any, **how: Any) -> Any:
        self._reads_table = any(getattr(self, name, None) is not None for name in _COLUMNS)
        if self._reads_table and not hasattr(data[0], "columns"):
            raise TypeError(f"feature_columns need a DataFrame as X, given: {type(data[0]).__name__}.")
        how |= {"skip_check_array": True} if self._reads_table else {"dtype": np.float32}
        return validate_data(self, *data, **how)

    def _features(self, X: Any) -> dict[str, Any]:
        return {name: X[name] for name in X.columns} if self._reads_table else {"x": X}


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
    random_state : int or RandomState, optional
        Decides first weights and the order of the rows.
    **arguments
        Those of the Estimator. A config gets its tf_random_seed from random_state. feature_columns read a DataFrame by
        the names of its columns; without them all columns are numbers.

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
        check_classification_targets(y := column_or_1d(y, warn=True))
        self.classes_, indices = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"a classifier needs two classes, y has one class: {self.classes_.tolist()}.")
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
