"""Names found again among listed ones."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.errors import UsageError
from enduse.names import NameIndex, unmatchable

LISTED = [
    (1, "OSTEC ENTERPRISE LTD", "organization"),
    (1, "ООО «Предприятие Остек»", "organization"),
    (2, "11420 CORP.", "organization"),
    (3, "AVIA", "organization"),
    (4, "PETROV, Sergei Ivanovich", "person"),
    (5, "Golden Star Trading LLC", "organization"),
    (6, "Fund 1", "organization"),
    (7, "AVIA", "vessel"),
    (8, "Muhammad Yusuf Hamad", "person"),
    (9, "Xi Jinglong", "person"),
    (10, "Kvant Research Institute", "organization"),
    (11, "Shanghai Yongda International Trading Co., Ltd.", "organization"),
]


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex.build(_table(LISTED), threads=2)


def _table(rows: list[tuple[int, str, str]]) -> pa.Table:
    key, name, kind = zip(*rows, strict=True)
    return pa.table({"entity_key": pa.array(key, pa.int64()), "name": name, "kind": kind})


def _scores(index: NameIndex, name: str, **options: object) -> dict[int, float]:
    found = index.match([name], **options)  # type: ignore[arg-type]
    return dict(zip(found["entity_key"].to_pylist(), found["score"].to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("Ostek Enterprise", 1),
        ("ОСТЕК ЭНТЕРПРАЙЗ", 1),
        ("Предприятие Остек, ООО", 1),
        ("Sergey Ivanovich Petrov", 4),
        ("Сергей Иванович Петров", 4),
        ("G0lden Star Tradlng L.L.C.", 5),
        ("GoldenStar Trading", 5),
        ("习景龙", 9),
        ("上海永大國際貿易有限公司", 11),
        ("Kvant Reserch Institute", 10),
    ],
)
def test_the_listed_party_is_found_under_another_spelling(
    index: NameIndex, name: str, entity: int
) -> None:
    scores = _scores(index, name, threshold=0.8)
    assert next(iter(scores), None) == entity


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("CORP.", 2),
        ("Meridian Corp.", 2),
        ("11421 Corp.", 2),
        ("Avia Kazan Trading and Logistics Company LLC", 3),
        ("Golden Sun Trading LLC", 5),
        ("Silver Star Shipping LLC", 5),
        ("Fund 2", 6),
        ("Petrov, Anna", 4),
        ("Trading LLC", 5),
        ("Research Institute", 10),
        ("北京新星国际贸易有限公司", 11),
    ],
)
def test_a_name_that_shares_only_common_words_stays_below_any_threshold_in_use(
    index: NameIndex, name: str, entity: int
) -> None:
    assert _scores(index, name).get(entity, 0.0) < 0.8


def test_a_listed_name_with_a_letter_of_another_script_is_the_same_name(index: NameIndex) -> None:
    assert _scores(index, "G\u043elden Star Trading LLC")[5] == 1.0


def test_an_arabic_name_without_vowels_finds_its_latin_spelling_further_down(
    index: NameIndex,
) -> None:
    assert max(_scores(index, "محمد حمد").items(), key=lambda item: item[1])[0] == 8


def test_only_entities_of_the_kinds_asked_for_are_answered(index: NameIndex) -> None:
    assert set(_scores(index, "Avia")) == {3, 7}
    assert set(_scores(index, "Avia", kinds=("vessel",))) == {7}
    with pytest.raises(UsageError, match="knows none"):
        NameIndex.build(_table(LISTED).drop_columns(["kind"])).match(["Avia"], kinds=("vessel",))


def test_a_table_without_names_is_refused() -> None:
    with pytest.raises(UsageError, match="no column 'name'"):
        NameIndex.build(pa.table({"entity_key": [1]}))


def test_an_entity_is_answered_once_with_the_name_that_met_best(index: NameIndex) -> None:
    found = index.match(["Predpriyatie Ostek OOO"]).to_pylist()
    assert [(row["entity_key"], row["matched_name"]) for row in found] == [
        (1, "ООО «Предприятие Остек»")
    ]


def test_limit_and_threshold_hold() -> None:
    many = NameIndex.build(
        _table([(n, "Golden Star Trading LLC", "organization") for n in range(30)])
    )
    found = many.match(["Golden Star Trading LLC", "Golden Star Trading Est"], limit=4)
    assert found["query"].to_pylist() == [0] * 4 + [1] * 4
    assert found["entity_key"].to_pylist() == [0, 1, 2, 3] * 2
    assert many.match(["Golden Star Trading Est"], threshold=1.0).num_rows == 0


@pytest.mark.parametrize("names", [[], ["", "Co., Ltd.", "!"], ["zzz"]])
def test_nothing_is_answered_to_names_that_meet_nothing(names: list[str]) -> None:
    assert NameIndex.build(_table(LISTED)).match(names).num_rows == 0
    assert NameIndex.build(_table(LISTED).slice(0, 0)).match(names).num_rows == 0


def test_repeated_tokens_and_endless_names_are_answered(index: NameIndex) -> None:
    names = ["Avia " * 2000, "x" * 10_000, " ".join(f"Avia{n}" for n in range(3000)), "\x00" * 99]
    assert set(index.match(names)["query"].to_pylist()) <= {0, 2}


WORDS = st.sampled_from(
    [
        "golden",
        "star",
        "goldenstar",
        "ostec",
        "ostek",
        "trading",
        "group",
        "1",
        "2",
        "llc",
        "wei",
        "x",
    ]
)
NAMES = st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=9).map(
    lambda names: [name for name in names if not unmatchable(name)] or ["star"]
)


@settings(deadline=None, max_examples=20)
@given(NAMES, st.randoms(use_true_random=False))
def test_every_name_finds_itself_first_whatever_the_order_of_the_rows(
    names: list[str], shuffled: random.Random
) -> None:
    rows = [(key, name, "unknown") for key, name in enumerate(names)]
    found = NameIndex.build(_table(rows)).match(names, limit=len(names), threshold=0.5)
    for query, name in enumerate(names):
        best = [row for row in found.to_pylist() if row["query"] == query]
        assert best[0]["score"] == 1.0
        assert {"query": query, "entity_key": query, "score": 1.0, "matched_name": name} in best
    other = list(rows)
    shuffled.shuffle(other)
    assert NameIndex.build(_table(other)).match(names, limit=len(names), threshold=0.5) == found


@settings(deadline=None, max_examples=12)
@given(NAMES, NAMES)
def test_more_listed_names_take_away_no_hit_of_the_very_name(
    names: list[str], others: list[str]
) -> None:
    rows = [(key, name, "unknown") for key, name in enumerate(names)]
    more = [*rows, *((100 + key, name, "unknown") for key, name in enumerate(others))]
    found = NameIndex.build(_table(more)).match(names, limit=100, threshold=1.0).to_pylist()
    met = {(row["query"], row["entity_key"]) for row in found}
    assert met >= {(key, key) for key in range(len(names))}


@settings(deadline=None, max_examples=12)
@given(NAMES)
def test_a_name_is_answered_the_same_alone_and_among_others(names: list[str]) -> None:
    index = NameIndex.build(_table([*LISTED, (50, "Golden Wei Group", "unknown")]))
    together = index.match(names, threshold=0.4).to_pylist()
    for query, name in enumerate(names):
        alone = index.match([name], threshold=0.4).to_pylist()
        assert [{**row, "query": query} for row in alone] == [
            row for row in together if row["query"] == query
        ]
