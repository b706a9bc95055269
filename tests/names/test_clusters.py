"""Clusters from pairs: evidence merges, hubs do not glue, contradictions keep apart."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.errors import UsageError
from enduse.names.clusters import CLUSTERS, clusters, holding

Pair = tuple[int, int, float]
MEMBERS = list(range(1, 13))


def pairs_of(*pairs: Pair) -> pa.Table:
    left, right, score = zip(*pairs, strict=True) if pairs else ((), (), ())
    return pa.table(
        {
            "left": pa.array(left, pa.int64()),
            "right": pa.array(right, pa.int64()),
            "score": pa.array(score, pa.float64()),
        }
    )


def claims_of(*claims: tuple[int, str, str]) -> pa.Table:
    party, scope, value = zip(*claims, strict=True) if claims else ((), (), ())
    return pa.table(
        {
            "party_key": pa.array(party, pa.int64()),
            "scope": pa.array(scope, pa.string()),
            "value": pa.array(value, pa.string()),
        }
    )


def grouped(table: pa.Table) -> set[frozenset[int]]:
    together: dict[int, set[int]] = {}
    keys, groups = table["party_key"].to_pylist(), table["cluster_key"].to_pylist()
    for party, group in zip(keys, groups, strict=True):
        together.setdefault(group, set()).add(party)
    return {frozenset(group) for group in together.values()}


def merged(table: pa.Table) -> set[frozenset[int]]:
    return {group for group in grouped(table) if len(group) > 1}


@st.composite
def pair_tables(draw: st.DrawFn) -> list[Pair]:
    ends = st.tuples(st.sampled_from(MEMBERS), st.sampled_from(MEMBERS))
    found = draw(st.lists(ends.filter(lambda e: e[0] < e[1]), max_size=40, unique=True))
    # Few values, so that ties come up; 0 forbids.
    scores = st.sampled_from([0.0, 0.05, 0.3, 0.5, 0.6, 0.8, 0.9, 0.9, 0.97, 0.999, 1.0])
    return [(left, right, draw(scores)) for left, right in found]


registers = st.lists(
    st.tuples(st.sampled_from(MEMBERS), st.sampled_from("ab"), st.sampled_from("123")), max_size=10
)


def test_spellings_that_all_resemble_each_other_are_one_firm() -> None:
    table = clusters(pairs_of((4, 2, 0.95), (4, 9, 0.9), (2, 9, 0.9)), pa.array([9, 4, 2, 7]))
    assert grouped(table) == {frozenset({2, 4, 9}), frozenset({7})}
    assert table["cluster_key"].to_pylist() == [2, 2, 7, 2]
    assert table["cluster_size"].to_pylist() == [3, 3, 1, 3]


def test_a_missing_pair_does_not_part_what_hangs_together_well() -> None:
    assert merged(clusters(pairs_of((1, 2, 0.97), (2, 3, 0.97)), pa.array([1, 2, 3]))) == {
        frozenset({1, 2, 3})
    }


def test_a_hub_name_glues_nothing() -> None:
    """'Trading Co' resembles nine names that do not resemble one another."""
    hub = pairs_of(*((1, other, 0.8) for other in range(2, 11)))
    assert merged(clusters(hub, pa.array(range(1, 11)))) == {frozenset({1, 2})}


def test_a_hub_does_not_join_two_firms_of_several_spellings() -> None:
    firms = [(a, b, 0.95) for f in ((2, 3, 4), (5, 6, 7)) for a in f for b in f if a < b]
    hub = [(1, other, 0.9) for other in range(2, 8)]
    for group in merged(clusters(pairs_of(*firms, *hub), pa.array(range(1, 8)))):
        assert not group & {2, 3, 4} or not group & {5, 6, 7}


def test_a_chain_of_names_each_like_the_next_is_not_one_firm() -> None:
    chain = pairs_of(*((n, n + 1, 0.85) for n in range(1, 12)))
    assert max(map(len, grouped(clusters(chain, pa.array(MEMBERS))))) <= 3


def test_a_score_of_zero_keeps_apart_whatever_the_others_say() -> None:
    alike = [(1, 2, 1.0), (1, 3, 1.0), (2, 3, 1.0), (2, 4, 1.0), (3, 4, 1.0)]
    members = pa.array([1, 2, 3, 4])
    assert merged(clusters(pairs_of(*alike, (1, 4, 0.01)), members)) == {frozenset({1, 2, 3, 4})}
    assert merged(clusters(pairs_of(*alike, (1, 4, 0.0)), members)) == {frozenset({1, 2, 3})}


def test_different_company_numbers_keep_apart_though_they_never_met() -> None:
    found = pairs_of((1, 2, 0.99), (2, 3, 0.99))
    numbers = claims_of((1, "inn", "7707083893"), (3, "inn", "7736050003"))
    assert merged(clusters(found, pa.array([1, 2, 3]), claims=numbers)) == {frozenset({1, 2})}
    numbers = claims_of((1, "inn", "7707083893"), (3, "ogrn", "1027700132195"))
    assert merged(clusters(found, pa.array([1, 2, 3]), claims=numbers)) == {frozenset({1, 2, 3})}


def test_a_party_with_two_numbers_of_one_register_claims_neither() -> None:
    numbers = claims_of((1, "inn", "1"), (1, "inn", "2"), (2, "inn", "2"))
    assert merged(clusters(pairs_of((1, 2, 0.9)), pa.array([1, 2]), claims=numbers)) == {
        frozenset({1, 2})
    }


def test_confidence_falls_with_the_evidence() -> None:
    table = clusters(
        pairs_of((1, 2, 0.99), (1, 3, 0.9), (2, 3, 0.8), (4, 5, 0.45)), pa.array([1, 2, 3, 4, 5, 6])
    )
    sure, _, unsure, nearly_one, _, alone = table["confidence"].to_pylist()
    assert sure > unsure > 0.5
    assert 0.5 < nearly_one < alone < 1


def test_no_pairs_and_no_members() -> None:
    assert grouped(clusters(pairs_of(), pa.array([3, 1]))) == {frozenset({1}), frozenset({3})}
    assert clusters(pairs_of(), pa.array([], pa.int64())).equals(CLUSTERS.empty_table())


def test_bad_input_is_answered_with_what_to_do() -> None:
    with pytest.raises(UsageError, match="Key 8 is in a pair"):
        clusters(pairs_of((1, 8, 0.9)), pa.array([1]))
    with pytest.raises(UsageError, match="threshold"):
        clusters(pairs_of(), pa.array([1]), threshold=1.5)


@given(pair_tables(), registers, st.sampled_from([0.2, 0.5, 0.9]))
def test_every_member_is_in_one_cluster_named_after_its_smallest_key(
    found: list[Pair], registered: list[tuple[int, str, str]], threshold: float
) -> None:
    table = clusters(
        pairs_of(*found), pa.array(MEMBERS), threshold=threshold, claims=claims_of(*registered)
    )
    assert table.schema == CLUSTERS
    assert table["party_key"].to_pylist() == MEMBERS
    assert {min(group) for group in grouped(table)} == set(table["cluster_key"].to_pylist())
    sizes = {party: len(group) for group in grouped(table) for party in group}
    assert table["cluster_size"].to_pylist() == [sizes[party] for party in MEMBERS]
    assert all(0 <= confidence <= 1 for confidence in table["confidence"].to_pylist())


@given(pair_tables(), registers, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_sides_does_not_matter(
    found: list[Pair], registered: list[tuple[int, str, str]], random: Random
) -> None:
    there = clusters(pairs_of(*found), pa.array(MEMBERS), claims=claims_of(*registered))
    turned = [(right, left, score) for left, right, score in found]
    for rows in (turned, registered, members := list(MEMBERS)):
        random.shuffle(rows)
    again = clusters(pairs_of(*turned), pa.array(members), claims=claims_of(*registered))
    assert there.equals(again)


@given(pair_tables(), registers)
def test_a_higher_threshold_only_splits(
    found: list[Pair], registered: list[tuple[int, str, str]]
) -> None:
    levels = [
        grouped(
            clusters(
                pairs_of(*found), pa.array(MEMBERS), threshold=t, claims=claims_of(*registered)
            )
        )
        for t in (0.1, 0.3, 0.5, 0.7, 0.9, 0.99)
    ]
    for lower, higher in pairwise(levels):
        assert all(any(group <= whole for whole in lower) for group in higher)


@given(pair_tables(), registers)
def test_no_cluster_holds_a_contradiction(
    found: list[Pair], registered: list[tuple[int, str, str]]
) -> None:
    table = clusters(
        pairs_of(*found), pa.array(MEMBERS), threshold=0.1, claims=claims_of(*registered)
    )
    said: dict[tuple[int, str], set[str]] = {}
    for party, scope, value in registered:
        said.setdefault((party, scope), set()).add(value)
    for group in grouped(table):
        assert not any(score == 0 and {a, b} <= group for a, b, score in found)
        for scope in "ab":
            claimed = [said.get((party, scope), set()) for party in group]
            assert len(set.union(set(), *(c for c in claimed if len(c) == 1))) <= 1


@given(pair_tables())
def test_a_cluster_is_held_by_one_pair_fewer_than_it_has_members(found: list[Pair]) -> None:
    table = clusters(pairs_of(*found), pa.array(MEMBERS), threshold=0.3)
    holds = holding(pairs_of(*found), table)
    for group in grouped(table):
        inside = [p for p, held in zip(found, holds, strict=True) if held and p[0] in group]
        assert len(inside) == len(group) - 1
        assert all(other in group for _, other, _ in inside)


def test_the_strongest_pairs_hold() -> None:
    found = pairs_of((1, 2, 0.9), (1, 3, 0.8), (2, 3, 0.95))
    table = clusters(found, pa.array([1, 2, 3]))
    assert holding(found, table).tolist() == [True, False, True]
