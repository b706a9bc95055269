"""Words in Arabic and Hebrew script, and the Latin spellings that list and customer use for them."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.names import abjad
from enduse.names.abjad import TRADE_WORDS, encode, keys, latin_keys, latin_prepared, prepared
from enduse.names.abjad.letters import ARABIC, HEBREW
from enduse.names.abjad.romanisation import FIRST, LAST, USUAL
from enduse.names.abjad.vocalised import VOCALISED, VOWELS

SPELLINGS = [
    ("محمد", "muhammad mohammed mohamad mohamed mouhamad mhamed mehmet"),
    ("حسين", "hussein husayn hossein houssein houcine hussain"),
    ("خالد", "khalid khaled chalid haled halit"),
    ("قاسم", "qasim kassem gasem ghasem qassim"),
    ("جمال", "jamal djamel gamal cemal dschamal"),
    ("يوسف", "yusuf youssouf yousef jusuf joseph"),
    ("الرشيد", "rashid rachid rasheed alrashid arrashid"),
    ("عمر", "omar umar oumar"),
    ("عمرو", "amr amro"),
    ("طه", "taha"),
    ("عيسى", "issa isa eissa"),
    ("موسى", "musa moussa mousa"),
    ("يحيى", "yahya yehia yahia"),
    ("هدى", "huda houda hoda"),
    ("مصطفى", "mustafa mostafa moustapha"),
    ("فتحي", "fathi fethi fathy"),
    ("ذو", "dhu zu"),
    ("ضياء", "diya dhiya zia"),
    ("عثمان", "uthman othman osman ousmane"),
    ("وحیدی", "vahidi wahidi"),
    ("قاسمی", "ghasemi qasemi kasemi"),
    ("پژمان", "pejman pezhman"),
    ("چمران", "chamran"),
    ("גולן", "golan"),
    ("כהן", "cohen kohen cahn"),
    ("לוי", "levi levy"),
    ("חיים", "chaim haim hayim"),
    ("יצחק", "yitzhak itzhak jizchak"),
    ("ברקוביץ", "berkovitz berkowitz"),
    ("רוטשילד", "rothschild rotshild"),
]
PAIRS = [(native, latin) for native, spellings in SPELLINGS for latin in spellings.split()]
NATIVE_WORDS = st.text(ARABIC + HEBREW, min_size=1, max_size=14)
LATIN_WORDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20)


def letters(token: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(encode(token), np.uint8)


def likeness(native: str, latin: str) -> float:
    (token,) = prepared(native).split()
    return float(abjad.likeness(letters(token), letters(latin)))


def native_likeness(one: str, other: str) -> float:
    return float(abjad.native_likeness(letters(one), letters(other)))


@pytest.mark.parametrize(("native", "latin"), PAIRS)
def test_a_name_is_like_its_romanisations_of_every_tradition(native: str, latin: str) -> None:
    assert likeness(native, latin) >= 0.74


@pytest.mark.parametrize(("native", "latin"), PAIRS)
def test_a_name_is_found_under_a_key_of_its_romanisations(native: str, latin: str) -> None:
    (token,) = prepared(native).split()
    assert set(keys(token)) & set(latin_keys(latin))


@pytest.mark.parametrize(
    ("native", "latin"),
    [
        ("خالد", "walid"),
        ("حسن", "hussein"),
        ("حسين", "hasan"),
        ("محمد", "hamid"),
        ("محمد", "ahmad"),
        ("قاسم", "basim"),
        ("سالم", "anwar"),
        ("לוי", "cohen"),
    ],
)
def test_another_name_is_told_apart(native: str, latin: str) -> None:
    assert likeness(native, latin) < 0.66


@pytest.mark.parametrize(
    ("native", "right", "wrong"),
    [
        ("عمر", "omar", "amir"),
        ("نصر", "nasr", "nasir"),
        ("سلام", "salam", "salim"),
        ("جمال", "jamal", "jamil"),
        ("محمد", "mohamed", "mahmoud"),
    ],
)
def test_the_known_vowels_of_usual_names_count(native: str, right: str, wrong: str) -> None:
    assert likeness(native, right) > likeness(native, wrong) + 0.08


def test_the_article_may_be_there_or_not() -> None:
    assert likeness("الحسني", "hasani") == pytest.approx(likeness("حسني", "hasani"))
    assert likeness("الشامي", "ashshami") > 0.9
    assert likeness("الیاس", "elias") > 0.9  # begins like the article and is none
    assert native_likeness("الرشيد", "رشيد") > 0.9
    assert set(latin_keys("alrashid")) & set(keys("رشيد"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("إِبْرَاهِيم", "ابراهیم"),  # vowel signs, hamza, Persian yeh
        ("أحمـــد", "احمد"),  # tatweel
        ("ﻣﺤﻤﺪ", "محمد"),  # presentation forms
        ("کریم", "كريم"),  # Persian and Arabic kaf
        ("محمد\u200f", "محمد"),
        ("اسحق", "إسحاق"),
        ("موسی", "موسى"),
        ("עו״ד", "עוד"),
    ],
)
def test_ways_to_type_a_word_are_one(one: str, other: str) -> None:
    assert prepared(one).split() == prepared(other).split()


@pytest.mark.parametrize(
    ("native", "latin"),
    [
        ("عبدالرحمن", "abdurrahman"),
        ("عبد الرحمن", "abd al rahman"),
        ("عبد الرحمن", "abdul rahman"),
        ("عبدالرحمن", "abdelrahman"),
        ("عبد السلام", "abdessalam"),
        ("عبدالله", "abdullah"),
        ("عبد الله", "abdallah"),
        ("نصر الله", "nasrallah"),
        ("رحمت الله", "rahmatullah"),
        ("نور الدين", "noureddine"),
        ("نورالدين", "nur al din"),
        ("صلاح الدين", "salah uddin"),
        ("أبو بكر", "abubakar"),
        ("ابوالفضل", "abolfazl"),
        ("علیرضا", "alireza"),
        ("محمدزاده", "mohammadzadeh"),
        ("عمر الشهري", "omar ash shahri"),
    ],
)
def test_both_sides_are_cut_alike(native: str, latin: str) -> None:
    ours, theirs = prepared(native).split(), latin_prepared(tuple(latin.split()))
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert abjad.likeness(letters(one), letters(other)) > 0.8


@pytest.mark.parametrize(
    "name",
    [
        "alexander", "elena", "allen", "bennett", "albert", "salvador", "an nguyen", "paladin",
        "medulla", "camilla", "abduction", "abraham", "abdullaev", "abdulov", "abuja",
        "valentine", "quezada", "abdoulaye", "li bin", "dufour", "el", "al",
    ],
)  # fmt: skip
def test_names_of_other_languages_are_left_alone(name: str) -> None:
    assert latin_prepared(tuple(name.split())) == tuple(name.split())


@pytest.mark.parametrize(
    ("native", "english"),
    [
        ("شركة النفط والغاز", "company oil and gas"),
        ("مؤسسة التجارة الدولية", "foundation trading international"),
        ("بنك للاستثمار ش.م.ل", "bank investment sal"),
        ("شرکت ملی نفت", "company national oil"),
        ("חברת הנפט", "company הנפט"),
        ("תעשיות בע״מ", "industries ltd"),
    ],
)
def test_words_of_the_trade_are_translated(native: str, english: str) -> None:
    assert prepared(native).split() == english.split()


def test_a_conjunction_is_a_word_of_its_own() -> None:
    assert prepared("الإسلام والمسلمين").split() == ["الاسلام", "and", "المسلمين"]
    assert prepared("أحمد والي").split() == ["احمد", "والي"]  # Wali, a name


def test_the_rest_of_a_text_is_untouched() -> None:
    assert prepared("Müller & Söhne, №7") == "Müller & Söhne, №7"
    assert prepared("فرع ١٢ Ostec").split() == ["branch", "12", "Ostec"]


def test_trade_words_are_spelt_as_prepared_spells_them() -> None:
    for native, english in TRADE_WORDS.items():
        assert prepared(native).split() == english.split()


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("فاطمة", "فاطمه", 0.9, 0.99),
        ("مصطفي", "مصطفى", 0.9, 0.99),
        ("ابراهيم", "ابرهيم", 0.8, 0.99),
        ("رضا", "رظا", 0.7, 0.9),
        ("محمد", "محمود", 0.5, 0.85),
        ("خالد", "وليد", 0.0, 0.5),
    ],
)
def test_native_words_are_compared_by_what_spellers_confuse(
    one: str, other: str, least: float, most: float
) -> None:
    assert least <= native_likeness(one, other) <= most


def test_every_letter_has_its_spellings() -> None:
    assert set(USUAL) == set(ARABIC + HEBREW + VOWELS)
    for spellings in (*USUAL.values(), *FIRST.values(), *LAST.values()):
        assert all(re.fullmatch(r"(?:[a-z]{1,4}|-)\d+", one) for one in spellings.split())


def test_vowels_are_all_that_a_vocalised_name_adds() -> None:
    for name, vocalised in VOCALISED.items():
        assert re.sub(f"[{VOWELS}]", "", vocalised) == name


@given(NATIVE_WORDS, LATIN_WORDS)
def test_likeness_is_a_share(native: str, latin: str) -> None:
    assert 0.0 <= abjad.likeness(letters(native), letters(latin)) <= 1.0


@given(NATIVE_WORDS, NATIVE_WORDS)
def test_native_likeness_knows_no_order(one: str, other: str) -> None:
    assert native_likeness(one, one) == 1.0
    assert native_likeness(one, other) == pytest.approx(native_likeness(other, one))


@given(NATIVE_WORDS, LATIN_WORDS)
def test_keys_are_few(native: str, latin: str) -> None:
    assert 1 <= len(keys(native)) <= 8
    assert 1 <= len(latin_keys(latin)) <= 4


@given(st.text(max_size=60))
def test_any_text_is_prepared_and_its_words_are_bytes(text: str) -> None:
    for token in prepared(text).split():
        encode(token)
    assert prepared(prepared(text)).split() == prepared(text).split()


@given(st.lists(LATIN_WORDS, max_size=6).map(tuple))
def test_cutting_latin_tokens_loses_no_token_but_articles(tokens: tuple[str, ...]) -> None:
    assert bool(latin_prepared(tokens)) == bool(tokens)
