"""The benchmark of names asks what it says it asks."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.names import invented
from benchmarks.names.alterations import ALTERATIONS
from benchmarks.names.companies import companies
from benchmarks.names.listed import SPLITS, Lists, lists, plain
from benchmarks.names.measures import accuracy, area, f1, pairwise, threshold_at
from benchmarks.names.pairs import pairs
from benchmarks.names.parties import party_names, queries_for, spelled_parties
from benchmarks.names.tasks import AS_LISTED, Task, tasks
from benchmarks.names.truthset import truth_set
from hypothesis import given
from hypothesis import strategies as st

NAME = "Muhammad Abdul Rahman International Trading Company Limited"


@pytest.fixture(scope="module")
def everyone(real_data: Path) -> Lists:
    return lists(real_data)


@pytest.fixture(scope="module")
def held(real_data: Path) -> dict[str, Task]:
    return tasks("held", real_data)


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_an_alteration_alters_and_keeps_most_letters(alteration: str) -> None:
    altered = {ALTERATIONS[alteration](NAME, random.Random(seed)) for seed in range(20)}
    assert altered - {None, NAME}
    assert all(name is None or len(name) > len(NAME) / 2 for name in altered)


@pytest.mark.parametrize("file", ["vocabulary.toml", "scripts.toml"])
def test_no_word_makes_names_of_both_splits(file: str) -> None:
    dev, held = (invented.vocabulary(split, file) for split in SPLITS)
    for section, uses in dev.items():
        for use, words in uses.items():
            assert words
            assert not set(words) & set(held[section][use])


@pytest.mark.parametrize(
    "maker",
    [
        invented.companies, invented.people, invented.vessels, invented.arabic,
        invented.cyrillic, invented.han_companies, invented.han_people, invented.kana,
        invented.hangul,
    ],
)  # fmt: skip
def test_invented_names_are_many_and_the_same_in_every_run(maker: object) -> None:
    assert callable(maker)
    one, other = (list(islice(maker("held", random.Random(3)), 300)) for _ in range(2))
    assert one == other
    assert len(set(one)) > 150


def test_a_party_is_of_one_split_on_every_list(everyone: Lists) -> None:
    split: dict[tuple[str, str], str] = {}
    for entity in everyone.entities:
        name = (plain(entity.names[0][0]), entity.kind)
        assert split.setdefault(name, entity.split) == entity.split


def test_tasks_have_right_answers_on_the_list_and_unrelated_names_off_it(
    held: dict[str, Task],
) -> None:
    for task in held.values():
        keys = set(task.listed["entity_key"].to_pylist())
        assert len(task.asked) == len(task.answers) == len(task.alteration)
        assert all(right and right <= keys for right in task.answers)
        assert not set(map(plain, task.listed["name"].to_pylist())) & set(
            map(plain, task.unrelated)
        )
        assert len(task.unrelated) >= 1_500


def test_a_hidden_alias_is_on_the_list_no_more(held: dict[str, Task]) -> None:
    task = held["hidden_alias"]
    assert not set(map(plain, task.asked)) & set(map(plain, task.listed["name"].to_pylist()))


def test_half_of_the_companies_are_translated_and_both_splits_hold_enough() -> None:
    organizations = [c for c in companies() if c.kind == "organization"]
    translated = [c for c in organizations if c.way in ("meaning", "both")]
    assert 0.4 < len(translated) / len(organizations) < 0.6
    assert min(sum(c.split == split for c in companies()) for split in SPLITS) > 100


def test_labelled_pairs_are_of_every_kind_on_both_sides() -> None:
    told = pairs().to_pylist()
    assert len(told) >= 600
    for kind in ("person", "organization", "vessel"):
        assert {row["same"] for row in told if row["kind"] == kind} == {True, False}
    assert len({(row["left"], row["right"]) for row in told}) == len(told)


def test_parties_are_distinct_names_of_fewer_firms() -> None:
    parties = spelled_parties(3_000)
    names, clusters = parties["name"].to_pylist(), parties["cluster"].to_pylist()
    assert len(set(names)) == len(names) == 3_000
    assert 1_200 < len(set(clusters)) < 2_400
    assert spelled_parties(3_000).equals(parties)


def test_a_list_of_any_size_has_distinct_names() -> None:
    names, is_person = party_names(20_000)
    assert len(set(names.to_pylist())) == len(is_person) == 20_000
    listed = pa.table({"entity_key": range(20_000), "name": names})
    assert len(queries_for(listed, 400)) == 400


def test_the_truth_set_has_its_known_parties(real_data: Path) -> None:
    records = truth_set(real_data)
    assert len(records) == 159
    assert len(set(records["cluster"].to_pylist())) == 85


def test_accuracy_counts_what_scores_above_the_budgeted_threshold() -> None:
    found = pa.table(
        {
            "query": [0, 0, 1, 2, 3],
            "entity_key": [7, 8, 9, 7, 8],
            "score": [0.9, 0.95, 0.4, 0.5, 0.3],
        }
    )
    answers = [frozenset({7}), frozenset({9})]
    judged = accuracy(found, answers, [AS_LISTED, "typing"], unrelated=2, budget=0.0)
    assert judged.threshold == 0.5
    assert (judged.recall, judged.altered, judged.among_ten) == (0.5, 0.0, 1.0)


@given(st.lists(st.floats(0, 1), min_size=1), st.floats(0, 0.99))
def test_no_more_than_the_budget_alerts(best: list[float], budget: float) -> None:
    scores = np.array(best)
    assert (scores > threshold_at(scores, budget)).mean() <= budget


@given(st.lists(st.integers(0, 4), min_size=2, max_size=30))
def test_a_clustering_agrees_with_itself_under_other_labels(labels: list[int]) -> None:
    precision, recall, both = pairwise(labels, [10 - label for label in labels])
    assert precision == recall == both
    assert both in (0.0, 1.0)


def test_f1_and_area_of_scores_in_order_are_whole() -> None:
    scores, same = np.array([0.9, 0.8, 0.2]), np.array([True, True, False])
    assert (f1(scores, same, 0.5), area(scores, same)) == (1.0, 1.0)
