"""`enduse screen`: names in, listed entities and rejects out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

import pyarrow as pa
import pytest

from enduse.errors import InputError
from enduse.screen import SCREENED, NamesScreened, Screener, entity_ids, screen_names

Lists = tuple[pa.Table, pa.Table]
TODAY = date(2026, 11, 1)


@pytest.fixture
def lists(make_lists: Callable[..., Lists]) -> Lists:
    return make_lists(
        {"name": "Ostec Enterprise", "list": "us-csl/Entity List", "listed_from": date(2022, 3, 1)},
        {"name": "Meridian Precision", "record_id": "2677"},
        {"name": "Kvant Institute", "record_id": "2677", "gone_by": date(2026, 9, 1)},
        {"name": "Aral Shipping", "absent_on": date(2024, 1, 1)},
        {"name": "Sergei Petrov", "kind": "person", "birth_dates": ["1961"], "countries": ["RU"]},
    )


def _screen(lists: Lists, rows: list[dict[str, object]], **options: float) -> NamesScreened:
    screened = screen_names(pa.Table.from_pylist(rows), Screener(*lists), as_of=TODAY, **options)  # type: ignore[arg-type]
    assert screened.hits.schema == SCREENED
    assert screened.read == screened.accepted + len(screened.rejects)
    return screened


def test_what_is_promised_is_answered(lists: Lists) -> None:
    rows = [
        {"query_id": "q2", "name": "Ostek Enterprise LLC"},
        {"query_id": "q1", "name": "Nobody"},
    ]
    (hit,) = _screen(lists, rows).hits.to_pylist()
    assert hit.pop("score") > 0.85
    told = re.sub(r" \(\d+%\)", "", hit.pop("explanation"))
    assert hit == {
        "query_id": "q2",
        "entity_id": "us-csl/Entity List:100",
        "matched_name": "Ostec Enterprise",
        "list": "us-csl/Entity List",
        "record_id": "100",
        "listed_from": date(2022, 3, 1),
    }
    assert told == (
        "same: enterprise; alike: ostek ~ ostec; only in the name: llc; "
        "listed on 2026-11-01: since 2022-03-01"
    )


@pytest.mark.parametrize(
    ("name", "as_of", "stood"),
    [
        ("Ostec Enterprise", "2021-05-01", "listed since 2022-03-01, after 2021-05-01"),
        (
            "Meridian Precision",
            "2024-05-01",
            "the list gives no date; first seen on 2026-07-31: "
            "whether it was listed on 2024-05-01 is not assessed",
        ),
        (
            "Meridian Precision",
            None,
            "listed on 2026-11-01: seen there by 2026-07-31, no date given",
        ),
        (
            "Aral Shipping",
            "2023-05-01",
            "the list gives no date; not on it on 2024-01-01, on it by 2026-07-31",
        ),
        ("Kvant Institute", None, "no longer listed on 2026-11-01: ended by 2026-09-01"),
        (
            "Kvant Institute",
            "2026-08-01",
            "listed on 2026-08-01: seen there by 2026-07-31, no date given",
        ),
    ],
)
def test_the_explanation_says_how_it_stood_on_the_day(
    lists: Lists, name: str, as_of: str | None, stood: str
) -> None:
    (hit,) = _screen(lists, [{"query_id": "1", "name": name, "as_of": as_of}]).hits.to_pylist()
    assert hit["explanation"].endswith(f"; {stood}")


def test_two_parties_with_one_id_are_told_apart(lists: Lists) -> None:
    assert entity_ids(lists[0]).to_pylist()[1:3] == ["un-sc:2677", "un-sc:2677#2"]
    rows = [{"query_id": "1", "name": "Kvant Institute"}]
    (hit,) = _screen(lists, rows).hits.to_pylist()
    assert (hit["entity_id"], hit["record_id"]) == ("un-sc:2677#2", "2677")


def test_an_id_that_already_ends_in_a_number_stays_unique() -> None:
    listings = pa.table({"list": ["a"] * 4, "record_id": ["7", "7#2", "7", "7"]})
    assert entity_ids(listings).to_pylist() == ["a:7", "a:7#2", "a:7#3", "a:7#4"]


def test_qualifiers_are_read_as_people_write_them(lists: Lists) -> None:
    row = {"query_id": "1", "name": "Petrov, Sergei", "country": "Россия", "birth_date": "1961-03"}
    (hit,) = _screen(lists, [{**row, "kind": "Individual"}]).hits.to_pylist()
    assert "same country: RU; same year of birth: 1961-03, on the list 1961" in hit["explanation"]
    assert _screen(lists, [{**row, "kind": "company"}]).hits.num_rows == 0


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ({"query_id": None, "name": "Ostec"}, "query_id", "is empty"),
        ({"query_id": "1", "name": "  "}, "name", "is empty"),
        ({"query_id": "1", "name": "«»"}, "name", "holds no letter or digit"),
        ({"query_id": "1", "name": "Co., Ltd."}, "name", "holds nothing but a legal form"),
        ({"query_id": "1", "name": "A", "kind": "robot"}, "kind", "is no kind of party"),
        ({"query_id": "1", "name": "A", "country": "Atlantis"}, "country", "names no country"),
        ({"query_id": "1", "name": "A", "birth_date": "7.3.1961"}, "birth_date", "is no date"),
        ({"query_id": "1", "name": "A", "birth_date": "1961-13"}, "birth_date", "is no date"),
        ({"query_id": "1", "name": "A", "as_of": "yesterday"}, "as_of", "is no date"),
        ({"query_id": "0", "name": "A"}, "query_id", "repeats the query_id of row 1"),
    ],
)
def test_a_row_that_cannot_be_asked_about_is_rejected_with_its_reason(
    lists: Lists, row: dict[str, object], column: str, reason: str
) -> None:
    good = dict.fromkeys(("kind", "country", "birth_date", "as_of"))
    screened = _screen(lists, [{"query_id": "0", "name": "Ostec Enterprise", **good}, row])
    (reject,) = screened.rejects
    assert (reject.row, reject.column) == (2, column)
    assert reject.reason.startswith(reason)
    assert screened.hits["query_id"].to_pylist() == ["0"]


def test_rejects_name_the_rows_of_the_file_they_came_from(lists: Lists) -> None:
    (reject,) = _screen(lists, [{"query_id": "1", "name": "", "source_row": 17}]).rejects
    assert reject.row == 17


def test_numbers_and_timestamps_are_taken_as_text_and_days(lists: Lists) -> None:
    row = {"query_id": 7, "name": "Ostec Enterprise", "as_of": datetime(2021, 5, 1)}
    (hit,) = _screen(lists, [row]).hits.to_pylist()
    assert hit["query_id"] == "7"
    assert "after 2021-05-01" in hit["explanation"]


def test_a_table_without_names_is_refused(lists: Lists) -> None:
    with pytest.raises(InputError, match="no column 'name': it has query_id, title"):
        screen_names(pa.table({"query_id": ["1"], "title": ["x"]}), Screener(*lists), as_of=TODAY)


def test_an_empty_table_is_answered_with_nothing(lists: Lists) -> None:
    empty = pa.table({"query_id": pa.array([], pa.string()), "name": pa.array([], pa.string())})
    screened = screen_names(empty, Screener(*lists), as_of=TODAY)
    assert (screened.read, screened.hits.num_rows, screened.rejects) == (0, 0, ())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("\u041estec Enterprise", "'\u041estec' mixes letters of two scripts that look alike"),
        ("\u202eOstec Enterprise\u202c", "same: "),
        ("Ostec\x00\x1bEnterprise", "same: "),
        ("Ostec Enterprise " * 700, "only the first 400 characters of the name were read"),
        ("Остек Enterprise", "alike: ostek ~ ostec"),
        (
            "ÐžÑ\x81Ñ‚ÐµÐº Enterprise",
            "read as 'Остек Enterprise', which its letters say in another encoding",
        ),
    ],
)
def test_an_odd_name_is_met_and_the_explanation_says_what_was_odd(
    lists: Lists, name: str, said: str
) -> None:
    hits = _screen(lists, [{"query_id": "1", "name": name}]).hits.to_pylist()
    assert [hit["matched_name"] for hit in hits] == ["Ostec Enterprise"]
    assert said in hits[0]["explanation"]


@pytest.mark.parametrize("name", ["A", "7", "The Trading Company of the", "\u4e00", "🚢 A"])
def test_a_name_that_says_next_to_nothing_is_answered_with_nothing(lists: Lists, name: str) -> None:
    screened = _screen(lists, [{"query_id": "1", "name": name}])
    assert (screened.accepted, screened.hits.num_rows) == (1, 0)


def test_a_list_without_names_meets_nobody(make_lists: Callable[..., Lists]) -> None:
    screened = _screen(make_lists(), [{"query_id": "1", "name": "Ostec Enterprise"}])
    assert (screened.accepted, screened.hits.num_rows) == (1, 0)
