"""The worlds that detection is measured on, and those that labels may come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.flow import (
    assays,
    baskets,
    bench,
    brokers,
    clans,
    contracts,
    depots,
    gravity,
    orders,
    parcels,
    plainworld,
    ports,
    reels,
    rewired,
    stocks,
    swaps,
    tenders,
    trials,
    walks,
    works,
)
from benchmarks.flow.assumptions import BUSY, Assumptions, vary
from benchmarks.flow.generators import Knobs, origins_of, world_of
from benchmarks.flow.papers import state_origins
from benchmarks.flow.thin import Thin
from benchmarks.flow.worlds import HELD_OUT
from enduse.flow.movements import Parties, named_parties
from enduse.pipeline.party_keys import PartyKeys, party_keys

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

EMBARGOED = frozenset({"RU", "BY"})
HELD = tuple(HELD_OUT + number for number in (1, 2, 3))
"""Seeds that are measured."""
LABELLED = (301, 302)
"""Seeds that labels come from; they are not held out."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What is asked of a world.

    Attributes
    ----------
    name
        As tables show it.
    assumptions
        Knobs for a seed; their type tells the generator.
    origins_stated
        Lines state where their goods were made.
    """

    name: str
    assumptions: Callable[[int], Knobs]
    origins_stated: bool = False


def _always(knobs: Knobs) -> Callable[[int], Knobs]:
    return lambda seed: knobs


USUAL = (
    Condition("wide", _always(Assumptions())),
    Condition("busy", _always(BUSY)),
    Condition("varied", vary),
    Condition("thin", _always(Thin())),
    Condition("wide, 80% seen", _always(Assumptions(coverage=0.8))),
    Condition("wide, 50% seen", _always(Assumptions(coverage=0.5))),
    Condition("wide, 30% seen", _always(Assumptions(coverage=0.3))),
    Condition("thin, 50% seen", _always(Thin(coverage=0.5))),
    Condition("reclassified 40%", _always(Assumptions(reclassified=0.4))),
    Condition("gravity", _always(gravity.Knobs())),
    Condition("stocks", _always(stocks.Knobs())),
    Condition("plainworld", _always(plainworld.Knobs())),
    Condition("ports", _always(ports.Knobs())),
    Condition("contracts", _always(contracts.Knobs())),
    Condition("bench", _always(bench.Knobs())),
    Condition("orders", _always(orders.Knobs())),
    Condition("swaps", _always(swaps.Knobs())),
    Condition("clans", _always(clans.Knobs())),
    Condition("parcels", _always(parcels.Knobs())),
    Condition("depots", _always(depots.Knobs())),
    Condition("tenders", _always(tenders.Knobs())),
    Condition("walks", _always(walks.Knobs())),
    Condition("works", _always(works.Knobs())),
    Condition("trials", _always(trials.Knobs())),
    Condition("assays", _always(assays.Knobs())),
    Condition("brokers", _always(brokers.Knobs())),
    Condition("rewired", _always(rewired.Knobs())),
    Condition("baskets", _always(baskets.Knobs())),
    Condition("reels", _always(reels.Knobs())),
    Condition("baskets, 50% seen", _always(baskets.Knobs(coverage=0.5))),
    Condition("reels, 50% seen", _always(reels.Knobs(coverage=0.5))),
    Condition("wide, origins stated", _always(Assumptions()), origins_stated=True),
    Condition("trials, origins stated", _always(trials.Knobs()), origins_stated=True),
    Condition("assays, origins stated", _always(assays.Knobs()), origins_stated=True),
    Condition("brokers, origins stated", _always(brokers.Knobs()), origins_stated=True),
    Condition("rewired, origins stated", _always(rewired.Knobs()), origins_stated=True),
)
"""Nothing that ships is learned on `baskets` and `reels`."""
NAMED = (
    Condition("sister firm 40%", _always(Assumptions(sister=0.4))),
    Condition("misspelt 30%", _always(Assumptions(misspelt=0.3))),
)
"""Where it matters who is taken to be one party."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Lines as an analyst holds them."""

    shipments: pa.Table
    origins: frozenset[str]
    parties: Parties
    start: Flags
    """Leaves a controlled origin."""
    end: Flags
    """Goes to an embargoed destination."""


@dataclass(frozen=True, slots=True)
class Case(Seen):
    """The same with the truth, row by row."""

    truth: pa.Table
    edges: pa.Table
    positive: Flags
    chain: Ints


def see(shipments: pa.Table, origins: frozenset[str]) -> Seen:
    """Lines with parties as they are written."""
    return Seen(
        shipments,
        origins,
        named_parties(shipments),
        among(shipments, "export_country", origins),
        among(shipments, "destination_country", EMBARGOED),
    )


def load(condition: Condition, lines: int, seed: int) -> Case:
    """A world with parties as `enduse trace` takes them: known by name, each family as one."""
    knobs = condition.assumptions(seed)
    world, origins = world_of(lines, seed, knobs), origins_of(knobs)
    stated = condition.origins_stated
    seen = see(state_origins(world, origins, seed) if stated else world.shipments, origins)
    return Case(
        seen.shipments,
        seen.origins,
        families(party_keys(seen.shipments)),
        seen.start,
        seen.end,
        world.truth,
        world.edges,
        world.truth["positive"].to_numpy(zero_copy_only=False),
        world.truth["chain_id"].to_numpy().astype(np.int64),
    )


def among(table: pa.Table, column: str, wanted: Any) -> Flags:
    """Whether each line's country is one of those wanted."""
    coded = encoded(table, column)
    told: Flags = np.isin(coded.dictionary.to_pylist(), list(wanted))[coded.indices.to_numpy()]
    return told


def encoded(table: pa.Table, column: str) -> pa.DictionaryArray:
    """A column as numbers and what they stand for."""
    values = table[column].combine_chunks()
    return values if pa.types.is_dictionary(values.type) else values.dictionary_encode()


def resolved(keys: PartyKeys) -> Parties:
    """Parties under any spelling, with how surely each mention is its party's."""
    known = Parties.__dataclass_fields__
    return Parties(**{name: getattr(keys, name) for name in known if hasattr(keys, name)})


def families(keys: PartyKeys) -> Parties:
    """Each family of parties as one, with how surely each mention is the family's."""
    party = np.zeros(len(keys.sure), np.int32)
    party[keys.exporter_mention], party[keys.consignee_mention] = keys.exporter, keys.consignee
    family = np.append(keys.family, np.int32(-1))
    return Parties(
        family[keys.exporter],
        family[keys.consignee],
        keys.exporter_mention,
        keys.consignee_mention,
        keys.sure * np.append(keys.family_sure, np.float32(0))[party],
    )


def true_parties(case: Case, kind: str) -> Parties:
    """Who really is who: by ``firm``, or by the ``group`` that owns it."""
    return Parties(
        *(
            case.truth[f"{side}_{kind}"].to_numpy().astype(np.int32)
            for side in ("exporter", "consignee")
        )
    )


def third_countries(case: Case) -> list[str]:
    """How many third-country firms the chain of each line passes; by the farthest leg seen."""
    hop = case.truth["hop"].to_numpy().astype(np.int64)
    farthest = np.zeros(int(case.chain.max(initial=-1)) + 1, np.int64)
    np.maximum.at(farthest, case.chain[case.positive], hop[case.positive])
    return [str(farthest[chain]) if chain >= 0 else "" for chain in case.chain.tolist()]
