"""Fictional shipments with planted chains and their truth, for measuring the goods ledger.

Independent of ``enduse.simulate``: another generator with other assumptions. Sellers and buyers
are drawn into relations (exporter, consignee, goods) of very unequal rates, firms are of very
unequal sizes, and a relation's lines follow the season of its goods. A chain starts on a relation
there is, from a controlled origin to a third-country firm that both buys and sells the goods, and
its later legs go to partners there are or who begin lawful trade in the same goods. Sizes, prices,
days and part numbers of its lots are drawn as everybody's are.

**Seeds from 1,000 on are held out**: no threshold, weight or design choice may rest on them, nor
on ``vary(seed)`` of such a seed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.flow.assumptions import BUSY, Assumptions, vary
from benchmarks.flow.catalogue import FOOD_AND_MEDICINE
from benchmarks.flow.declaring import Names, country_on, declare, truth_of
from benchmarks.flow.geography import (
    CONTROLLED,
    CONTROLLED_ORIGINS,
    COUNTRIES,
    EMBARGOED,
    HUB,
    HUBS,
    KIND_OF_COUNTRY,
)
from benchmarks.flow.lines import Lines, joined, lawful_lines, make_room
from benchmarks.flow.market import Market, draw_market
from benchmarks.flow.planting import (
    Plan,
    Planted,
    embargo_plan,
    known_partners,
    lawful_plans,
    lines_of,
    plant,
)

__all__ = [
    "BUSY",
    "CONTROLLED_ORIGINS",
    "EMBARGOED",
    "FOOD_AND_MEDICINE",
    "HELD_OUT",
    "HUBS",
    "Assumptions",
    "World",
    "make",
    "vary",
]

HELD_OUT = 1_000
"""The first seed that is held out."""

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class World:
    """Shipments and what is behind them.

    Attributes
    ----------
    shipments
        Lines that are seen, by date; columns as ``enduse trace`` reads them.
    truth
        Row by row: ``positive``, ``chain_id`` and ``hop`` (-1 for other lines), ``typology``,
        ``decoy``, ``exporter_firm``, ``consignee_firm``, ``exporter_group``, ``consignee_group``
        (the owner's number), ``true_quantity`` in pieces or kilograms, ``movement`` (two records
        of one movement share it).
    edges
        Links of planted chains between rows seen: ``from_row``, ``to_row``, ``quantity``,
        ``chain_id``.
    legal_edges
        The same for lawful chains, whose numbers go on from the planted ones'.
    hidden
        Lines that are not seen, with their truth; null if there are none.
    """

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table
    hidden: pa.Table | None


def make(lines: int, *, seed: int, assumptions: Assumptions | None = None) -> World:
    """Make a world of so many movements.

    Parameters
    ----------
    lines
        Movements that are declared; those that ``coverage`` hides are among them, second records
        of a movement are not.
    seed
        The same seed, lines and assumptions make the same world.
    assumptions
        Knobs; the usual ones if not given.

    Examples
    --------
    >>> world = make(5_000, seed=1)
    >>> world.shipments.num_rows
    5000
    >>> world.truth["positive"].to_numpy().sum() > 20
    np.True_
    """
    a = assumptions or Assumptions()
    rng = np.random.default_rng(seed)
    market = draw_market(lines, a, rng)
    plans = _plans(lines, a, rng)
    partners = known_partners(market, a)
    planted: list[Planted] = []
    first = 0
    for plan in plans:
        planted.append(plant(plan, first, market, partners, a, rng))
        first += len(plan)
    movements, declared, offsets = _movements(lines, planted, market, a, rng)
    movement, imported = _records(movements, declared, a, rng)
    seen = _seen(movements, declared, movement, imported, market, a, rng)
    names = Names(market.firms, a.misspelt, rng)
    shown = _by_day(movements, movement, imported, seen, rng)
    shipments, truth = _tables(movements, shown, movement, imported, 1, market, names, a, rng)
    row = np.full(len(movements), -1, dtype=np.int64)
    # Of two records of a movement, the exporting side's stands for it.
    row[movement[shown][::-1]] = np.arange(len(shown))[::-1]
    own = ~imported[shown]
    row[movement[shown][own]] = np.flatnonzero(own)
    edges = [_edges(part, at, row, movements) for part, at in zip(planted, offsets, strict=True)]
    hidden = None
    if not seen.all():
        away = _by_day(movements, movement, imported, ~seen, rng)
        table, behind = _tables(
            movements, away, movement, imported, len(seen) + 1, market, names, a, rng
        )
        for name in behind.column_names:
            table = table.append_column(name, behind[name])
        hidden = table
    return World(shipments, truth, edges[0], pa.concat_tables(edges[1:]), hidden)


def _plans(lines: int, a: Assumptions, rng: np.random.Generator) -> list[Plan]:
    """Planted chains with as many consignments as the share of positive lines asks for."""
    chains = max(round(lines * a.chains), 1)
    plan = embargo_plan(chains, a, rng)
    each = lines_of(plan)
    missing = lines * a.positive - each.sum()
    more = rng.integers(0, chains, max(round(missing / each.mean()), 0))
    plan = replace(plan, consignments=1 + np.bincount(more, minlength=chains))
    return [plan, *lawful_plans(chains, a, rng)]


def _movements(
    lines: int, planted: list[Planted], market: Market, a: Assumptions, rng: np.random.Generator
) -> tuple[Lines, Bools, list[int]]:
    """All movements, which of them are declared at all, and where each plan's lines begin."""
    offsets = np.concatenate([[0], np.cumsum([len(part.lines) for part in planted])])
    declared = np.concatenate([part.declared for part in planted])
    chains = joined([part.lines for part in planted])
    rest = max(lines - int(declared.sum()), 0)
    make_room(market, chains, rest)
    lawful = lawful_lines(market, rest, a, rng)
    movements = joined([chains, lawful])
    declared = np.concatenate([declared, np.ones(len(lawful), dtype=np.bool_)])
    return movements, declared, offsets[:-1].tolist()


def _records(
    movements: Lines, declared: Bools, a: Assumptions, rng: np.random.Generator
) -> tuple[Ints, Bools]:
    """The movement behind each record, and whether the importing side keeps the record."""
    movement = np.arange(len(movements))
    if not a.mirror:
        return movement, np.zeros(len(movements), dtype=np.bool_)
    lost = movements.typology == 6
    arrives = declared & ~lost & (rng.random(len(movements)) < a.mirror)
    twice = np.flatnonzero(arrives)
    imported = np.repeat([False, True], [len(movement), len(twice)])
    return np.concatenate([movement, twice]), imported


def _seen(
    movements: Lines, declared: Bools, movement: Ints, imported: Bools,
    market: Market, a: Assumptions, rng: np.random.Generator,
) -> Bools:  # fmt: skip
    """Which records are seen."""
    if a.sight == "authority":
        one = rng.choice(np.flatnonzero(KIND_OF_COUNTRY == HUB)[:4])
        others = np.flatnonzero(KIND_OF_COUNTRY == CONTROLLED)[: 2 + a.partners]
        sight = np.zeros(len(COUNTRIES), dtype=np.bool_)
        sight[one] = True
        sight[rng.choice(others, a.partners, replace=False)] = True
        seller = sight[country_on(market.firms, movements.exporter, movements.day)][movement]
        buyer = sight[country_on(market.firms, movements.consignee, movements.day)][movement]
        # Where only exports are recorded, the importing side's country knows of them too.
        seen = np.where(imported, buyer, seller if a.mirror else seller | buyer)
    elif a.sight == "random":
        seen = rng.random(len(movement)) < a.coverage
    else:
        raise ValueError(f"sight is 'random' or 'authority', not {a.sight!r}")
    return np.asarray(seen & declared[movement])


def _by_day(
    movements: Lines, movement: Ints, imported: Bools, kept: Bools, rng: np.random.Generator
) -> Ints:
    """Records that are kept, by day; those of one day in any order."""
    records = rng.permutation(np.flatnonzero(kept))
    day = _record_day(movements, movement[records], imported[records])
    return records[np.argsort(day.astype(np.int16), kind="stable")]


def _record_day(movements: Lines, movement: Ints, imported: Bools) -> npt.NDArray[np.int32]:
    """Day of a record: an import is recorded one to six days after departure."""
    return movements.day[movement] + np.where(imported, 1 + movement % 6, 0).astype(np.int32)


def _tables(
    movements: Lines, records: Ints, movement: Ints, imported: Bools, first_id: int,
    market: Market, names: Names, a: Assumptions, rng: np.random.Generator,
) -> tuple[pa.Table, pa.Table]:  # fmt: skip
    """Records as declared, and the truth behind them."""
    rows = movement[records]
    lines = movements.take(rows)
    lines.day = _record_day(movements, rows, imported[records])
    declared = declare(lines, first_id, market, names, imported[records], a, rng)
    return declared, truth_of(lines, rows, market)


def _edges(part: Planted, offset: int, row: Ints, movements: Lines) -> pa.Table:
    """Links of which both ends are seen."""
    source, target = row[part.from_line + offset], row[part.to_line + offset]
    both = (source >= 0) & (target >= 0)
    return pa.table(
        {
            "from_row": pa.array(source[both]),
            "to_row": pa.array(target[both]),
            "quantity": pa.array(part.quantity[both]),
            "chain_id": pa.array(part.lines.chain[part.from_line[both]]),
        }
    )
