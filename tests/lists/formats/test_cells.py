"""What is read out of cells: tables, names, dates, countries, numbers."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enduse.lists.formats import FORMATS
from enduse.lists.formats.dates import birth_dates, day
from enduse.lists.formats.delimited import read_table
from enduse.lists.formats.draft import Draft
from enduse.lists.formats.faults import Faults
from enduse.lists.formats.identifiers import identifier_type, ofac_identifier, worded_numbers
from enduse.lists.formats.name_text import names_in
from enduse.lists.formats.places import countries_at_end, countries_in
from enduse.lists.parsed import ReadOptions
from enduse.model import PartyKind

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\x1a\r\n"), max_size=30)


@given(rows=st.lists(st.lists(TEXT, min_size=3, max_size=3), max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_table_answers_every_row_that_says_something(
    tmp_path: Path, rows: list[list[str]]
) -> None:
    path = tmp_path / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["name", "b", "c"], *rows])
    read = [cells for _, cells in read_table(path, ("name",), faults=Faults())]
    expected = [
        dict(zip(("name", "b", "c"), map(str.strip, row), strict=True)) for row in rows if any(row)
    ]
    assert read == expected


@given(names=st.lists(st.text(max_size=12), max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_read_is_accepted_and_left_out(tmp_path: Path, names: list[str]) -> None:
    path = tmp_path / "own.csv"
    kept = [n.replace("\0", "").replace("\x1a", "") for n in names]
    with path.open("w", encoding="utf-8", newline="", errors="replace") as file:
        csv.writer(file).writerows([["name", "country"], *([n, "RU"] for n in kept)])
    parsed = FORMATS["csv"].read(path, ReadOptions())
    out = next((f for f in parsed.faults if f.startswith("record without a name")), "(0)")
    assert len(parsed.parties) + int(out.partition("(")[2].partition(")")[0]) == len(kept)


@given(text=st.text(max_size=80))
@settings(deadline=None)
def test_no_cell_can_stop_a_reader(text: str) -> None:
    draft = Draft("list", "1", 1, PartyKind.UNKNOWN, Faults())
    draft.name("Example", "primary")
    for take in (draft.written, draft.country, draft.address, draft.place, draft.birth):
        take(text)
    draft.numbers("tax", text)
    draft.identifier("imo", text)
    party = draft.done()
    assert party.names[0] == ("Example", "primary")
    assert all(len(c) == 2 for c in party.countries)
    assert all(4 <= len(d) <= 10 and d[:4].isdigit() for d in party.birth_dates)
    day(text)
    ofac_identifier(text)


@settings(deadline=None)
@given(text=st.text("ab .,;()\"'ЖЩ公司1:", max_size=60))
def test_names_are_made_of_what_is_written(text: str) -> None:
    for name, _ in names_in(text):
        assert set(name) <= set(text) | {")", " "}
        assert name == name.strip()


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Foo Ltd; Bar; Baz", ["Foo Ltd", "Bar", "Baz"]),
        ("DOE, John; DOE, Jack", ["DOE, John", "DOE, Jack"]),
        ("Foo Factory, Bar Works, Baz Plant", ["Foo Factory", "Bar Works", "Baz Plant"]),
        ("Xinxiang Example New Materials Co., Ltd", ["Xinxiang Example New Materials Co., Ltd"]),
        ("Firas EXAMPLE فيراس مثال", ["Firas EXAMPLE", "فيراس مثال"]),
        ("Завод «Пример» (АО «Пример»)", ["Завод «Пример»", "АО «Пример»"]),
        ("Leader (Hong Kong) Limited", ["Leader (Hong Kong) Limited"]),
        ("Wajih (a.k.a. Wajeeh) EXAMPLE", ["Wajih EXAMPLE", "Wajeeh EXAMPLE"]),
        (
            '"Ali Foo (Date of birth: 22.8.1973; place of birth: X)"; Bar Baz',
            ["Ali Foo", "Bar Baz"],
        ),
        ("Abid Foo born 12 Dec. 1965 in Bar, Baz (as previously listed)", ["Abid Foo"]),
        ("Chinese:; Text of image; 林巴贺公司", ["林巴贺公司"]),
        ("(a) Foo One (b) Bar Two", ["Foo One", "Bar Two"]),
        ("Example Foo; III", ["Example Foo"]),
    ],
)
def test_names_in_a_cell(cell: str, names: list[str]) -> None:
    assert [name for name, _ in names_in(cell)] == names


def test_earlier_names_are_told_apart() -> None:
    assert names_in("PSB Bank (formerly EXAMPLE BANK); Foo Bar (former name)") == [
        ("PSB Bank", "alias"),
        ("EXAMPLE BANK", "former"),
        ("Foo Bar", "former"),
    ]


@pytest.mark.parametrize(
    ("cell", "births"),
    [
        ("10 Dec 1948", ("1948-12-10",)),
        ("Dec 1948", ("1948-12",)),
        ("circa 1951", ("1951",)),
        ("circa 1957 to 1960", ("1957", "1958", "1959", "1960")),
        ("01 Jan 1970 to 31 Dec 1971", ("1970", "1971")),
        ("00/00/1975", ("1975",)),
        ("31.2.1960", ("1960-02",)),
        ("1340 (Hijri calendar), 1961", ("1961",)),
        ("before 1964", ()),
        ("1900 to 1990", ()),
    ],
)
def test_births_in_a_cell(cell: str, births: tuple[str, ...]) -> None:
    assert birth_dates(cell) == births


def test_countries_that_are_no_more_are_not_guessed() -> None:
    for gone in ("USSR", "Kazakh SSR", "Netherlands Antilles", "European Union"):
        assert countries_in(gone) is None
    assert countries_in("former USSR (now Belarus)") == ("BY",)
    assert countries_in("Crimea (occupied)") == ("UA",)
    assert countries_in("Congo (Democratic Republic)") == ("CD",)
    assert countries_at_end("12 Example St, Sevastopol, Crimea") == ("UA",)
    assert countries_at_end("no country, apt. 5") == ()


def test_words_beside_a_number_say_what_it_is() -> None:
    assert identifier_type("УНН/ИНН") == "tax"
    assert identifier_type("passport") == "passport"
    assert worded_numbers("Ration card no. 0075258") == [("Ration card no.", "0075258")]
    assert worded_numbers("7730239877, KPP 773001001") == [("", "7730239877"), ("KPP", "773001001")]
    assert worded_numbers("not known") == []


def test_a_code_that_many_firms_share_is_no_identifier() -> None:
    draft = Draft("list", "1", 1, PartyKind.ORGANIZATION, Faults())
    draft.name("Example")
    draft.numbers("registration", "1207700324941, KPP 772901001")
    assert draft.done().identifiers == (("registration", "1207700324941"),)


def test_a_wrong_check_digit_is_kept_and_said() -> None:
    faults = Faults()
    draft = Draft("list", "1", 7, PartyKind.VESSEL, faults)
    draft.name("Sea Example")
    draft.identifier("imo", "9074728")
    assert draft.done().imo == "9074728"
    assert faults.said() == ("IMO number fails its check digit, kept (1): row 7 '9074728'",)


def test_a_party_without_a_primary_name_takes_its_best() -> None:
    draft = Draft("list", "", 1, PartyKind.PERSON, Faults())
    draft.name("Maxi", "weak_alias")
    draft.name("Макс")
    draft.name("Max Mustermann")
    party = draft.done()
    assert (party.name, party.record_id) == ("Max Mustermann", "Max Mustermann")
    assert set(party.names[1:]) == {("Maxi", "weak_alias"), ("Макс", "original_script")}


def test_naming_the_formats_loads_nothing_heavy() -> None:
    code = (
        "import sys, enduse.lists.formats as f; assert len(f.FORMATS) == 17;"
        " print([m for m in ('lxml', 'openpyxl', 'charset_normalizer') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
