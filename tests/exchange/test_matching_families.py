"""Match keys: what two sides write differently and still have in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as sampling
from hypothesis import strategies as st

from enduse.errors import ExchangeError
from enduse.exchange.matching.families import FAMILIES, KINDS, LONGEST_KEY, Row, check_normal, keys

WORDS = st.lists(
    st.text(st.sampled_from("abdefghklmnoprstuvyzабвгдежз"), min_size=4, max_size=9),
    min_size=2,
    max_size=5,
    unique=True,
)


def name(text: str) -> Row:
    return Row("name", text, country="TW", heading="8542")


@given(WORDS, st.randoms(use_true_random=False))
def test_the_order_of_words_changes_no_name(words: list[str], draw: object) -> None:
    other = list(words)
    draw.shuffle(other)  # type: ignore[attr-defined]
    for family in ("B", "C"):
        ours, theirs = (keys(name(" ".join(some)), [family]) for some in (words, other))
        assert set(ours) & set(theirs)


@given(WORDS, st.data())
def test_one_letter_changed_missing_or_too_many_is_found_by_c(
    words: list[str], data: st.DataObject
) -> None:
    which = data.draw(st.integers(0, len(words) - 1))
    word = words[which]
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("ktrou"))
    for wrong in (word[:at] + letter + word[at + 1 :], word[:at] + word[at + 1 :]):
        other = [*words[:which], wrong, *words[which + 1 :]]
        ours, theirs = (keys(name(" ".join(some)), ["C"]) for some in (words, other))
        # A word of fewer than three letters, or one that becomes another's double, is left alone.
        if len(set(other)) == len(other) and word.isascii():
            assert set(ours) & set(theirs)


@given(
    st.sampled_from(KINDS),
    st.text(max_size=60),
    st.sampled_from(["", "TW", "ru", "Russia", "1"]),
    st.sampled_from(["", "8542", "85.42.31", "x"]),
    st.sampled_from(["", "2143", "202143", "2199"]),
)
@sampling(max_examples=300)
def test_every_key_is_in_the_normal_form_of_its_family(
    kind: str, value: str, country: str, heading: str, date_code: str
) -> None:
    row = Row(kind, value, country, heading, date_code)
    for family in FAMILIES:
        try:
            found = keys(row, [family])
        except ExchangeError:
            continue
        assert len(found) == len(set(found))
        for key in found:
            assert len(key.encode()) <= LONGEST_KEY
            check_normal(key, [family], "client")


def test_one_number_written_in_many_ways() -> None:
    written = ("ab-12/34", "AB 1234", "ＡＢ１２３４", "ab.12.34", " AB-1234 ")
    assert {tuple(keys(Row("serial", one), ["A"])) for one in written} == {("A|serial|AB1234",)}
    assert keys(Row("waybill", "ab1234"), ["A"]) != keys(Row("serial", "ab1234"), ["A"])
    assert keys(Row("part", "X-100", date_code="2143"), ["A"]) == keys(
        Row("part", "x100", date_code="202143"), ["A"]
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (Row("serial", "12"), "of 2 letters and digits tells nobody apart"),
        (Row("imo", "123"), "no seven digits"),
        (Row("part", "X-100"), "no date code"),
        (Row("part", "X-100", date_code="2154"), "no date code"),
        (Row("colour", "red"), "no kind of match key"),
        (Row("name", "Ostek", country="Russia"), "neither a country"),
        (Row("name", "Ostek", heading="85"), "neither a country"),
    ],
)
def test_rows_that_cannot_be_meant(row: Row, words: str) -> None:
    with pytest.raises(ExchangeError, match=words):
        keys(row, FAMILIES)


def test_c_needs_something_to_join_to() -> None:
    assert keys(Row("name", "Ivan Petrov"), ["C"]) == []
    joined = keys(Row("name", "Ivan Petrov", country="ua", heading="85.42"), ["C"])
    assert {key.split("|")[1] for key in joined} == {"UA", "8542"}


def test_a_script_is_read_as_another_spells_it() -> None:
    for ours, theirs in (("Иван Петров", "PETROV, Ivan"), ("ООО «Остек»", "Ostek, LLC")):
        assert set(keys(name(ours), ["B"])) & set(keys(name(theirs), ["B"]))
