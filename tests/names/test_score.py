"""What the score takes for the same name, and what for another."""

from __future__ import annotations

import pytest

from enduse.names import compare


def score(one: str, other: str, kind: str) -> float:
    return float(compare([one], [other], [kind])[0])


@pytest.mark.parametrize(
    ("kind", "name", "same", "another"),
    [
        # Many papers leave the father's name out; two fathers are two people.
        ("person", "Pavel Igorevich Borovikov", "Pavel Borovikov", "Pavel Olegovich Borovikov"),
        # Firms and ships are told apart by their numbers.
        (
            "organization",
            "Trust 7 Stroymontazh",
            "OOO Trust 7 Stroymontazh",
            "Trust 17 Stroymontazh",
        ),
        # What is no word of the name in a person's is one in a ship's.
        ("vessel", "LADY FORTUNE", "Lady Fortune", "FORTUNE"),
        # A legal form says little, another trade says more.
        (
            "organization",
            "Golden Falcon Trading LLC",
            "Golden Falcon Trading",
            "Golden Falcon Bakery",
        ),
        ("person", "Иван Петров", "PETROV, Ivan", "PETROV, Semyon"),
    ],
)
def test_the_same_name_scores_above_another(kind: str, name: str, same: str, another: str) -> None:
    assert score(name, same, kind) > 0.9
    assert score(name, same, kind) > score(name, another, kind) + 0.15
