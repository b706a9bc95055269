"""What came from a file is shown as written, isolated, with nothing hidden and nothing run."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from enduse.model.result import Statement
from enduse.report.wording import wording
from enduse.report.written import sentence, written

EN, UK = wording("en"), wording("uk")


def _shown(markup: str) -> str:
    return str(html.fromstring(f"<p>{markup}</p>").text_content())


def test_a_tag_in_a_name_is_text() -> None:
    shown = html.fromstring(str(written("<script>alert(1)</script>")))
    assert shown.tag == "bdi"
    assert not list(shown)
    assert shown.text == "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("character", "number"),
    [
        ("\u202e", "U+202E"),
        ("\u2066", "U+2066"),
        ("\u200b", "U+200B"),
        ("\x00", "U+0000"),
        ("\x1b", "U+001B"),
        ("\u3164", "U+3164"),
        ("\ufeff", "U+FEFF"),
        ("\ud800", "U+D800"),
        ("\U000e0041", "U+E0041"),
    ],
)
def test_what_cannot_be_seen_is_shown_by_its_number(character: str, number: str) -> None:
    shown = str(written(f"ACME{character} Ltd"))
    assert character not in shown
    assert number in shown


def test_joiners_stay_where_a_script_is_written_with_them() -> None:
    persian = "شرکت نمونه\u200cها"
    assert "\u200c" in str(written(persian))
    assert "U+200C" in str(written("AC\u200cME"))


@given(st.text(st.characters(), max_size=60))
def test_no_text_opens_a_tag_or_hides_a_character(text: str) -> None:
    markup = str(written(text))
    markup.encode("utf-8")
    tree = html.fromstring(f"<p>{markup}</p>")
    assert {element.tag for element in tree.iter()} <= {"p", "bdi", "span"}
    seen = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    assert all(c in tree.text_content() for c in seen if c.isalnum())
    assert not any(unicodedata.bidirectional(c) in ("RLO", "LRO", "RLE", "LRE") for c in markup)


def test_a_long_value_is_cut_and_says_by_how_much() -> None:
    shown = _shown(written("x" * 1_500))
    assert shown.endswith("… +500")


def test_values_are_not_read_as_templates() -> None:
    statement = Statement("{name} meets {other}.", {"name": "{other}", "other": "%(count)s"})
    assert _shown(sentence(statement, EN)) == "{other} meets %(count)s."


def test_a_missing_value_is_a_dash() -> None:
    assert _shown(sentence(Statement("On {list}."), EN)) == "On –."


def test_own_codes_are_put_into_words_and_names_are_left_alone() -> None:
    statement = Statement(
        "{place} is {country}, a point of transshipment named by {source}.",
        {"place": "transit", "country": "AE", "source": "transit"},
    )
    assert _shown(sentence(statement, EN)) == (
        "Transit is United Arab Emirates (AE), a point of transshipment named by transit."
    )
    said = _shown(sentence(statement, UK))
    assert said.startswith("Транзит: Обʼєднані Арабські Емірати (AE)")
    assert "named by" not in said


def test_days_of_a_statement_are_said_in_the_readers_way() -> None:
    statement = Statement("Since {since}, {name}.", {"since": "2022-05-18", "name": "2022-05-18"})
    assert _shown(sentence(statement, EN)) == "Since 18 May 2022, 2022-05-18."


def test_several_countries_and_what_is_none() -> None:
    said = sentence(Statement("{countries}", {"countries": "AE;HK"}), EN)
    assert _shown(said) == "United Arab Emirates (AE), Hong Kong SAR China (HK)"
    assert _shown(sentence(Statement("{country}", {"country": "Atlantis"}), EN)) == "Atlantis"
