"""Imports of tensorflow that give this package: what ``python -m estimator run`` has in place of TensorFlow.

``tensorflow.x.y`` is the module ``estimator.tf.x.y``, the very same one. What lies inside TensorFlow
(``tensorflow.python.ops.array_ops``, ``tensorflow_estimator.python...``) is answered by the public names which are
defined there, and by a short table of names that are not public. A module or a name that is not here is an error, never
something empty.
"""

from __future__ import annotations

import contextlib
import itertools
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from estimator.cli.private_modules import GENERATED, PRIVATE_NAMES, TF, is_inside, private_modules
from estimator.core.facade import name_table
from estimator.core.registry import did_you_mean
from estimator.core.same_module import same_module
from estimator.core.tensorflow_names import WHERE_LISTED

TENSORFLOW = ("tensorflow", "tensorflow_estimator")

# TensorFlow's modules import those of these folders by name, and packages find them there: ``ops.rnn.rnn_cell_impl``.
_IMPORTED_BY_OTHERS = ("ops", "framework", "util", "training", "platform")


def answer_for_tensorflow() -> None:
    """Let every import of tensorflow from now on give this package.

    Raises
    ------
    ImportError
        If TensorFlow itself is loaded: a program cannot have both under one name.
    """
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    for name in TENSORFLOW:
        if name in sys.modules:
            file = getattr(sys.modules[name], "__file__", None)
            raise ImportError(
                f"{name} is loaded already, from {file or 'nowhere'}: start Python anew, and let "
                "`python -m estimator run` import it.",
                name=name,
                path=file,
            )
    sys.meta_path.insert(0, _Finder())
    for inside in ("python", "core"):  # scripts say tf.python.x after a mere `import tensorflow as tf`
        import_module(f"tensorflow.{inside}")


class _Finder(MetaPathFinder):
    """Finds whatever is below tensorflow and tensorflow_estimator, or says why it is not there."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A spec for every module of TensorFlow's that is here, and for no others.

        Raises
        ------
        ModuleNotFoundError
            If it is one of TensorFlow's that is not here.
        """
        top, _, rest = fullname.partition(".")
        if top not in TENSORFLOW:
            return None
        if fullname in private_modules():
            return ModuleSpec(fullname, _Inside(), is_package=True)
        if is_inside(fullname):
            raise _not_found(fullname)
        return same_module(fullname, _public_module(fullname, rest))


def _public_module(fullname: str, rest: str) -> ModuleType:
    found: Any = import_module(TF)
    for part in rest.split(".") if rest else ():
        try:
            found = getattr(found, part)
        except AttributeError as error:
            raise ModuleNotFoundError(f"No module named {fullname!r}: {error}", name=fullname) from None
    if not isinstance(found, ModuleType):
        raise ModuleNotFoundError(f"No module named {fullname!r}; it is a name of its parent.", name=fullname)
    if not hasattr(found, "__path__"):
        found.__path__ = []  # TensorFlow's namespaces are packages: something inside may be asked for next
    return found


def _not_found(fullname: str) -> ModuleNotFoundError:
    hint = did_you_mean(fullname, private_modules())
    return ModuleNotFoundError(
        f"No module named {fullname!r}: it is not here; what is public of it is in `tf`.{hint} {WHERE_LISTED}",
        name=fullname,
    )


class _Inside(Loader):
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty module that asks the public namespaces."""
        return InsideTensorFlow(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


class InsideTensorFlow(ModuleType):
    """A module inside TensorFlow; its names are found in the namespaces where they are public."""

    def __getattr__(self, name: str) -> Any:
        """The name's value.

        Raises
        ------
        AttributeError
            If there is none here.
        """
        if name == "__all__":  # what `import *` takes
            return self._public_names()
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}", name=name)
        value = self._found(name)
        vars(self)[name] = value
        return value

    def _found(self, name: str) -> Any:
        path = f"{self.__name__}.{name}"
        if path in private_modules():
            return import_module(path)
        if (private := _private_name(self.__name__, name)) is not None:
            home, own = private
            return getattr(import_module(home), own)
        public = self._public(name)
        if public is None or isinstance(
            public, ModuleType
        ):  # a module inside has more names than a public one
            for folder in _IMPORTED_BY_OTHERS if private_modules()[self.__name__] else ():
                if (path := f"tensorflow.python.{folder}.{name}") in private_modules():
                    return import_module(path)
        if public is None:
            raise AttributeError(self._why_missing(name), name=name)
        return public

    def _public(self, name: str) -> Any:
        """What the name is in the first namespace that has it, else None."""
        for public, home in itertools.product(_spellings(name), self._namespaces()):
            with contextlib.suppress(AttributeError):
                return getattr(import_module(home), public)
        return None

    def _namespaces(self) -> tuple[str, ...]:
        """Where its names are looked for: what is public comes before what TensorFlow generates."""
        own = private_modules()[self.__name__]
        public = [home for home in own if home != GENERATED]
        if public and TF not in public:
            public.append(TF)
        return (*public, GENERATED) if GENERATED in own else tuple(public)

    def _public_names(self) -> list[str]:
        """The names of its namespaces, but of all of ``tf``, and those of its own that are public here alone."""
        namespaces = [home for home in private_modules()[self.__name__] if home not in (TF, GENERATED)]
        public = {name for home in namespaces for name in dir(import_module(home))}
        return sorted(
            name for name in public | set(_private_names(self.__name__)) if not name.startswith("_")
        )

    def _why_missing(self, name: str) -> str:
        known = sorted({public for home in self._namespaces() for public in dir(import_module(home))})
        return (
            f"module {self.__name__!r} has no attribute {name!r}: it is not here."
            f"{did_you_mean(name, known)} {WHERE_LISTED}"
        )


def _spellings(name: str) -> list[str]:
    """A name, and what it is publicly where it says that it is of TensorFlow 1: ``reduce_sum_v1``, ``VariableV1``."""
    return list(dict.fromkeys([name, name.removesuffix("_v1").removesuffix("V1")]))


def _private_name(module: str, name: str) -> tuple[str, str] | None:
    """Where a name that is not public is, whichever of the two packages it is asked of."""
    return _private_names(module).get(name)


def _private_names(module: str) -> Mapping[str, tuple[str, str]]:
    below = module.removeprefix("tensorflow_estimator.").removeprefix("tensorflow.")
    return name_table(PRIVATE_NAMES.get(below, {}))
