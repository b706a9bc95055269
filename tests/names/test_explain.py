"""What is said of two names that met."""

from __future__ import annotations

import pytest

from enduse.names import explain


@pytest.mark.parametrize(
    ("name", "matched", "said"),
    [
        ("ООО Остек", "OSTEC LLC", "same: llc (5%); alike: ostek ~ ostec (95%)"),
        (
            "Ostec Trading",
            "Ostec Kazan",
            "same: ostec (80%); only in the name: trading (10%); only on the list: kazan (10%)",
        ),
        (
            "Goldenstar LLC",
            "Golden Star LLC",
            "same: llc (6%); written as one or apart: golden (47%), star (47%)",
        ),
        ("Golden Star", "Goldenstar", "written as one or apart: goldenstar (100%)"),
        (
            "\u041estec",
            "Ostec",
            "same: ostec (100%); '\u041estec' mixes letters of two scripts that look alike",
        ),
    ],
)
def test_each_word_is_accounted_for(name: str, matched: str, said: str) -> None:
    assert explain(name, matched) == said


def test_a_name_that_was_cut_says_so() -> None:
    assert "only the first 400 characters of the name were read" in explain("Ostec " * 99, "Ostec")
