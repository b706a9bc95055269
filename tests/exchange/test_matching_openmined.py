"""Our hits beside the answer of OpenMined's private set intersection."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.exchange import openmined
from tests.exchange.matching_desks import Pair, pair

SERIALS = [f"SN{number:05}" for number in range(80)]


@pytest.fixture(scope="module")
def python() -> Path:
    """An interpreter that has OpenMined's package."""
    found = openmined.interpreter()
    if found is None:
        pytest.skip("openmined-psi cannot be installed here, in an environment of its own")
    return found


@pytest.fixture
def two(tmp_path: Path) -> Pair:
    return pair(tmp_path)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ([], SERIALS),
        (SERIALS, []),
        (SERIALS, SERIALS),
        (SERIALS[:40], SERIALS[40:]),
        (SERIALS, SERIALS[35:50]),
        (SERIALS[10:20], SERIALS),
    ],
    ids=["empty client", "empty server", "equal", "disjoint", "client larger", "server larger"],
)
def test_the_same_hits(two: Pair, python: Path, ours: list[str], theirs: list[str]) -> None:
    answer = openmined.intersect(python, ours, theirs)
    finished = two.match(ours, theirs)
    hits = {hit.key.removeprefix("A|serial|") for hit in finished.hits}
    assert hits == {ours[place] for place in answer.found} == set(ours) & set(theirs)
