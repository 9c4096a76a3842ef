"""A memory of the things used last."""

from __future__ import annotations

import threading

from estimator.runtime.recent import Recent


def test_what_was_used_longest_ago_makes_room() -> None:
    memory: Recent[int] = Recent(2)
    memory.add("a", 1)
    memory.add("b", 2)
    assert memory.get("a") == 1  # now b is the older one
    memory.add("c", 3)
    assert [memory.get(key) for key in "abc"] == [1, None, 3]
    assert len(memory) == 2


def test_a_new_thing_takes_the_place_of_the_old_one_of_its_key() -> None:
    memory: Recent[int] = Recent(2)
    assert memory.add("a", 1) == 1
    memory.add("a", 2)
    assert (memory.get("a"), len(memory)) == (2, 1)
    memory.clear()
    assert (memory.get("a"), len(memory)) == (None, 0)


def test_threads_may_share_it() -> None:
    memory: Recent[int] = Recent(3)
    wrong: list[object] = []

    def work(start: int) -> None:
        for count in range(2000):
            key = (start + count) % 7
            found = memory.get(key)
            if found not in (None, key):
                wrong.append((key, found))
            memory.add(key, key)

    threads = [threading.Thread(target=work, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(memory) == 3
