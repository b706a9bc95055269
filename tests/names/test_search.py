"""The search reaches every listed name that it promises to, and the same ones every time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from enduse.errors import InputError
from enduse.names import NameIndex, unmatchable
from enduse.names.alignment import AS_INITIAL, MET
from enduse.names.kernel import LEAST_MET, least_share
from enduse.names.letters import Floats, Letters, Numbers, hashes
from enduse.names.part import EVERY_KIND, Lookup
from enduse.names.readings import Readings
from enduse.names.vocabulary import _EXACT_TAG
from enduse.names.weights import log_odds

WORDS = [
    "golden",
    "goldan",
    "golding",
    "star",
    "stars",
    "trading",
    "tradlng",
    "and",
    "llc",
    "jsc",
    "sokolov",
    "sokolow",
    "solokov",
    "ivan",
    "iwan",
    "j",
    "s",
    "petrovich",
    "petrovic",
    "1",
    "12",
    "bank",
    "of",
    "kazan",
    "kasan",
    "shipping",
    "holding",
    "volga",
    "wolga",
    "上海",
]
NAMES = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join), min_size=1, max_size=14
).map(lambda names: [name for name in names if not unmatchable(name)] or ["star"])


def _table(names: list[str]) -> pa.Table:
    return pa.table({"entity_key": pa.array(range(len(names)), pa.int64()), "name": names})


def _rows(index: NameIndex, names: list[str]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = index.match(names, limit=50, threshold=0.05).to_pylist()
    return rows


@settings(deadline=None, max_examples=25)
@given(NAMES, NAMES, st.sampled_from([0.0, 0.1, 0.5, 0.9, 0.99]))
@example(["J. F. Sokolov"], ["Ivan Jovan Fedor Sokolov"], 0.2)
@example(["golden star trading llc"], ["star trading", "trading llc", "golden"], 0.1)
def test_no_listed_name_that_meets_enough_is_passed_over(
    listed: list[str], asked: list[str], threshold: float
) -> None:
    index = NameIndex.build(_table(listed))
    (part,) = index._parts
    least = log_odds(threshold)
    (lookup,) = Lookup.of(Readings.of(asked, [part.segment]), [part], index._keys)
    reading, key, odds = lookup.search(EVERY_KIND, 1000, least, 1)
    found = {(r, k): tuple(o) for r, k, o in zip(reading, key, odds, strict=True)}
    every = np.indices((len(lookup.readings.query), part.segment.keys)).reshape(2, -1)
    _, all_odds, meets, likes = lookup.describe(every[0], every[1])
    met = _met(lookup, every[0], every[1], meets, likes)
    enough = met >= max(LEAST_MET, least_share(least))
    expected = {
        (r, k): tuple(o)
        for r, k, o, high in zip(*every, all_odds, all_odds.max(axis=1) >= least, strict=True)
        if high and enough[r * part.segment.keys + k]
    }
    assert found == expected


def _met(lookup: Lookup, reading: Numbers, key: Numbers, meets: Numbers, likes: Floats) -> Floats:
    """The share of weight that spellings and initials make up, by the alignments."""
    readings, part = lookup.readings, lookup.part
    shares = []
    for pair, (r, k) in enumerate(zip(reading, key, strict=True)):
        ours = lookup.tokens[2][readings.token[readings.start[r] : readings.start[r + 1]]]
        segment = part.segment
        theirs = part.weight[segment.key_token[segment.key_start[k] : segment.key_start[k + 1]]]
        shared = 0.0
        for i, weight in enumerate(ours):
            j, how = meets[pair, i]
            if how in (MET, AS_INITIAL):
                like = likes[pair, i]
                shared += like * (weight + theirs[j])
        shares.append(shared / (ours.sum() + theirs.sum()))
    return np.array(shares)


@settings(deadline=None, max_examples=12)
@given(NAMES, NAMES)
def test_names_added_are_found_as_if_they_had_been_there_from_the_start(
    listed: list[str], added: list[str]
) -> None:
    whole = NameIndex.build(_table(listed + added))
    grown = NameIndex.build(_table(listed))
    more = _table(listed + added).slice(len(listed))
    grown.add(more.slice(0, 1))
    grown.add(more.slice(1))
    asked = listed + added
    assert _rows(grown, asked) == _rows(whole, asked)


@settings(deadline=None, max_examples=12)
@given(NAMES, st.data())
def test_removed_entities_are_answered_no_more_and_the_others_as_if_they_were_alone(
    listed: list[str], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from(range(len(listed)))))
    index = NameIndex.build(_table(listed))
    some = index.only([n for n in range(len(listed)) if n not in gone])
    before = [row for row in _rows(index, listed) if row["entity_key"] not in gone]
    assert _rows(some, listed) == before
    index.remove(sorted(gone))
    assert not gone & {row["entity_key"] for row in _rows(index, listed)}


def test_several_threads_answer_as_one_does() -> None:
    listed = [f"{a} {b} {c}" for a, b, c in combinations(WORDS[:20], 3)]
    one, four = (NameIndex.build(_table(listed), threads=threads) for threads in (1, 4))
    assert one.match(listed, threshold=0.7) == four.match(listed, threshold=0.7)
    assert one.self_join(threshold=0.9, limit=5) == four.self_join(threshold=0.9, limit=5)


def test_a_join_finds_words_that_one_name_has_as_one_and_another_apart() -> None:
    names = ["Avtovaz Kazan Holding", "Avto Vaz Kazan Holding", "Vaz Trading", "Volga Tools"]
    joined = NameIndex.build(_table(names)).self_join(threshold=0.5)
    assert list(zip(joined["left"].to_pylist(), joined["right"].to_pylist(), strict=True)) == [
        (0, 1)
    ]


@settings(deadline=None, max_examples=12)
@given(NAMES)
def test_a_join_gives_each_pair_once_whichever_name_is_longer(names: list[str]) -> None:
    joined = NameIndex.build(_table(names)).self_join(threshold=0.3, limit=1000)
    pairs = list(zip(joined["left"].to_pylist(), joined["right"].to_pylist(), strict=True))
    assert len(pairs) == len(set(pairs))
    assert all(left < right for left, right in pairs)
    same = {
        pair for pair in combinations(range(len(names)), 2) if len({names[n] for n in pair}) < 2
    }
    assert same <= set(pairs)


def test_two_words_of_one_hash_do_not_stand_for_each_other() -> None:
    one, other = _colliding()
    index = NameIndex.build(_table([f"{one} star", f"{other} star"]))
    assert index.match([f"{one} star", f"{other} star"], threshold=0.99)[
        "entity_key"
    ].to_pylist() == [
        0,
        1,
    ]


def _colliding() -> tuple[str, str]:
    """Two words that `letters.hash_of` cannot tell apart."""
    rng = np.random.default_rng(3)
    words = ["".join(map(chr, row)) for row in rng.integers(97, 123, (300_000, 9))]
    letters = Letters.of(words)
    hashed = hashes(letters.bytes, letters.start, _EXACT_TAG)
    order = np.argsort(hashed, kind="stable")
    at = int(np.flatnonzero(np.diff(hashed[order]) == 0)[0])
    return words[order[at]], words[order[at + 1]]


def test_an_index_opened_from_its_folder_answers_as_before(tmp_path: Path) -> None:
    listed = [f"{a} {b} {c}" for a, b, c in combinations(WORDS[:14], 3)]
    index = NameIndex.build(_table(listed))
    index.add(pa.table({"entity_key": [1000], "name": ["Ostec Kazan"]}))
    index.remove([3, 5])
    index.save(tmp_path / "names")
    opened = NameIndex.open(tmp_path / "names")
    assert _rows(opened, listed) == _rows(index, listed)
    assert len(opened) == len(index)
    opened.add(pa.table({"entity_key": [1001], "name": ["Ostec Volga"]}))
    assert _rows(opened, ["Ostek Volga"])[0]["entity_key"] == 1001


@pytest.mark.parametrize(
    "broken", ["no folder", "no index.json", "format", "array", "names", "cut"]
)
def test_a_folder_that_holds_no_whole_index_is_refused(tmp_path: Path, broken: str) -> None:
    folder = tmp_path / "names"
    if broken != "no folder":
        NameIndex.build(_table(["Ostec Kazan"])).save(folder)
    if broken == "no index.json":
        (folder / "index.json").unlink()
    if broken == "format":
        (folder / "index.json").write_text('{"format": 0, "segments": 1}')
    if broken == "array":
        next(folder.rglob("key_token.npy")).unlink()
    if broken == "names":
        next(folder.rglob("names.arrow")).write_bytes(b"no Arrow file")
    if broken == "cut":
        path = next(folder.rglob("bearer_key.npy"))
        path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(InputError) as refused:
        NameIndex.open(folder)
    assert refused.value.hint


def test_a_save_that_is_killed_leaves_the_old_index_or_the_new_one(tmp_path: Path) -> None:
    folder = tmp_path / "names"
    NameIndex.build(_table(["Ostec Kazan"])).save(folder)
    script = (
        "import sys, pyarrow as pa\n"
        "from enduse.names import NameIndex\n"
        "index = NameIndex.build(pa.table({'entity_key': [1], 'name': ['Volga Shipping']}))\n"
        "print('ready', flush=True)\n"
        "while True: index.save(sys.argv[1])\n"
    )
    for _ in range(3):
        saving = subprocess.Popen(
            [sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert saving.stdout is not None
        assert saving.stdout.readline() == "ready\n"
        os.kill(saving.pid, signal.SIGKILL)
        saving.communicate()
        assert len(NameIndex.open(folder)) == 1
