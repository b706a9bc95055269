"""Names as files have them, and the tokens by which they are compared."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.names import abjad
from enduse.names.normalise import (
    forms,
    lookalikes,
    misencoded,
    normalise,
    tokens,
    unmatchable,
)


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
        ("深圳华为有限公司", "Shenzhen Huawei Co., Ltd."),
        ("Завод «Квант»", "Kvant Plant"),
        ("Torgovyi Dom Kvant", "Торговый Dom «Квант»"),
        ("American Machinery Traders", "America Machinery Trading"),
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
def test_any_text_is_read_in_at_most_six_ways_of_distinct_tokens(text: str) -> None:
    found = forms(text)
    assert len(found) == len(set(found)) <= 6
    for form in found:
        assert 0 < len(form) == len(set(form)) <= 32
        for token in form:
            assert re.fullmatch("[a-z0-9]+", token) or abjad.is_native(token)
    assert tokens(text) == (found[0] if found else ())
    assert normalise(text) == normalise(text.upper()) or not text.isascii()


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_stands_in_one_part_of_a_name_never_breaks_another(one: str, other: str) -> None:
    for joined in (one + other, f"{one} {other}", f"{one}\u200f深圳{other}"):
        assert len(forms(joined)) <= 6


@pytest.mark.parametrize(
    "piece", ["漢", "ж", "김", "ア", "ё.", "o.", "ü", "ﷺ", "Ð¡", "深圳市华为 "]
)
def test_long_and_repeated_text_is_cut_in_every_script(piece: str) -> None:
    for form in forms(piece * 5_000):
        assert sum(map(len, form)) < 4 * 8 * 400


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("J.F. Kennedy", {("j", "f", "kennedy"), ("jf", "kennedy")}),
        ("O.O.O. Ostec", {("llc", "ostec")}),
        ("Ostec L.L.C.", {("ostec", "llc")}),
        ("А.С. Ткаченко", {("a", "s", "tkachenko"), ("as", "tkachenko")}),
        ("Ткаченко И.И.", {("tkachenko", "i"), ("tkachenko", "2")}),
        (
            "Kvant A.Ş.",
            {("kvant", "jsc"), ("kvant", "ash"), ("kvant", "a", "s"), ("kvant", "a", "sh")},
        ),
        ("U.S.A. Trading", {("america", "trading"), ("u", "s", "a", "trading")}),
        ("I.B.M. Deutschland", {("ibm", "germany"), ("i", "b", "m", "germany")}),
        ("Müller", {("muller",), ("mueller",)}),
        ("Åse Sørensen", {("ase", "sorensen"), ("aase", "soerensen")}),
    ],
)
def test_what_a_name_leaves_open_is_read_in_each_way(
    name: str, readings: set[tuple[str, ...]]
) -> None:
    assert set(forms(name)) == readings


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Ðîññèÿ", "Россия"),
        ("òïóóéñ ïóôåë", "РОССИЯ ОСТЕК"),
        ("ÐšÐ²Ð°Ð½Ñ‚", "Квант"),
        ("РљРІР°РЅС‚", "Квант"),
        ("MÃ¼ller", "Müller"),
        ("Müller", None),
        ("Çağlayan Öztürk", None),
        ("Квант", None),
        ("Ostec", None),
    ],
)
def test_a_name_read_in_the_wrong_encoding_is_read_again(name: str, meant: str | None) -> None:
    found = misencoded(name)
    assert (found and found.casefold()) == (meant and meant.casefold())
    if meant:
        assert tokens(meant) in forms(name)


def test_words_in_arabic_and_hebrew_script_stay_in_it() -> None:
    assert any(abjad.is_native(token) for token in tokens("محمد الكوانت"))
    assert any(abjad.is_native(token) for token in tokens("Kvant כהן"))
