"""Misspelt keyword arguments are answered with the nearest that are taken."""

from __future__ import annotations

import inspect
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from estimator.core.keywords import (
    near_keywords,
    near_keywords_of_functions,
    near_keywords_of_methods,
    own_keywords,
)
from estimator.settings.run_config import RunConfig


@near_keywords
def dense(inputs: Any, units: int, /, *, activation: Any = None, _reuse: bool = False) -> Any:
    """What it does."""
    return inputs, units, activation


@near_keywords
def free(**options: Any) -> Any:
    return options


@near_keywords
@dataclass(frozen=True)
class Settings:
    steps: int = 0
    every_secs: int = 0


class _Pair(NamedTuple):
    mode: str
    loss: Any


@near_keywords
class Pair(_Pair):
    def __new__(cls, mode: str, loss: Any = None) -> Pair:
        return super().__new__(cls, mode, loss)


class Base:
    def __init__(self, name: str = "", **more: Any) -> None:
        self.name, self.more = name, more


@near_keywords
class Layer(Base):
    def __init__(self, units: int, **more: Any) -> None:
        super().__init__(**more)


class Closed(Base):
    def __init__(self, name: str = "", trainable: bool = True) -> None:
        super().__init__(name)


@near_keywords
class Dense(Closed):
    def __init__(self, units: int, **more: Any) -> None:
        super().__init__(**more)


@near_keywords_of_methods
class Trainer:
    def train(self, steps: int = 1) -> int:
        return steps

    @staticmethod
    def made(steps: int) -> int:
        return steps

    @property
    def size(self) -> int:
        return 3


def test_a_call_that_is_right_is_as_before() -> None:
    assert dense(1, 2, activation=3) == (1, 2, 3)
    assert free(anything=1) == {"anything": 1}
    assert Settings(3, every_secs=4) == Settings(steps=3, every_secs=4)
    assert Pair("train", loss=1) == ("train", 1) and type(Pair("train")) is Pair
    assert (Trainer().train(steps=2), Trainer.made(3), Trainer().size) == (2, 3, 3)
    assert list(inspect.signature(dense).parameters) == ["inputs", "units", "activation", "_reuse"]
    assert Layer(3, anything=1).more == {"anything": 1}  # nobody in the chain refuses any
    assert Dense(3, name="x", trainable=False).name == "x"
    assert dense.__doc__ == "What it does."


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dense(1, 2, activatoin=3),
         "dense() got an unexpected keyword argument 'activatoin'. Did you mean 'activation'?"),
        (lambda: dense(1, 2, size=3),
         "dense() got an unexpected keyword argument 'size'. It takes: activation."),
        (lambda: Settings(step=3),
         "Settings() got an unexpected keyword argument 'step'. Did you mean 'steps'?"),
        (lambda: Pair("train", lost=3), "Pair() got an unexpected keyword argument 'lost'. Did you mean 'loss'?"),
        (lambda: Trainer().train(step=3),
         "Trainer.train() got an unexpected keyword argument 'step'. Did you mean 'steps'?"),
        (lambda: Dense(3, trainble=1), "Dense() got an unexpected keyword argument 'trainble'. Did you mean 'trainable'?"),
        (lambda: Settings(step=3, every_sec=4),
         "Settings() got an unexpected keyword argument 'step'. Did you mean 'steps'? "
         "Settings() got an unexpected keyword argument 'every_sec'. Did you mean 'every_secs'?"),
    ],
)  # fmt: skip
def test_each_misspelt_keyword_is_answered(call: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        call()
    assert str(caught.value) == message


@near_keywords
def applied(function: Any) -> Any:
    return function()


def frames(call: Any) -> list[str]:
    """The functions in the traceback of an error, below the call."""
    with pytest.raises((TypeError, ValueError)) as caught:
        call()
    return [entry.name for entry in caught.traceback[2:]]


def test_the_traceback_ends_at_the_callers_line() -> None:
    assert frames(lambda: dense(1, 2, activatoin=3)) == []
    assert frames(lambda: Settings(step=3)) == []
    assert frames(refused) == []


def refused() -> Any:
    return RunConfig(save_summary_steps=-1)


def test_code_of_the_callers_stays_in_the_traceback() -> None:
    def initial_value() -> Any:
        return RunConfig(save_summary_steps=-1)

    assert frames(lambda: applied(initial_value)) == ["applied", "initial_value"]


def test_what_is_missing_is_still_pythons_to_say() -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'mode'"):
        Pair()  # type: ignore[call-arg]


def test_a_module_lets_its_own_public_functions_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def squared(value: int) -> int:
        return value * value

    module = ModuleType("squares")
    squared.__module__ = "squares"
    module.__dict__.update(squared=squared, square=squared, _squared=squared, foreign=dense.__wrapped__)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "squares", module)
    near_keywords_of_functions("squares")
    with pytest.raises(TypeError, match="Did you mean 'value'"):
        module.squared(valu=3)
    assert module.squared(value=3) == 9 and module.square is module.squared
    assert module._squared is squared and module.foreign is dense.__wrapped__  # type: ignore[attr-defined]


def test_a_constructor_takes_what_the_other_bases_of_a_subclass_take() -> None:
    @near_keywords
    class Base:
        def __init__(self, *, size: int = 0) -> None: ...

    @near_keywords
    class First(Base):
        def __init__(self, units: int, **more: Any) -> None:
            super().__init__(**more)

    @near_keywords
    class Second(Base):
        def __init__(self, *, colour: str = "", **more: Any) -> None:
            super().__init__(**more)

    @near_keywords
    class Both(First, Second):
        def __init__(self, units: int, **more: Any) -> None:
            super().__init__(units, **more)

    Both(1, colour="red", size=2)
    with pytest.raises(
        TypeError, match=r"^Both\(\) got an unexpected keyword argument 'color'. Did you mean 'colour'"
    ):
        Both(1, color="red")
    with pytest.raises(TypeError, match=r"^First\(\) got an unexpected keyword argument 'colour'"):
        First(1, colour="red")


def test_a_constructor_may_have_any_keywords_of_its_own() -> None:
    @near_keywords
    class Base:
        def __init__(self, name: str) -> None:
            self.name = name

    @near_keywords
    class Taking(Base):
        @own_keywords
        def __init__(self, name: str, **options: int) -> None:
            super().__init__(name)
            self.options = options

    assert Taking("a", size=3).options == {"size": 3}
    with pytest.raises(TypeError, match="'nam'. Did you mean 'name'"):
        Base(nam="a")  # type: ignore[call-arg]
