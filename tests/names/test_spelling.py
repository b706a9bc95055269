"""Which words may be spellings of one another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from enduse.names.spelling import LEAST_LIKENESS, Vocabulary, folded, likeness

WORDS = st.text("abcdehiklmnorstuvyz", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ostec", "ostek"),
        ("muhammad", "mohamed"),
        ("mhmd", "muhammad"),  # Arabic leaves the vowels out
        ("aleksandr", "alexander"),
        ("sergey", "sergei"),
        ("shcherbakov", "scherbakow"),
        ("tsoy", "tzoi"),
        ("kh4lid", "khalid"),
        ("r0sneft", "rosneft"),
        ("f1nance", "finance"),
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
    found = Vocabulary(words).spellings([wrong]).toarray()[0]
    for known, near in zip(words, found, strict=True):
        assert near == 0 or near == pytest.approx(likeness(wrong, known), abs=1e-6)
    one_edit = OSA.distance(folded(wrong), folded(word)) <= 1
    if one_edit and likeness(wrong, word) >= LEAST_LIKENESS:
        assert found[words.index(word)] > 0
