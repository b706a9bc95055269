"""Names as files have them, and the tokens by which they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.names import lookalikes, normalise, tokens, unmatchable


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('O.O.O. "Ostec"', "LLC Ostec"),
        ("Общество с ограниченной ответственностью «Квант»", "ООО Kvant"),
        ("ТОВ «Квант»", "Kvant LLC"),
        ("OBSHCHESTVO S OGRANICHENNOI OTVETSTVENNOSTYU KVANT", "Kvant L.L.C."),
        ("Obschestvo S Ogranichennoy Otvetstvennostju Kvant", "Kvant Ltd."),
        ("Aktsionernoe Obshchestvo Kvant", "АО «Квант»"),
        ("Квант Энтерпрайз Трейд", "Kvant Enterprises Trading"),
        ("IVANOV, Ivan Petrovich", "Ivan Petrovich Ivanov"),
        ("Иван Петрович ИВАНОВ", "Ivan Petrovich Ivanov"),
        ("深圳华为有限公司", "Shen Zhen Hua Wei Co., Ltd."),
        ("Ｇｏｌｄｅｎ　Ｓｔａｒ", "golden star"),
        ("Çelik Makina A.Ş.", "CELIK MAKINA A.S."),
        ("Sa'id al-Haqq", "Said al Haqq"),
        ("Gol\u200bden\u202e Star", "Golden Star"),
        ("Smith & Sons Technologies", "Smith and Sons Technology"),
    ],
)
def test_one_name_in_two_spellings_is_normalised_to_the_same(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("11420 CORP.", "CORP."), ("Fund 1", "Fund 2"), ("Ostec LLC", "Ostek LLC"), ("OGK", "OGK-2")],
)
def test_what_tells_two_names_apart_stays(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def test_a_word_that_is_a_legal_form_elsewhere_stays_a_name() -> None:
    assert tokens("PAEK, Se-Bong") == ("paek", "se", "bong")
    assert tokens("KIM Yu Song") == ("kim", "yu", "song")
    assert tokens("Komsomolsk-na-Amure") == ("komsomolsk", "na", "amure")


def test_letters_that_only_look_latin_are_read_as_they_look_and_named() -> None:
    disguised = "\u041estec \u0421\u043emponents"  # Cyrillic О, С and о
    assert tokens(disguised) == tokens("Ostec Components")
    assert lookalikes(disguised) == ["\u041estec", "\u0421\u043emponents"]
    assert lookalikes("Остек Components") == []


def test_latin_letters_in_a_cyrillic_word_are_read_as_cyrillic() -> None:
    assert tokens("Квaнт") == tokens("Квант")  # the a is Latin


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "holds no letter or digit"),
        ("«—» \u202e\u0000", "holds no letter or digit"),
        ("Co., Ltd.", "holds nothing but a legal form"),
        ("ООО", "holds nothing but a legal form"),
        ("X", None),
        ("General Trading", None),
    ],
)
def test_a_name_that_says_nothing_is_passed_over_with_its_reason(
    name: str, reason: str | None
) -> None:
    assert unmatchable(name) == reason


def test_a_name_of_ten_thousand_characters_is_cut() -> None:
    assert len(tokens("Very Long Name " * 700)) == 3
    assert len(tokens(" ".join(f"w{n}" for n in range(5000)))) <= 32
    assert len(tokens("漢" * 10_000)) == 1


@given(st.text())
def test_any_text_is_read_as_distinct_latin_tokens(text: str) -> None:
    found = tokens(text)
    assert len(found) == len(set(found)) <= 32
    assert all(token.isascii() and token.isalnum() and token == token.lower() for token in found)
    assert normalise(text) == normalise(text.upper()) or not text.isascii()
