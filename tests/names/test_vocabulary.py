"""Which words may be spellings of one another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from enduse.names.vocabulary import LEAST_LIKENESS, Tokens, Vocabulary, folded, likeness

WORDS = st.text("abcdehiklmnorstuvyz", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ostec", "ostek"),
        ("muhammad", "mohamed"),
        ("mhmd", "muhammad"),
        ("محمد", "mohammed"),
        ("aleksandr", "alexander"),
        ("sergey", "sergei"),
        ("shcherbakov", "scherbakow"),
        ("tsoy", "tzoi"),
        ("kh4lid", "khalid"),
        ("r0sneft", "rosneft"),
        ("f1nance", "finance"),
        ("mikhail", "michael"),
    ],
)
def test_spellings_of_one_word_are_near(one: str, other: str) -> None:
    assert likeness(one, other) >= LEAST_LIKENESS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("11420", "11421"),
        ("52", "54"),
        ("mi8mt", "mi9mt"),
        ("li", "lu"),
        ("star", "sun"),
        ("avia", "avtovaz"),
    ],
)
def test_numbers_and_short_words_are_the_same_or_not(one: str, other: str) -> None:
    assert likeness(one, other) == 0


def test_what_differs_in_usual_ways_costs_less_than_other_letters() -> None:
    assert likeness("ostec", "ostek") > likeness("ostec", "ostep")
    assert likeness("petrov", "petrow") > likeness("petrov", "petrok")


@given(WORDS, WORDS)
def test_likeness_is_the_same_both_ways(one: str, other: str) -> None:
    assert likeness(one, other) == pytest.approx(likeness(other, one))
    assert likeness(one, one) == 1.0


@given(st.lists(WORDS, min_size=1, max_size=8, unique=True), st.data())
def test_every_word_with_one_wrong_letter_is_found_with_its_likeness(
    words: list[str], data: st.DataObject
) -> None:
    word = data.draw(st.sampled_from(words))
    at = data.draw(st.integers(0, len(word) - 1))
    wrong = word[:at] + data.draw(st.sampled_from("aeiorst")) + word[at + 1 :]
    near = Vocabulary.of(words).near(Tokens.of([wrong]))
    found = dict(zip(near.token.tolist(), near.likeness.tolist(), strict=True))
    for number, known in enumerate(words):
        assert found.get(number, 0.0) == pytest.approx(likeness(wrong, known), abs=1e-6)
    if OSA.distance(*folded([wrong, word])) <= 1 and likeness(wrong, word) >= LEAST_LIKENESS:
        assert words.index(word) in found
