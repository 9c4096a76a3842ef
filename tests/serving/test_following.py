"""What is new in a source takes its place when it is ready, and what is bad there leaves all as it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

import pytest

from estimator.core.errors import (
    DATA_LOSS,
    INVALID_ARGUMENT,
    UNKNOWN,
    DataLossError,
    OpError,
    UnavailableError,
)
from estimator.serving.following import Follower
from estimator.serving.models import Models, State, VersionStatus
from estimator.serving.servable import Servable
from estimator.serving.sources.source import Candidate
from tests.serving.half_plus_two import half_plus_two


class _Shelf:
    """A source whose versions are put there by hand: each is what makes it, under an identity."""

    name = place = "half"

    def __init__(self, number: int = 1) -> None:
        self.number = number
        self.labels: dict[str, int] = {}
        self.loads: list[int] = []
        self.lying: dict[int, tuple[Hashable, Callable[[int], Servable]]] = {}
        self.trouble: OpError | None = None

    def put(
        self, version: int, make: Callable[[int], Servable] = half_plus_two, identity: Hashable = 0
    ) -> None:
        self.lying[version] = (identity, make)

    def candidates(self) -> Iterator[Candidate]:
        if self.trouble is not None:
            raise self.trouble
        for version in sorted(self.lying, reverse=True):
            yield Candidate(version, str(version), self.lying[version][0])

    def identity(self, candidate: Candidate) -> Hashable:
        return self.lying[candidate.version][0] if candidate.version in self.lying else None

    def load(self, candidate: Candidate) -> Servable:
        self.loads.append(candidate.version)
        return self.lying[candidate.version][1](candidate.version)


def _damaged(version: int) -> Servable:
    raise DataLossError("the index is\n cut off.")


def _not_finite(version: int) -> Servable:
    return half_plus_two(version, two=float("inf"))


class _Scene:
    def __init__(self, number: int = 1) -> None:
        self.shelf, self.models = _Shelf(number), Models()
        self.follower = Follower(self.models, [self.shelf])

    def serving(self) -> list[int]:
        """What serves after a look, the newest first."""
        self.follower.look()
        return [known.version for known in self.models.status("half") if known.state is State.AVAILABLE]

    def status(self, version: int) -> VersionStatus:
        (known,) = self.models.status("half", version)
        return known


@pytest.fixture
def scene() -> _Scene:
    return _Scene()


def test_the_newest_takes_the_place_of_what_served(scene: _Scene) -> None:
    scene.shelf.put(1)
    assert scene.serving() == [1]
    scene.shelf.put(2)
    assert scene.serving() == [2]
    assert scene.status(1) == VersionStatus(1, State.END)


def test_what_serves_is_not_loaded_again(scene: _Scene) -> None:
    scene.shelf.put(1)
    assert scene.serving() == scene.serving() == [1]
    assert scene.shelf.loads == [1]


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (_damaged, DATA_LOSS, "the index is cut off."),
        (_not_finite, INVALID_ARGUMENT, "not all values are finite in b"),
        (lambda version: {}[version], UNKNOWN, "2"),
    ],
    ids=["damaged", "not finite", "unforeseen"],
)
def test_what_is_refused_leaves_the_old_one_and_says_why(
    scene: _Scene, make: Callable[[int], Servable], code: int, said: str
) -> None:
    scene.shelf.put(1)
    scene.serving()
    scene.shelf.put(2, make)
    assert scene.serving() == scene.serving() == [1]
    assert scene.shelf.loads == [1, 2]  # it is not tried again
    status = scene.status(2)
    assert (status.state, status.error_code) == (State.END, code)
    assert said in status.error_message


def test_what_was_refused_is_tried_again_when_it_has_changed(scene: _Scene) -> None:
    scene.shelf.put(2, _damaged)
    assert scene.serving() == []
    with pytest.raises(UnavailableError, match="cut off"), scene.models.acquire("half"):
        pass
    scene.shelf.put(2, identity=1)
    assert scene.serving() == [2]
    assert scene.status(2) == VersionStatus(2, State.AVAILABLE)


def test_an_older_one_serves_if_the_newest_cannot_from_the_start(
    scene: _Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.shelf.put(1)
    scene.shelf.put(2, _damaged)
    assert scene.serving() == [1]
    scene.shelf.put(3, _damaged)
    assert scene.serving() == [1]
    refused = [record.getMessage() for record in caplog.records if "is refused" in record.getMessage()]
    assert refused[0].startswith("model 'half' version 2 is refused: the index")
    assert refused[1].startswith("model 'half' version 3 is refused, what serves goes on: the index")


def test_nothing_older_takes_the_place_of_what_serves_when_the_newest_cannot(scene: _Scene) -> None:
    scene.shelf.put(3)
    assert scene.serving() == [3]
    del scene.shelf.lying[3]
    scene.shelf.put(1)
    scene.shelf.put(9, _damaged)
    assert scene.serving() == [3]
    scene.shelf.put(5)
    assert scene.serving() == [5]
    assert scene.shelf.loads == [3, 9, 5]


def test_a_version_that_was_written_anew_takes_its_own_place(scene: _Scene) -> None:
    scene.shelf.put(1)
    scene.serving()
    scene.shelf.put(1, lambda version: half_plus_two(version, two=5.0), identity=1)
    assert scene.serving() == [1]
    with scene.models.acquire("half") as servable:
        servable.verify()
    assert scene.shelf.loads == [1, 1]


def test_a_version_that_was_written_anew_and_is_bad_leaves_the_old_one(scene: _Scene) -> None:
    scene.shelf.put(1)
    scene.serving()
    scene.shelf.put(1, _damaged, identity=1)
    assert scene.serving() == [1]
    assert scene.status(1) == VersionStatus(1, State.AVAILABLE, DATA_LOSS, "the index is cut off.")


def test_a_version_that_goes_while_it_is_read_is_not_refused(scene: _Scene) -> None:
    scene.shelf.put(1)
    scene.serving()

    def vanish(version: int) -> Servable:
        del scene.shelf.lying[version]
        raise DataLossError("half of it is not there.")

    scene.shelf.put(2, vanish)
    assert scene.serving() == [1]
    assert scene.status(2) == VersionStatus(2, State.END)


def test_a_version_that_changes_while_it_is_read_is_read_again(scene: _Scene) -> None:
    def change(version: int) -> Servable:
        scene.shelf.put(version, identity=1)
        return half_plus_two(version)

    scene.shelf.put(2, change)
    assert scene.serving() == []
    assert scene.serving() == [2]
    assert scene.shelf.loads == [2, 2]


def test_as_many_versions_serve_as_are_wanted() -> None:
    scene = _Scene(number=2)
    for version in (1, 2, 3):
        scene.shelf.put(version)
    assert scene.serving() == [3, 2]
    scene.shelf.put(4, _damaged)
    assert scene.serving() == [3, 2]
    scene.shelf.put(5)
    assert scene.serving() == [5, 3]


def test_what_serves_stays_when_everything_is_gone(scene: _Scene) -> None:
    scene.shelf.put(1)
    scene.serving()
    scene.shelf.lying.clear()
    assert scene.serving() == [1]


def test_a_place_that_cannot_be_looked_at_is_said_once(
    scene: _Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.shelf.put(1)
    scene.serving()
    scene.shelf.trouble = UnavailableError("the disk is away.")
    assert scene.serving() == scene.serving() == [1]
    assert caplog.text.count("the disk is away.") == 1


def test_a_training_that_began_anew_is_followed_down() -> None:
    scene = _Scene()
    scene.shelf.put(200)
    scene.serving()
    del scene.shelf.lying[200]
    scene.shelf.put(1)
    assert scene.serving() == [1]


def test_a_thread_follows_until_it_is_stopped() -> None:
    scene = _Scene()
    follower = Follower(Models(), [scene.shelf], interval_secs=0.001)
    scene.shelf.put(1)
    follower.start()
    while not scene.shelf.loads:
        pass
    follower.stop(5.0)
    assert scene.shelf.loads == [1]
